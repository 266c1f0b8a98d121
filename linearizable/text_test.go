package linearizable

import (
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/seed-c33ae711/jcheck/edn"
)

// plainText is a text as a Go string, one state for each.
type plainText struct {
	v     *vocabulary
	ts    []transition
	texts []string
	ids   map[string]int32
}

func (m *plainText) state(text string) int32 {
	id, ok := m.ids[text]
	if !ok {
		id = int32(len(m.texts))
		m.ids[text] = id
		m.texts = append(m.texts, text)
	}
	return id
}

func (m *plainText) initial() int32    { return m.state("") }
func (m *plainText) pure(t int32) bool { return m.ts[t].f == opGet }
func (m *plainText) bytes() int64      { return 0 }
func (m *plainText) step(s, t int32) int32 {
	word := m.v.text(m.ts[t].a)
	switch m.ts[t].f {
	case opPut:
		return m.state(word)
	case opAppend:
		return m.state(m.texts[s] + word)
	}
	if m.texts[s] != word {
		return illegal
	}
	return s
}

// TestTexts compares the search, which foresees what later reads rule out, with
// trying every order on plain strings. Words begin each other, repeat, and are
// empty, and reads return what some order of a few writes makes, so that both
// answers are frequent.
func TestTexts(t *testing.T) {
	r := rand.New(rand.NewPCG(17, 4))
	count := map[bool]int{}
	for range 20_000 {
		v := &vocabulary{}
		var ts []transition
		add := func(f opcode, text string) {
			id, err := v.id(edn.MustParse(strconv.Quote(text)))
			if err != nil {
				t.Fatal(err)
			}
			ts = append(ts, transition{f: f, a: id})
		}
		word := func(letters int) string {
			var b strings.Builder
			for range letters {
				b.WriteByte("ab"[r.IntN(2)])
			}
			return b.String()
		}
		for range 1 + r.IntN(3) {
			add(opPut, word(r.IntN(3)))
		}
		for range 1 + r.IntN(3) {
			add(opAppend, word(r.IntN(3)))
		}
		for range 2 + r.IntN(4) {
			add(opGet, word(r.IntN(5)))
		}
		ops := randomOps(r, 2+r.IntN(9), 1+r.IntN(4), len(ts), 0.15)
		want := naive(&plainText{v: v, ts: ts, ids: map[string]int32{}}, ops)
		s := newSearch(newTextMachine("", v, ts), ops, Budget{})
		if got := s.run(t.Context()) == found; got != want {
			t.Fatalf("%v, want %v: %+v of %+v", got, want, ops, ts)
		}
		count[want]++
	}
	if count[true] < 1000 || count[false] < 1000 {
		t.Errorf("few of one kind: %v", count)
	}
	t.Log(count)
}

// TestTextStates: texts are one state if and only if they are equal, however they
// came to be.
func TestTextStates(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	m := newTextMachine("", &vocabulary{}, nil)
	ids, texts := map[string]int32{"": 0}, []string{""}
	for range 20_000 {
		base := r.IntN(len(texts))
		tail := ""
		for range r.IntN(3) {
			tail += string("ab"[r.IntN(2)])
		}
		text := texts[base] + tail
		if len(text) > 9 {
			continue
		}
		s := m.state(int32(base), tail)
		if id, ok := ids[text]; ok && id != s || !ok && int(s) != len(texts) {
			t.Fatalf("%q is state %d, want %d (%v)", text, s, id, ok)
		}
		if ids[text] = s; int(s) == len(texts) {
			texts = append(texts, text)
		}
		if got := m.text(s); got != text {
			t.Fatalf("state %d is %q, want %q", s, got, text)
		}
	}
}
