package format

import (
	"bytes"
	"context"
	"errors"
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
)

func TestCancelled(t *testing.T) {
	text := []byte(strings.Repeat("{:type :info, :process :n, :value [1 2 3]}\n", 100_000))
	for _, procs := range []int{1, 4} {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(procs))
		ctx, cancel := context.WithCancel(context.Background())
		calls := 0
		_, err := ReadBytes(ctx, "h", text, Options{Progress: func(done, total int64) { calls++; cancel() }})
		if !errors.Is(err, context.Canceled) || calls > 1 {
			t.Errorf("%d calls, then %v", calls, err)
		}
		for _, c := range compressors {
			_, err = Read(ctx, "h", bytes.NewReader(pack(t, c.name, okEDN)), Options{})
			if !errors.Is(err, context.Canceled) {
				t.Errorf("%s: got %v", c.name, err)
			}
		}
	}
}

// A single piece may be the whole of a text, so it looks at the context, too.
func TestCancelledInPiece(t *testing.T) {
	text := []byte(strings.Repeat("{:type :info, :process :n}\n", 10_000))
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	l := layout{src: edn.NewSource("h", text, edn.EDN), end: len(text)}
	p, cols := piece{limit: len(text)}, &history.Columns{}
	l.read(ctx, &p, cols)
	if !errors.Is(p.err, context.Canceled) || cols.Len() > 1000 {
		t.Errorf("%d ops, then %v", cols.Len(), p.err)
	}
}

// endless is a reader without an end.
type endless struct{}

func (endless) Read(p []byte) (int, error) { return copy(p, okEDN), nil }

func TestCancelledReader(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	r := endless{}
	_, err := Read(ctx, "h", io.MultiReader(io.LimitReader(r, 1<<20), readerFunc(func(p []byte) (int, error) { cancel(); return r.Read(p) })), Options{})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if _, err := Read(context.Background(), "h", r, Options{MaxBytes: 1 << 20}); err == nil {
		t.Error("read to the end of what has none")
	}
}

type readerFunc func(p []byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

func TestReaderFails(t *testing.T) {
	boom := errors.New("boom")
	r := io.MultiReader(strings.NewReader(okEDN), readerFunc(func([]byte) (int, error) { return 0, boom }))
	if _, err := Read(context.Background(), "h", r, Options{}); !errors.Is(err, boom) {
		t.Errorf("got %v", err)
	}
}

func TestProgress(t *testing.T) {
	text := []byte(strings.Repeat("{:type :info, :process :n, :value [1 2 3]}\n", 100_000))
	for _, procs := range []int{1, 4} {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(procs))
		for _, text := range [][]byte{text, text[:1000*43]} {
			last, calls := int64(0), 0
			_, err := ReadBytes(context.Background(), "h", text, Options{Progress: func(done, total int64) {
				if calls++; done <= last || done > total || total != int64(len(text)) {
					t.Errorf("%d of %d, after %d", done, total, last)
				}
				last = done
			}})
			if err != nil || last != int64(len(text)) || calls < len(text)>>20 {
				t.Errorf("%d calls, the last with %d of %d, %v", calls, last, len(text), err)
			}
		}
	}
}
