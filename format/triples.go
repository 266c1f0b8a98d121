package format

import (
	"context"
	"slices"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// Some recorders write the value of a cas on one of several registers as [key old new],
// where all others are tuples [key value]. Then it is read as Jepsen has it, [key [old new]].

// untriple returns h with what a cas was asked for in a vector of its own, if that is how
// its ops are written.
func untriple(ctx context.Context, h *history.History, opt Options) (*history.History, error) {
	if !hasTriples(h) {
		return h, nil
	}
	opt.Format, opt.Map, opt.Progress = Auto, nil, nil
	src := h.Source()
	read := func(l *opLog) error { return (&recordReader{opLog: l, triples: true}).all() }
	split, err := singleOps(read)(job{ctx: ctx, src: src, opt: opt, total: int64(len(src.Text))})
	if err != nil {
		return nil, err
	}
	for _, w := range h.Warnings() {
		if !slices.ContainsFunc(split.Warnings(), func(other verdict.Warning) bool { return other.Code == w.Code }) {
			split = split.WithWarning(w)
		}
	}
	return split, nil
}

// hasTriples reports whether each cas of a client has a value of three items, and each
// other op of one a value of two.
func hasTriples(h *history.History) bool {
	cas, ok := h.SymbolOf("cas")
	if !ok {
		return false
	}
	triples, pairs := 0, 0
	for i := range h.Len() {
		if !h.Process(i).IsClient() {
			continue
		}
		v, isCAS := h.Value(i), h.Symbol(i) == cas
		switch {
		case isCAS && isVectorOf(v, 3):
			triples++
		case isCAS && v.IsNil() && !h.Begins(i): // it repeats nothing
		case isCAS || !isVectorOf(v, 2):
			return false
		default:
			pairs++
		}
	}
	return triples > 0 && pairs > 0
}

// isVectorOf reports whether a value is a vector of so many items.
func isVectorOf(v edn.Value, n int) bool {
	s := v.Scanner()
	if s.Next() != edn.Vector {
		return false
	}
	for range n {
		if k := s.Datum(); k == edn.Close || k == edn.EOF || k == edn.Invalid {
			return false
		}
	}
	return s.Datum() == edn.Close
}

// appendTriple writes [key old new] as [key [old new]].
func appendTriple(dst []byte, v edn.Value) ([]byte, error) {
	items, err := v.Items(nil)
	if err != nil {
		return dst, err
	}
	for i, mark := range []string{"[", " [", " "} {
		if dst, err = edn.AppendEDN(append(dst, mark...), items[i]); err != nil {
			return dst, err
		}
	}
	return append(dst, "]]"...), nil
}
