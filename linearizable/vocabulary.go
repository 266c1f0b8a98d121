package linearizable

import (
	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/internal/intern"
)

// A vocabulary numbers the values of one object. nil is 0.
type vocabulary struct {
	numbers
	keys  numbers            // of a multi-register
	sums  map[int32][]uint64 // of texts: see beginnings
	words []string           // the texts themselves, if they are no values
}

// numbers numbers values, equal ones alike. nil is 0.
type numbers struct {
	values []edn.Value
	small  []int32 // the numbers of small integers; 0 if they have none
	table  intern.Table
	long   []int32 // the numbers of all other values, by their ids in the table
	buf    []byte
}

func (n *numbers) len() int { return len(n.values) }

func (n *numbers) id(v edn.Value) (int32, error) {
	if i, ok := v.Int(); ok {
		return n.integer(i, v), nil
	}
	n.begin()
	if v.IsNil() {
		return 0, nil
	}
	var err error
	if n.buf, err = edn.AppendCanonical(n.buf[:0], v); err != nil {
		return 0, err
	}
	id, fresh := n.table.Text(n.buf)
	return n.other(id, fresh, v), nil
}

// begin numbers nil.
func (n *numbers) begin() {
	if len(n.values) == 0 {
		n.values = append(n.values, edn.Value{})
	}
}

// integer is id of an integer, given its value. As long as they are dense enough,
// integers are looked up in a column.
func (n *numbers) integer(i int64, v edn.Value) int32 {
	n.begin()
	if i < 0 || i >= int64(4*len(n.values)+1024) && i >= int64(len(n.small)) {
		id, fresh := n.table.Int(i)
		return n.other(id, fresh, v)
	}
	for int(i) >= len(n.small) {
		n.small = append(n.small, make([]int32, max(64, len(n.small)))...)
	}
	if n.small[i] == 0 {
		if id := n.table.LookupInt(i); id >= 0 { // it came before there was room for it
			n.small[i] = n.long[id]
		} else {
			n.small[i] = int32(len(n.values))
			n.values = append(n.values, v)
		}
	}
	return n.small[i]
}

func (n *numbers) other(id int32, fresh bool, v edn.Value) int32 {
	if fresh {
		n.long = append(n.long, int32(len(n.values)))
		n.values = append(n.values, v)
	}
	return n.long[id]
}

// value returns the value with a number, nothing for nil.
func (n *numbers) value(id int32) edn.Value {
	if id < 0 || int(id) >= len(n.values) {
		return edn.Value{}
	}
	return n.values[id]
}

// text returns a word, or a value that is a string, without its quotes, nothing for
// nil.
func (v *vocabulary) text(id int32) string {
	switch {
	case v.words != nil:
		return v.words[id]
	case id <= 0:
		return ""
	}
	if name, ok := v.value(id).Name(); ok {
		return name
	}
	return v.value(id).String()
}

// initialOf returns what the initial map, a value with that id, has for a key.
func (v *vocabulary) initialOf(init, key int32) int32 {
	if init <= 0 {
		return 0
	}
	s := v.value(init).Scanner()
	if s.Next() != edn.Map {
		return 0
	}
	for s.Datum() != edn.Close && s.Kind != edn.Invalid && s.Kind != edn.EOF {
		k := s.Value()
		s.Datum()
		if edn.Equal(k, v.keys.value(key)) {
			id, _ := v.id(s.Value())
			return id
		}
	}
	return 0
}
