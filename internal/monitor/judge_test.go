package monitor

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"github.com/seed-c33ae711/jcheck/internal/lin"
)

// A rungTest compares a rung with the judge of internal/lin.
type rungTest[S comparable] struct {
	kinds []Op // what the ops of small histories may do and return; pending if Ret is Never
	init  S
	step  func(s S, op Op) (S, bool)
	run   func(ops []Op) Answer

	// fill returns op with what it returns in state s, and the state after it, for
	// random histories, whose ops are drawn by draw.
	draw func(rng *rand.Rand, i int) Op
	fill func(s S, op Op) (Op, S)

	// setup does it all instead.
	setup func(rng *rand.Rand, ops []Op)

	// needs says that a conflict with op must also have other, or it shows nothing.
	needs func(some []Op, op, other Op) bool

	// project leaves of the ops of a conflict what they say about each other. It is
	// nil if that is all they say.
	project func(all, some []Op) []Op

	// must says whether the rung has to decide. It is nil if it always has.
	must func(ops []Op) bool

	noConflict bool // the rung gives none
}

type linOp = lin.Op[Op, struct{}]

func toLin(ops []Op) []linOp {
	s := make([]linOp, len(ops))
	for i, op := range ops {
		s[i] = linOp{Inv: int(op.Inv), Ret: int(op.Ret), In: op}
		if op.Ret == Never {
			s[i].Ret = lin.Never
		}
	}
	return s
}

func (r *rungTest[S]) judge(ops []Op) bool {
	_, ok := lin.Check(toLin(ops), r.init, r.linStep)
	return ok
}

func (r *rungTest[S]) linStep(s S, op linOp) (S, bool) { return r.step(s, op.In) }

// tally counts what a test saw.
type tally struct{ histories, undecided, linearizable, illegal, conflicts int }

func (c tally) String() string {
	return fmt.Sprintf("%d histories: %d linearizable, %d not (%d with a conflict), %d undecided",
		c.histories, c.linearizable, c.illegal, c.conflicts, c.undecided)
}

// check compares one answer with the judge's.
func (r *rungTest[S]) check(t *testing.T, ops []Op, c *tally) {
	t.Helper()
	a := r.run(ops)
	c.histories++
	if !a.Decided {
		c.undecided++
		if r.must == nil || r.must(ops) {
			t.Fatalf("undecided: %v", ops)
		}
		return
	}
	if want := r.judge(ops); a.Linearizable != want {
		t.Fatalf("linearizable: %v, want %v: %v", a.Linearizable, want, ops)
	}
	if a.Linearizable {
		c.linearizable++
		order := make([]int, len(a.Order))
		for k, i := range a.Order {
			order[k] = int(i)
		}
		if err := lin.Verify(toLin(ops), order, r.init, r.linStep); err != nil {
			t.Fatalf("order %v: %v: %v", a.Order, err, ops)
		}
		return
	}
	c.illegal++
	if len(a.Conflict) == 0 {
		if !r.noConflict {
			t.Fatalf("no conflict: %v", ops)
		}
		return
	}
	c.conflicts++
	some := make([]Op, len(a.Conflict))
	for k, i := range a.Conflict {
		some[k] = ops[i]
	}
	for _, op := range some {
		for _, other := range ops {
			if r.needs != nil && r.needs(some, op, other) && !slices.Contains(some, other) {
				t.Fatalf("conflict %v has %v without %v: %v", a.Conflict, op, other, ops)
			}
		}
	}
	if r.project != nil {
		some = r.project(ops, some)
	}
	if r.judge(some) {
		t.Fatalf("conflict %v is linearizable: %v", a.Conflict, ops)
	}
}

// testRung checks small histories exhaustively, and random ones.
func testRung[S comparable](t *testing.T, r rungTest[S]) {
	t.Run("exhaustive", func(t *testing.T) { t.Parallel(); r.exhaustive(t) })
	t.Run("random", func(t *testing.T) { t.Parallel(); r.random(t) })
}

// exhaustiveLimit is how many histories a test looks at; of longer ones, it takes
// the first so many in an order without pattern.
func exhaustiveLimit() int {
	switch {
	case os.Getenv("JCHECK_EXHAUSTIVE") != "":
		return 100_000_000
	case testing.Short():
		return 20_000
	}
	return 200_000
}

