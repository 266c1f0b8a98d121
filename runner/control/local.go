package control

import (
	"bytes"
	"context"
	"errors"
	"fmt"
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
	fail := func(err error) (Conn, error) {
		return nil, &ConnectError{Node: s.Node, Stage: "making its directory", Err: err}
	}
	if !filepath.IsLocal(s.Node) {
		return fail(fmt.Errorf("expected a name of a directory, found %q", s.Node))
	}
	dir, err := filepath.Abs(filepath.Join(l.Dir, s.Node))
	if err != nil {
		return fail(err)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fail(err)
	}
	return &localConn{node: s.Node, dir: dir}, nil
}

type localConn struct{ node, dir string }

// holdingOutput is how long a daemon may hold the output of a command that has ended.
const holdingOutput = time.Second

// Exec runs a command in a process group of its own, all of which is killed if ctx ends.
func (c *localConn) Exec(ctx context.Context, cmd Cmd) (Result, error) {
	run := exec.CommandContext(ctx, "sh", "-c", cmd.Shell)
	var out, errs bytes.Buffer
	run.Dir, run.Stdin, run.Stdout, run.Stderr = c.dir, cmd.Stdin, &out, &errs
	run.Env = append(os.Environ(), "HOME="+c.dir, "JCHECK_NODE="+c.node)
	ownGroup(run)
	run.WaitDelay = holdingOutput
	err := run.Run()
	res := Result{Stdout: out.Bytes(), Stderr: errs.Bytes()}
	exit := new(exec.ExitError)
	switch {
	case err == nil || run.ProcessState != nil && run.ProcessState.Success() && ctx.Err() == nil:
		return res, nil // a daemon held the output, or a command did not read its input
	case ctx.Err() != nil:
		return res, &TimeoutError{Node: c.node, Started: run.Process != nil, Err: context.Cause(ctx)}
	case errors.As(err, &exit):
		res.Exit = exit.ExitCode()
		if st, ok := exit.Sys().(syscall.WaitStatus); ok && st.Signaled() {
			res.Exit, res.Signal = 128+int(st.Signal()), signalName(st.Signal())
		}
		return res, nil
	}
	return res, &TransportError{Node: c.node, Started: run.Process != nil, Err: err}
}

// Close does nothing.
func (c *localConn) Close() error { return nil }
