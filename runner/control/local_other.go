//go:build !unix

package control

import (
	"os/exec"
	"syscall"
)

func ownGroup(*exec.Cmd) {}

func signalName(s syscall.Signal) string { return s.String() }
