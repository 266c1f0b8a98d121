package lint

import (
	"bytes"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
)

// compare looks at how the value of a completion differs from that of its
// invocation.
func (d *decoder) compare(i int) error {
	inv := d.h.Pair(i)
	if inv < 0 || inv > i {
		return nil
	}
	alo, ahi := d.h.ValueSpan(inv)
	blo, bhi := d.h.ValueSpan(i)
	if alo == ahi || blo == bhi || answers(d.src.Text[alo:ahi], d.src.Text[blo:bhi]) {
		return nil
	}
	a, b := d.src.Value(alo, ahi), d.src.Value(blo, bhi)
	if a.IsNil() || b.IsNil() {
		return nil
	}
	if k := b.Kind(); d.h.Type(i) != history.OK && (k == edn.Keyword || k == edn.String) && a.Kind() != k {
		d.out.status.add(inv, i)
		return nil
	}
	var same bool
	var err error
	switch r := d.byF[d.h.Symbol(i)].role; {
	case opensTxn(d.src, &d.s, alo, ahi):
		same, err = sameTxn(a, b)
	case r == writes || r == adds || r == puts || r == swaps || r == changes:
		same = edn.Equal(a, b)
	case d.tuples && r != unknownRole && r != admin:
		same = sameKey(a, b)
	default:
		same = true
	}
	if err == nil && !same {
		d.out.differs.add(inv, i)
	}
	return err
}

// answers reports whether one text is another in which nothing but nils were filled
// in, as what reads return. Most completions are such.
func answers(asked, got []byte) bool {
	for {
		n := 0
		for n < len(asked) && n < len(got) && asked[n] == got[n] {
			n++
		}
		if asked, got = asked[n:], got[n:]; len(asked) == 0 && len(got) == 0 {
			return true
		}
		switch {
		case bytes.HasPrefix(asked, []byte("nil")):
			asked = asked[3:]
		case bytes.HasPrefix(asked, []byte("null")):
			asked = asked[4:]
		default:
			return false
		}
		end := plainDatum(got)
		if end == 0 {
			return false
		}
		got = got[end:]
	}
}

// plainDatum returns where the number or the vector of numbers ends that a text
// begins with, 0 if it begins with anything else.
func plainDatum(text []byte) int {
	if len(text) == 0 || text[0] != '[' && (text[0] < '0' || text[0] > '9') {
		return 0
	}
	if text[0] != '[' {
		i := 0
		for i < len(text) && text[i] >= '0' && text[i] <= '9' {
			i++
		}
		return i
	}
	for i := 1; i < len(text); i++ {
		switch c := text[i]; {
		case c == ']':
			return i + 1
		case c != ' ' && c != ',' && (c < '0' || c > '9'):
			return 0
		}
	}
	return 0
}

// sameTxn reports whether a transaction completed with the micro-ops that it was
// invoked with: reads may return anything, and a message has an offset.
func sameTxn(a, b edn.Value) (bool, error) {
	as, err := a.Items(nil)
	if err != nil {
		return false, err
	}
	if k := b.Kind(); k != edn.Vector && k != edn.List {
		return false, nil
	}
	bs, err := b.Items(nil)
	if err != nil || len(as) != len(bs) {
		return false, err
	}
	for k := range as {
		if edn.Equal(as[k], bs[k]) {
			continue
		}
		x, errA := as[k].Items(nil)
		y, errB := bs[k].Items(nil)
		if errA != nil || errB != nil || len(x) == 0 || len(y) == 0 || !edn.Equal(x[0], y[0]) {
			return false, nil
		}
		name, _ := x[0].Name()
		switch m := mopNamed([]byte(name)); {
		case m == pollMop:
		case len(x) < 2 || len(y) < 2 || !edn.Equal(x[1], y[1]):
			return false, nil
		case m == readMop || m == predicateMop || m == sendMop || m == otherMop:
		case len(x) < 3 || x[2].IsNil(): // it was left open what to write
		default:
			return false, nil
		}
	}
	return true, nil
}

// sameKey reports whether two tuples have the same key.
func sameKey(a, b edn.Value) bool {
	x, errA := a.Items(nil)
	y, errB := b.Items(nil)
	return errA != nil || errB != nil || len(x) != 2 || len(y) != 2 || edn.Equal(x[0], y[0])
}
