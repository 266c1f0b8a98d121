// Package graphviz runs Graphviz to lay out a graph, in a separate process: a layout
// may take forever, and then the process can be killed.
//
// The process is jcheck-graphviz, which has Graphviz in it, or else dot.
package graphviz

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// Timeout is how long a layout may take.
const Timeout = 5 * time.Second

// most is how large a picture may be, and largest how large a graph.
const (
	most    = 16 << 20
	largest = 64 << 10
)

// helper is the command that has Graphviz in it.
const helper = "jcheck-graphviz"

// ErrNotFound says that there is no Graphviz.
var ErrNotFound = errors.New("neither " + helper + " (beside jcheck or on PATH) nor dot (on PATH) was found")

// An Engine is a way to start Graphviz. It must be closed.
type Engine struct {
	path  string
	args  []string
	cache string // a directory of our own: the helper's default, in /tmp, is open to everyone
}

// Find looks for Graphviz: the helper beside the running program, then on PATH, then dot.
func Find() (*Engine, error) {
	name := helper
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	var tried []string
	if self, err := os.Executable(); err == nil {
		tried = append(tried, filepath.Join(filepath.Dir(self), name))
	}
	for _, path := range append(tried, name) {
		if found, err := exec.LookPath(path); err == nil {
			dir, err := os.MkdirTemp("", "jcheck-graphviz-*")
			if err != nil {
				return nil, err
			}
			return &Engine{path: found, cache: dir}, nil
		}
	}
	if found, err := exec.LookPath("dot"); err == nil {
		return &Engine{path: found, args: []string{"-Tsvg"}}, nil
	}
	return nil, ErrNotFound
}

// Close removes what the helper left behind.
func (e *Engine) Close() error {
	if e.cache == "" {
		return nil
	}
	return os.RemoveAll(e.cache)
}

// SVG lays out a graph. Once the time is up, or ctx is done, the process is killed.
func (e *Engine) SVG(ctx context.Context, dot []byte) ([]byte, error) {
	if len(dot) > largest {
		return nil, fmt.Errorf("graphviz: a graph of %d bytes, expected at most %d", len(dot), largest)
	}
	ctx, cancel := context.WithTimeout(ctx, Timeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, e.path, e.args...)
	cmd.Stdin = bytes.NewReader(dot)
	out, complaints := &capped{most: most}, &capped{most: 4 << 10}
	cmd.Stdout, cmd.Stderr = out, complaints
	cmd.WaitDelay = time.Second
	if e.cache != "" {
		cmd.Env = append(os.Environ(), "TMPDIR="+e.cache, "TMP="+e.cache, "TEMP="+e.cache)
	}
	err := cmd.Run()
	switch {
	case ctx.Err() != nil:
		return nil, fmt.Errorf("graphviz: the layout took longer than %s: %w", Timeout, ctx.Err())
	case err != nil:
		return nil, fmt.Errorf("graphviz: %w: %s", err, strings.TrimSpace(complaints.b.String()))
	case out.over || !bytes.Contains(out.b.Bytes(), []byte("</svg>")):
		return nil, errors.New("graphviz: no whole picture came out")
	}
	return out.b.Bytes(), nil
}

// A capped buffer keeps the beginning of what is written.
type capped struct {
	b    bytes.Buffer
	most int
	over bool
}

func (c *capped) Write(p []byte) (int, error) {
	if room := c.most - c.b.Len(); room < len(p) {
		c.over = true
		c.b.Write(p[:room])
		return len(p), nil
	}
	return c.b.Write(p)
}
