package linearizable

import (
	"math/bits"
	"slices"
)

// textMachine is a text that is replaced, extended and read. Texts grow long, and
// there is one for each state, so a state is an earlier one and what was appended
// to it. Equal texts are found by a hash and then compared.
type textMachine struct {
	ts     []transition
	v      *vocabulary
	states []textState
	byHash map[textHash][]int32
	steps  memory
	wholes map[int32]int32 // id of a word -> the state with that text

	// What is read later limits the states before: they are beginnings of it, unless
	// a put of a beginning is still to come.
	gets   []int32            // ops that read, by invocation
	next   []int32            // per level: those that are invoked later are gets[next[level]:]
	prefix map[int32][]uint64 // per word: the hashes of its beginnings, by length
	ops    []searchOp
	puts   map[int32][]int32 // per word that is read: the puts that it may have begun with
}

type textState struct {
	hash textHash
	base int32 // the state that was extended, -1 if none
	tail string
}

type textHash struct {
	sum uint64
	len int
}

func newTextMachine(init string, v *vocabulary, ts []transition) *textMachine {
	m := &textMachine{ts: ts, v: v, byHash: map[textHash][]int32{}, wholes: map[int32]int32{}}
	m.state(-1, init)
	return m
}

func (m *textMachine) initial() int32 { return 0 }

func (m *textMachine) pure(t int32) bool { return m.ts[t].pure() }

func (m *textMachine) overwrites(t int32) bool { return m.ts[t].f == opPut }

func (m *textMachine) exact(t int32) bool { return m.ts[t].f == opGet }

func (m *textMachine) bytes() int64 {
	return (48+mapEntry)*int64(len(m.states)) + m.steps.bytes()
}

func (m *textMachine) step(s, t int32) int32 {
	tr := &m.ts[t]
	switch tr.f {
	case opPut:
		return m.whole(tr.a)
	case opGet:
		if m.whole(tr.a) != s {
			return illegal
		}
		return s
	case opAppend:
		next, ok := m.steps.get(stepKey(s, t))
		if !ok {
			next = m.state(s, m.v.text(tr.a))
			m.steps.set(stepKey(s, t), next)
		}
		return next
	}
	return illegal
}

// whole returns the state whose text is a word.
func (m *textMachine) whole(word int32) int32 {
	s, ok := m.wholes[word]
	if !ok {
		s = m.state(-1, m.v.text(word))
		m.wholes[word] = s
	}
	return s
}

// state returns the state whose text is that of base and tail.
func (m *textMachine) state(base int32, tail string) int32 {
	hash := textHash{}
	if base >= 0 {
		hash = m.states[base].hash
	}
	for i := range len(tail) {
		hash = hash.add(tail[i])
	}
	for _, s := range m.byHash[hash] {
		if m.equal(s, base, tail) {
			return s
		}
	}
	s := int32(len(m.states))
	m.states = append(m.states, textState{hash, base, tail})
	m.byHash[hash] = append(m.byHash[hash], s)
	return s
}

// add extends the hash, a polynomial modulo 2^61-1.
func (h textHash) add(c byte) textHash {
	const p = 1<<61 - 1
	hi, lo := bits.Mul64(h.sum, 0x123456789abcdef1%p)
	sum := (lo & p) + (lo>>61 | hi<<3) + uint64(c) + 1
	return textHash{(sum & p) + sum>>61, h.len + 1}
}

// equal compares the text of state s with that of base and tail, from the end.
func (m *textMachine) equal(s, base int32, tail string) bool {
	a, b := m.states[s].tail, tail
	for s = m.states[s].base; ; {
		if s == base && len(a) == len(b) {
			return a == b
		}
		n := min(len(a), len(b))
		if a[len(a)-n:] != b[len(b)-n:] {
			return false
		}
		a, b = a[:len(a)-n], b[:len(b)-n]
		for a == "" && s >= 0 {
			a, s = m.states[s].tail, m.states[s].base
		}
		for b == "" && base >= 0 {
			b, base = m.states[base].tail, m.states[base].base
		}
		if a == "" || b == "" {
			return a == b && s < 0 && base < 0
		}
	}
}

