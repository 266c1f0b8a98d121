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
	fs               []string // of clients
	readsCollections bool     // an ok :read returned a vector, list or set
	readsMaps        bool     // or a map
	txns             bool     // a value is a vector of vectors that begin with a name
	longFork         bool     // transactions are one write each, or reads of the same number of keys
	drained          bool     // there is a :drain, or the last dequeue found nothing
	object           bool     // linearizable has a model for it
}

// is reports whether one of the operations occurs.
func (s *seen) is(fs ...string) bool {
	return slices.ContainsFunc(fs, func(f string) bool { return slices.Contains(s.fs, f) })
}

func (s *seen) set() bool { return s.is("add") && s.is("read") && s.readsCollections }

// Fitting lists the checks that the ops of a history call for.
func Fitting(h *history.History) []*Checker {
	s := look(h)
	var out []*Checker
	for i := range table {
		if table[i].fits(s) {
			out = append(out, &table[i])
		}
	}
	return out
}

func look(h *history.History) *seen {
	s := &seen{}
	known := make([]bool, len(h.Fs())+1)
	var forks forkShape
	lastEmpty, touched := false, -1 // touched: where the queue was last seen to change
	read, hasRead := h.SymbolOf("read")
	dequeue, _ := h.SymbolOf("dequeue")
	enqueue, _ := h.SymbolOf("enqueue")
	for i := range h.Len() {
		if !h.Process(i).IsClient() {
			continue
		}
		f := h.Symbol(i)
		known[f] = true
		switch {
		case f == 0:
		case f == dequeue && h.Type(i) == history.Fail:
			// One that was under way while the queue changed may have looked before.
			if begun := h.Pair(i); begun < 0 || begun > touched {
				lastEmpty = lastEmpty || foundNothing(h, i)
			}
		case f == enqueue && h.Type(i) != history.Fail, f == dequeue && h.Type(i) == history.OK:
			lastEmpty, touched = false, i
		}
		if i < 1<<12 && isTxn(h.Value(i)) {
			s.txns = true
			forks.see(h.Value(i))
		}
		if hasRead && f == read && h.Type(i) == history.OK && !s.readsMaps && !s.readsCollections {
			switch h.Value(i).Elements().Kind() {
			case edn.Map:
				s.readsMaps = true
			case edn.Vector, edn.List, edn.Set:
				s.readsCollections = true
			}
		}
	}
	for f, is := range known {
		if is && f > 0 {
			s.fs = append(s.fs, h.SymbolName(history.Symbol(f)))
		}
	}
	s.longFork = forks.fits()
	s.drained = s.is("drain") || lastEmpty
	if !s.txns && !s.readsCollections && s.is("write", "cas", "acquire", "push", "put") {
		_, err := linearizable.Detect(h)
		s.object = err == nil
	}
	return s
}

// isTxn reports whether a value is a vector of vectors that begin with a name.
func isTxn(v edn.Value) bool {
	s := v.Scanner()
	if k := s.Next(); k != edn.Vector && k != edn.List {
		return false
	}
	if k := s.Next(); k != edn.Vector && k != edn.List {
		return false
	}
	k := s.Next()
	return k == edn.Keyword || k == edn.String
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

// forkShape tells whether transactions are those of a long-fork test.
type forkShape struct {
	writes, reads bool
	group         int // keys of a read
	other         bool
}

func (f *forkShape) fits() bool { return f.writes && f.reads && f.group > 1 && !f.other }

// see takes in a transaction.
func (f *forkShape) see(txn edn.Value) {
	mops, err := txn.Items(nil)
	reads, writes := 0, 0
	for _, mop := range mops {
		s := mop.Scanner()
		s.Next()
		s.Next()
		switch string(s.Name()) {
		case "r":
			reads++
		case "w":
			writes++
		}
	}
	switch {
	case err != nil, reads+writes < len(mops):
		f.other = true
	case writes == 1 && reads == 0:
		f.writes = true
	case writes == 0 && (f.group == 0 || f.group == reads):
		f.reads, f.group = true, reads
	default:
		f.other = true
	}
}
