package edn

import (
	"bytes"
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
)

// AppendCanonical appends EDN text to dst that is the same for equal values and
// different for different ones, so it can serve as a key for anything that compares
// bytes. Values are equal if they are in Clojure, and therefore in Elle:
//
//   - integers by their value: 1, 1N, 0x1, +1, 2/2; a float is never one: 1.0. JSON has
//     one kind of number, so 1.0 and 1e0 are 1 there
//   - lists and vectors by their elements: (1 2) is [1 2]
//   - sets and maps whatever their order; if a key occurs twice, the last one counts; a
//     set with duplicates is a bag, and counts them
//   - ratios in lowest terms, floats by their value in 64 bits, where -0.0 is 0.0,
//     decimals whatever their scale: 1.0M is 1.00M
//   - strings and characters by their content, in either syntax; keywords and
//     symbols by their name, so that JSON's "a" is not :a
//   - tagged data by tag and datum, but #inst by the instant and #uuid whatever the
//     case of its digits; #:a{:b 1} is {:a/b 1}
//   - comments, discarded forms and metadata do not count
//
// Some things differ, on purpose: ##NaN equals itself, so that equality is an
// equivalence; regular expressions are equal if their patterns are; floats beyond the range
// of 64 bits, such as 1e400, are equal if their digits say so; instants differ by
// nanoseconds.
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

// canonicalTagged returns the canonical spelling of what a tag and a string mean, if there
// are others.
func canonicalTagged(tag string, content func() string) (string, bool) {
	switch tag {
	case "inst":
		return canonicalInst(content())
	case "uuid":
		text := content()
		return strings.ToLower(text), uuid().MatchString(text)
	}
	return "", false
}

var (
	uuid = lazily(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)
	inst = lazily(`^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d)(?::(\d\d)(?::(\d\d)(?:\.(\d{1,9})\d*)?)?)?)?)?)?(Z|[-+]\d\d:\d\d)?$`)
)

// lazily compiles a pattern when it is first used, since most programs never do.
func lazily(pattern string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(pattern) })
}

// canonicalInst returns an instant in UTC. Any part of it may be missing from some unit
// on.
func canonicalInst(text string) (string, bool) {
	m := inst().FindStringSubmatch(text)
	if m == nil {
		return "", false
	}
	zone := cmp.Or(m[8], "Z")
	full := fmt.Sprintf("%s-%s-%sT%s:%s:%s.%s%s", m[1], cmp.Or(m[2], "01"), cmp.Or(m[3], "01"), cmp.Or(m[4], "00"), cmp.Or(m[5], "00"), cmp.Or(m[6], "00"), cmp.Or(m[7], "0"), zone)
	t, err := time.Parse(time.RFC3339Nano, full)
	return t.UTC().Format(time.RFC3339Nano), err == nil
}
