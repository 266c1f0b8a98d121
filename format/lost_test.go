package format

import (
	"bytes"
	"context"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/seed-c33ae711/jcheck/history"
)

// A history that lacks ops says so when it was written and read again, wherever they
// are missing, with the same pairs: a completion behind the gap belongs to no
// invocation before it.
func TestLossSurvives(t *testing.T) {
	ctx := context.Background()
	rapid.Check(t, func(t *rapid.T) {
		const text = `{:type :invoke, :process 0, :f :read, :value nil}
{:type :invoke, :process 1, :f :write, :value 5}
{:type :ok, :process 0, :f :read, :value 1}
{:type :ok, :process 1, :f :write, :value 5}
`
		cut, ops := rapid.IntRange(0, 4).Draw(t, "cut"), rapid.IntRange(-1, 9).Draw(t, "missing")
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
				var want, got []int
				for i := range h.Len() {
					want = append(want, h.Pair(i))
				}
				for i := range back.Len() {
					if pair := back.Pair(i); !back.IsLostMark(i) {
						if pair > cut {
							pair--
						}
						got = append(got, pair)
					}
				}
				if h.Len() == 4 && !slices.Equal(want, got) {
					t.Fatalf("%s: pairs %v, want %v\n%s", f, got, want, out.String())
				}
				if x, err := Export(ctx, h, Plume, ExportOptions{}); err == nil {
					t.Fatalf("expected that Plume's format cannot say it, got %v", x)
				}
				h = back
			}
		}
	})
}
