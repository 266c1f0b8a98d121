package format

import (
	"bytes"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
)

// opReader reads the ops of one piece. A recorder writes all its ops alike, but
// for their values: so what stands between the values of an op is remembered
// as its shape, and an op that begins like it is read by comparing bytes. If
// anything is otherwise, the op is read by its grammar, and gives a new shape.
// It saves more than half the time of reading an op map.
type opReader struct {
	s      edn.Scanner
	row    history.Row
	shapes [4]shape // ops of different types may have different fields
	recent int      // the shape that fitted last
	oldest int      // the shape to forget next
	rec    *record  // for ops whose fields have other names than Jepsen's, nil if they have not
}

// A shape is the text between the values of an op, as it stands in the op that
// it was taken from.
type shape struct {
	slots []slot
	tail  stretch // behind the last value
}

// A slot is a value of an op: whose, and the text before it.
type slot struct {
	field  fieldName
	before stretch
}

type stretch struct{ lo, hi int }

type fieldName uint8

const (
	indexField fieldName = iota
	timeField
	typeField
	processField
	fField
	valueField
	keyField    // the object that the op is about: others keep it beside the value
	aliasField  // what others call the process
	keyishField // what may be a key, too
	otherField
	fieldNames // how many there are
)

// maxSlots is how many fields an op may have to have a shape.
const maxSlots = 16

// read reads the op at offset at into r.row, and returns where it ends. On an
// error, that is as far as was looked.
func (r *opReader) read(src *edn.Source, at int) (end int, err error) {
	for i := 0; i < len(r.shapes) && (r.rec == nil || r.rec.ignores); i++ {
		i := (r.recent + i) % len(r.shapes)
		if end := r.fit(&r.shapes[i], src, at); end > 0 {
			r.recent = i
			return end, nil
		}
	}
	r.s.Reset(src, at, len(src.Text))
	sh := shape{slots: r.shapes[r.oldest].slots[:0]}
	if err := readOp(&r.s, &r.row, &sh, r.rec); err != nil {
		return max(r.s.Pos(), r.s.End), err
	}
	if sh.usable(src.Text) {
		r.shapes[r.oldest] = sh
		r.recent, r.oldest = r.oldest, (r.oldest+1)%len(r.shapes)
	}
	return r.s.Pos(), nil
}

// add notes a value, and the text between it and the one before.
func (sh *shape) add(f fieldName, before stretch) {
	if len(sh.slots) <= maxSlots {
		sh.slots = append(sh.slots, slot{f, before})
	}
}

// usable reports whether the text before and behind each value ends a token, so
// that a value of another spelling would begin and end there too: in {:value[1]
// :f:w} it would become a part of the key.
func (sh *shape) usable(text []byte) bool {
	for i := range sh.slots {
		before := sh.slots[i].before
		if sh.slots[i].field == keyField { // of nil, which the next op may not have
			return false
		}
		if i > 0 && !endsToken(text[before.lo]) || !startsToken(text[before.hi-1]) {
			return false
		}
	}
	return len(sh.slots) <= maxSlots && endsToken(text[sh.tail.lo])
}

func endsToken(c byte) bool {
	return c == ' ' || c == ',' || c == '}' || c == '\n' || c == '\r' || c == '\t'
}

// startsToken reports whether another token begins behind c: behind white space, the
// quote of a key, or JSON's colon. EDN's never ends a key.
func startsToken(c byte) bool { return endsToken(c) && c != '}' || c == '"' || c == ':' }

// fit reads an op of a known shape, and returns where it ends, 0 if its shape is
// another.
func (r *opReader) fit(sh *shape, src *edn.Source, at int) int {
	if len(sh.slots) == 0 {
		return 0
	}
	text, i := src.Text, at
	r.row = history.Row{Start: at, Process: history.NoProcess}
	for k := range sh.slots {
		sl := &sh.slots[k]
		if i = sl.before.skip(text, i); i == 0 {
			return 0
		}
		if i = r.value(sl.field, src, i); i == 0 {
			return 0
		}
	}
	return sh.tail.skip(text, i)
}

// skip returns where the same text as the stretch's, which begins at i, ends, 0
// if it is another.
func (st stretch) skip(text []byte, i int) int {
	end := i + st.hi - st.lo
	if end > len(text) || !bytes.Equal(text[i:end], text[st.lo:st.hi]) {
		return 0
	}
	return end
}

// value reads the value of a field at offset i and returns where it ends, 0 if
// it is not spelled plainly.
func (r *opReader) value(f fieldName, src *edn.Source, i int) int {
	row := &r.row
	switch f {
	case indexField:
		row.HasIndex = true
		return plainInt(src.Text, i, &row.Index)
	case timeField:
		row.HasTime = true
		return plainInt(src.Text, i, &row.Time)
	case processField:
		var n int64
		end := plainInt(src.Text, i, &n)
		row.Process, row.HasProcess = history.Process(n), true
		return end
	case typeField:
		lo, hi, end := plainName(src, i)
		t, ok := history.TypeNamed(src.Text[lo:hi])
		if !ok {
			return 0
		}
		row.Type = t
		return end
	case fField:
		lo, hi, end := plainName(src, i)
		row.F = src.Text[lo:hi]
		return end
	}
	r.s.Reset(src, i, len(src.Text))
	r.s.Inside(1) // the op's own
	switch r.s.Datum() {
	case edn.Close, edn.EOF, edn.Invalid:
		return 0
	}
	if f == valueField {
		row.ValueLo, row.ValueHi = r.s.Start, r.s.End
	}
	if r.s.Start != i { // a comment or a discarded form before it: not plain
		return 0
	}
	return r.s.End
}

// plainInt reads 1 to 18 digits without a zero before others.
func plainInt(text []byte, i int, n *int64) int {
	from := i
	*n = 0
	for i < len(text) && text[i]-'0' <= 9 {
		*n = *n*10 + int64(text[i]-'0')
		i++
	}
	if i == from || i-from > 18 || (text[from] == '0' && i-from > 1) {
		return 0
	}
	return i
}

// plainName reads a keyword of EDN or a string of JSON, of letters, digits and
// hyphens; the name is text[lo:hi]. end is 0 if it is anything else.
func plainName(src *edn.Source, i int) (lo, hi, end int) {
	text, quote := src.Text, src.Syntax == edn.JSON
	open := byte(':')
	if quote {
		open = '"'
	}
	if i >= len(text) || text[i] != open {
		return 0, 0, 0
	}
	lo = i + 1
	for hi = lo; hi < len(text) && (text[hi]|0x20-'a' < 26 || text[hi]-'0' <= 9 || text[hi] == '-'); hi++ {
	}
	switch {
	case hi == lo:
		return 0, 0, 0
	case !quote:
		return lo, hi, hi
	case hi < len(text) && text[hi] == '"':
		return lo, hi, hi + 1
	}
	return 0, 0, 0
}
