package elle

import (
	"context"
	"slices"
	"testing"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/format"
)

// FuzzFast: what the fast path decodes, the scanner decodes the same way.
func FuzzFast(f *testing.F) {
	for _, s := range []string{
		"[[:append 5 1] [:r 6 [1 2]]]", "[[:r 6 nil][:r 7 []]]", "[]", "[[:append 010 1]]", "[[:r 1 [1,2]]]", "[[:append -1 -2]] ",
		`[["append",5,1],["r",6,[1,2]]]`, `[["r",6,null]["r",7,[]]]`, `[["r",6,null],]`, `[["append",01,1]]`, `[["r",1,[1,]]]`,
	} {
		f.Add(s, false)
		f.Add(s, true)
	}
	f.Fuzz(func(t *testing.T, value string, json bool) {
		text := "{:type :ok, :process 0, :value " + value + "}"
		if json {
			text = `{"type":"ok","process":0,"value":` + value + "}"
		}
		h, err := format.ReadBytes(context.Background(), "h", []byte(text), format.Options{})
		if err != nil || h.Len() != 1 {
			return
		}
		lo, hi := h.ValueSpan(0)
		var fast, slow chunk
		d := &decoder{x: collect(h), src: h.Source(), sep: ' '}
		if d.src.Syntax == edn.JSON {
			d.sep = ','
		}
		d.out = &fast
		d.begin(0)
		if lo == hi || !d.fastTxn(0, lo, hi) {
			return
		}
		e := &decoder{x: d.x, src: d.src, out: &slow} // without a separator, no text is plain
		if err := e.txn(0); err != nil {
			t.Fatalf("%q: the fast path accepts what the scanner refuses: %v", value, err)
		}
		if !slices.Equal(fast.mops, slow.mops) || !slices.Equal(fast.key, slow.key) || !slices.Equal(fast.keys, slow.keys) {
			t.Fatalf("%q:\nfast %v %v %v\nslow %v %v %v", value, fast.mops, fast.key, fast.keys, slow.mops, slow.key, slow.keys)
		}
	})
}