func (r *rungTest[S]) exhaustive(t *testing.T) {
	for n := 1; n <= 5; n++ {
		var c tally
		all := shapes(n)
		kinds := 1
		for range n {
			kinds *= len(r.kinds)
		}
		total := len(all) * kinds
		// A stride that is prime to the total visits everything, or a fair part.
		count, stride := min(total, exhaustiveLimit()), 1
		if count < total {
			for stride = total*5/8 | 1; gcd(stride, total) != 1; stride += 2 {
			}
		}
		for at := 0; c.histories < count; at = (at + stride) % total {
			before := c.histories
			ops := slices.Clone(all[at%len(all)])
			if r.decorate(ops, at/len(all)) {
				r.check(t, ops, &c)
			}
			if c.histories == before {
				count--
			}
		}
		t.Logf("%d ops: %v", n, c)
	}
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// decorate says what each op does; code is a number in base len(r.kinds).
func (r *rungTest[S]) decorate(ops []Op, code int) bool {
	for i := range ops {
		kind := r.kinds[code%len(r.kinds)]
		code /= len(r.kinds)
		if kind.Ret == Never && ops[i].Ret != Never {
			return false
		}
		ops[i].F, ops[i].A, ops[i].B = kind.F, kind.A, kind.B
	}
	return true
}

// shapes returns all ways in which n ops can be invoked and return, or not.
func shapes(n int) [][]Op {
	var all [][]Op
	var extend func(ops []Op, at int32)
	extend = func(ops []Op, at int32) {
		if len(ops) == n {
			all = append(all, slices.Clone(ops))
		} else {
			extend(append(slices.Clone(ops), Op{Inv: at, Ret: Never}), at+1)
		}
		for i := range ops {
			if ops[i].Ret == Never {
				next := slices.Clone(ops)
				next[i].Ret = at
				extend(next, at+1)
			}
		}
	}
	extend(nil, 0)
	return all
}

func (r *rungTest[S]) random(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	count := 100_000
	if testing.Short() {
		count = 20_000
	}
	for _, pending := range []float64{0, 0.25} {
		var c tally
		for range count {
			ops := randomShape(rng, 2+rng.IntN(9), pending)
			r.simulate(rng, ops)
			if rng.IntN(4) == 0 {
				disguise(rng, ops)
			}
			r.check(t, ops, &c)
		}
		t.Logf("%.0f %% pending: %v", 100*pending, c)
	}
}

// disguise changes what must not matter: the order in which ops are given, and how
// far apart they are.
func disguise(rng *rand.Rand, ops []Op) {
	rng.Shuffle(len(ops), func(i, j int) { ops[i], ops[j] = ops[j], ops[i] })
	first := rng.Int32N(1 << 30)
	for i := range ops {
		ops[i].Inv = first + 1000*ops[i].Inv
		if ops[i].Ret != Never {
			ops[i].Ret = first + 1000*ops[i].Ret
		}
	}
}

// randomShape returns n ops, at most five at a time.
func randomShape(rng *rand.Rand, n int, pending float64) []Op {
	most := 1 + rng.IntN(5)
	var ops []Op
	var open []int
	for at := int32(0); len(ops) < n || len(open) > 0; {
		if len(ops) < n && len(open) < most && rng.IntN(2) == 0 {
			open = append(open, len(ops))
			ops = append(ops, Op{Inv: at, Ret: Never})
			at++
		} else if len(open) > 0 {
			k := rng.IntN(len(open))
			i := open[k]
			open = slices.Delete(open, k, k+1)
			if rng.Float64() >= pending {
				ops[i].Ret = at
				at++
			}
		}
	}
	return ops
}

// simulate says what ops do, as on a real object for the most part.
func (r *rungTest[S]) simulate(rng *rand.Rand, ops []Op) {
	if r.setup != nil {
		r.setup(rng, ops)
		return
	}
	for i := range ops {
		op := r.draw(rng, i)
		ops[i].F, ops[i].A, ops[i].B = op.F, op.A, op.B
	}
	points := make([]float64, len(ops))
	turn := make([]int, len(ops))
	for i, op := range ops {
		turn[i] = i
		end := float64(op.Ret)
		if op.Ret == Never {
			end = float64(2 * len(ops))
		}
		points[i] = float64(op.Inv) + rng.Float64()*(end-float64(op.Inv))
	}
	slices.SortFunc(turn, func(i, j int) int {
		if points[i] < points[j] {
			return -1
		}
		return 1
	})
	s := r.init
	for _, i := range turn {
		if ops[i].Ret == Never && rng.IntN(2) == 0 {
			continue
		}
		ops[i], s = r.fill(s, ops[i])
	}
	for range rng.IntN(3) { // what makes it a lie, perhaps
		i, j := rng.IntN(len(ops)), rng.IntN(len(ops))
		if rng.IntN(3) == 0 {
			op := r.draw(rng, i)
			ops[i].F, ops[i].A, ops[i].B = op.F, op.A, op.B
			continue
		}
		if ops[i].F == ops[j].F && (ops[i].Ret == Never) == (ops[j].Ret == Never) {
			ops[i].A, ops[j].A = ops[j].A, ops[i].A
			ops[i].B, ops[j].B = ops[j].B, ops[i].B
		}
	}
}
