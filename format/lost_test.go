package format

import (
	"bytes"
	"context"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/seed-c33ae711/jcheck/history"
)

// gapped reads two overlapping operations and leaves a gap before the op at cut.
func gapped(t *rapid.T, cut, ops int) *history.History {
	const text = `{:type :invoke, :process 0, :f :read, :value nil}
{:type :invoke, :process 1, :f :write, :value 5}
{:type :ok, :process 0, :f :read, :value 1}
{:type :ok, :process 1, :f :write, :value 5}
`
	b := history.NewBuilder(nil)
	i := 0
	for op := range mustRead(t, text).Ops() {
		if i == cut {
			b.Gap(ops)
		}
		e := history.Entry{Type: op.Type, Process: int64(op.Pos % 2), F: op.F, Value: op.Value}
		if err := b.Append(e); err != nil {
			t.Fatal(err)
		}
		i++
	}
	if i == cut {
		b.Gap(ops)
	}
	h, err := b.History()
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// pairsWithout lists the pair of each op as if the mark were not there.
func pairsWithout(h *history.History, mark int) (pairs []int) {
	for i := range h.Len() {
		if i == mark {
			continue
		}
		pair := h.Pair(i)
		if pair > mark {
			pair--
		}
		pairs = append(pairs, pair)
	}
	return pairs
}

// A history that lacks ops says so when it was written and read again, wherever they
// are missing, with the same pairs: a completion behind the gap belongs to no
// invocation before it.
func TestLossSurvives(t *testing.T) {
	ctx := context.Background()
	rapid.Check(t, func(t *rapid.T) {
		cut, ops := rapid.IntRange(0, 4).Draw(t, "cut"), rapid.IntRange(-1, 9).Draw(t, "missing")
		h := gapped(t, cut, ops)
		pairs := pairsWithout(h, h.Len())
		n, lost := h.Lost()
		if !lost {
			t.Fatal("expected a history that lacks ops")
		}
		for _, f := range []Format{EDN, JSON, JSONL} {
			for range 2 { // a mark is written once
				var out bytes.Buffer
				x, err := Export(ctx, h, f, ExportOptions{})
				if err != nil {
					t.Fatal(err)
				}
				if err := x.Files[0].Write(&out); err != nil {
					t.Fatal(err)
				}
				back := mustRead(t, out.String())
				if m, lost := back.Lost(); !lost || m != n || back.Whole() != cut || back.Len() != 5 || !back.IsLostMark(cut) {
					t.Fatalf("%s: %d, %v, whole %d of %d, want %d, %d\n%s", f, m, lost, back.Whole(), back.Len(), n, cut, out.String())
				}
				if got := pairsWithout(back, cut); !slices.Equal(pairs, got) {
					t.Fatalf("%s: pairs %v, want %v\n%s", f, got, pairs, out.String())
				}
				if x, err := Export(ctx, h, Plume, ExportOptions{}); err == nil {
					t.Fatalf("expected that Plume's format cannot say it, got %v", x)
				}
				h = back
			}
		}
	})
}
