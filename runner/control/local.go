package control

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

// Local is a remote whose nodes are directories on this machine: a command runs here, in the
// directory of its node, which is also its HOME. It needs neither SSH nor root.
type Local struct {
	Dir string // which holds the directories of the nodes
}

// Connect makes the directory of the node.
func (l Local) Connect(_ context.Context, s Spec) (Conn, error) {
	dir, err := filepath.Abs(filepath.Join(l.Dir, s.Node))
	if err == nil {
		err = os.MkdirAll(dir, 0o755)
	}
	if err != nil {
		return nil, &ConnectError{Node: s.Node, Stage: "making its directory", Err: err}
	}
	return &localConn{node: s.Node, dir: dir}, nil
}

type localConn struct{ node, dir string }

// Exec runs a command in a process group of its own, all of which is killed if ctx ends.
func (c *localConn) Exec(ctx context.Context, cmd Cmd) (Result, error) {
	run := exec.CommandContext(ctx, "sh", "-c", cmd.Shell)
	var out, errs bytes.Buffer
	run.Dir, run.Stdin, run.Stdout, run.Stderr = c.dir, cmd.Stdin, &out, &errs
	run.Env = append(os.Environ(), "HOME="+c.dir, "JCHECK_NODE="+c.node)
	run.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	run.Cancel = func() error { return syscall.Kill(-run.Process.Pid, syscall.SIGKILL) }
	run.WaitDelay = time.Second // a daemon may hold the output
	err := run.Run()
	res := Result{Stdout: out.Bytes(), Stderr: errs.Bytes()}
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return res, &TransportError{Node: c.node, Started: run.Process != nil, Err: context.Cause(ctx)}
	case errors.As(err, &exit):
		res.Exit = exit.ExitCode()
		if st, ok := exit.Sys().(syscall.WaitStatus); ok && st.Signaled() {
			res.Exit, res.Signal = 128+int(st.Signal()), signalName(st.Signal())
		}
		return res, nil
	case err != nil && !errors.Is(err, exec.ErrWaitDelay):
		return res, &TransportError{Node: c.node, Err: err}
	}
	return res, nil
}

// signalName is the name of a signal as SSH has it, without SIG.
func signalName(s syscall.Signal) string {
	for name, n := range map[string]syscall.Signal{
		"HUP": syscall.SIGHUP, "INT": syscall.SIGINT, "QUIT": syscall.SIGQUIT, "ABRT": syscall.SIGABRT, "KILL": syscall.SIGKILL,
		"SEGV": syscall.SIGSEGV, "PIPE": syscall.SIGPIPE, "TERM": syscall.SIGTERM,
	} {
		if n == s {
			return name
		}
	}
	return s.String()
}

// Close does nothing.
func (c *localConn) Close() error { return nil }
