package edn

import (
	"bytes"
	"slices"
)

// AppendCanonical appends a text of EDN to dst that is the same for equal
// values and differs for different ones, so that it can serve as a key of
// anything that compares bytes. What counts as equal is what Clojure and
// therefore Elle hold equal:
//
//   - integers by their value: 1, 1N, 0x1, +1, 2/2; a float is never one: 1.0
//   - lists and vectors by their elements: (1 2) is [1 2]
//   - sets and maps whatever their order; of a key that occurs twice the last
//     one counts; a set with duplicates is a bag, and counts them
//   - ratios in lowest terms, floats by their value, where -0.0 is 0.0, decimals
//     whatever their scale: 1.0M is 1.00M
//   - strings and characters by their content, in either syntax; keywords and
//     symbols by their name, so that JSON's "a" is not :a
//   - tagged data by tag and datum; #:a{:b 1} is {:a/b 1}
//   - comments, discarded forms and metadata do not count
//
// Two things differ, on purpose: ##NaN equals itself, so that equality is an
// equivalence, and regular expressions are equal if their patterns are.
//
// An absent value reads as nil.
func AppendCanonical(dst []byte, v Value) ([]byte, error) {
	if b := v.Bytes(); isCanonical(b, v.Syntax()) {
		return append(dst, b...), nil
	}
	w := ednWriter{walker: newWalker(v), dst: dst, canonical: true}
	return w.whole()
}

// isCanonical reports whether b is, at a glance, its own canonical text: a
// plain integer, string or keyword.
func isCanonical(b []byte, syntax Syntax) bool {
	if len(b) == 0 {
		return false
	}
	switch c := b[0]; {
	case c == '-' || class[c]&isDigit != 0:
		return smallIntEnd(b, 0) == len(b) && (c != '-' || b[1] != '0')
	case c == '"':
		if len(b) < 2 || b[len(b)-1] != '"' {
			return false
		}
		for _, c := range b[1 : len(b)-1] {
			if class[c]&(isQuote|isControl) != 0 || c >= 0x80 {
				return false
			}
		}
		return true
	case c == ':' && syntax == EDN:
		for _, c := range b[1:] {
			if class[c]&isDelim != 0 || c >= 0x80 {
				return false
			}
		}
		return len(b) > 1 && b[1] != ':'
	}
	return false
}

// A span is a piece of text: an element of a set, or an entry of a map whose
// key ends at mid.
type span struct{ lo, mid, hi int }

// sort puts the elements from spans[mark:] on in the order of their texts, and
// forgets these spans. In a map the last one of equal keys stays.
func (w *ednWriter) sort(mark int, isMap bool) {
	spans := w.spans[mark:]
	w.spans = w.spans[:mark]
	if len(spans) < 2 {
		return
	}
	order := func(a, b span) int { return bytes.Compare(w.dst[a.lo:a.mid], w.dst[b.lo:b.mid]) }
	from, end := spans[0].lo, len(w.dst)
	slices.SortStableFunc(spans, order)
	for i, s := range spans {
		if isMap && i+1 < len(spans) && order(s, spans[i+1]) == 0 {
			continue
		}
		w.dst = append(append(w.dst, w.dst[s.lo:s.hi]...), ' ')
	}
	sorted := w.dst[end : len(w.dst)-1] // without the last space
	w.dst = w.dst[:from+copy(w.dst[from:], sorted)]
}
