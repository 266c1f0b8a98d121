package control

import (
	"fmt"
	"strings"
	"unicode"
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
	s := fmt.Sprintf("%s: %s ended with %s", e.Node, clean(e.Shell), how)
	for _, out := range [][]byte{e.Result.Stderr, e.Result.Stdout} {
		if text := strings.TrimSpace(string(out)); text != "" {
			s += ": " + tail(text)
			break
		}
	}
	if strings.Contains(string(e.Result.Stderr), "sudo: a password is required") {
		s += " (allow this user sudo without a password: NOPASSWD in /etc/sudoers)"
	}
	return s
}

// tail is the end of a text, where errors stand.
func tail(s string) string {
	if len(s) > mostOutput {
		s = "..." + s[len(s)-mostOutput:]
	}
	return clean(s)
}

// clean is a text that is safe to show on a terminal.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if r != '\n' && r != '\t' && !unicode.IsPrint(r) {
			return unicode.ReplacementChar
		}
		return r
	}, s)
}

// A ConnectError is a connection that failed. Hint says what to do about it, if that is known.
type ConnectError struct {
	Node, Stage string
	Err         error
	Hint        string
}

func (e *ConnectError) Error() string {
	s := fmt.Sprintf("%s: %s failed: %s", e.Node, e.Stage, clean(e.Err.Error()))
	if e.Hint != "" {
		s += " (" + e.Hint + ")"
	}
	return s
}

func (e *ConnectError) Unwrap() error { return e.Err }

// A TransportError is a command that could not be started, or of which nobody knows how it ended.
type TransportError struct {
	Node    string
	Shell   string // the command; empty if it did not come from a Shell
	Started bool   // the command may have run
	Err     error
}

func (e *TransportError) Error() string {
	how := "could not be started"
	if e.Started {
		how = "may have run, but the connection was lost"
	}
	return fmt.Sprintf("%s: %s %s: %s", e.Node, command(e.Shell), how, clean(e.Err.Error()))
}

func (e *TransportError) Unwrap() error { return e.Err }

// A TimeoutError is a command that was given up because its context ended.
type TimeoutError struct {
	Node    string
	Shell   string // the command; empty if it did not come from a Shell
	Started bool   // the command may have run; it was killed if the node could be reached
	Err     error  // the cause of the end of the context
}

func (e *TimeoutError) Error() string {
	how := "did not start in time"
	if e.Started {
		how = "was stopped"
	}
	return fmt.Sprintf("%s: %s %s: %v", e.Node, command(e.Shell), how, e.Err)
}

func (e *TimeoutError) Unwrap() error { return e.Err }

func command(shell string) string {
	if shell == "" {
		return "a command"
	}
	return clean(shell)
}
