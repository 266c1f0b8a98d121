//go:build !linux

package lab

import (
	"context"
	"errors"
)

// Check reports what this machine lacks to make a lab.
func Check() error { return errors.New("a lab is made of namespaces, which only Linux has") }

func mainProcess() {}

func start(context.Context, Options, []string) error { return Check() }
