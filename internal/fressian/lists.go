package fressian

import (
	"slices"

	"github.com/seed-c33ae711/jcheck/edn"
)

// A seq is what is left of a list.
type seq struct {
	n      int
	closed bool // by an end code, or if open by the end of the input
	open   bool
}

func isList(c byte) bool { return c >= cList && c <= cListOpen }

// begin reads the length of a list whose code was read.
func (d *Decoder) begin(c byte) seq {
	switch c {
	case cListN:
		at := d.pos
		n, ok := d.int()
		if ok && (n < 0 || n > int64(d.left())) {
			d.fail(at, "expected at most %d elements in what is left, found a count of %d", d.left(), n)
		}
		return seq{n: int(n)}
	case cListClosed, cListOpen:
		return seq{closed: true, open: c == cListOpen}
	}
	return seq{n: int(c - cList)}
}

// more reports whether an element follows, and passes over the end code.
func (d *Decoder) more(s *seq) bool {
	switch {
	case d.err != nil:
		return false
	case !s.closed:
		s.n--
		return s.n >= 0
	case d.pos < len(d.in) && d.in[d.pos] == cEnd:
		d.pos++
		*s = seq{}
		return false
	case d.pos >= len(d.in) && s.open:
		*s = seq{}
		return false
	}
	return true
}

func (d *Decoder) list(at int, c, open, closer byte) bool {
	if !d.down(at) {
		return false
	}
	s := d.begin(c)
	d.out = append(d.out, open)
	for first := true; d.more(&s); first = false {
		if !first {
			d.out = append(d.out, ' ')
		}
		if !d.value() {
			return false
		}
	}
	d.out = append(d.out, closer)
	d.depth--
	return d.err == nil
}

// mapValue appends a map, or only its entries, each behind a comma.
func (d *Decoder) mapValue(at int, whole bool) bool {
	if d.pos >= len(d.in) {
		return d.short()
	}
	c := d.in[d.pos]
	if !isList(c) {
		return d.relist(at, whole)
	}
	if !d.down(at) {
		return false
	}
	d.pos++
	s := d.begin(c)
	if whole {
		d.out = append(d.out, '{')
	}
	for first := whole; d.more(&s); first = false {
		if !first {
			d.out = append(d.out, ", "...)
		}
		key := len(d.out)
		if !d.value() {
			return false
		}
		if !whole {
			d.oddKey = d.oddKey || !isFurther(d.out[key:])
			d.keyed = d.keyed || string(d.out[key:]) == ":key"
		}
		if !d.more(&s) {
			return d.fail(at, "expected a value for every key of a map, found a key alone")
		}
		d.out = append(d.out, ' ')
		if !d.value() {
			return false
		}
	}
	if whole {
		d.out = append(d.out, '}')
	}
	d.depth--
	return d.err == nil
}

// relist appends a map whose list is a cached value: nobody writes that, yet it
// may be written.
func (d *Decoder) relist(at int, whole bool) bool {
	d.oddKey, d.keyed = d.oddKey || !whole, d.keyed || !whole
	mark := len(d.out)
	items, ok := d.cachedList(at, mark)
	if !ok {
		return false
	}
	if len(items)%2 != 0 {
		return d.fail(at, "expected a value for every key of a map, found a key alone")
	}
	text := slices.Clone(d.out[mark:])
	d.out = d.out[:mark]
	for i, item := range items {
		lo, hi := item.Span()
		switch {
		case i%2 == 1:
			d.out = append(d.out, ' ')
		case i == 0 && whole:
			d.out = append(d.out, '{')
		default:
			d.out = append(d.out, ", "...)
		}
		d.out = append(d.out, text[lo:hi]...)
	}
	if whole {
		if len(items) == 0 {
			d.out = append(d.out, '{')
		}
		d.out = append(d.out, '}')
	}
	return d.fits(at)
}

// cachedList decodes a value, which must turn out to be a list, at the end of
// the output, and splits it.
func (d *Decoder) cachedList(at, mark int) ([]edn.Value, bool) {
	if !d.down(at) || !d.value() {
		return nil, false
	}
	d.depth--
	text := d.out[mark:]
	if len(text) == 0 || text[0] != '[' {
		return nil, d.fail(at, "expected a list, found something else")
	}
	items, err := edn.NewSource("", text, edn.EDN).Value(0, len(text)).Items(nil)
	if err != nil {
		return nil, d.fail(at, "expected a list, found %v", err)
	}
	return items, true
}

// set appends a set, which is a list, or null if it is empty.
func (d *Decoder) set(at int) bool {
	if d.pos >= len(d.in) {
		return d.short()
	}
	c := d.in[d.pos]
	d.out = append(d.out, '#')
	switch {
	case c == cNull:
		d.pos++
		d.out = append(d.out, "{}"...)
		return true
	case isList(c):
		d.pos++
		return d.list(at, c, '{', '}')
	}
	mark := len(d.out)
	if _, ok := d.cachedList(at, mark); !ok {
		return false
	}
	d.out[mark], d.out[len(d.out)-1] = '{', '}'
	return true
}
