package lint

import (
	"bytes"
	"context"
	"slices"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/intern"
	"github.com/seed-c33ae711/jcheck/internal/par"
)

// breed is a kind of values, of which a history should have one.
type breed uint8

const (
	intBreed breed = iota
	numberBreed
	textBreed
	nameBreed
	otherBreed
	numBreeds
)

var breedNames = [numBreeds]string{"integers", "other numbers", "strings", "keywords", "other values"}

func breedOf(k edn.Kind) breed {
	switch k {
	case edn.Int, edn.BigInt:
		return intBreed
	case edn.Float, edn.Decimal, edn.Ratio:
		return numberBreed
	case edn.String:
		return textBreed
	case edn.Keyword, edn.Symbol:
		return nameBreed
	}
	return otherBreed
}

// A judgement is what some keys, or all, have shown.
type judgement struct {
	duplicates  tally // of values that have to be unique
	elements    tally // of those that should be
	repeated    tally // of those that need not be
	retried     tally // of those that failed before
	failRead    tally
	timeoutRead tally
	unwritten   tally
	unread      tally // acknowledged writes
	noFinal     tally // acknowledged adds
	undrained   tally // acknowledged puts
	breeds      [numBreeds]tally

	// initial is whether every value that was read and not written was the first to
	// be read of its key; it is then the same for all of them.
	initial  bool
	initials int // keys
	begin    span

	valued  int // values that were written
	matched int // those of them that were read
	writes  int // touches
	reads   int
	unclear int // reads that do not tell which writes they saw
}

func (j *judgement) merge(o *judgement, same func(a, b span) bool) {
	for k, t := range j.tallies() {
		t.merge(o.tallies()[k])
	}
	switch {
	case o.initials == 0 && o.unwritten.n == 0:
	case j.initials == 0 && j.unwritten.n == o.unwritten.n: // these are the first
		j.initial, j.begin = o.initial, o.begin
	default:
		j.initial = j.initial && o.initial && same(j.begin, o.begin)
	}
	j.initials += o.initials
	j.valued += o.valued
	j.matched += o.matched
	j.writes += o.writes
	j.reads += o.reads
	j.unclear += o.unclear
}

func (j *judgement) tallies() []*tally {
	list := []*tally{&j.duplicates, &j.elements, &j.repeated, &j.retried, &j.failRead, &j.timeoutRead, &j.unwritten, &j.unread, &j.noFinal, &j.undrained}
	for k := range j.breeds {
		list = append(list, &j.breeds[k])
	}
	return list
}

// judge judges all keys, in parallel.
func judge(ctx context.Context, h *history.History, k *keyed, timedOut []int32) (*judgement, error) {
	const size = 1 << 14 // touches of a batch, more if a key has more
	var batches [][2]int
	for from, key := 0, 0; key < len(k.keys); key++ {
		if k.off[key+1]-k.off[from] >= size || key == len(k.keys)-1 {
			batches = append(batches, [2]int{from, key + 1})
			from = key + 1
		}
	}
	found := make([]*judgement, len(batches))
	err := par.Workers(ctx, len(batches), func(int) func(int) error {
		w := &keyJudge{h: h, src: h.Source(), k: k, timedOut: timedOut}
		return func(b int) error {
			found[b] = &judgement{}
			for key := batches[b][0]; key < batches[b][1]; key++ {
				w.j = judgement{}
				if err := w.key(k.keys[key], k.touches[k.off[key]:k.off[key+1]]); err != nil {
					return err
				}
				found[b].merge(&w.j, w.same)
			}
			return nil
		}
	})
	if err != nil {
		return nil, err
	}
	all, w := &judgement{}, keyJudge{src: h.Source()}
	for _, j := range found {
		all.merge(j, w.same)
	}
	return all, nil
}

// keyJudge judges a key at a time.
type keyJudge struct {
	h        *history.History
	src      *edn.Source
	k        *keyed
	timedOut []int32
	j        judgement

	s    edn.Scanner
	in   edn.Scanner // in a collection
	ids  intern.Table
	vals []value
	buf  []byte
	long span  // the longest list that was read
	last int32 // the value that was read last
	at   span  // where it was read
	name span  // of the key
}

// value is a value of a key.
type value struct {
	at            span
	attempts      int32
	failed        int32 // of these
	first, second int32 // ops that attempt to write it, first those that did not fail, -1 if none
	reader        int32 // the first op that read it, -1 if none
	acked         int32 // the last op that acknowledged a write of it, -1 if none
	late          int32 // the first op that failed to write it since it timed out, -1 if none
	kind          act   // of the first attempt
}