// text returns the text of a state.
func (m *textMachine) text(s int32) string {
	text := make([]byte, m.states[s].hash.len)
	for at := len(text); s >= 0; s = m.states[s].base {
		at -= copy(text[at-len(m.states[s].tail):], m.states[s].tail)
	}
	return string(text)
}

const (
	prefixBytes = 64 << 20 // of hashes of beginnings
	lookAhead   = 8        // how many later reads a level looks at
)

func (m *textMachine) prepare(ops []searchOp, n, watched int32) {
	m.ops = ops
	for i, op := range ops[:watched] {
		if m.ts[op.t].f == opGet {
			m.gets = append(m.gets, int32(i))
		}
	}
	slices.SortFunc(m.gets, func(a, b int32) int { return int(ops[a].inv - ops[b].inv) })
	m.prefix = map[int32][]uint64{}
	size := 0
	for _, g := range m.gets {
		if w := m.ts[ops[g].t].a; m.prefix[w] == nil {
			if size += 8 * len(m.v.text(w)); size > prefixBytes {
				return
			}
			m.prefix[w] = m.v.beginnings(w)
		}
	}
	m.findPuts()
	m.next = make([]int32, n)
	at := len(m.gets)
	for k := int(n) - 1; k >= 0; k-- {
		for at > 0 && ops[m.gets[at-1]].inv > ops[k].ret {
			at--
		}
		m.next[k] = int32(at)
	}
}

// findPuts finds for each text that is read the puts of its beginnings.
func (m *textMachine) findPuts() {
	byHash := map[textHash][]int32{}
	var lengths []int
	for i, op := range m.ops {
		if m.ts[op.t].f != opPut {
			continue
		}
		w := m.ts[op.t].a
		text := m.v.text(w)
		h := textHash{m.v.beginnings(w)[len(text)], len(text)}
		byHash[h] = append(byHash[h], int32(i))
		if !slices.Contains(lengths, len(text)) {
			lengths = append(lengths, len(text))
		}
	}
	m.puts = map[int32][]int32{}
	for w, sums := range m.prefix {
		for _, n := range lengths {
			if n < len(sums) {
				m.puts[w] = append(m.puts[w], byHash[textHash{sums[n], n}]...)
			}
		}
	}
}

func (m *textMachine) viable(state, level int32, done func(int32) bool) bool {
	if m.next == nil {
		return true
	}
	from := int(m.next[level])
	for _, g := range m.gets[from:min(from+lookAhead, len(m.gets))] {
		if !m.awaits(state, g, done) {
			return false
		}
	}
	return true
}

func (m *textMachine) awaits(state, op int32, done func(int32) bool) bool {
	t := &m.ts[m.ops[op].t]
	if t.f != opGet || m.next == nil || m.prefix[t.a] == nil || m.begins(state, t.a) {
		return true
	}
	for _, put := range m.puts[t.a] {
		if m.ops[put].inv < m.ops[op].ret && !done(put) {
			return true
		}
	}
	return false
}

// begins reports whether the text of a state is a beginning of a word, or seems to
// be.
func (m *textMachine) begins(state, word int32) bool {
	hash, sums := m.states[state].hash, m.prefix[word]
	return hash.len < len(sums) && sums[hash.len] == hash.sum
}

// beginnings returns the hashes of the beginnings of a word, by length.
func (v *vocabulary) beginnings(word int32) []uint64 {
	if sums := v.sums[word]; sums != nil {
		return sums
	}
	text := v.text(word)
	sums := make([]uint64, 1, len(text)+1)
	hash := textHash{}
	for i := range len(text) {
		hash = hash.add(text[i])
		sums = append(sums, hash.sum)
	}
	if v.sums == nil {
		v.sums = map[int32][]uint64{}
	}
	v.sums[word] = sums
	return sums
}
