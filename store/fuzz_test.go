package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/format"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/fressian"
)

// FuzzOpen opens anything as a .jepsen file, also with its checksums made right, as what
// follows them would not be reached else. It must not panic, a rejection says where,
// and what is asked in several ways has one answer.
func FuzzOpen(f *testing.F) {
	f.Add(compactedFile(f), false)
	many, _ := chunkedFile(f, 61, 16)
	f.Add(many, true)
	f.Add(madeFile([]rawBlock{listOf(2, 0, 1), testOf(1)}, streamOf(2), rawBlock{unsealed, ""}), true)
	f.Add(madeFile([]rawBlock{streamOf(0, 1), vectorOf(2, 0, 1), vectorOf(2, 0, 2), testOf(3)}, streamOf(5)), true)
	f.Add(append(make([]byte, fileHeader+blockHeader), streamOf(0, 1, 2).data...), false)
	f.Add(singleOf(f, compactedTest, compactedRuns, oldOps), false)
	f.Fuzz(func(t *testing.T, data []byte, sums bool) {
		if len(data) < fileHeader {
			return
		}
		if sums {
			mendSums(data)
		}
		file := &File{path: "fuzz", data: data, unmap: func() {}}
		if err := file.open(); err != nil {
			var e *BlockError
			if !errors.As(err, &e) || e.Offset < 0 || e.Offset > int64(len(data)) {
				t.Fatalf("%T: %v", err, err)
			}
			return
		}
		report := file.verify()
		h, err := file.History(context.Background(), Options{})
		if err != nil {
			var block *BlockError
			var syntax *edn.SyntaxError
			if !errors.As(err, &block) && !errors.As(err, &syntax) || len(report.Losses) == 0 {
				t.Fatalf("%T: %v; verified, %v", err, err, report.Losses)
			}
			return
		}
		if report.Ops != h.Len() || h.Lossy() && len(report.Losses) == 0 {
			t.Fatalf("%d ops, verified %d; losses %v, verified %v", h.Len(), report.Ops, h.Losses, report.Losses)
		}
		checkWays(t, file, h)
	})
}

// checkWays checks that what is asked of a file in several ways has one answer.
func checkWays(t *testing.T, file *File, h *History) {
	t.Helper()
	spilled, err := file.History(context.Background(), Options{SpillBytes: 1, TempDir: t.TempDir()})
	if err != nil || !slices.Equal(texts(spilled), texts(h)) || fmt.Sprint(spilled.Losses) != fmt.Sprint(h.Losses) {
		t.Fatalf("spilled, %v: %v, not %v", err, spilled, h)
	}
	if n, err := file.Len(); err == nil { // the ops of a damaged file, too, are ops or an error
		ops, err := file.Ops(0, n)
		if err != nil && len(h.Losses) == 0 {
			t.Fatalf("got %d of %d ops, %v", n, h.Len(), err)
		}
		for i, op := range ops {
			if h.Lossy() {
				break
			}
			if op.String() != h.Text(i).String() {
				t.Fatalf("op %d is %s, of the history %s", i, op, h.Text(i))
			}
		}
	}
	_, _ = file.Test()
	v, saved, err := file.Verdict()
	if r, rErr := file.Results(); rErr == nil && err == nil && saved {
		if valid, _ := r.Get("valid?"); verdictOf(valid) != v {
			t.Fatalf("verdict %v of %s", v, r)
		}
	}
}

// mendSums makes the checksums of the blocks right that follow one another from the first.
func mendSums(data []byte) {
	for at := fileHeader; at+blockHeader <= len(data); {
		h := readHeader(data[at:])
		if !h.plausible(data[at:]) {
			return
		}
		putHeader(data[at:at+int(h.length)], h.typ)
		at += int(h.length)
	}
}

// FuzzOp decodes anything as an op. What the decoder says of an op is what the reader
// of texts finds in its text.
func FuzzOp(f *testing.F) {
	f.Add([]byte(streamOf(0, -1, 1).data))
	ok := "\xef\xe3\x11jepsen.history.Op\x07\x00\x01\xca\xf7\xdcok\x00\xf7\x05\xc0\xe6"
	f.Add([]byte(ok + "\xca\xf7\xdfvalue\x06")) // a further field that is none
	f.Add([]byte(ok + "\x07\x08"))
	for _, text := range append(manyOps(3), compactedOps[2], "{:type :ok, :process \"a\", :f :a/b, :value nil, :index 3}", "{:type :ok :f \"a\" :process -1}") {
		var e fressian.Encoder
		b, err := e.AppendOp(nil, edn.MustParse(text))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		d := fressian.NewDecoder(data, 0)
		for d.More() {
			var op fressian.Op
			text, err := d.AppendOp([]byte("  "), &op)
			if err != nil {
				return
			}
			var fast history.Row
			if !fill(&fast, &op, text) {
				continue
			}
			src := edn.NewSource("", text, edn.EDN)
			var rows format.RowReader
			slow, end, err := rows.Read(src, op.Start)
			if err != nil || end != len(text) || rowText(&fast, text) != rowText(slow, text) {
				t.Fatalf("%s:\ngot  %s\nwant %s, %v", text, rowText(&fast, text), rowText(slow, text), err)
			}
		}
	})
}

func rowText(r *history.Row, text []byte) string {
	value := "nil"
	if r.ValueHi > r.ValueLo {
		value = string(text[r.ValueLo:r.ValueHi])
	}
	return fmt.Sprint(r.Start, r.HasIndex, r.HasTime, r.HasProcess, r.Index, r.Time, r.Process, string(r.ProcessName), " ", string(r.F), r.Type, value)
}
