package weak

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// parse reads a history of a transaction a line: its session, an upper-case
// letter or - for none, with ! if nothing follows it, and its ops. Keys are
// letters: wx writes x, rx0 reads what transaction 0 wrote, rx_ the initial
// version, rx? is unknown. "x: 0<1" is a known order.
func parse(text string) *History {
	h := &History{Sessions: 26, Keys: 26, Off: []int32{0}}
	for _, line := range strings.Split(strings.TrimSpace(text), "\n") {
		f := strings.Fields(line)
		if strings.HasSuffix(f[0], ":") {
			b := Before{Key: int32(f[0][0] - 'a')}
			if _, err := fmt.Sscanf(f[1], "%d<%d", &b.A, &b.B); err != nil {
				panic(err)
			}
			h.Order = append(h.Order, b)
			continue
		}
		session := int32(f[0][0]) - 'A'
		if f[0][0] == '-' {
			session = -1
		}
		h.Session = append(h.Session, session)
		h.Last = append(h.Last, strings.HasSuffix(f[0], "!"))
		for _, op := range f[1:] {
			from := Write
			switch {
			case op[0] == 'r' && op[2] == '_':
				from = Initial
			case op[0] == 'r' && op[2] == '?':
				from = Unknown
			case op[0] == 'r':
				from = int32(op[2] - '0')
			}
			h.Key, h.From = append(h.Key, int32(op[1]-'a')), append(h.From, from)
		}
		h.Off = append(h.Off, int32(len(h.Key)))
	}
	return h
}

// causalAnd lists levels and the causal ones.
func causalAnd(levels ...Level) []Level {
	return append(levels, CausalConvergence, CausalPlus, Causal, WeakCausal)
}

// boundaries has a history for each pair of neighbouring levels, which satisfies the
// weaker one only.
var boundaries = []struct {
	name, history string
	breaks        []Level
}{
	{"reads see all before them", `
		A wx
		A rx0 wx
		B rx1`, nil},
	{"not monotonic atomic view: x is read from 0 after 1 was seen, and from 1 after 0", `
		A wx wz
		B wx wy
		C rz0
		D ry1 rx0
		E rz0 rx1`, []Level{MonotonicAtomicView, ReadAtomic, CausalConvergence, CausalPlus, PRAMPlus}},
	{"monotonic atomic view, not read atomic: half of 0 is seen, the missing half first", `
		A wx wy
		B ry_ rx0`, causalAnd(ReadAtomic, PRAM, PRAMPlus)},
	{"not monotonic atomic view: half of 0 is seen, the missing half last", `
		A wx wy
		B rx0 ry_`, causalAnd(MonotonicAtomicView, ReadAtomic, PRAM, PRAMPlus)},
	{"read atomic and PRAM, not causal: 1 depends on 0, and 2 sees only 1", `
		A wx
		B rx0 wy
		C ry1 rx_`, causalAnd(WritesFollowReads)},
	{"causal, not causal convergence: x and y are ordered in two ways", `
		A wx wy wa
		B wx wy wb
		C ra0 wc
		D rb1 wd
		E rd3 rx0
		F rc2 ry1`, []Level{CausalConvergence}},
	{"weak causal, not causal: x is ordered in two ways", `
		A wx wa
		B wx wb
		C ra0 wc
		D rb1 wd
		E rd3 rx0
		F rc2 rx1`, []Level{CausalConvergence, CausalPlus}},
	{"session guarantees, not PRAM: what 3 misses was before what its session saw", `
		A wx
		A wy
		B ry1
		B rx_`, causalAnd(PRAM, PRAMPlus)},
	{"only read your writes is broken, of the session guarantees", `
		A wx
		A rx_`, causalAnd(ReadAtomic, PRAM, PRAMPlus, ReadYourWrites)},
	{"only monotonic reads", `
		A wx
		B rx0
		B rx_`, causalAnd(PRAM, PRAMPlus, MonotonicReads)},
	{"only monotonic writes", `
		A wx
		A wy
		B ry1 rx_`, causalAnd(PRAM, PRAMPlus, MonotonicWrites)},
	{"all session guarantees and PRAM, not causal: they order 0 and 1 differently", `
		A wx
		B rx0 wx
		C rx1
		C rx0`, causalAnd()},
	{"long fork: the order of x and y is seen in two ways, and no level here minds", `
		A wx
		B wy
		C rx0 ry_
		D ry1 rx_`, nil},
	{"lost update, which no level here minds", `
		A rx_ wx
		B rx_ wx`, nil},
	{"nothing follows an indeterminate transaction", `
		A! wx
		A rx_`, nil},
	{"but it follows others", `
		A wx
		A! rx_`, causalAnd(ReadAtomic, PRAM, PRAMPlus, ReadYourWrites)},
	{"reads that are ignored", `
		A wx wx rx_ rx0 rx?
		- rx? wx rx_ rx0`, nil},
	{"reads in a circle", `
		A wx ry1
		B wy rx0`, causalAnd(MonotonicAtomicView, ReadAtomic)},
	{"known orders against each other", `
		A wx
		B wx
		x: 0<1
		x: 1<0`, []Level{MonotonicAtomicView, ReadAtomic, CausalConvergence, CausalPlus, PRAMPlus, MonotonicReads, MonotonicWrites, ReadYourWrites, WritesFollowReads}},
}

func TestBoundaries(t *testing.T) {
	for _, c := range boundaries {
		h := parse(c.history)
		for level := range Level(levels) {
			w := check(t, h, level, true)
			if want := slices.Contains(c.breaks, level); (w != nil) != want {
				t.Errorf("%s: %v broken = %v, want %v: %v", c.name, level, w != nil, want, w)
			}
		}
	}
}

// TestForced holds what levels infer from a history in which 1 and 3 were seen by
// those who then read x from 0.
func TestForced(t *testing.T) {
	h := parse(`
		A wx wa
		B wx wb
		C rb1 rx0
		C wx wc
		D rc3 rx0`)
	one, three := Forced{'x' - 'a', 1, 0, 2}, Forced{'x' - 'a', 3, 0, 4}
	for level, want := range map[Level][]Forced{
		MonotonicAtomicView: {one, three},
		ReadAtomic:          {one, three},
		CausalConvergence:   {one, three},
		CausalPlus:          {one, three},
		PRAMPlus:            {one, three},
		WritesFollowReads:   nil,
		WeakCausal:          nil,
		ReadYourWrites:      nil,
	} {
		got, err := Infer(context.Background(), h, level, true)
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%v: %v, %v, want %v", level, got, err, want)
		}
	}
}

// ExampleCheck shows a read of half a transaction.
func ExampleCheck() {
	h := &History{
		Session:  []int32{0, 1},
		Sessions: 2,
		Off:      []int32{0, 2, 4},
		Key:      []int32{0, 1, 1, 0},
		From:     []int32{Write, Write, Initial, 0},
		Keys:     2,
	}
	for _, level := range []Level{MonotonicAtomicView, ReadAtomic} {
		w, err := Check(context.Background(), h, level, true)
		if err != nil {
			panic(err)
		}
		fmt.Println(level, w == nil)
		if w == nil {
			continue
		}
		for _, s := range w.Steps {
			fmt.Println(s.Rel, "from", s.From, "to", s.To, "on key", s.Key)
		}
	}
	// Output:
	// monotonic atomic view true
	// read atomic false
	// visible from 0 to -1 on key 1
	// order from -1 to 0 on key 1
}
