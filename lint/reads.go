package lint

import (
	"bytes"

	"github.com/seed-c33ae711/jcheck/edn"
)

// read notes what a read saw.
func (w *keyJudge) read(t *touch, elements bool) error {
	v := span{t.lo, t.len}
	switch c := w.src.Text[t.lo]; {
	case t.act == actPoll:
		return w.pairs(t)
	case (c == '[' || w.isSet(v)) && elements && t.act != actTake:
		return w.list(t)
	case c-'0' <= 9:
	default:
		switch k := w.kind(t); {
		case k == edn.Map:
			w.j.unclear++
			return nil
		case isCollection(k) && elements && t.act != actTake:
			return w.walk(t.op, v)
		}
	}
	if w.last >= 0 && w.same(w.at, v) { // the same as before
		return nil
	}
	id, err := w.id(v)
	if err != nil {
		return err
	}
	w.last, w.at = id, v
	w.saw(id, t.op)
	if w.j.begin.len == 0 {
		w.j.begin = v
		w.j.initial = true
	}
	return nil
}

func (w *keyJudge) saw(id, op int32) {
	if v := &w.vals[id]; v.reader < 0 {
		v.reader = op
	}
}

// isSet reports whether a text is that of a set.
func (w *keyJudge) isSet(v span) bool {
	return v.len > 1 && w.src.Text[v.lo] == '#' && w.src.Text[v.lo+1] == '{'
}

// list notes what a read of a list or a set saw. Most begin with what was read
// before, or are the beginning of it.
func (w *keyJudge) list(t *touch) error {
	v := span{t.lo, t.len}
	now, long := w.text(v), w.text(w.long)
	open := 1
	if now[0] == '#' {
		open = 2
	}
	if n := len(now) - 1; n < len(long) && n >= open && bytes.Equal(now[:n], long[:n]) && (isGap(long[n]) || n == open) {
		return nil
	}
	from := v.lo + open
	if n := len(long) - 1; n > open && n < len(now) && bytes.Equal(now[:n], long[:n]) && isGap(now[n]) {
		from = v.lo + n
	}
	if len(now) > len(long) {
		w.long = v
	}
	// What is plain is read here, and the rest, if there is any, from the beginning
	// of the whole list.
	text := w.src.Text[:v.lo+int(v.len)]
	for i := from; i < len(text); i++ {
		if isGap(text[i]) {
			if text[i] == ']' || text[i] == '}' {
				return nil
			}
			continue
		}
		at, n := i, int64(0)
		for i < len(text) && text[i]-'0' <= 9 {
			n = n*10 + int64(text[i]-'0')
			i++
		}
		if i == at || i-at > 18 || text[at] == '0' && i-at > 1 || i == len(text) || !isGap(text[i]) {
			break
		}
		id, fresh := w.ids.Int(n)
		if fresh {
			w.fresh(span{at, uint32(i - at)})
		}
		w.saw(id, t.op)
		i--
	}
	return w.walk(t.op, v)
}

func isGap(c byte) bool { return c == ' ' || c == ',' || c == ']' || c == '}' }

// walk notes the elements of any collection.
func (w *keyJudge) walk(op int32, v span) error {
	s := &w.in
	s.Reset(w.src, v.lo, v.lo+int(v.len))
	for s.Next(); ; {
		switch s.Datum() {
		case edn.Close, edn.EOF, edn.Invalid:
			return s.Err()
		}
		id, err := w.id(span{s.Start, uint32(s.End - s.Start)})
		if err != nil {
			return err
		}
		w.saw(id, op)
	}
}

// pairs notes what was polled: a list of [offset value].
func (w *keyJudge) pairs(t *touch) error {
	s := &w.in
	s.Reset(w.src, t.lo, t.lo+int(t.len))
	for s.Next(); ; {
		switch s.Datum() {
		case edn.Close, edn.EOF, edn.Invalid:
			return s.Err()
		case edn.Vector, edn.List:
		default:
			continue
		}
		lo, hi, err := second(w.src, s.Start, s.End)
		if err != nil {
			return err
		}
		id, err := w.id(span{lo, uint32(hi - lo)})
		if err != nil {
			return err
		}
		w.saw(id, t.op)
	}
}