func (w *keyJudge) same(a, b span) bool {
	return bytes.Equal(w.text(a), w.text(b))
}

func (w *keyJudge) text(v span) []byte { return w.src.Text[v.lo : v.lo+int(v.len)] }

// outline is what a key is like as a whole.
type outline struct {
	acts       [actDrain + 1]int
	collection bool  // a collection was written
	scalars    bool  // something was read that is not a collection
	lists      bool  // a collection was read
	lastInv    int32 // the last invocation of a read, -1 if none
	lastDone   int32 // the last completion of one
	empty      int32 // the last invocation of a take that found nothing, or of a drain
}

func (w *keyJudge) key(name span, touches []touch) error {
	w.ids.Reset()
	w.vals = w.vals[:0]
	w.long, w.last, w.name = span{}, -1, name
	o := outline{lastInv: -1, lastDone: -1, empty: -1}
	for i := range touches {
		if err := w.outline(&o, &touches[i]); err != nil {
			return err
		}
	}
	counter := o.acts[actAdd] > 0 && o.scalars && !o.lists
	elements := o.acts[actAppend]+o.acts[actAdd]+o.acts[actPut]+o.acts[actSend] > 0 || !o.collection
	for i := range touches {
		t := &touches[i]
		if !t.act.isWrite() {
			continue
		}
		w.j.writes++
		w.seen(&o, t, counter)
		if t.act == actChange || counter {
			continue
		}
		if err := w.write(t); err != nil {
			return err
		}
	}
	if counter || w.k.concat {
		w.j.unclear += o.acts[actRead]
		w.j.reads += o.acts[actRead]
		return nil
	}
	for i := range touches {
		if t := &touches[i]; !t.act.isWrite() {
			if w.h.Type(int(t.op)) == history.OK {
				w.j.reads++
			}
			if t.len > 0 {
				if err := w.read(t, elements); err != nil {
					return err
				}
			}
		}
	}
	w.conclude(&o)
	return nil
}

func (w *keyJudge) outline(o *outline, t *touch) error {
	o.acts[t.act]++
	if t.act.isWrite() {
		if t.act < actChange {
			c := w.src.Text[t.lo]
			o.collection = o.collection || c-'0' > 9 && c != '-' && isCollection(w.kind(t))
		}
		return nil
	}
	inv := t.op
	if j := w.h.Pair(int(t.op)); j >= 0 {
		inv = int32(j)
	}
	o.lastInv, o.lastDone = max(o.lastInv, inv), max(o.lastDone, t.op)
	switch {
	case t.act == actDrain || t.act == actTake && t.len == 0:
		o.empty = max(o.empty, inv)
	case t.act == actRead && t.len > 0:
		if c := w.src.Text[t.lo]; c != '[' && (c-'0' <= 9 || !isCollection(w.kind(t))) {
			o.scalars = true
		} else {
			o.lists = true
		}
	}
	return nil
}

func isCollection(k edn.Kind) bool {
	return k == edn.Vector || k == edn.List || k == edn.Set
}

func (w *keyJudge) kind(t *touch) edn.Kind {
	return w.src.Value(t.lo, t.lo+int(t.len)).Elements().Kind()
}

// outcome returns how a write ended, and where.
func (w *keyJudge) outcome(op int32) (typ history.Type, end int32) {
	typ, end = w.h.Type(int(op)), op
	if typ == history.Invoke {
		j := w.h.Pair(int(op))
		if j < 0 {
			return history.Info, never
		}
		typ, end = w.h.Type(j), int32(j)
	}
	return typ, end
}

// seen reports whether any read could have seen an acknowledged write.
func (w *keyJudge) seen(o *outline, t *touch, counter bool) {
	typ, end := w.outcome(t.op)
	if typ != history.OK || t.act == actPut || t.act == actSend {
		return
	}
	at := witness{a: end, b: -1, key: w.name, val: span{t.lo, t.len}}
	switch {
	case t.act == actAdd && !counter:
		if o.lastInv >= 0 && end > o.lastInv {
			w.j.noFinal.add(at)
		}
	case o.lastDone >= 0 && t.op > o.lastDone:
		w.j.unread.add(at)
	}
}

