package elle

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/par"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// told says which of the two ops of a transaction shows what it did. The package
// comment has the rules.
type told uint8

const (
	byCompletion told = iota
	byInvocation      // the completion has no transaction: what was read is not known
	byAsked           // the same, but the completion has another one
	byBoth            // the completion repeats the micro-ops but not the written values, which come from the invocation
	byOther           // the completion has other micro-ops, and committed: it shows what happened
)

// ofInvocation reports whether the invocation's micro-ops count.
func (w told) ofInvocation() bool { return w == byInvocation || w == byAsked }

// compareCompletions finds which op shows what each transaction did, and warns of
// completions that differ from their invocations.
func (x *txns) compareCompletions(ctx context.Context) ([]verdict.Warning, error) {
	n := x.len()
	size := chunkSize(n)
	err := par.Do(ctx, (n+size-1)/size, func(c int) error {
		var r comparer
		for t := c * size; t < min((c+1)*size, n); t++ {
			x.told[t] = r.tell(x.h, int(x.op[t]))
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	var first, count [byOther + 1]int
	for t, w := range x.told {
		if count[w]++; count[w] == 1 {
			first[w] = int(x.op[t])
		}
		if w == byOther {
			x.others = append(x.others, int32(t))
		}
	}
	var out []verdict.Warning
	for _, w := range []struct {
		what told
		code string
		msg  string
	}{
		{byAsked, "completion-differs", "completed as fail or info, with micro-ops other than those invoked; the invocation counts"},
		{byBoth, "other-values-written", "completed with other values than those invoked to be written; the invocation's count"},
		{byOther, "other-micro-ops", "completed with micro-ops other than those invoked; the completion's count, and any that it leaves out may or may not have happened"},
	} {
		if count[w.what] > 0 {
			out = append(out, verdict.Warning{Code: w.code, Count: count[w.what], Msg: fmt.Sprintf("%s %s (the first is op %d, line %d)",
				numberOf(count[w.what], "transaction"), w.msg, x.h.Index(first[w.what]), x.h.Line(first[w.what]))})
		}
	}
	return out, nil
}

func numberOf(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// comparer compares completions with invocations. The memory is reused.
type comparer struct{ a, b, x, y []edn.Value }

// tell says which op shows the transaction that op i completes or begins.
func (r *comparer) tell(h *history.History, i int) told {
	if h.Type(i) == history.Invoke {
		return byInvocation
	}
	lo, hi := h.ValueSpan(i)
	ok := h.Type(i) == history.OK
	j := h.Pair(i)
	if j < 0 {
		return byCompletion
	}
	text := h.Source().Text
	from, to := h.ValueSpan(j)
	switch {
	case from == to || isNil(text[from:to]):
		if !ok && !isTxn(h, i, text[lo:hi]) {
			return byInvocation
		}
		return byCompletion // the invocation shows nothing
	case lo == hi || isNil(text[lo:hi]):
		return byInvocation
	case !ok && !isTxn(h, i, text[lo:hi]):
		return byInvocation
	case bytes.Equal(text[from:to], text[lo:hi]), sameMops(text[from:to], text[lo:hi]):
		return byCompletion
	}
	switch d := r.compare(h.Value(j), h.Value(i)); {
	case d == equalMops:
		return byCompletion
	case !ok:
		return byAsked
	case d == otherValues:
		return byBoth
	}
	return byOther
}

func isNil(text []byte) bool { return string(text) == "nil" || string(text) == "null" }

// isTxn reports whether a value looks like a transaction, of which an :init is a
// map.
func isTxn(h *history.History, i int, text []byte) bool {
	return len(text) > 0 && (text[0] == '[' || text[0] == '(' || text[0] == '{' && h.F(i) == "init")
}

// sameMops reports whether two texts show that two transactions differ in nothing
// but what their reads returned: almost all do, and are written alike.
func sameMops(a, b []byte) bool {
	open, i, j := 0, 0, 0 // where the micro-op begins in a, and how far both were compared
	quotes := 0           // how many may follow: those of a micro-op's name
	for {
		for i < len(a) && j < len(b) && a[i] == b[j] {
			switch a[i] {
			case '[':
				if open, quotes = i, 0; hasPrefixAt(a, i+1, `"`) {
					quotes = 2
				}
			case ']':
				open = len(a) // no read's result is to come
			case '"':
				if quotes--; quotes < 0 {
					return false // brackets may stand in strings
				}
			}
			i, j = i+1, j+1
		}
		if i == len(a) || j == len(b) {
			return i == len(a) && j == len(b)
		}
		key, sep := open+len("[:r "), byte(' ')
		switch {
		case hasPrefixAt(a, open, "[:r "):
		case hasPrefixAt(a, open, `["r",`):
			key, sep = open+len(`["r",`), ','
		default:
			return false
		}
		switch {
		case i <= key: // they differ before the result
			return false
		case a[i] == ']' && b[j] == sep: // the invocation's read has no result
			j++
		case a[i-1] != sep:
			return false
		case hasPrefixAt(a, i, "nil"):
			i += len("nil")
		case hasPrefixAt(a, i, "null"):
			i += len("null")
		default:
			return false
		}
		value := j
		if j = plainEnd(b, j); i >= len(a) || j >= len(b) || j == value || a[i] != ']' {
			return false
		}
	}
}

// plainEnd returns where the plain value at j ends: a list of plain values, or
// one up to the next bracket. It is the end of the text if the value is not plain.
func plainEnd(text []byte, j int) int {
	depth := 0
	for ; j < len(text); j++ {
		switch text[j] {
		case '[':
			depth++
		case ']':
			if depth == 0 {
				return j
			}
			if depth--; depth == 0 {
				return j + 1
			}
		case '"', '\\', '(', '{', '#', ';':
			return len(text)
		}
	}
	return j
}

type difference uint8

const (
	equalMops   difference = iota
	otherValues            // the same micro-ops write other values
	otherMops
)

// compare compares the invoked transaction with the completed one.
func (r *comparer) compare(asked, told edn.Value) (d difference) {
	r.a, r.b = elements(asked, r.a[:0]), elements(told, r.b[:0])
	switch len(r.a) {
	case 0:
		return equalMops // the invocation shows nothing
	case len(r.b):
	default:
		return otherMops
	}
	for i := range r.a {
		r.x, r.y = elements(r.a[i], r.x[:0]), elements(r.b[i], r.y[:0])
		if d = max(d, differ(r.x, r.y)); d == otherMops {
			break
		}
	}
	return d
}

// differ compares the parts of two micro-ops: a name, a key or predicate, and a
// value, which of reads does not matter.
func differ(a, b []edn.Value) difference {
	if (len(a) < 2 || len(b) < 2) && slices.EqualFunc(a, b, edn.Equal) {
		return equalMops // neither is a micro-op, which is reported elsewhere
	}
	if len(a) < 2 || len(b) < 2 || !edn.Equal(a[1], b[1]) {
		return otherMops
	}
	name, _ := a[0].Name()
	if other, _ := b[0].Name(); mopName(name) != mopName(other) {
		return otherMops
	}
	switch {
	case mopName(name) == "r" || name == "rp" || len(a) < 3 || a[2].IsNil():
		return equalMops
	case len(b) < 3 || !edn.Equal(a[2], b[2]):
		return otherValues
	}
	return equalMops
}

// mopName returns the short name of a micro-op, which may be spelled out.
func mopName[T string | []byte](name T) string {
	switch string(name) {
	case "read":
		return "r"
	case "write":
		return "w"
	}
	return string(name)
}

// value returns the span of the transaction's micro-ops.
func (x *txns) value(t int32) (lo, hi int) {
	i := int(x.op[t])
	if j := x.h.Pair(i); x.told[t].ofInvocation() && j >= 0 && x.h.Type(i) != history.Invoke {
		i = j
	}
	return x.h.ValueSpan(i)
}

// tellsReads reports whether what the micro-ops say was read, was read.
func (x *txns) tellsReads(t int32) bool { return !x.told[t].ofInvocation() }

// readsCount reports whether the transaction committed and recorded what it read.
func (x *txns) readsCount(t int32) bool { return x.status[t] == committed && x.tellsReads(t) }

// asked returns the micro-ops that the transaction was asked for, if they tell what it
// wrote while its completion shows what it read.
func (x *txns) asked(t int32) []edn.Value {
	if x.told[t] != byBoth {
		return nil
	}
	return elements(x.h.Value(x.h.Pair(int(x.op[t]))), nil)
}

// writtenValue returns the value of a write among the micro-ops asked for, as the
// completion has it if they have none.
func writtenValue(asked []edn.Value, at int) (v edn.Value, ok bool) {
	if at >= len(asked) {
		return v, false
	}
	parts := elements(asked[at], nil)
	return parts[len(parts)-1], len(parts) > 2 && !parts[2].IsNil()
}

// doubted drops findings of reads that nobody wrote, if a transaction was asked to
// write it that completed with other micro-ops: it may have.
func (c *check) doubted(a Anomaly, found []*finding) []*finding {
	if len(c.x.others) == 0 || a != GarbageRead {
		return found
	}
	asked := map[string]int32{}
	for _, t := range c.x.others {
		for _, m := range elements(c.x.h.Value(c.x.h.Pair(int(c.x.op[t]))), nil) {
			if parts := elements(m, nil); len(parts) > 2 {
				asked[versionName(parts[1], parts[2])] = t
			}
		}
	}
	return slices.DeleteFunc(found, func(f *finding) bool {
		t, ok := asked[versionName(f.c.Key, f.c.Element)]
		if !ok {
			return false
		}
		if h := c.x.h; c.unsure == "" {
			i := int(c.x.op[t])
			c.unsure = fmt.Sprintf("line %d read %s of key %s; op %d was invoked to write it but completed with other micro-ops (line %d), so it is unknown whether it did",
				h.Line(f.c.Op), f.c.Element, f.c.Key, h.Index(i), h.Line(i))
		}
		return true
	})
}

// versionName is the same for the same value of the same key.
func versionName(key, value edn.Value) string {
	b, _ := edn.AppendCanonical(nil, key)
	b, _ = edn.AppendCanonical(append(b, 0), value)
	return string(b)
}

// Txn returns the transaction of an op: its own value, or its invocation's if that one
// counts.
func (r *Result) Txn(op int) edn.Value {
	h := r.History
	if new(comparer).tell(h, op).ofInvocation() && h.Type(op) != history.Invoke {
		return h.Value(h.Pair(op))
	}
	return h.Value(op)
}
