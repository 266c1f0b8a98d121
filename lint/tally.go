package lint

import (
	"cmp"
	"slices"
)

// A witness is where a problem with a value of a key is seen.
type witness struct {
	a, b     int32 // ops; b is -1 if there is one only
	key, val span
}

// mostWitnesses is how many are kept.
const mostWitnesses = 3

// A tally counts witnesses and keeps the first ones, by op.
type tally struct {
	n     int
	first [mostWitnesses]witness
}

func (t *tally) add(w witness) {
	k := min(t.n, mostWitnesses)
	t.n++
	t.insert(k, w)
}

// insert keeps a witness if it is among the first; k are there.
func (t *tally) insert(k int, w witness) {
	at := k
	for at > 0 && compare(w, t.first[at-1]) < 0 {
		at--
	}
	if at == mostWitnesses {
		return
	}
	copy(t.first[at+1:], t.first[at:min(k, mostWitnesses-1)])
	t.first[at] = w
}

func compare(x, y witness) int {
	return cmp.Or(cmp.Compare(x.a, y.a), cmp.Compare(x.b, y.b), cmp.Compare(x.key.lo, y.key.lo), cmp.Compare(x.val.lo, y.val.lo))
}

func (t *tally) merge(o *tally) {
	for k := range min(o.n, mostWitnesses) {
		t.insert(min(t.n+k, mostWitnesses), o.first[k])
	}
	t.n += o.n
}

// ops lists the ops of the witnesses.
func (t *tally) ops() (list []int) {
	for _, w := range t.first[:min(t.n, mostWitnesses)] {
		for _, op := range []int32{w.a, w.b} {
			if op >= 0 && !slices.Contains(list, int(op)) {
				list = append(list, int(op))
			}
		}
	}
	return list
}
