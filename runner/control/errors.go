package control

import (
	"fmt"
	"strings"
)

// mostOutput is how much of an output an error shows.
const mostOutput = 2000

// An ExitError is a command that ended with another status than 0.
type ExitError struct {
	Node, Shell string
	Result      Result
}

func (e *ExitError) Error() string {
	how := fmt.Sprintf("status %d", e.Result.Exit)
	if e.Result.Signal != "" {
		how = "signal " + e.Result.Signal
	}
	s := fmt.Sprintf("%s: %s ended with %s", e.Node, e.Shell, how)
	for _, out := range [][]byte{e.Result.Stderr, e.Result.Stdout} {
		if text := strings.TrimSpace(string(out)); text != "" {
			return s + ": " + tail(text)
		}
	}
	return s
}

// tail is the end of a text, where errors stand.
func tail(s string) string {
	if len(s) <= mostOutput {
		return s
	}
	return "..." + strings.ToValidUTF8(s[len(s)-mostOutput:], "")
}

// A ConnectError is a connection that failed. Hint says what to do about it, if that is known.
type ConnectError struct {
	Node, Stage string
	Err         error
	Hint        string
}

func (e *ConnectError) Error() string {
	s := fmt.Sprintf("%s: %s: %v", e.Node, e.Stage, e.Err)
	if e.Hint != "" {
		s += " (" + e.Hint + ")"
	}
	return s
}

func (e *ConnectError) Unwrap() error { return e.Err }

// A TransportError is a connection that failed while a command ran, or before.
type TransportError struct {
	Node    string
	Started bool // the command may have run
	Err     error
}

func (e *TransportError) Error() string {
	if e.Started {
		return fmt.Sprintf("%s: connection lost while a command ran: %v", e.Node, e.Err)
	}
	return fmt.Sprintf("%s: no command could be started: %v", e.Node, e.Err)
}

func (e *TransportError) Unwrap() error { return e.Err }
