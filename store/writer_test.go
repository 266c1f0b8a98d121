package store

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/verdict"
)

func create(t *testing.T, opt WriterOptions) (*Writer, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "test.jepsen")
	w, err := Create(path, opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.Close() })
	if err := w.SaveTest(edn.MustParse(compactedTest)); err != nil {
		t.Fatal(err)
	}
	return w, path
}

func open(t *testing.T, path string) *File {
	t.Helper()
	f, err := OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// Chunks that were sealed early are joined: they stay few, none is longer than it may
// be, and each reads as it was written, whatever was cached in those before it.
func TestJoinedChunks(t *testing.T) {
	w, path := create(t, WriterOptions{ChunkOps: 64, Seal: -1})
	ops := manyOps(300)
	for i, op := range ops {
		if err := w.Add(edn.MustParse(op)); err != nil {
			t.Fatal(err)
		}
		if i%3 == 0 {
			if err := w.Flush(); err != nil {
				t.Fatal(err)
			}
			wantOps(t, open(t, path), ops[:i+1])
		}
	}
	if err := w.EndHistory(); err != nil {
		t.Fatal(err)
	}
	f := open(t, path)
	wantOps(t, f, ops)
	at := 0
	for i, c := range f.chunks {
		if c.n > 64 || indexOf([]byte(ops[at])) != int64(at) {
			t.Errorf("chunk %d has %d ops", i, c.n)
		}
		at += c.n
	}
	if len(f.chunks) > 20 {
		t.Errorf("there are %d chunks", len(f.chunks))
	}
	for lo := range ops { // each from a chunk of its own, in an order that caches get wrong
		lo = lo * 67 % len(ops)
		if got, err := f.Ops(lo, lo+1); err != nil || len(got) != 1 || got[0].String() != ops[lo] {
			t.Fatalf("op %d is %v, %v", lo, got, err)
		}
	}
}

// An op that cannot be written costs nothing else, though some of it is cached by then.
func TestRefusedOp(t *testing.T) {
	w, path := create(t, WriterOptions{Seal: -1})
	ops := manyOps(4)
	for i, op := range ops {
		if i%2 == 0 {
			if err := w.Add(edn.MustParse(`{:index 2, :type :weird, :f :other, :value [:new \😀]}`)); err == nil {
				t.Fatal("an op with a character beyond Java's was taken")
			}
		}
		if err := w.Add(edn.MustParse(op)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.EndHistory(); err != nil {
		t.Fatal(err)
	}
	wantOps(t, open(t, path), ops)
}

// Ops do not wait for others to come, nor become many bytes.
func TestSealedInTime(t *testing.T) {
	w, path := create(t, WriterOptions{Seal: time.Millisecond})
	ops := manyOps(2)
	if err := w.Add(edn.MustParse(ops[0])); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(time.Millisecond) {
		if n, err := open(t, path).Len(); err == nil && n == 1 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("an op is not sealed after 10 s")
		}
	}
	w, path = create(t, WriterOptions{Seal: -1})
	long := fmt.Sprintf("{:index 0, :type :info, :process :nemesis, :f :x, :value %q}", strings.Repeat("x", sealBytes))
	if err := w.Add(edn.MustParse(long)); err != nil {
		t.Fatal(err)
	}
	if h := mustHistory(t, open(t, path)); h.Len() != 1 || h.Lossy() {
		t.Errorf("%d ops are sealed; losses %v", h.Len(), h.Losses)
	}
}

// A file has one writer, and who was refused keeps nobody else out.
func TestOneWriter(t *testing.T) {
	w, path := create(t, WriterOptions{Seal: -1})
	if err := w.EndHistory(); err != nil {
		t.Fatal(err)
	}
	if other, err := Append(path); err == nil {
		other.Close()
		t.Error("a file has two writers")
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	sound, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, data := range [][]byte{sound[:len(sound)-1], sound} {
		if err := os.WriteFile(path, data, 0o666); err != nil {
			t.Fatal(err)
		}
		w, err := Append(path)
		if (err == nil) != (len(data) == len(sound)) {
			t.Errorf("%d of %d bytes: got %v", len(data), len(sound), err)
		}
		if err == nil {
			w.Close()
		}
	}
}

// A diskLog notes what is done to a file.
type diskLog struct {
	disk
	did []string
}

func (d *diskLog) WriteAt(b []byte, off int64) (int, error) {
	what := "pointer"
	if off >= fileHeader {
		what = readHeader(b).typ.String()
	}
	d.did = append(d.did, what)
	return d.disk.WriteAt(b, off)
}

func (d *diskLog) Sync() error {
	d.did = append(d.did, "sync")
	return d.disk.Sync()
}

// What the pointer leads to is on the disk before the pointer is, and that before the
// step is done.
func TestOrderOfWrites(t *testing.T) {
	w, _ := create(t, WriterOptions{Seal: -1})
	d := &diskLog{disk: w.file}
	w.file = d
	if err := w.Add(edn.MustParse(compactedOps[0])); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		do   func() error
		want string
	}{
		{w.EndHistory, "stream, big vector, index, sync, pointer, sync"},
		{func() error { return w.SaveTest(edn.MustParse(compactedTest)) }, "value, index, sync, pointer, sync"},
		{func() error { return w.SaveResults(edn.MustParse(compactedRuns)) }, "partial map, partial map, value, index, sync, pointer, sync"},
	} {
		d.did = nil
		if err := step.do(); err != nil || strings.Join(d.did, ", ") != step.want {
			t.Errorf("%v, did %s, want %s", err, strings.Join(d.did, ", "), step.want)
		}
	}
}

// What is saved of a test has no passwords, and what is read of one neither.
func TestPasswords(t *testing.T) {
	w, path := create(t, WriterOptions{Seal: -1})
	if err := w.SaveTest(edn.MustParse(`{:name "a", :ssh {:username "root", :password "pa55", :passphrase nil}}`)); err != nil {
		t.Fatal(err)
	}
	const want = `{:name "a", :ssh {:username "root", :password :redacted, :passphrase nil}}`
	if test, err := open(t, path).Test(); err != nil || test.String() != want {
		t.Errorf("got %s, %v", test, err)
	}
	if b, err := os.ReadFile(path); err != nil || bytes.Contains(b, []byte("pa55")) {
		t.Errorf("the password is in the file, %v", err)
	}
}

// What only a running test has is not saved, by the names that Jepsen knows and by those that the
// test lists.
func TestUnsavedKeys(t *testing.T) {
	w, path := create(t, WriterOptions{Seal: -1})
	if err := w.SaveTest(edn.MustParse(`{:name "a", :client {:conn 1}, :pool 3, :nonserializable-keys [:pool "other"], :other 4, :kept 5}`)); err != nil {
		t.Fatal(err)
	}
	if test, err := open(t, path).Test(); err != nil || test.String() != `{:name "a", :nonserializable-keys [:pool "other"], :kept 5}` {
		t.Errorf("got %s, %v", test, err)
	}
}

// partOf is the block of a partial map: keys of one letter, small numbers, and the id of
// the rest.
func partOf(rest int, entries string) rawBlock {
	data := "\x00\x00\x00" + string(rune(rest)) + "\xc0\xec" + string(rune(len(entries)))
	for i, c := range []byte(entries) {
		if i%2 == 0 {
			data += "\xca\xf7\xdb" + string(rune(c))
		} else {
			data += string(rune(c - '0'))
		}
	}
	return rawBlock{partialBlock, data}
}

func TestResultsInParts(t *testing.T) {
	root := rawBlock{valueBlock, "\xc0\xe6\xca\xf7\xe1results\xef\xe3\x09block-ref\x01\x01"}
	f := openBytes(t, madeFile([]rawBlock{partOf(2, "a1b2"), partOf(0, "b3c4"), root}))
	if r, err := f.Results(); err != nil || r.String() != "{:a 1, :b 2, :c 4}" {
		t.Errorf("got %s, %v: the first part that has a key counts", r, err)
	}
	f = openBytes(t, madeFile([]rawBlock{partOf(2, "a1b2"), partOf(1, "b3c4"), root}))
	if r, err := f.Results(); err == nil || !strings.Contains(err.Error(), "found a cycle") {
		t.Errorf("got %s, %v", r, err)
	}
	for text, want := range map[string]verdict.Verdict{"true": verdict.Valid, "false": verdict.Invalid, ":unknown": verdict.Unknown, "nil": verdict.Unknown, "1": verdict.Unknown} {
		if v := verdictOf(edn.MustParse(text)); v != want {
			t.Errorf("%s is %v, want %v", text, v, want)
		}
	}
}

// A pair of an independent test is known for one; a text that is too long and a version
// that is too new are refused.
func TestTuplesAndLimits(t *testing.T) {
	op := "\xef\xe3\x11jepsen.history.Op\x07\x00\x01\xca\xf7\xdcok\x00\xf7\xef\xe3\x09map-entry\x02\x05\xe6\x01\x02\xf7"
	data := madeFile([]rawBlock{{streamBlock, op}, vectorOf(1, 0, 1), testOf(2)})
	f := openBytes(t, data)
	if h := mustHistory(t, f); !h.Tuples || h.Text(0).String() != "{:index 0, :time 1, :type :ok, :process 0, :f nil, :value [5 [1 2]]}" {
		t.Errorf("tuples %v: %v", h.Tuples, h.Text(0))
	}
	if _, err := f.History(context.Background(), Options{MaxBytes: 10}); err == nil || !strings.Contains(err.Error(), "at most 10 bytes") {
		t.Errorf("got %v", err)
	}
	data[len(magic)+3] = 2
	if _, err := OpenFile(tempFile(t, data)); err == nil || !strings.Contains(err.Error(), "expected version 0 or 1 of the format, found 2") {
		t.Errorf("got %v", err)
	}
}

// A repair leaves no other file behind.
func TestRepairLeavesNothing(t *testing.T) {
	path := tempFile(t, compactedFile(t))
	for _, out := range []string{path, filepath.Join(filepath.Dir(path), "none", "out")} {
		_, err := Repair(path, out)
		if names, _ := os.ReadDir(filepath.Dir(path)); len(names) != 1 || (err == nil) != (out == path) {
			t.Errorf("%v, and there are %v", err, names)
		}
	}
}
