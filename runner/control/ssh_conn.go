package control

import (
	"context"
	"errors"
	"sync"
	"time"

	"golang.org/x/crypto/ssh"
)

// An sshConn is a connection that is opened again when it breaks.
type sshConn struct {
	remote *SSH
	spec   Spec
	free   chan struct{}   // one for each command that runs
	life   context.Context // until Close
	end    context.CancelFunc
	work   sync.WaitGroup // what goes on beside commands

	mu      sync.Mutex
	client  *ssh.Client
	opening *opening // a connection that takes the place of client, nil if none is being opened
}

// An opening is an attempt to connect that all commands wait for which need it.
type opening struct {
	done   chan struct{}
	client *ssh.Client
	err    error
}

func newSSHConn(remote *SSH, spec Spec, client *ssh.Client) *sshConn {
	c := &sshConn{remote: remote, spec: spec, free: make(chan struct{}, remote.sessions()), client: client}
	c.life, c.end = context.WithCancel(context.Background())
	c.work.Go(func() { c.watch(client) })
	return c
}

// runTries is how often a command is tried that cannot have run before, or may run again.
const runTries = 3

// Exec runs a command. It is tried again if it cannot have been started, or may be run twice.
func (c *sshConn) Exec(ctx context.Context, cmd Cmd) (Result, error) {
	for try := 1; ; try++ {
		client, err := c.current(ctx)
		if err != nil {
			return Result{}, err
		}
		res, err := c.once(ctx, client, cmd)
		lost := new(TransportError)
		if !errors.As(err, &lost) {
			return res, err
		}
		refused := errors.As(err, new(*ssh.OpenChannelError)) || errors.Is(err, errRefused)
		if errors.As(err, new(brokenError)) {
			c.drop(client)
		}
		if try == runTries || refused || c.life.Err() != nil || lost.Started && (!cmd.Idempotent || cmd.Stdin != nil) {
			return res, err
		}
	}
}

// current is the connection, opened anew if it is broken.
func (c *sshConn) current(ctx context.Context) (*ssh.Client, error) {
	c.mu.Lock()
	if c.life.Err() != nil {
		c.mu.Unlock()
		return nil, &TransportError{Node: c.spec.Node, Err: errors.New("the connection is closed")}
	}
	if c.client != nil {
		defer c.mu.Unlock()
		return c.client, nil
	}
	o := c.opening
	if o == nil {
		o = &opening{done: make(chan struct{})}
		c.opening = o
		c.work.Go(func() { c.open(o) })
	}
	c.mu.Unlock()
	select {
	case <-o.done:
		return o.client, o.err
	case <-ctx.Done():
		return nil, &TimeoutError{Node: c.spec.Node, Err: context.Cause(ctx)}
	}
}

// open opens the connection again. Commands that do not want to wait any longer do not end it.
func (c *sshConn) open(o *opening) {
	o.client, o.err = c.remote.patient(c.life, c.spec)
	c.mu.Lock()
	c.opening = nil
	if o.err == nil && c.life.Err() != nil {
		_ = o.client.Close()
	} else if o.err == nil {
		client := o.client
		c.client = client
		c.work.Go(func() { c.watch(client) })
	}
	c.mu.Unlock()
	close(o.done)
}

// watch gives up a connection that ends, or on which a node gives no sign of life. Whether it
// knows the request does not matter.
func (c *sshConn) watch(client *ssh.Client) {
	gone := make(chan struct{})
	go func() {
		_ = client.Wait()
		close(gone)
	}()
	defer func() {
		c.drop(client)
		<-gone
	}()
	every := positive(c.remote.Alive, 10*time.Second)
	for {
		select {
		case <-gone:
			return
		case <-time.After(every):
		}
		answered := make(chan struct{})
		go func() {
			_, _, _ = client.SendRequest("keepalive@openssh.com", true, nil)
			close(answered)
		}()
		select {
		case <-gone:
			return
		case <-answered:
		case <-time.After(3 * every):
			return
		}
	}
}

// drop gives up a connection that is broken, unless another one took its place.
func (c *sshConn) drop(client *ssh.Client) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.client == client {
		c.client = nil
	}
	_ = client.Close()
}

// Close ends the connection. What runs on it may go on, on the node.
func (c *sshConn) Close() error {
	c.mu.Lock()
	c.end()
	if c.client != nil {
		_ = c.client.Close()
		c.client = nil
	}
	c.mu.Unlock()
	c.work.Wait()
	return nil
}
