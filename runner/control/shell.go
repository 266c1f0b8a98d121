package control

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// A Shell runs commands on a node: as a user, in a directory, with an environment. The zero
// value is of no use; NewShell makes one.
type Shell struct {
	conn Conn
	node string
	user string // who logged in
	sudo string // as whom, if not as that user
	dir  string // empty for that of the connection
	env  []string
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
		return Result{}, err
	}
	res, err := s.conn.Exec(ctx, Cmd{Shell: text, Stdin: stdin})
	if err == nil && res.Exit != 0 {
		err = &ExitError{Node: s.node, Shell: sh, Result: res}
	}
	return res, err
}

var variable = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*=`) })

// wrap adds the directory, the environment and the user to a command. The environment stands
// inside of sudo, which does not pass it on, and a directory that is missing runs nothing.
func (s Shell) wrap(sh string) (string, error) {
	if len(s.env) > 0 {
		words := []any{"env"}
		for _, e := range s.env {
			if !variable().MatchString(e) {
				return "", fmt.Errorf("expected a variable NAME=value, found %q", e)
			}
			words = append(words, e)
		}
		env, err := Words(append(words, "sh", "-c", sh)...)
		if err != nil {
			return "", err
		}
		sh = env
	}
	if s.dir != "" {
		dir, err := Quote(s.dir)
		if err != nil {
			return "", err
		}
		sh = "cd " + dir + " && { " + sh + "\n}"
	}
	if s.sudo == "" || s.sudo == s.user {
		return sh, nil
	}
	return Words("sudo", "-n", "-u", s.sudo, "sh", "-c", sh)
}

// Put writes a file, all of it or nothing.
func (s Shell) Put(ctx context.Context, r io.Reader, file string, mode fs.FileMode) error {
	words, err := Words("sh", "-c", `umask 077 && cat > "$1.tmp" && chmod "$2" "$1.tmp" && mv "$1.tmp" "$1"`, "sh", file, fmt.Sprintf("%o", mode.Perm()))
	if err != nil {
		return err
	}
	_, err = s.Script(ctx, words, r)
	return err
}

// Get returns what is in a file.
func (s Shell) Get(ctx context.Context, file string) ([]byte, error) {
	words, err := Words("cat", "--", file)
	if err != nil {
		return nil, err
	}
	res, err := s.Script(ctx, words, nil)
	return res.Stdout, err
}