// id numbers the value that a text holds.
func (w *keyJudge) id(v span) (int32, error) {
	id, fresh, err := intText(&w.ids, &w.s, &w.buf, w.src, v)
	if fresh {
		w.fresh(v)
	}
	return id, err
}

func (w *keyJudge) fresh(v span) {
	w.vals = append(w.vals, value{at: v, first: -1, second: -1, reader: -1, acked: -1, late: -1})
}

func (w *keyJudge) write(t *touch) error {
	id, err := w.id(span{t.lo, t.len})
	if err != nil {
		return err
	}
	typ, end := w.outcome(t.op)
	v := &w.vals[id]
	if v.attempts == 0 {
		v.kind = t.act
	}
	switch sure := v.attempts - v.failed; {
	case typ != history.Fail && sure == 0:
		v.first, v.second = t.op, v.first
	case typ != history.Fail && sure == 1, v.second < 0 && v.attempts == 1:
		v.second = t.op
	case v.attempts == 0:
		v.first = t.op
	}
	v.attempts++
	switch typ {
	case history.Fail:
		v.failed++
		if _, late := slices.BinarySearch(w.timedOut, end); late && v.late < 0 {
			v.late = end
		}
	case history.OK:
		v.acked = max(v.acked, end)
	}
	return nil
}

// tookEffect reports whether a value that was read, though all attempts to write it
// failed, must be from one that timed out. It need not, if it was there before, or if
// it is what a register may begin with.
func (w *keyJudge) tookEffect(v *value) bool {
	if v.late < 0 || v.kind == actPlain && initialValues[string(w.text(v.at))] {
		return false
	}
	return v.reader > int32(w.h.Pair(int(v.late))) // which is -1 if it is not known when that began
}

// writtenTwice says what is wrong with a value that more than one op tried to write.
func (w *keyJudge) writtenTwice(v *value, o *outline) {
	j := &w.j
	at := witness{a: v.first, b: v.second, key: w.name, val: v.at}
	switch {
	case v.kind == actAdd && !o.lists: // it could be a counter
	case v.attempts-v.failed == 1 && v.kind != actPlain:
		j.retried.add(witness{a: min(v.first, v.second), b: max(v.first, v.second), key: w.name, val: v.at})
	case v.attempts-v.failed < 2:
	case v.kind == actWrite || v.kind == actSend || v.kind == actAppend:
		j.duplicates.add(at)
	case v.kind == actPlain:
		j.repeated.add(at)
	default:
		j.elements.add(at)
	}
}

// conclude says what is wrong with the values of the key.
func (w *keyJudge) conclude(o *outline) {
	j := &w.j
	begin := j.begin
	j.begin = span{}
	initial := true
	for id := range w.vals {
		v := &w.vals[id]
		c := w.src.Text[v.at.lo]
		k := edn.Int
		if c-'0' > 9 {
			w.s.Reset(w.src, v.at.lo, v.at.lo+int(v.at.len))
			k = w.s.Next()
		}
		// What was read before any attempt to write it began is from elsewhere, and if
		// all attempts failed that is all that is known of it.
		early := v.attempts == v.failed && v.reader >= 0 && v.reader < v.first
		if v.attempts == 0 || early {
			seen := witness{a: v.reader, b: -1, key: w.name, val: v.at}
			j.unwritten.add(seen)
			j.breeds[breedOf(k)].add(seen)
			initial = initial && w.same(begin, v.at)
		}
		if v.attempts == 0 {
			continue
		}
		j.valued++
		if !early {
			j.breeds[breedOf(k)].add(witness{a: v.first, b: -1, key: w.name, val: v.at})
		}
		if v.attempts > 1 {
			w.writtenTwice(v, o)
		}
		if v.reader >= 0 {
			j.matched++
			if v.attempts == v.failed && !early {
				if w.tookEffect(v) {
					j.timeoutRead.add(witness{a: v.late, b: v.reader, key: w.name, val: v.at})
				} else {
					_, end := w.outcome(v.first)
					j.failRead.add(witness{a: end, b: v.reader, key: w.name, val: v.at})
				}
			}
		}
		if v.kind == actPut && v.acked >= 0 && v.reader < 0 && o.empty < v.acked {
			j.undrained.add(witness{a: v.acked, b: -1, key: w.name, val: v.at})
		}
	}
	if j.initial = initial && j.unwritten.n == 1; j.initial {
		j.initials, j.begin = 1, begin
	}
}
