package page

import (
	"cmp"
	"context"
	"encoding/base64"
	"encoding/binary"
	"slices"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/par"
	"github.com/seed-c33ae711/jcheck/query"
	"github.com/seed-c33ae711/jcheck/result"
)

// How many keys have a row in the timeline, how many operations they have together,
// and how many keys are counted at most.
const (
	mostKeys    = 48
	mostKeyOps  = 200_000
	mostCounted = 1 << 20
	keyChunk    = 1 << 14
)

// keyRows are the keys that have rows in the timeline: those of faults, then the busiest.
type keyRows struct {
	Names []string `json:"names"`
	Total int      `json:"total"` // of all keys; 0 if they are too many to count
	// Packed is base64 of what is deflated: for each key the number of its operations,
	// and the differences of their places, all as varints.
	Packed string `json:"packed"`
}

// hashOf is what keys are counted by.
func hashOf(key edn.Value) uint64 {
	if n, ok := key.Int(); ok {
		return (uint64(n) + 1) * 0x9E3779B97F4A7C15
	}
	return edn.Hash(key)
}

// eachKey yields what an operation is about.
func eachKey(h *history.History, op int, yield func(key edn.Value)) {
	v := h.Value(op)
	if v.Kind() == edn.Map { // of accounts, or of fields such as a key
		if key, ok := v.Get("key"); ok {
			yield(key)
		}
		return
	}
	_ = query.EachKey(v, func(key edn.Value) bool { yield(key); return true }) // what cannot be read is about nothing
}

// begins reports whether an operation of a client has its place at an event, and which
// event tells what it is about: that with a value.
func begins(h *history.History, i int) (tells int, ok bool) {
	if h.Type(i) != history.Invoke && h.Pair(i) >= 0 {
		return 0, false
	}
	if c := h.Pair(i); c >= 0 && h.Type(i) == history.Invoke && h.Type(c) == history.OK {
		return c, true
	}
	return i, true
}

// tally is what is known of a key.
type tally struct {
	n    int
	hash uint64
	key  edn.Value
}

// keysOf finds the rows by key. Some keys come first.
func keysOf(ctx context.Context, h *history.History, first []edn.Value) (*keyRows, error) {
	all, total, err := countKeys(ctx, h)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	var top []tally
	chosen := map[uint64]int{}
	choose := func(t tally) {
		if _, ok := chosen[t.hash]; !ok && len(top) < mostKeys {
			chosen[t.hash] = len(top)
			top = append(top, t)
		}
	}
	for _, key := range first {
		if t, ok := all[hashOf(key)]; ok {
			choose(t)
		}
	}
	busy := make([]tally, 0, len(all))
	for _, t := range all {
		busy = append(busy, t)
	}
	place := func(t tally) int { lo, _ := t.key.Span(); return lo }
	slices.SortFunc(busy, func(a, b tally) int { return cmp.Or(b.n-a.n, cmp.Compare(place(a), place(b))) })
	for _, t := range busy[:min(len(busy), 2*mostKeys)] {
		choose(t)
	}
	out := &keyRows{Total: total}
	ops, left := placesOf(h, chosen, len(top)), mostKeyOps
	var column []byte
	for i, t := range top {
		if len(ops[i]) > left {
			continue
		}
		left -= len(ops[i])
		out.Names = append(out.Names, clean(result.Text(t.key), 60))
		column = binary.AppendUvarint(column, uint64(len(ops[i])))
		last := int32(0)
		for _, o := range ops[i] {
			column = binary.AppendUvarint(column, uint64(o-last))
			last = o
		}
	}
	packed, err := deflate([][]byte{column})
	out.Packed = base64.StdEncoding.EncodeToString(packed)
	return out, err
}

// countKeys counts the operations of each key. The key of a tally is the first of the
// history, whatever piece is looked at first.
func countKeys(ctx context.Context, h *history.History) (all map[uint64]tally, total int, err error) {
	pieces := (h.Len() + keyChunk - 1) / keyChunk
	workers := make([]map[uint64]tally, par.MaxWorkers())
	err = par.Workers(ctx, pieces, func(worker int) func(i int) error {
		mine := map[uint64]tally{}
		workers[worker] = mine
		return func(i int) error {
			for op := i * keyChunk; op < min((i+1)*keyChunk, h.Len()) && len(mine) < mostCounted; op++ {
				tells, ok := begins(h, op)
				if !ok || !h.Process(op).IsClient() {
					continue
				}
				eachKey(h, tells, func(key edn.Value) {
					hash := hashOf(key)
					t, seen := mine[hash]
					if t.n++; !seen || before(key, t.key) {
						t.key = key
					}
					t.hash = hash
					mine[hash] = t
				})
			}
			return nil
		}
	})
	for _, mine := range workers {
		if len(mine) >= mostCounted { // what is counted of so many depends on who counts
			return nil, 0, err
		}
		if all == nil {
			all = mine
			continue
		}
		for hash, t := range mine {
			old, seen := all[hash]
			if seen && before(old.key, t.key) {
				t.key = old.key
			}
			t.n += old.n
			all[hash] = t
		}
	}
	return all, len(all), err
}

func before(a, b edn.Value) bool {
	x, _ := a.Span()
	y, _ := b.Span()
	return x < y
}

// placesOf lists the operations of the chosen keys, as places among all that the script
// knows.
func placesOf(h *history.History, chosen map[uint64]int, n int) [][]int32 {
	out := make([][]int32, n)
	place := int32(-1)
	for op := range h.Len() {
		tells, ok := begins(h, op)
		if !ok {
			continue
		}
		place++
		if !h.Process(op).IsClient() {
			continue
		}
		eachKey(h, tells, func(key edn.Value) {
			i, ok := chosen[hashOf(key)]
			if ok && len(out[i]) <= mostKeyOps && (len(out[i]) == 0 || out[i][len(out[i])-1] != place) {
				out[i] = append(out[i], place)
			}
		})
	}
	return out
}
