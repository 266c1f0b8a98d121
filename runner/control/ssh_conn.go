package control

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"sync"
	"time"

	"golang.org/x/crypto/ssh"
)

// An sshConn is a connection that is opened again when it breaks.
type sshConn struct {
	remote *SSH
	spec   Spec
	free   chan struct{} // one for each command that runs

	mu     sync.Mutex
	client *ssh.Client
	closed bool
}

// How long a command that was cancelled may take to die, and how often a channel is asked for that
// the server refuses, which it does while it closes others.
const (
	dying        = 2 * time.Second
	channelTries = 5
)

// Exec runs a command. It is tried again if it cannot have been started, or may be run twice.
func (c *sshConn) Exec(ctx context.Context, cmd Cmd) (Result, error) {
	select {
	case c.free <- struct{}{}:
	case <-ctx.Done():
		return Result{}, &TransportError{Node: c.spec.Node, Err: context.Cause(ctx)}
	}
	release := sync.OnceFunc(func() { <-c.free })
	for try := 0; ; try++ {
		client, err := c.current(ctx)
		if err != nil {
			release()
			return Result{}, err
		}
		res, err := c.once(ctx, client, cmd, release)
		broken := new(TransportError)
		if !errors.As(err, &broken) || ctx.Err() != nil {
			release()
			return res, err
		}
		c.drop(client)
		if try > 0 || broken.Started && !cmd.Idempotent || cmd.Stdin != nil && broken.Started {
			release()
			return res, err
		}
	}
}

// current is the connection, opened anew if it is broken.
func (c *sshConn) current(ctx context.Context) (*ssh.Client, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return nil, &TransportError{Node: c.spec.Node, Err: errors.New("the connection is closed")}
	}
	if c.client == nil {
		client, err := c.remote.patient(ctx, c.spec)
		if err != nil {
			return nil, err
		}
		c.client = client
	}
	return c.client, nil
}

// drop gives up a connection that is broken, unless another one took its place.
func (c *sshConn) drop(client *ssh.Client) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.client == client {
		c.client = nil
		_ = client.Close()
	}
}

// session opens a channel.
func (c *sshConn) session(ctx context.Context, client *ssh.Client) (s *ssh.Session, err error) {
	for try := range channelTries {
		if s, err = client.NewSession(); !errors.As(err, new(*ssh.OpenChannelError)) {
			return s, err
		}
		select {
		case <-time.After(50 * time.Millisecond << try):
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
	return nil, err
}

// once runs a command on a connection. A command that was cancelled keeps its place until it has
// ended, or the connection has.
func (c *sshConn) once(ctx context.Context, client *ssh.Client, cmd Cmd, release func()) (Result, error) {
	lost := func(started bool, err error) error {
		return &TransportError{Node: c.spec.Node, Started: started, Err: err}
	}
	s, err := c.session(ctx, client)
	if err != nil {
		return Result{}, lost(false, err)
	}
	defer s.Close()
	// Its processes are known by this variable, which they hand on, when they are to be killed.
	mark := "JCHECK_CMD=" + rand.Text()
	shell, err := Words("env", mark, "sh", "-c", cmd.Shell)
	if err != nil {
		return Result{}, err
	}
	var out, errs bytes.Buffer
	s.Stdin, s.Stdout, s.Stderr = cmd.Stdin, &out, &errs
	if err := s.Start(shell); err != nil {
		return Result{}, lost(true, err)
	}
	ended := make(chan error, 1)
	go func() { ended <- s.Wait() }()
	select {
	case err = <-ended:
	case <-ctx.Done():
		c.kill(client, s, mark)
		select {
		case <-ended:
		case <-time.After(dying):
			go func() { // what it writes is nobody's any more
				<-ended
				release()
			}()
			return Result{}, lost(true, context.Cause(ctx))
		}
		return Result{}, lost(true, context.Cause(ctx))
	}
	res := Result{Stdout: out.Bytes(), Stderr: errs.Bytes()}
	exit := new(ssh.ExitError)
	switch {
	case errors.As(err, &exit):
		res.Exit, res.Signal = exit.ExitStatus(), exit.Signal()
		return res, nil
	case err != nil:
		return res, lost(true, err)
	}
	return res, nil
}

// kill ends a command: the server may pass on a signal, and does not for root, so its processes
// are looked for as well.
func (c *sshConn) kill(client *ssh.Client, s *ssh.Session, mark string) {
	_ = s.Signal(ssh.SIGKILL)
	reaper, err := client.NewSession()
	if err != nil {
		return
	}
	defer reaper.Close()
	done := make(chan struct{})
	go func() {
		_ = reaper.Run(fmt.Sprintf("grep -lzsxF %s /proc/[0-9]*/environ | cut -d/ -f3 | xargs -r kill -KILL", mark))
		close(done)
	}()
	select {
	case <-done:
	case <-time.After(dying):
	}
	_ = s.Close()
}

// Close ends the connection, with all that runs on it.
func (c *sshConn) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
	if c.client == nil {
		return nil
	}
	err := c.client.Close()
	c.client = nil
	return err
}
