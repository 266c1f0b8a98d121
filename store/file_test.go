package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// compacted is a whole file that Jepsen wrote and then rid of what it did not need any more.
const compacted = `
	4a 45 50 53 45 4e 00 00 00 01 00 00 00 00 00 00 00 12 00 00 00 00 00 00 00 74 8b 04 29 79 00 01
	00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 0c 00 00 00 0c 00 00 00 00 00 00 00 86 00 00
	00 0b 00 00 00 00 00 00 01 1e 00 00 00 01 00 00 00 00 00 00 01 4b 00 00 00 0a 00 00 00 00 00 00
	01 87 00 00 00 04 00 00 00 00 00 00 01 d8 00 00 00 06 00 00 00 00 00 00 02 35 00 00 00 0d 00 00
	00 00 00 00 00 12 00 00 00 00 00 00 00 98 ee 28 87 cc 00 02 00 00 00 00 00 00 00 00 00 00 00 00
	00 00 c0 ec 0c ca f7 cd de 6e 61 6d 65 de 64 65 6d 6f ca f7 cd e3 0a 73 74 61 72 74 2d 74 69 6d
	65 e3 14 32 30 32 31 30 31 30 32 54 30 33 30 34 30 35 2e 30 30 36 5a ca f7 cd df 6e 6f 64 65 73
	e6 dc 6e 31 dc 6e 32 ca f7 cd e3 0b 63 6f 6e 63 75 72 72 65 6e 63 79 02 ca f7 cd e1 72 65 73 75
	6c 74 73 ef e3 09 62 6c 6f 63 6b 2d 72 65 66 01 0b ca f7 cd e1 68 69 73 74 6f 72 79 a0 01 00 00
	00 00 00 00 00 2d 1f e0 7f 5a 00 03 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 0a c0 e6
	ca f7 cd e0 76 61 6c 69 64 3f f6 00 00 00 00 00 00 00 3c b5 e3 62 c0 00 05 00 00 00 00 00 00 00
	00 00 00 00 00 00 00 00 00 00 00 00 00 00 03 00 00 00 00 00 00 00 00 00 00 00 04 00 00 00 00 00
	00 00 02 00 00 00 06 00 00 00 00 00 00 00 51 17 7e 35 45 00 03 00 00 00 00 00 00 00 00 00 00 00
	00 00 00 00 00 00 00 c0 e8 ca f7 cd df 63 6f 75 6e 74 01 ca f7 cd de 65 72 72 73 ef e3 13 70 65
	72 73 69 73 74 65 6e 74 2d 68 61 73 68 2d 73 65 74 01 e5 ca f7 cd db 61 00 00 00 00 00 00 00 5d
	3d ae 83 d6 00 04 00 00 00 00 00 00 00 00 00 00 00 00 00 00 ef e3 11 6a 65 70 73 65 6e 2e 68 69
	73 74 6f 72 79 2e 4f 70 07 00 53 e8 cd ca f7 cd e0 69 6e 76 6f 6b 65 00 cd ca f7 cd df 77 72 69
	74 65 03 f7 a0 01 72 1e 84 80 cd ca f7 cd dc 6f 6b 00 82 03 f7 00 00 00 00 00 00 00 67 44 f0 1a
	cb 00 04 00 00 00 00 00 00 00 00 00 00 00 00 00 00 ef e3 11 6a 65 70 73 65 6e 2e 68 69 73 74 6f
	72 79 2e 4f 70 07 02 72 2d c6 c0 cd ca f7 cd de 69 6e 66 6f ca f7 cd e1 6e 65 6d 65 73 69 73 cd
	ca f7 cd de 6b 69 6c 6c f7 c0 e6 ca f7 cd df 65 72 72 6f 72 e6 ca f7 cd db 78 db 79
`

const (
	compactedSum  = "9cdbd914f991a90507c6baebf6a14982525bb7f8fafca1eb40cf7a716c42be11"
	compactedTest = `{:name "demo", :start-time "20210102T030405.006Z", :nodes ["n1" "n2"], :concurrency 2}`
	compactedRuns = `{:valid? false, :count 1, :errs #{:a}}`
)

