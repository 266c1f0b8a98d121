package format

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/internal/mmap"
)

// input is a text in memory, or mapped from a file.
type input struct {
	Text  []byte
	unmap func() // gives memory back that is not Go's; nil if there is none
}

// mapFile maps the first size bytes of f, which must not be 0.
func mapFile(f *os.File, size int64) (*input, error) {
	text, unmap, err := mmap.Map(f, size)
	if err != nil {
		return nil, err
	}
	return &input{Text: text, unmap: unmap}, nil
}

// mapRest maps a file from where it stands to its end, and leaves it standing
// there. It returns nil if f must be read: what has no size may be a pipe, or a file of
// /proc, and compressed text is not worth mapping.
func mapRest(f *os.File) (*input, error) {
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return nil, err
	}
	at, err := f.Seek(0, io.SeekCurrent)
	if err != nil || at >= info.Size() {
		return nil, err
	}
	head := make([]byte, magicLen)
	n, err := f.ReadAt(head, at)
	if err != nil && err != io.EOF {
		return nil, err
	}
	if isCompressed(head[:n]) {
		return nil, nil
	}
	in, err := mapFile(f, info.Size())
	if err != nil {
		return nil, err
	}
	in.Text = in.Text[at:]
	_, err = f.Seek(info.Size(), io.SeekStart)
	return in, err
}

func (in *input) close() {
	if in.unmap != nil {
		in.unmap()
		in.unmap = nil
	}
}

// release hands the mapping over to src: it ends when nothing can see into src
// any more.
func (in *input) release(src *edn.Source) {
	if in.unmap != nil {
		runtime.AddCleanup(src, func(unmap func()) { unmap() }, in.unmap)
		in.unmap = nil
	}
}

// openFile opens a file. That of a pipe takes until somebody writes to it, which may
// be never: if ctx is done before, the call is left behind.
func openFile(ctx context.Context, path string) (*os.File, error) {
	if isRegular(path) {
		return os.Open(path)
	}
	type answer struct {
		f   *os.File
		err error
	}
	opened := make(chan answer)
	go func() {
		f, err := os.Open(path)
		select {
		case opened <- answer{f, err}:
		case <-ctx.Done():
			f.Close() // an error if it is nil
		}
	}()
	select {
	case a := <-opened:
		return a.f, a.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// isCompressed reports whether a text that begins with head is.
func isCompressed(head []byte) bool { return method(head) != "" }

// method detects from the first bytes how a text is compressed, empty if it is not.
func method(head []byte) string {
	switch {
	case bytes.HasPrefix(head, []byte{0x1f, 0x8b, 8}): // with the only method there is; DBCop's numbers may begin like it
		return "gzip"
	case bytes.HasPrefix(head, []byte{0x28, 0xb5, 0x2f, 0xfd}):
		return "zstd"
	case bytes.HasPrefix(head, []byte("\xff\x06\x00\x00S2sTwO")), bytes.HasPrefix(head, []byte("\xff\x06\x00\x00sNaPpY")):
		return "s2"
	case bytes.HasPrefix(head, []byte("\xfd7zXZ\x00")):
		return "xz"
	case len(head) >= 10 && bytes.HasPrefix(head, []byte("BZh")) && (string(head[4:10]) == "1AY&SY" || string(head[4:10]) == "\x17rE8P\x90"): // a block, or the end
		return "bzip2"
	}
	return ""
}

// magicLen is how many bytes method wants to see.
const magicLen = 10

// readText reads r to its end, decompressed if it is compressed.
func readText(ctx context.Context, name string, r io.Reader, opt Options) (*input, error) {
	br := bufio.NewReaderSize(&contextReader{ctx: ctx, r: r}, 1<<16)
	head, _ := br.Peek(magicLen) // an error comes again when it is read
	packed := method(head)
	plain, err := decompressor(packed, br)
	if err == nil {
		defer plain.Close()
		var in *input
		if in, err = readAll(name, plain, opt.maxBytes()); err == nil {
			return in, nil
		}
	}
	var syntax *edn.SyntaxError
	if packed != "" && ctx.Err() == nil && !errors.As(err, &syntax) {
		err = &edn.SyntaxError{File: name, Msg: fmt.Sprintf("damaged %s data: %v", packed, err)}
	}
	return nil, err
}

// contextReader stops reading when ctx is done, even if r waits for something to
// come, as a terminal or a pipe may forever: r is then left waiting, with a
// buffer that nobody else uses.
type contextReader struct {
	ctx context.Context
	r   io.Reader
	mem []byte
	buf []byte // what the last read brought, in mem
	err error
}

func (c *contextReader) Read(p []byte) (int, error) {
	if len(c.buf) == 0 && c.err == nil {
		c.fill()
	}
	n := copy(p, c.buf)
	if c.buf = c.buf[n:]; n == 0 {
		return 0, c.err
	}
	return n, nil
}

func (c *contextReader) fill() {
	type answer struct {
		n        int
		err      error
		panicked any
	}
	if c.mem == nil {
		c.mem = make([]byte, 1<<18)
	}
	done := make(chan answer, 1)
	go func() {
		var a answer
		defer func() { // a panic belongs to the caller, who may recover
			a.panicked = recover()
			done <- a
		}()
		a.n, a.err = c.r.Read(c.mem)
	}()
	select {
	case a := <-done:
		if a.panicked != nil {
			panic(a.panicked)
		}
		c.buf, c.err = c.mem[:a.n], a.err
	case <-c.ctx.Done():
		c.err = c.ctx.Err()
	}
}

func (o Options) maxBytes() int64 {
	if o.MaxBytes > 0 {
		return o.MaxBytes
	}
	return DefaultMaxBytes
}

// readAll reads r to its end, or to the limit, which is an error.
func readAll(name string, r io.Reader, limit int64) (*input, error) {
	buf := new(mmap.Buffer)
	err := buf.Fill(r, limit)
	if err == nil && int64(len(buf.Bytes())) > limit {
		err = &edn.SyntaxError{File: name, Msg: fmt.Sprintf("expected at most %d bytes of text, found more: raise the limit if this is intended", limit)}
	}
	if err != nil {
		buf.Free()
		return nil, err
	}
	if len(buf.Bytes()) <= smallText {
		defer buf.Free()
		return &input{Text: bytes.Clone(buf.Bytes())}, nil
	}
	return &input{Text: buf.Bytes(), unmap: buf.Free}, nil
}

// smallText is what text is held in ordinary memory, which lives as long as it is used
// at it.
const smallText = 1 << 20
