package lint

import (
	"bytes"

	"github.com/seed-c33ae711/jcheck/edn"
)

// plainTxn decodes a transaction that is written as almost all are, [[:append 5
// 1] [:r 6 [1 2]]] or [["w",5,1],["r",6,2]], with plain integers and no white
// space that need not be there. It reports whether it is; if not, it leaves no
// touch. Measured on list-append, it takes a quarter of the scanner's time.
func (d *decoder) plainTxn(i, lo, hi int, writing, reading bool) bool {
	text := d.src.Text[:hi]
	n := len(d.out.touches)
	at := lo + 1
	if hi-lo < 4 || text[lo] != '[' || text[at] != '[' {
		return false
	}
	for {
		if at = d.plainMop(text, i, at, writing, reading); at == 0 || at >= len(text) {
			break
		}
		if c := text[at]; c == ']' && at+1 == hi {
			return true
		} else if c != d.sep || at+1 >= len(text) || text[at+1] != '[' {
			break
		}
		at++
	}
	// The scanner meets the same keys first at the same places, so these stand.
	d.out.touches = d.out.touches[:n]
	return false
}

// plainNames are how micro-ops begin in the two syntaxes.
var plainNames = [...][3]struct {
	text string
	mop  mop
}{
	edn.EDN:  {{"[:r ", readMop}, {"[:append ", appendMop}, {"[:w ", writeMop}},
	edn.JSON: {{`["r",`, readMop}, {`["append",`, appendMop}, {`["w",`, writeMop}},
}

// plainMop decodes the micro-op at a place, and returns where it ends, 0 if it is
// not plain.
func (d *decoder) plainMop(text []byte, op, at int, writing, reading bool) int {
	m, at := d.plainName(text, at)
	if m == otherMop {
		return 0
	}
	from := at
	key := int64(0)
	for at < len(text) && text[at]-'0' <= 9 {
		key = key*10 + int64(text[at]-'0')
		at++
	}
	if at == from || at-from > 18 || text[from] == '0' && at-from > 1 || at >= len(text) || text[at] != d.sep {
		return 0
	}
	keyEnd := at
	lo := at + 1
	hi, at := d.plainValue(text, lo, m)
	if at == lo || at >= len(text) || text[at] != ']' {
		return 0
	}
	if m == readMop && reading || m != readMop && writing {
		id, fresh := d.keys.Int(key)
		if fresh {
			d.out.keys = append(d.out.keys, span{from, uint32(keyEnd - from)})
		}
		a := actRead
		if m != readMop {
			if a = mopActs[m]; hi == lo {
				a = actChange
			}
		}
		d.touch(op, id, a, lo, hi)
	}
	return at + 1
}

// plainName reads how a micro-op begins, and returns where its key does.
func (d *decoder) plainName(text []byte, at int) (mop, int) {
	names := &plainNames[d.src.Syntax]
	for k := range names {
		if p := &names[k]; len(text)-at >= len(p.text) && string(text[at:at+len(p.text)]) == p.text {
			return p.mop, at + len(p.text)
		}
	}
	return otherMop, at
}

// plainValue returns where the value at a place ends, the place itself if the value
// is nil, and where its text ends, the place itself if the value is not plain.
func (d *decoder) plainValue(text []byte, lo int, m mop) (hi, end int) {
	at := lo
	switch {
	case bytes.HasPrefix(text[at:], []byte("nil]")) && d.sep == ' ':
		return lo, at + len("nil")
	case bytes.HasPrefix(text[at:], []byte("null]")) && d.sep == ',':
		return lo, at + len("null")
	case at < len(text) && text[at] == '[' && m == readMop:
		at++
		for at < len(text) && inList[text[at]] {
			at++
		}
		return at + 1, at + 1
	}
	for at < len(text) && text[at]-'0' <= 9 {
		at++
	}
	return at, at
}

// inList are the bytes of a list of plain integers.
var inList = [256]bool{' ': true, ',': true, '0': true, '1': true, '2': true, '3': true, '4': true, '5': true, '6': true, '7': true, '8': true, '9': true}
