package control

import (
	"context"
	"io"
)

// A Spec says which node to connect to, and as whom.
type Spec struct {
	Node string // the name that the test gives it
	Host string // a name or an address
	Port int    // 22 if 0
	User string // root if empty
}

// A Remote connects to nodes. It is safe for concurrent use.
type Remote interface {
	Connect(ctx context.Context, s Spec) (Conn, error)
}

// A Conn is a connection to a node. It is safe for concurrent use.
type Conn interface {
	// Exec runs a command and returns how it ended, also if its status is not 0. An error means
	// that the command could not be run, or that nobody knows how it ended: a *TimeoutError if ctx
	// ended, a *ConnectError if the node could not be reached, else a *TransportError.
	// By SSH, a command ends when all that hold its output have closed it: send that of a daemon
	// elsewhere.
	Exec(ctx context.Context, c Cmd) (Result, error)
	Close() error
}

// A Cmd is a command for the shell sh.
type Cmd struct {
	Shell string
	Stdin io.Reader // nil for none
	// Idempotent says that the command may be run again if nobody knows whether it was.
	Idempotent bool
}

// A Result is how a command ended.
type Result struct {
	Exit           int    // its status, 128 and more if a signal ended it
	Signal         string // such as KILL; empty if it ended by itself
	Stdout, Stderr []byte
}
