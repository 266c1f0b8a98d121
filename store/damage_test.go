package store

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/seed-c33ae711/jcheck/edn"
	core "github.com/seed-c33ae711/jcheck/history"
)

// chunkedFile is a run of some chunks, as it was written: with old blocks in
// it.
func chunkedFile(t testing.TB, ops, chunk int) ([]byte, []string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "test.jepsen")
	w, err := Create(path, WriterOptions{ChunkOps: chunk, Seal: -1})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.SaveTest(edn.MustParse(compactedTest)); err != nil {
		t.Fatal(err)
	}
	texts := manyOps(ops)
	for _, op := range texts {
		if err := w.Add(edn.MustParse(op)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.EndHistory(); err != nil {
		t.Fatal(err)
	}
	if err := w.SaveResults(edn.MustParse(compactedRuns)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b, texts
}

// manyOps are ops of five processes.
func manyOps(n int) (texts []string) {
	open := map[int]int{}
	for i := range n {
		p := i * 7 % 5
		op := fmt.Sprintf("{:index %d, :time %d, :type :invoke, :process %d, :f :txn, :value [[:append %d %d] [:r %d nil]]}", i, i*1000+7, p, i%3, i, i%4)
		if at, ok := open[p]; ok {
			op = fmt.Sprintf("{:index %d, :time %d, :type :ok, :process %d, :f :txn, :value [[:append %d %d] [:r %d [1 2 %d]]]}", i, i*1000+7, p, at%3, at, at%4, at)
			delete(open, p)
		} else {
			open[p] = i
		}
		texts = append(texts, op)
	}
	return texts
}

// checkDamaged opens a damaged file of known ops. It is refused with an offset,
// or what it gives are some of the ops, in order, and a loss is stated if some
// are missing. It returns how many were recovered.
func checkDamaged(t *testing.T, what string, data []byte, want []string) int {
	t.Helper()
	path := tempFile(t, data)
	f, err := OpenFile(path)
	if err != nil {
		if !strings.Contains(err.Error(), "offset ") {
			t.Errorf("%s: refused without an offset: %v", what, err)
		}
		return 0
	}
	defer f.Close()
	h, err := f.History(context.Background(), Options{})
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	at := 0
	for _, op := range texts(h) {
		i := slices.Index(want[at:], op)
		if i < 0 {
			t.Fatalf("%s: %s is none of the ops behind op %d", what, op, at)
		}
		at += i + 1
	}
	switch {
	case h.Len() < len(want) && !h.Lossy():
		t.Fatalf("%s: %d of %d ops, and no loss: %v", what, h.Len(), len(want), h.Losses)
	case h.Lossy() != (len(h.Warnings()) > 0 && h.Warnings()[0].Code == core.LostOps):
		t.Fatalf("%s: losses %v, warnings %v", what, h.Losses, h.Warnings())
	}
	checkSomeOps(t, what, f, want)
	if test, err := f.Test(); err == nil && !test.IsZero() && test.String() != compactedTest {
		t.Errorf("%s: test is %s", what, test)
	}
	if r, err := f.Results(); err == nil && !r.IsZero() && r.String() != compactedRuns {
		t.Errorf("%s: results are %s", what, r)
	}
	return h.Len()
}

// checkSomeOps asks a damaged file for ops by position: it gives some of the known ones, or an
// error.
func checkSomeOps(t *testing.T, what string, f *File, want []string) {
	t.Helper()
	n, err := f.Len()
	if err != nil {
		return
	}
	for _, lo := range []int{0, n / 2, max(n-1, 0)} {
		ops, err := f.Ops(lo, n)
		if err != nil {
			continue
		}
		if len(ops) != n-lo {
			t.Fatalf("%s: %d ops from %d of %d", what, len(ops), lo, n)
		}
		for _, op := range ops {
			if !slices.Contains(want, op.String()) {
				t.Fatalf("%s: %s is none of the ops", what, op)
			}
		}
	}
}

// Of a file that was cut short never more is recovered than of a longer one.
func TestPrefixes(t *testing.T) {
	many, ops := chunkedFile(t, 61, 16)
	for _, c := range []struct {
		name string
		data []byte
		ops  []string
		last int // recovered without the last byte, which is in a chunk, or in an index
	}{{"compacted", compactedFile(t), compactedOps, 2}, {"chunks", many, ops, 61}} {
		recovered := 0
		for n := range len(c.data) {
			got := checkDamaged(t, fmt.Sprintf("%s: %d of %d bytes", c.name, n, len(c.data)), c.data[:n], c.ops)
			if got < recovered {
				t.Errorf("%s: %d bytes give %d ops, fewer bytes gave %d", c.name, n, got, recovered)
			}
			recovered = got
		}
		if recovered != c.last {
			t.Errorf("%s: but for the last byte, %d of %d ops", c.name, recovered, len(c.ops))
		}
	}
}

// Every byte, changed, and random bits.
func TestFlips(t *testing.T) {
	many, ops := chunkedFile(t, 61, 16)
	for i := range compactedFile(t) {
		b := compactedFile(t)
		b[i] ^= 0xff
		checkDamaged(t, fmt.Sprintf("byte %d", i), b, compactedOps)
	}
	n := 10_000
	if testing.Short() {
		n = 500
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range n {
		b := slices.Clone(many)
		what := "bits"
		for range 1 + r.IntN(3) {
			at, bit := r.IntN(len(b)), r.IntN(8)
			b[at] ^= 1 << bit
			what += fmt.Sprintf(" %d.%d", at, bit)
		}
		checkDamaged(t, what, b, ops)
	}
}

// A run that died leaves a stream that nobody sealed.
func TestUnsealedTail(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.jepsen")
	w, err := Create(path, WriterOptions{ChunkOps: 1 << 20, Seal: -1})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.SaveTest(edn.MustParse(compactedTest)); err != nil {
		t.Fatal(err)
	}
	ops := manyOps(1000)
	for i, op := range ops {
		if err := w.Add(edn.MustParse(op)); err != nil {
			t.Fatal(err)
		}
		if i == 299 {
			if err := w.Flush(); err != nil {
				t.Fatal(err)
			}
		}
	}
	b, err := os.ReadFile(path) // as a run leaves it that is killed now
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	n := checkDamaged(t, "unsealed", b, ops)
	if n <= 600 || n >= 1000 { // all but what waited to be written
		t.Errorf("recovered %d ops", n)
	}
	if f := openBytes(t, b); len(mustHistory(t, f).Losses) != 1 {
		t.Errorf("got losses %v", mustHistory(t, f).Losses)
	}
	for k := len(b) - 2000; k < len(b); k += 17 {
		if m := checkDamaged(t, fmt.Sprintf("%d bytes", k), b[:k], ops); m > n || m < 300 {
			t.Errorf("%d bytes: recovered %d ops", k, m)
		}
	}
	clear(b[:fileHeader]) // it died before the first index counted
	if m := checkDamaged(t, "no header", b, ops); m != n {
		t.Errorf("recovered %d ops without a header, %d with it", m, n)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	wantOps(t, openBytes(t, whole), ops)
}

// A program that saves the test of a repaired file anew, as it was shown it, does
// not make the losses forgotten.
func TestRepairedTestSavedAnew(t *testing.T) {
	path := tempFile(t, madeFile([]rawBlock{streamOf(0, 1), vectorOf(3, 0, 1), testOf(2)}))
	if _, err := Repair(path, path); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		f, err := OpenFile(path)
		if err != nil {
			t.Fatal(err)
		}
		test, err := f.Test()
		if err != nil || strings.Contains(test.String(), "losses") || !mustHistory(t, f).Lossy() {
			t.Fatalf("got %s, %v; losses %v", test, err, mustHistory(t, f).Losses)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		w, err := Append(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.SaveTest(test); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// A repaired file says what the damaged one said.
func TestRepair(t *testing.T) {
	data, ops := chunkedFile(t, 61, 16)
	for at := fileHeader; at < len(data); {
		b := slices.Clone(data)
		h := readHeader(b[at:])
		b[at+int(h.length)-1] ^= 1
		at += int(h.length)
		out := filepath.Join(t.TempDir(), "out.jepsen")
		losses, err := Repair(tempFile(t, b), out)
		if err != nil {
			t.Fatalf("block before %d: %v", at, err)
		}
		damaged, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		was, is := openBytes(t, b), openBytes(t, damaged)
		hw, hi := mustHistory(t, was), mustHistory(t, is)
		if !slices.Equal(texts(hw), texts(hi)) {
			t.Errorf("block before %d: other ops: %d, not %d", at, hi.Len(), hw.Len())
		}
		if hw.Lossy() != hi.Lossy() || fmt.Sprint(hw.Warnings()) != fmt.Sprint(hi.Warnings()) {
			t.Errorf("block before %d: %v, %v, then %v, %v", at, hw.Losses, hw.Warnings(), hi.Losses, hi.Warnings())
		}
		if len(losses) == 0 && hw.Lossy() {
			t.Errorf("block before %d: no losses reported of %v", at, hw.Losses)
		}
		rw, _ := was.Results()
		ri, err := is.Results()
		if err != nil || rw.String() != ri.String() {
			t.Errorf("block before %d: results %s, then %s, %v", at, rw, ri, err)
		}
		again := filepath.Join(t.TempDir(), "again.jepsen")
		if _, err := Repair(out, again); err != nil {
			t.Error(err)
		}
		twice, err := os.ReadFile(again)
		if err != nil {
			t.Fatal(err)
		}
		if got := mustHistory(t, openBytes(t, twice)); !slices.Equal(texts(got), texts(hi)) || fmt.Sprint(got.Warnings()) != fmt.Sprint(hi.Warnings()) {
			t.Errorf("block before %d: repaired twice, %v, not %v", at, got.Warnings(), hi.Warnings())
		}
		checkDamaged(t, "repaired", twice, ops)
	}
}
