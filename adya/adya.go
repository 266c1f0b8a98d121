// Package adya checks for Adya's anti-dependency cycles between predicates (G2),
// as Jepsen's adya workload does. Two transactions each insert a row if a
// predicate shows no row for their key, so under serializability at most one
// insert per key succeeds.
//
// It sees no other write skew. Its cost is linear in the size of the input.
package adya

import (
	"context"
	"fmt"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/values"
	"github.com/seed-c33ae711/jcheck/result"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// A Result counts the keys.
type Result struct {
	result.Common
	Keys    int
	Legal   int       // keys for which one insert succeeded
	Illegal []Illegal // by key
}

// An Illegal key is one for which several inserts succeeded.
type Illegal struct {
	Key     edn.Value
	Inserts []int // the ok ops
}

// Check looks at ops with :f :insert, whose value is a tuple [key [a-id b-id]].
// It returns an error for any other value. The verdict is unknown if no insert
// succeeded.
func Check(ctx context.Context, h *history.History) (*Result, error) {
	r := &Result{}
	r.History = h
	insert, known := h.SymbolOf("insert")
	var keys values.Table
	var oks [][]int
	for i := range h.Len() {
		if i&0xffff == 0 && ctx.Err() != nil {
			r.Unknown("interrupted")
			return r, nil
		}
		if !known || h.Symbol(i) != insert {
			continue
		}
		s := h.Value(i).Scanner()
		if k := s.Next(); k != edn.Vector && k != edn.List {
			return nil, h.Errorf(i, "op %d inserts %s: expected [key [a-id b-id]]", h.Index(i), h.Value(i))
		}
		if k := s.Datum(); k == edn.Close || k == edn.Invalid || k == edn.EOF {
			return nil, h.Errorf(i, "op %d inserts %s: expected [key [a-id b-id]]", h.Index(i), h.Value(i))
		}
		id, err := keys.At(&s)
		if err != nil {
			return nil, h.Errorf(i, "op %d: %v", h.Index(i), err)
		}
		if int(id) == len(oks) {
			oks = append(oks, nil)
		}
		if h.Type(i) == history.OK {
			oks[id] = append(oks[id], i)
		}
	}
	r.Keys = len(oks)
	r.Summary = result.Count(r.Keys, "key")
	ids := make([]int32, len(oks))
	for i := range ids {
		ids[i] = int32(i)
	}
	keys.Sort(ids)
	r.Valid = verdict.Valid
	for _, id := range ids {
		switch n := len(oks[id]); {
		case n == 1:
			r.Legal++
		case n > 1:
			r.Valid = verdict.Invalid
			r.Illegal = append(r.Illegal, Illegal{keys.Value(id), oks[id]})
		}
	}
	if r.Valid == verdict.Valid && r.Legal == 0 {
		r.Nothing("no insert succeeded")
	}
	return r, nil
}

// Fields has Jepsen's keys.
func (r *Result) Fields() result.Fields {
	illegal := edn.Entries{}
	for _, k := range r.Illegal {
		illegal = append(illegal, [2]any{k.Key, len(k.Inserts)})
	}
	return result.Fields{{"key-count", r.Keys}, {"legal-count", r.Legal}, {"illegal-count", len(r.Illegal)}, {"illegal", illegal}}
}

// Findings shows the inserts of the first key.
func (r *Result) Findings() []result.Finding {
	if len(r.Illegal) == 0 {
		return nil
	}
	k := r.Illegal[0]
	return []result.Finding{{
		Type: "G2", Count: len(r.Illegal), Ops: k.Inserts[:min(len(k.Inserts), 2)],
		Msg: fmt.Sprintf("%d inserts of key %s succeeded, although each inserts only if it finds no row of that key: write skew", len(k.Inserts), k.Key),
	}}
}

// Definite reports whether an invalid verdict stands even if ops are missing from
// the history: it does, since two inserts are enough.
func (r *Result) Definite() bool { return r.Valid == verdict.Invalid }
