package checker

import (
	"slices"
	"strings"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/linearizable"
)

// seen is what the ops of a history tell of it.
type seen struct {
	fs                []string // of clients
	acting            []string // those of which not every operation failed
	readsCollections  bool     // an ok :read returned a vector, list or set
	writesCollections bool     // a :write has one for a value
	readsGaps         bool     // one that has nil in it
	readsOfKeys       bool     // every ok :read returned a tuple [key collection]
	readsMaps         bool     // an ok :read returned a map
	txns              bool     // a value is a vector of vectors that begin with a name
	others            []string // what operations without a transaction as value are called, if there are any with one
	objects           bool     // transactions are of [:read k v] and [:write k v], and some value is written twice
	longFork          bool     // transactions are one write each, or reads of the same number of keys
	dequeued          bool     // a :dequeue returned an element
	drained           bool     // there is a :drain, or the last dequeue found nothing
	object            bool     // linearizable has a model for it
	keyed             bool     // values are tuples [key value], of which these are the values
}

// is reports whether one of the operations occurs.
func (s *seen) is(fs ...string) bool {
	return slices.ContainsFunc(fs, func(f string) bool { return slices.Contains(s.fs, f) })
}

func (s *seen) set() bool {
	return s.is("add") && s.is("read") && s.readsCollections && !s.sequential()
}

// sequential reports whether reads show the parts of a key, some of which are not
// there.
func (s *seen) sequential() bool {
	return s.is("add", "write") && s.is("read") && s.readsGaps && (s.keyed || s.readsOfKeys)
}

// Fitting lists the checks that fit the ops of a history.
func Fitting(h *history.History) []*Checker { return look(h, false).fitting() }

func (s *seen) fitting() (out []*Checker) {
	for i := range table {
		if table[i].fits(s) {
			out = append(out, &table[i])
		}
	}
	return out
}

// looker gathers what there is to see.
type looker struct {
	*seen
	h                      *history.History
	read, enqueue, dequeue history.Symbol
	write                  history.Symbol
	looked                 []int  // by symbol: how many values were looked at
	acts, plain            []bool // by symbol: an op that did not fail, and one without a transaction
	forks                  forkShape
	objects                objectShape
	lastEmpty              bool
	touched                int // where the queue was last seen to change
	elements               int // of reads, that were looked at
}

// Most values of each operation, and elements of all reads, that are looked at to
// see what they are like.
const (
	mostValues   = 1 << 12
	mostElements = 1 << 16
)

// look looks at the ops of a history, or, if it is keyed, at the values in its
// tuples.
func look(h *history.History, keyed bool) *seen {
	n := len(h.Fs()) + 1
	l := &looker{seen: &seen{readsOfKeys: true, keyed: keyed}, h: h, looked: make([]int, n), acts: make([]bool, n), plain: make([]bool, n), touched: -1}
	l.read, _ = h.SymbolOf("read")
	if l.write, _ = h.SymbolOf("write"); l.write == 0 {
		l.write = history.Symbol(n) // none
	}
	l.enqueue, _ = h.SymbolOf("enqueue")
	l.dequeue, _ = h.SymbolOf("dequeue")
	for i := range h.Len() {
		if h.Process(i).IsClient() {
			l.op(i)
		}
	}
	for f := 1; f < n; f++ {
		name := h.SymbolName(history.Symbol(f))
		if l.looked[f] > 0 {
			l.fs = append(l.fs, name)
		}
		if l.acts[f] {
			l.acting = append(l.acting, name)
		}
		if l.plain[f] && l.txns {
			l.others = append(l.others, name)
		}
	}
	s := l.seen
	s.objects = s.txns && l.objects.fits()
	s.longFork = l.forks.fits()
	s.drained = s.is("drain") || l.lastEmpty
	s.readsOfKeys = s.readsOfKeys && l.elements > 0
	whole := s.writesCollections && !s.sequential() && !s.readsOfKeys // registers that hold collections
	single := s.is("write", "cas", "acquire", "push", "put", "delete-min")
	if !s.txns && ((!s.readsCollections || whole) && single || s.readsCollections && s.is("append")) || s.objects {
		_, err := linearizable.Detect(h)
		s.object = err == nil
	}
	return s
}

// op takes in an op of a client.
func (l *looker) op(i int) {
	h, f := l.h, l.h.Symbol(i)
	l.acts[f] = l.acts[f] || h.Acts(i)
	l.queue(i)
	v := h.Value(i)
	l.dequeued = l.dequeued || f != 0 && f == l.dequeue && h.Type(i) == history.OK && !v.IsNil()
	if l.looked[f]++; l.looked[f] <= mostValues || l.objects.long {
		switch {
		case isTxn(v):
			l.txns = true
			l.forks.see(v)
			if h.Begins(i) {
				l.objects.see(v)
			}
		case !v.IsNil():
			l.plain[f] = true
			l.writesCollections = l.writesCollections || f == l.write && h.Begins(i) && (isSequence(v) || v.Kind() == edn.Set)
		}
	}
	if f != 0 && f == l.read && h.Type(i) == history.OK && !v.IsNil() {
		l.shown(v)
	}
}

// queue takes note of what shows whether a queue is empty in the end.
func (l *looker) queue(i int) {
	h, f := l.h, l.h.Symbol(i)
	switch {
	case f == 0:
	case f == l.dequeue && (h.Type(i) == history.Fail || h.Type(i) == history.OK && h.Value(i).IsNil()):
		// One that was under way while the queue changed may have looked before.
		if begun := h.Pair(i); begun < 0 || begun > l.touched {
			l.lastEmpty = l.lastEmpty || h.Type(i) == history.OK || foundNothing(h, i)
		}
	case f == l.enqueue && h.Type(i) != history.Fail, f == l.dequeue && h.Type(i) == history.OK:
		l.lastEmpty, l.touched = false, i
	}
}

// shown takes in what a read returned.
func (l *looker) shown(v edn.Value) {
	if l.elements > mostElements {
		return
	}
	l.elements++
	e := v.Elements()
	switch e.Kind() {
	case edn.Map:
		l.readsMaps, l.readsOfKeys = true, false
	case edn.Vector, edn.List, edn.Set:
		l.readsCollections = true
		list := e
		if !l.keyed {
			key, inner, ok := pair(e)
			if l.readsOfKeys = l.readsOfKeys && ok && isSequence(inner) && !isSequence(key); l.readsOfKeys {
				list = inner
			}
		}
		s := list.Scanner()
		s.Next()
		for k := s.Datum(); k != edn.Close && k != edn.Invalid && k != edn.EOF && l.elements <= mostElements; k = s.Datum() {
			l.readsGaps = l.readsGaps || k == edn.Nil
			l.elements++
		}
	default:
		l.readsOfKeys = false
	}
}

// foundNothing reports whether a dequeue failed since the queue was empty, as far
// as its error tells: one that was aborted saw nothing.
func foundNothing(h *history.History, i int) bool {
	v, _ := h.Text(i).Get("error")
	if v.IsNil() {
		return true
	}
	text := v.String()
	return strings.Contains(text, "empty") || strings.Contains(text, "exhausted")
}
