//go:build unix

package format

import (
	"context"
	"errors"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/par"
)

// longText is a history of several pages and pieces.
func longText(ops int) string {
	op := `{:type :info, :process :nemesis, :value "` + strings.Repeat("x", 500) + `"}` + "\n"
	return strings.Repeat(op, ops)
}

// A file that shrinks while its history is in use is an error, not a crash.
func TestShrinksInUse(t *testing.T) {
	path := writeFile(t, []byte(longText(1000)))
	h, err := ReadFile(context.Background(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(path, 5000); err != nil {
		t.Fatal(err)
	}
	var fault *par.FaultError
	err = par.Guard(func() error {
		for op := range h.Ops() {
			if _, err := edn.Decode(op.Value); err != nil {
				return err
			}
		}
		return nil
	})
	// What is left of the last page reads as zeros.
	var syntax *edn.SyntaxError
	if !errors.As(err, &fault) && !errors.As(err, &syntax) {
		t.Errorf("walk: got %v", err)
	}
	err = par.Do(context.Background(), 100, func(i int) error {
		_, err := edn.AppendEDN(nil, h.Value(900+i))
		return err
	})
	if !errors.As(err, &fault) {
		t.Errorf("work: got %v", err)
	}
	runtime.KeepAlive(h)
}

// A file that shrinks while it is read is an error as well.
func TestShrinksWhileRead(t *testing.T) {
	for _, procs := range []int{1, 4} {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(procs))
		path := writeFile(t, []byte(longText(10_000)))
		_, err := ReadFile(context.Background(), path, Options{Progress: func(done, total int64) {
			if err := os.Truncate(path, 0); err != nil {
				t.Error(err)
			}
		}})
		var syntax *edn.SyntaxError
		if !errors.As(err, &syntax) || syntax.File != path || !strings.Contains(syntax.Msg, "the file shrank") {
			t.Errorf("got %v", err)
		}
	}
}

// observe maps a file and tells when it is unmapped.
func observe(t *testing.T, text string) (in *input, unmapped chan struct{}) {
	t.Helper()
	f, err := os.Open(writeFile(t, []byte(text)))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if in, err = mapFile(f, int64(len(text))); err != nil {
		t.Fatal(err)
	}
	unmapped = make(chan struct{})
	unmap := in.unmap
	in.unmap = func() { unmap(); close(unmapped) }
	return in, unmapped
}

func collected(unmapped chan struct{}, wait time.Duration) bool {
	for end := time.Now().Add(wait); ; {
		runtime.GC()
		select {
		case <-unmapped:
			return true
		case <-time.After(time.Millisecond):
			if time.Now().After(end) {
				return false
			}
		}
	}
}

// Whatever can still see into a mapping keeps it: the history, or a value.
func TestMappingLives(t *testing.T) {
	in, unmapped := observe(t, okEDN+"{:type :ok :process 0 :value [1 2]}")
	h, err := read(context.Background(), "h", in, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if collected(unmapped, 20*time.Millisecond) {
		t.Fatal("unmapped under a history")
	}
	v := h.Value(1)
	runtime.KeepAlive(h)
	h = nil
	if collected(unmapped, 20*time.Millisecond) {
		t.Fatal("unmapped under a value")
	}
	if v.String() != "[1 2]" {
		t.Errorf("got %s", v)
	}
	runtime.KeepAlive(v)
	v = edn.Value{}
	if !collected(unmapped, 10*time.Second) {
		t.Error("never unmapped")
	}
	_, _ = h, v
}

func TestUnmappedAfterError(t *testing.T) {
	for _, text := range []string{"hello", okEDN + okEDN, okEDN + "{"} {
		in, unmapped := observe(t, text)
		if _, err := read(context.Background(), "h", in, Options{}); err == nil {
			t.Fatalf("%q: no error", text)
		}
		select {
		case <-unmapped:
		default:
			t.Errorf("%q: still mapped", text)
		}
	}
}

// Names are copied out of the text, so they outlive it.
func TestNamesOutliveMapping(t *testing.T) {
	in, unmapped := observe(t, "{:type :info :process :nemesis :f :kill}")
	h, err := read(context.Background(), "h", in, Options{})
	if err != nil {
		t.Fatal(err)
	}
	op := h.Op(0)
	op.Value, h = edn.Value{}, nil
	if !collected(unmapped, 10*time.Second) {
		t.Fatal("never unmapped")
	}
	if op.Process != "nemesis" || op.F != "kill" || op.Type != history.Info {
		t.Errorf("got %v", op)
	}
	_ = h
}
