package store

import (
	"context"
	"testing"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/format"
)

// Ops of a .jepsen file that have a key beside their value are read as those of a text are, also
// if some are lost.
func TestKeyedOps(t *testing.T) {
	ops := []string{
		"{:index 0, :time 1, :type :invoke, :process 0, :f :write, :value 1, :key :a}",
		"{:index 1, :time 2, :type :ok, :process 0, :f :write, :value 1, :key :a}",
		"{:index 2, :time 3, :type :info, :process :nemesis, :f :kill, :value nil}",
		"{:index 3, :time 4, :type :invoke, :process 0, :f :bump, :value 2, :key :b}",
	}
	path := t.TempDir() + "/test.jepsen"
	w, err := Create(path, WriterOptions{ChunkOps: 3, Seal: -1})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.SaveTest(edn.MustParse(compactedTest)); err != nil {
		t.Fatal(err)
	}
	for _, op := range ops {
		if err := w.Add(edn.MustParse(op)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.EndHistory(); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	f, err := OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	h := mustHistory(t, f)
	if !h.Keyed() || !h.Tuples || h.Value(0).String() != "[:a 1]" || h.Value(3).String() != "[:b 2]" || h.Value(2).String() != "nil" || h.F(3) != "bump" {
		t.Errorf("got %s", h.Source().Text)
	}
	m, err := format.ParseMapping("f=bump:add,key=")
	if err != nil {
		t.Fatal(err)
	}
	h, err = f.History(context.Background(), Options{Map: m})
	if err != nil || h.Keyed() || h.Value(0).String() != "1" || h.F(3) != "add" {
		t.Errorf("mapped, %v: %s", err, h.Source().Text)
	}
	c := f.chunks[0]
	broken := append([]byte(nil), f.data...)
	broken[c.off+c.length-1] ^= 0xff
	h = mustHistory(t, openBytes(t, broken))
	if h.Len() != 1 || !h.Keyed() || h.Value(0).String() != "[:b 2]" || h.Warnings()[0].Code != "lost-ops" || h.Warnings()[0].Count != 3 {
		t.Errorf("damaged: %s, %v", h.Source().Text, h.Warnings())
	}
}
