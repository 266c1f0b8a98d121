package control

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"sync"
)

// The steps of Put: a file beside the one that is asked for takes the content, and its place when
// all of it is there. The node cannot tell the end of the content from that of the connection.
const (
	putContent = `umask 077 && cat > "$1"`
	putInPlace = `if [ -d "$4" ]; then echo "$4 is a directory" >&2; exit 1; fi
n=$(wc -c < "$1") && [ "$n" -eq "$2" ] && chmod "$3" "$1" && mv -f "$1" "$4"`
)

// Put writes a file, all of it or nothing.
func (s Shell) Put(ctx context.Context, r io.Reader, file string, mode fs.FileMode) error {
	if file == "" {
		return fmt.Errorf("%s: expected the name of a file to write, found none", s.node)
	}
	dir := path.Dir(file)
	if !path.IsAbs(dir) {
		dir = "./" + dir
	}
	temp := path.Clean(dir) + "/.jcheck-" + rand.Text()
	if !path.IsAbs(temp) {
		temp, file = "./"+temp, "./"+file
	}
	in := &counted{r: r}
	words, err := Words("sh", "-c", putContent, "sh", temp)
	if err == nil {
		_, err = s.Script(ctx, words, in)
	}
	size, failed := in.state()
	if err = errors.Join(failed, err); err == nil {
		words, err = Words("sh", "-c", putInPlace, "sh", temp, size, fmt.Sprintf("%o", mode.Perm()), file)
		if err == nil {
			_, err = s.Script(ctx, words, nil)
		}
	}
	if err == nil {
		return nil
	}
	if ctx.Err() == nil {
		_, _ = s.Run(ctx, "rm", "-f", temp)
	}
	return fmt.Errorf("%s: writing %s: %w", s.node, clean(file), err)
}

// counted counts what is read, and keeps what went wrong. A command that failed may leave
// somebody behind who still reads.
type counted struct {
	r   io.Reader
	mu  sync.Mutex
	n   int64
	err error
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n += int64(n)
	if err != nil && err != io.EOF {
		c.err = err
	}
	return n, err
}

func (c *counted) state() (int64, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.n, c.err
}

// Get returns what is in a file.
func (s Shell) Get(ctx context.Context, file string) ([]byte, error) {
	words, err := Words("sh", "-c", `cat < "$1"`, "sh", file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.node, err)
	}
	res, err := s.Idempotent().Script(ctx, words, nil)
	if err != nil {
		return nil, err
	}
	return res.Stdout, nil
}
