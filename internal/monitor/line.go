package monitor

import "math"

// A line is ops of one kind that returned, which a search takes one by one, each such
// that none that is left returned before it began. What was taken can be given back,
// the last first.
type line struct {
	ops        []Op
	all        []int32 // by Inv
	next, prev []int32 // of what is left, by Inv, as places in all; the last place + 1 is both ends
	byRet      []int32 // places
	low        int     // byRet[:low] were taken
	taken      []bool  // by place
	left       int     // how many
	latest     int32   // the last Inv of what was taken, pending ops too, or none
	returned   int32   // the same of those that returned
}

// A lineMark is what has to be remembered to give the last op back.
type lineMark struct {
	low              int
	latest, returned int32
}

func newLine(ops []Op, all []int32) *line {
	n := int32(len(all))
	l := &line{ops: ops, all: all, next: column(len(all)+1, 0), prev: column(len(all)+1, 0), taken: make([]bool, n), latest: none, returned: none}
	var keys []uint64
	for p, i := range all {
		l.next[p], l.prev[p] = int32(p)+1, int32(p)-1
		keys = append(keys, key(ops[i].Ret, int32(p)))
	}
	l.next[n], l.prev[n] = 0, n-1
	l.prev[0] = n
	l.byRet = ids(sorted(keys))
	l.left = len(l.byRet)
	return l
}

func (l *line) end() int32 { return int32(len(l.all)) }

// first returns the place of what began first of what is left, or the end.
func (l *line) first() int32 { return l.next[l.end()] }

func (l *line) op(place int32) *Op { return &l.ops[l.all[place]] }

// until is the first Ret of what is left.
func (l *line) until() int32 {
	for l.low < len(l.byRet) && l.taken[l.byRet[l.low]] {
		l.low++
	}
	if l.low == len(l.byRet) {
		return Never
	}
	return l.op(l.byRet[l.low]).Ret
}

func (l *line) mark() lineMark { return lineMark{l.low, l.latest, l.returned} }

func (l *line) take(place int32) {
	l.next[l.prev[place]], l.prev[l.next[place]] = l.next[place], l.prev[place]
	l.taken[place] = true
	l.left--
	l.returned = max(l.returned, l.op(place).Inv)
	l.latest = max(l.latest, l.returned)
}

// giveBack undoes take, before which the line was as marked.
func (l *line) giveBack(place int32, m lineMark) {
	l.next[l.prev[place]], l.prev[l.next[place]] = place, place
	l.taken[place] = false
	l.left++
	l.reset(m)
}

func (l *line) reset(m lineMark) { l.low, l.latest, l.returned = m.low, m.latest, m.returned }

// describe appends a text that determines which ops were taken: the last of them by
// Inv, and what was left before it.
func (l *line) describe(text []int32) []int32 {
	at := len(text)
	text = append(text, l.returned, 0)
	for p := l.first(); p != l.end() && l.op(p).Inv < l.returned; p = l.next[p] {
		text = append(text, p)
	}
	text[at+1] = int32(len(text) - at - 2)
	return text
}

// dead is a set of texts: the configurations that a search came back from. They are
// looked up by a hash that the search keeps, and distinguished by their content.
type dead struct {
	off   map[uint64]int32 // of the last text with a hash
	texts []int32          // each: the offset of the one before with that hash, the length, the text
}

// deadBytes is about the size of an entry of dead without its text.
const deadBytes = 64

// bytes is about how much memory dead takes, and twice as much again for the texts when they
// move to grow.
func (d *dead) bytes() int64 {
	if len(d.texts) > math.MaxInt32/2 { // offsets end
		return math.MaxInt64
	}
	return int64(deadBytes*len(d.off) + 12*cap(d.texts))
}

// has reports whether there is a text for which same says so.
func (d *dead) has(hash uint64, same func(text []int32) bool) bool {
	at, ok := d.off[hash]
	if !ok {
		return false
	}
	for ; at != none; at = d.texts[at] {
		if n := d.texts[at+1]; same(d.texts[at+2 : at+2+n]) {
			return true
		}
	}
	return false
}

func (d *dead) add(hash uint64, text []int32) {
	before, ok := d.off[hash]
	if !ok {
		before = none
	}
	if d.off == nil {
		d.off = map[uint64]int32{}
	}
	d.off[hash] = int32(len(d.texts))
	d.texts = append(append(d.texts, before, int32(len(text))), text...)
}

// scatter is a number that looks random, for sums that tell sets apart.
func scatter(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
