package perf

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/par"
)

// keys finds the keys of operations: the first of a tuple [key value], or what a map has under key.
type keys struct {
	h   *history.History
	how string // tuple or field
}

// keysOf finds how operations name keys; nil if they name none. If nothing says that
// values are tuples, the first operations tell whether they are maps with a key.
func keysOf(h *history.History, tuples bool) *keys {
	if tuples || h.Keyed() {
		return &keys{h: h, how: "tuple"}
	}
	seen := 0
	for i := 0; i < h.Len() && seen < 100; i++ {
		if !h.Process(i).IsClient() || !h.Begins(i) {
			continue
		}
		if v := h.Value(i); v.Kind() != edn.Map {
			return nil
		} else if _, ok := v.Get("key"); !ok {
			return nil
		}
		seen++
	}
	if seen == 0 {
		return nil
	}
	return &keys{h: h, how: "field"}
}

// of returns the key of op i, and its hash.
func (k *keys) of(i int) (v edn.Value, hash uint64, ok bool) {
	if v = k.h.Value(i); v.IsZero() {
		return v, 0, false
	}
	if k.how == "field" {
		if v.Kind() != edn.Map {
			return v, 0, false
		}
		if v, ok = v.Get("key"); !ok {
			return v, 0, false
		}
	} else {
		s := v.Scanner()
		kind := s.Next()
		for kind == edn.Tag { // of a map entry
			kind = s.Next()
		}
		if kind != edn.Vector {
			return v, 0, false
		}
		if kind = s.Datum(); kind == edn.Close || kind == edn.EOF || kind == edn.Invalid {
			return v, 0, false
		}
		v = s.Value()
	}
	if n, isInt := v.Int(); isInt {
		return v, (uint64(n) + 1) * 0x9E3779B97F4A7C15, true
	}
	return v, edn.Hash(v), true
}

// keyCount is how many operations a key has, and the first of them.
type keyCount struct {
	n     int
	first int32
	hash  uint64
}

// byKey breaks the operations down by the keys that have the most. Keys are identified
// by their hashes.
func (m *measure) byKey(ctx context.Context) error {
	if m.keys == nil {
		return nil
	}
	s := m.s
	counts, err := m.countKeys(ctx)
	if err != nil {
		return err
	}
	if s.KeyHow, s.Keys = m.keys.how, len(counts); s.Keys > maxKeys {
		s.Keys = -1
		return nil
	}
	top := make([]keyCount, 0, len(counts))
	for hash, c := range counts {
		top = append(top, keyCount{c.n, c.first, hash})
	}
	slices.SortFunc(top, func(a, b keyCount) int { return cmp.Or(b.n-a.n, cmp.Compare(a.first, b.first)) })
	top = top[:min(len(top), m.opt.TopKeys)]
	return m.breakDown(ctx, top)
}

// countKeys counts the operations of each key. It stops early if there are too many keys.
func (m *measure) countKeys(ctx context.Context) (map[uint64]keyCount, error) {
	h := m.h
	all := map[uint64]keyCount{}
	var mu sync.Mutex
	many := false
	pieces := (h.Len() + chunk - 1) / chunk
	err := par.Do(ctx, pieces, func(i int) error {
		mine := map[uint64]keyCount{}
		for op := i * chunk; op < min((i+1)*chunk, h.Len()); op++ {
			if !h.Process(op).IsClient() || h.Type(op) != history.Invoke && h.Pair(op) >= 0 {
				continue
			}
			if _, hash, ok := m.keys.of(op); ok {
				c, seen := mine[hash]
				if c.n++; !seen {
					c.first = int32(op)
				}
				mine[hash] = c
			}
		}
		mu.Lock()
		defer mu.Unlock()
		if many = many || len(all) > maxKeys; many {
			return nil
		}
		for hash, c := range mine {
			if a, seen := all[hash]; seen {
				c.n, c.first = c.n+a.n, min(c.first, a.first)
			}
			all[hash] = c
		}
		return nil
	})
	return all, err
}

// breakDown counts the operations of some keys.
func (m *measure) breakDown(ctx context.Context, top []keyCount) error {
	h, s := m.h, m.s
	at := map[uint64]int{}
	for k, c := range top {
		at[c.hash] = k
	}
	pieces := (h.Len() + chunk - 1) / chunk
	tallies := make([]*tally, par.MaxWorkers())
	err := par.Workers(ctx, pieces, func(worker int) func(i int) error {
		t := &tally{m: m, hint: -1, rows: m.smallRows(len(top))}
		tallies[worker] = t
		return func(i int) error {
			for op := i * chunk; op < min((i+1)*chunk, h.Len()); op++ {
				if !h.Process(op).IsClient() || h.Type(op) != history.Invoke && h.Pair(op) >= 0 {
					continue
				}
				if _, hash, ok := m.keys.of(op); ok {
					if k, ok := at[hash]; ok {
						t.keyed(&t.rows[k], op)
					}
				}
			}
			return nil
		}
	})
	if err != nil {
		return err
	}
	s.ByKey = m.smallRows(len(top))
	for k := range s.ByKey {
		r := &s.ByKey[k]
		for _, t := range tallies {
			if t != nil {
				r.add(&t.rows[k])
			}
		}
		r.Latency = latency(&r.hist[0], &r.hist[1])
		if seconds := float64(s.To-s.From) / 1e9; seconds > 0 {
			r.OKRate = float64(r.Done[OK]) / seconds
		}
		v, _, _ := m.keys.of(int(top[k].first))
		r.Name = keyName(v)
	}
	return nil
}

// keyed counts an operation of a key.
func (t *tally) keyed(r *Row, op int) {
	h := t.m.h
	at, end := timeOf(h, op), op
	if h.Type(op) == history.Invoke {
		r.Invoked++
		if end = h.Pair(op); end < 0 {
			r.Open++
			return
		}
	}
	o, ended := outcomeOf(h.Type(end)), timeOf(h, end)
	r.Done[o]++
	t.meet(r, at, ended, o)
	if end != op && at != noTime && ended >= at {
		r.hist[min(int(o), 1)].add(ended - at)
	}
}

// maxKeyName is how many bytes the name of a key has at most.
const maxKeyName = 60

func keyName(v edn.Value) string {
	if name, ok := v.Name(); ok && len(name) <= maxKeyName {
		return name
	}
	text, err := edn.AppendEDN(nil, v)
	if err != nil || len(text) > maxKeyName {
		return fmt.Sprintf("(a key of %d bytes)", len(v.Bytes()))
	}
	return string(text)
}
