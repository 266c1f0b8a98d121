package control

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// A Shell runs commands on a node: as a user, in a directory, with an environment. The zero
// value is of no use; NewShell makes one.
type Shell struct {
	conn       Conn
	node       string
	user       string // who logged in; empty if that is not known
	sudo       string // as whom, if not as that user
	dir        string // empty for that of the connection
	env        []string
	idempotent bool
}

// NewShell returns a shell on a connection to a node, as the user who logged in.
func NewShell(conn Conn, node, user string) Shell { return Shell{conn: conn, node: node, user: user} }

// Node is the name of the node.
func (s Shell) Node() string { return s.node }

// Sudo returns a shell of another user. Nothing changes if that is who logged in.
func (s Shell) Sudo(user string) Shell {
	s.sudo = user
	return s
}

// Cd returns a shell in another directory, which is relative to that of s if it does not begin
// with a slash.
func (s Shell) Cd(dir string) Shell {
	if !path.IsAbs(dir) && s.dir != "" {
		dir = path.Join(s.dir, dir)
	}
	s.dir = dir
	return s
}

// Env returns a shell with another variable in its environment.
func (s Shell) Env(name, value string) Shell {
	s.env = append(slices.Clip(s.env), name+"="+value)
	return s
}

// Idempotent returns a shell whose commands are run again if the connection was lost while they
// ran. Those that have an input are not.
func (s Shell) Idempotent() Shell {
	s.idempotent = true
	return s
}

// Run runs a command of words, as Words takes them, and returns its output without the newline
// at its end. Any status but 0 is an *ExitError.
func (s Shell) Run(ctx context.Context, argv ...any) (string, error) {
	cmd, err := Words(argv...)
	if err != nil {
		return "", err
	}
	res, err := s.Script(ctx, cmd, nil)
	return strings.TrimRight(string(res.Stdout), "\n"), err
}

// Script runs a text of sh. Any status but 0 is an *ExitError.
func (s Shell) Script(ctx context.Context, sh string, stdin io.Reader) (Result, error) {
	if s.conn == nil {
		return Result{}, errors.New("no connection to the node: the test has no remote")
	}
	text, err := s.wrap(sh)
	if err != nil {
		return Result{}, fmt.Errorf("%s: %w", s.node, err)
	}
	res, err := s.conn.Exec(ctx, Cmd{Shell: text, Stdin: stdin, Idempotent: s.idempotent})
	lost, late := new(TransportError), new(TimeoutError)
	switch {
	case err == nil && res.Exit != 0:
		err = &ExitError{Node: s.node, Shell: sh, Result: res}
	case errors.As(err, &lost):
		lost.Shell = sh
	case errors.As(err, &late):
		late.Shell = sh
	}
	return res, err
}

var variable = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*=`) })

// asUser runs its other arguments as a user, by sudo unless it is that user's already: small
// machines have no sudo. What marks the processes of a command must stand inside of sudo, which
// passes no environment on.
const asUser = `if [ "$(id -un)" = "$1" ]; then shift; exec "$@"; fi
u=$1; shift; exec sudo -n -u "$u" env "` + mark + `=$` + mark + `" "$@"`

// mark is the variable by which the processes of a command are known.
const mark = "JCHECK_CMD"

// wrap adds the directory, the environment and the user to a command. The environment stands
// inside of sudo, and a directory that is missing runs nothing.
func (s Shell) wrap(sh string) (string, error) {
	argv := []any{"sh", "-c", sh}
	if len(s.env) > 0 {
		for _, e := range s.env {
			if name, _, _ := strings.Cut(e, "="); !variable().MatchString(e) {
				return "", fmt.Errorf("expected the name of a variable, found %q", name)
			}
			argv = slices.Insert(argv, len(argv)-3, any(e))
		}
		argv = slices.Insert(argv, 0, any("env"))
	}
	if s.dir != "" {
		dir := s.dir
		if strings.HasPrefix(dir, "-") {
			dir = "./" + dir
		}
		argv = append([]any{"sh", "-c", `cd "$1" >/dev/null && shift && exec "$@"`, "sh", dir}, argv...)
	}
	if s.sudo != "" && s.sudo != s.user {
		argv = append([]any{"sh", "-c", asUser, "sh", s.sudo}, argv...)
	}
	if len(argv) == 3 {
		return sh, nil
	}
	return Words(argv...)
}