var compactedOps = []string{
	`{:index 0, :time 1000, :type :invoke, :process 0, :f :write, :value 3}`,
	`{:index 1, :time 2000000, :type :ok, :process 0, :f :write, :value 3}`,
	`{:index 2, :time 3000000, :type :info, :process :nemesis, :f :kill, :value nil, :error [:x "y"]}`,
}

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.Join(strings.Fields(s), ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func compactedFile(t testing.TB) []byte {
	b := unhex(t, compacted)
	if sum := sha256.Sum256(b); hex.EncodeToString(sum[:]) != compactedSum {
		t.Fatalf("the file in the test is not Jepsen's: %x", sum)
	}
	return b
}

func tempFile(t testing.TB, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "test.jepsen")
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func openBytes(t testing.TB, data []byte) *File {
	t.Helper()
	f, err := OpenFile(tempFile(t, data))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func mustHistory(t testing.TB, f *File) *History {
	t.Helper()
	h, err := f.History(context.Background(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func texts(h *History) (out []string) {
	for i := range h.Len() {
		out = append(out, h.Text(i).String())
	}
	return out
}

func wantOps(t *testing.T, f *File, want []string) {
	t.Helper()
	h := mustHistory(t, f)
	if got := strings.Join(texts(h), "\n"); got != strings.Join(want, "\n") {
		t.Errorf("history: got\n%s\nwant\n%s", got, strings.Join(want, "\n"))
	}
	if n, err := f.Len(); n != len(want) || err != nil {
		t.Errorf("Len: got %d, %v, want %d", n, err, len(want))
	}
	ops, err := f.Ops(0, len(want))
	if err != nil || len(ops) != len(want) {
		t.Fatalf("Ops: got %d, %v", len(ops), err)
	}
	for i, op := range ops {
		if op.String() != want[i] {
			t.Errorf("op %d: got %s, want %s", i, op, want[i])
		}
	}
}

func TestCompactedFile(t *testing.T) {
	f := openBytes(t, compactedFile(t))
	if test, err := f.Test(); err != nil || test.String() != compactedTest {
		t.Errorf("test: got %s, %v", test, err)
	}
	if r, err := f.Results(); err != nil || r.String() != compactedRuns {
		t.Errorf("results: got %s, %v", r, err)
	}
	if v, ok, err := f.Verdict(); v != verdict.Invalid || !ok || err != nil {
		t.Errorf("verdict: got %v, %v, %v", v, ok, err)
	}
	wantOps(t, f, compactedOps)
	h := mustHistory(t, f)
	if len(h.Losses) > 0 || h.Tuples || h.Lossy() || h.Pair(0) != 1 || h.ProcessName(h.Process(2)) != "nemesis" || h.F(2) != "kill" {
		t.Errorf("got %v, %v", h.Losses, h.Op(2))
	}
}

// writeRun writes the run that the compacted file is what is left of.
func writeRun(t testing.TB, opt WriterOptions) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "test.jepsen")
	w, err := Create(path, opt)
	if err != nil {
		t.Fatal(err)
	}
	must := func(err error) {
		if err != nil {
			t.Helper()
			t.Fatal(err)
		}
	}
	test := edn.MustParse(compactedTest)
	must(w.SaveTest(test))
	for _, op := range compactedOps {
		must(w.Add(edn.MustParse(op)))
	}
	must(w.EndHistory())
	must(w.SaveTest(test))
	must(w.SaveResults(edn.MustParse(compactedRuns)))
	must(w.Close())
	return path
}

// What we write is what Jepsen writes, byte by byte, but for the old indices
// that its indices list.
func TestWriteAsJepsen(t *testing.T) {
	path := writeRun(t, WriterOptions{ChunkOps: 2, Seal: -1})
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	first := unhex(t, `
		00 00 00 00 00 00 00 1D  79 7A 33 82  00 02  0000000000000000000000000000 F7
		00 00 00 00 00 00 00 8B  65 64 64 CE  00 02  0000000000000000000000000000
		C0 EC 0A CA F7 CD DE 6E 61 6D 65  DE 64 65 6D 6F CA F7 CD E3 0A 73 74 61 72 74 2D 74 69 6D 65
		E3 14 32 30 32 31 30 31 30 32 54 30 33 30 34 30 35 2E 30 30 36 5A
		CA F7 CD DF 6E 6F 64 65 73  E6 DC 6E 31 DC 6E 32 CA F7 CD E3 0B 63 6F 6E 63 75 72 72 65 6E 63 79  02
		CA F7 CD E1 68 69 73 74 6F 72 79 EF E3 09 62 6C 6F 63 6B 2D 72 65 66 01 01
		00 00 00 00 00 00 00 44  B2 F4 86 BE  00 01  0000000000000000000000000000
		00 00 00 02 00 00 00 01 00 00 00 00 00 00 00 12 00 00 00 02 00 00 00 00 00 00 00 2F
		00 00 00 03 00 00 00 00 00 00 00 BA`)
	if !bytes.HasPrefix(b[fileHeader:], first) {
		t.Errorf("the first blocks are\n% X", b[fileHeader:fileHeader+len(first)])
	}
	r, err := Verify(path)
	if err != nil || len(r.Losses) > 0 || r.Ops != 3 {
		t.Fatalf("got %+v, %v", r, err)
	}
	sizes := []int64{}
	for at := int64(fileHeader); at < int64(len(b)); {
		h := readHeader(b[at:])
		if h.typ != indexBlock {
			sizes = append(sizes, h.length)
		}
		at += h.length
	}
	for i, want := range []int64{29, 139, 93, 48, 103, 60, 139, 81, 45, 152} {
		if i >= len(sizes) || sizes[i] != want {
			t.Fatalf("got blocks of %d bytes, the one at %d should have %d", sizes, i, want)
		}
	}
	out := filepath.Join(t.TempDir(), "out.jepsen")
	if losses, err := Repair(path, out); err != nil || len(losses) > 0 {
		t.Fatalf("got %v, %v", losses, err)
	}
	if got, err := os.ReadFile(out); err != nil || !bytes.Equal(got, compactedFile(t)) {
		t.Errorf("%v, got\n% x\nwant\n% x", err, got, compactedFile(t))
	}
	if losses, err := Repair(out, out); err != nil || len(losses) > 0 {
		t.Fatalf("got %v, %v", losses, err)
	}
	if got, err := os.ReadFile(out); err != nil || !bytes.Equal(got, compactedFile(t)) {
		t.Errorf("compacting again changes the file: %v", err)
	}
}

// To read a closed file is an error that says so, not one of a file that shrank.
func TestClosed(t *testing.T) {
	many, _ := chunkedFile(t, 61, 16)
	f, err := OpenFile(tempFile(t, many))
	if err != nil {
		t.Fatal(err)
	}
	f.Close()
	f.Close()
	_, opsErr := f.Ops(0, 1)
	_, resultsErr := f.Results()
	_, _, verdictErr := f.Verdict()
	_, historyErr := f.History(context.Background(), Options{})
	for i, err := range []error{opsErr, resultsErr, verdictErr, historyErr} {
		if !errors.Is(err, fs.ErrClosed) {
			t.Errorf("%d: got %v", i, err)
		}
	}
}
