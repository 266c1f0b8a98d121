package lab

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
)

// namespaces are those of a lab, and again those of each node.
const namespaces = syscall.CLONE_NEWNET | syscall.CLONE_NEWNS | syscall.CLONE_NEWPID | syscall.CLONE_NEWUTS | syscall.CLONE_NEWIPC

// Check reports what this machine lacks to make a lab, all of it.
func Check() error {
	var errs []error
	lacks := func(format string, args ...any) { errs = append(errs, fmt.Errorf("a lab needs "+format, args...)) }
	for _, tool := range []struct{ name, from string }{{"ip", "iproute2"}, {"sshd", "openssh-server"}} {
		if _, err := lookPath(tool.name); err != nil {
			lacks("%s: apt-get install %s", tool.name, tool.from)
		}
	}
	text, err := os.ReadFile("/proc/filesystems")
	if err != nil || !strings.Contains(string(text), "\toverlay\n") {
		lacks("overlayfs in the kernel: modprobe overlay")
	}
	if uid := os.Geteuid(); uid != 0 {
		lacks("root, and this is user %d", uid)
		return errors.Join(errs...)
	}
	probe := exec.Command("sh", "-c", ":")
	probe.SysProcAttr = &syscall.SysProcAttr{Cloneflags: namespaces}
	if err := probe.Run(); err != nil {
		lacks("namespaces, which root may not make here, as in most containers: %v", err)
	}
	return errors.Join(errs...)
}

// lookPath finds a program of the administrator, whose directories need not be in the path.
func lookPath(name string) (string, error) {
	path, err := exec.LookPath(name)
	for _, dir := range []string{"/usr/sbin/", "/sbin/"} {
		if err == nil {
			break
		}
		path, err = exec.LookPath(dir + name)
	}
	return path, err
}
