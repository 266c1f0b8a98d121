package lab

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"syscall"
	"time"

	"golang.org/x/term"
)

// grace is how long the program in a lab may take to end when it is told to.
const grace = 10 * time.Second

// start makes the lab, waits for its program, and hands on signals to it.
func start(ctx context.Context, o Options, argv []string) error {
	// The lab dies with the thread that made it.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	report, told, err := os.Pipe()
	if err != nil {
		return err
	}
	defer report.Close()
	r := role{Role: roleInit, Options: o, Argv: argv, Term: term.IsTerminal(int(os.Stdin.Fd()))}
	cmd := exec.CommandContext(ctx, "/proc/self/exe")
	cmd.Args = []string{"jcheck-lab"}
	cmd.Env = r.env()
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, o.Stdout, o.Stderr
	if o.Stdout == nil {
		cmd.Stdout = os.Stdout
	}
	if o.Stderr == nil {
		cmd.Stderr = os.Stderr
	}
	cmd.ExtraFiles = []*os.File{told}
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: namespaces, Pdeathsig: syscall.SIGKILL, Setpgid: !r.Term}
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = grace
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer signal.Stop(signals)
	err = cmd.Start()
	_ = told.Close()
	if err != nil {
		return fmt.Errorf("making the namespaces of a lab: %w", err)
	}
	ended := make(chan struct{})
	defer close(ended)
	go forward(signals, ended, r.Term, func(s syscall.Signal) { _ = cmd.Process.Signal(s) })
	why, _ := io.ReadAll(report) // it ends when the lab is up, or broken
	err = cmd.Wait()
	exit := new(exec.ExitError)
	switch {
	case len(why) > 0:
		return errors.New(string(why))
	case ctx.Err() != nil:
		return fmt.Errorf("the lab was stopped: %w", context.Cause(ctx))
	case errors.As(err, &exit) && exit.ExitCode() >= 0:
		return &ExitError{Status: exit.ExitCode()}
	case err != nil:
		return fmt.Errorf("the lab broke down: %w", err)
	}
	return nil
}

// forward hands on signals until the end. An interrupt from a terminal reaches the program
// without help.
func forward(signals <-chan os.Signal, ended <-chan struct{}, terminal bool, send func(syscall.Signal)) {
	for {
		select {
		case s := <-signals:
			if n, ok := s.(syscall.Signal); ok && !(terminal && n == syscall.SIGINT) {
				send(n)
			}
		case <-ended:
			return
		}
	}
}
