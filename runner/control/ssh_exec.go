package control

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"io"
	"strings"
	"sync"
	"time"

	"golang.org/x/crypto/ssh"
)

// How long a command that was cancelled may take to die, how often it is killed until then, and
// how often a channel is asked for that the server refuses, which it does while it closes others.
const (
	dying        = 2 * time.Second
	killAgain    = 300 * time.Millisecond
	channelTries = 6
	channelPause = 50 * time.Millisecond // then twice as long each time
)

// A running is a command on its way through a connection.
type running struct {
	client *ssh.Client
	cmd    Cmd
	mark   string

	mu       sync.Mutex
	given    bool         // nobody waits for it
	started  bool         // it may run
	session  *ssh.Session // once there is one
	out, err bytes.Buffer
}

// once runs a command on a connection. A command that was cancelled keeps its place until it has
// ended, or the connection has.
func (c *sshConn) once(ctx context.Context, client *ssh.Client, cmd Cmd) (Result, error) {
	late := func(started bool) error {
		return &TimeoutError{Node: c.spec.Node, Started: started, Err: context.Cause(ctx)}
	}
	if ctx.Err() != nil {
		return Result{}, late(false)
	}
	select {
	case c.free <- struct{}{}:
	case <-ctx.Done():
		return Result{}, late(false)
	}
	r := &running{client: client, cmd: cmd, mark: mark + "=" + rand.Text()}
	ended := make(chan error, 1)
	go func() {
		defer func() { <-c.free }()
		ended <- r.run(ctx)
	}()
	select {
	case err := <-ended:
		if errors.Is(err, errGiven) {
			return Result{}, late(false)
		}
		return r.result(c.spec.Node, err)
	case <-ctx.Done():
	}
	started := r.give()
	if started {
		r.kill(ended)
	}
	return Result{}, late(started)
}

var (
	errGiven   = errors.New("cancelled before it was started")
	errRefused = errors.New("the server refuses to run commands")
)

// A brokenError is one of the connection, on which no other command can run, either.
type brokenError struct{ error }

func (e brokenError) Unwrap() error { return e.error }

// run runs the command until its end.
func (r *running) run(ctx context.Context) error {
	s, err := r.open(ctx)
	if err != nil {
		return err
	}
	defer s.Close()
	// The processes of the command hand this variable on, and so are known when they must die.
	shell, err := Words("env", r.mark, "sh", "-c", r.cmd.Shell)
	if err != nil {
		return err
	}
	s.Stdout, s.Stderr = &r.out, &r.err
	var stdin io.WriteCloser
	if r.cmd.Stdin != nil {
		if stdin, err = s.StdinPipe(); err != nil {
			return err
		}
	}
	if !r.begin(s) {
		return errGiven
	}
	if err := s.Start(shell); err != nil {
		if strings.HasPrefix(err.Error(), "ssh: command ") { // the rest is the command, with its environment
			r.notBegun()
			return errRefused
		}
		return brokenError{err}
	}
	if stdin != nil {
		go func() { // a command need not read all of its input
			_, _ = io.Copy(stdin, r.cmd.Stdin)
			_ = stdin.Close()
		}()
	}
	return s.Wait()
}

// begin notes that the command may run from now on, unless it was given up.
func (r *running) begin(s *ssh.Session) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.given {
		return false
	}
	r.started, r.session = true, s
	return true
}

func (r *running) notBegun() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.started = false
}

// open opens a channel.
func (r *running) open(ctx context.Context) (*ssh.Session, error) {
	for try := 0; ; try++ {
		s, err := r.client.NewSession()
		refused := errors.As(err, new(*ssh.OpenChannelError))
		switch {
		case err != nil && !refused:
			return nil, brokenError{err}
		case err == nil || try+1 == channelTries:
			return s, err
		}
		select {
		case <-time.After(channelPause << try):
		case <-ctx.Done():
			return nil, errGiven
		}
	}
}

// result is what came out of a command that ended with an error, or none.
func (r *running) result(node string, err error) (Result, error) {
	exit := new(ssh.ExitError)
	res := Result{Stdout: r.out.Bytes(), Stderr: r.err.Bytes()}
	if errors.As(err, &exit) {
		res.Exit, res.Signal = exit.ExitStatus(), exit.Signal()
		return res, nil
	} else if err == nil {
		return res, nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return res, &TransportError{Node: node, Started: r.started, Err: err}
}

// give gives the command up, and reports whether it may run.
func (r *running) give() (started bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.given = true
	return r.started
}

// reaper kills the processes that hold a mark, those of other users by sudo if that is allowed.
const reaper = `k='grep -lzsxF -e "$1" /proc/[0-9]*/environ | cut -d/ -f3 | xargs -r kill -KILL'
sh -c "$k" sh "$1"; [ "$(id -u)" = 0 ] || sudo -n sh -c "$k" sh "$1"`

// kill kills the command, again and again until it has ended: it may not run yet, and the server
// may have no channel to spare. The server passes on a signal, but not for root.
func (r *running) kill(ended <-chan error) {
	patience := time.After(dying)
	r.mu.Lock()
	s := r.session
	r.mu.Unlock()
	go func() { _ = s.Signal(ssh.SIGKILL) }()
	words, err := Words("sh", "-c", reaper, "sh", r.mark)
	if err != nil {
		return
	}
	for {
		reaped := make(chan struct{})
		go func() {
			defer close(reaped)
			if s, err := r.client.NewSession(); err == nil {
				defer s.Close()
				_ = s.Run(words)
			}
		}()
		// A command that has ended may have left others in the background.
		select {
		case <-reaped:
		case <-patience:
			return
		}
		select {
		case <-ended:
			return
		case <-patience:
			return
		case <-time.After(killAgain):
		}
	}
}
