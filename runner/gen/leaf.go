package gen

import (
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"
)

// One emits an op once.
func One(op Op) Gen { return &one{op} }

type one struct{ op Op }

func (g *one) Next(c *Ctx) (Op, Kind, Gen) {
	op, ok := c.Fill(g.op)
	if !ok {
		return op, Pending, nil
	}
	return op, Ready, nil
}

func (g *one) Update(*Ctx, *Op) Gen { return g }

// Of emits ops one after the other.
func Of(ops ...Op) Gen {
	gens := make([]Gen, len(ops))
	for i, op := range ops {
		gens[i] = One(op)
	}
	return Concat(gens...)
}

// Call emits an op of the name f once.
func Call(f string, value any) Gen { return One(Op{F: f, Value: value}) }

// Func emits what a function returns, for ever. The function is called with randomness of its
// own, the same for the n-th op whatever the timing; it has no effects, since an answer may be
// thrown away.
func Func(f func(r *rand.Rand, c *Ctx) Op) Gen { return &fn{f: f} }

type fn struct {
	f    func(*rand.Rand, *Ctx) Op
	seed uint64
	n    int
}

func (g *fn) Seed(seed uint64) Gen { return &fn{g.f, seed, g.n} }

func (g *fn) Next(c *Ctx) (Op, Kind, Gen) {
	op, ok := c.Fill(g.f(source(g.seed, g.n), c))
	if !ok {
		return op, Pending, nil
	}
	return op, Ready, &fn{g.f, g.seed, g.n + 1}
}

func (g *fn) Update(*Ctx, *Op) Gen { return g }

// Count emits what a function returns for 0, 1, 2 and so on, for ever.
func Count(f func(i int) Op) Gen { return &count{f, 0} }

type count struct {
	f func(int) Op
	i int
}

func (g *count) Next(c *Ctx) (Op, Kind, Gen) {
	op, ok := c.Fill(g.f(g.i))
	if !ok {
		return op, Pending, nil
	}
	return op, Ready, &count{g.f, g.i + 1}
}

func (g *count) Update(*Ctx, *Op) Gen { return g }

// mostEmpty is how many empty generators in a row a function may return.
const mostEmpty = 1000

// FuncGen calls a function whenever its previous generator is exhausted, and emits what the one
// that it returns does. It ends when the function returns nil. See Func.
func FuncGen(f func(r *rand.Rand, c *Ctx) Gen) Gen { return &fnGen{f: f} }

type fnGen struct {
	f    func(*rand.Rand, *Ctx) Gen
	seed uint64
	n    int // calls so far
	cur  Gen
}

func (g *fnGen) Seed(seed uint64) Gen {
	return &fnGen{g.f, seed, g.n, Seed(child(seed, g.n), g.cur)}
}

func (g *fnGen) Next(c *Ctx) (Op, Kind, Gen) {
	n, cur := g.n, g.cur
	for range mostEmpty {
		if cur == nil {
			made := g.f(source(g.seed, n), c)
			if made == nil {
				return Op{}, Done, nil
			}
			n++
			cur = Seed(child(g.seed, n), made)
		}
		op, k, next := cur.Next(c)
		if k == Ready {
			return op, k, &fnGen{g.f, g.seed, n, next}
		}
		if k == Pending {
			return op, k, nil
		}
		cur = nil
	}
	panic("a function returned too many empty generators in a row")
}

func (g *fnGen) Update(c *Ctx, ev *Op) Gen {
	cur := Update(g.cur, c, ev)
	if same(cur, g.cur) {
		return g
	}
	return &fnGen{g.f, g.seed, g.n, cur}
}

// Lazy is a generator that is made when it is first asked. Until its first op it is not told of
// events.
func Lazy(f func() Gen) Gen { return &lazy{f: sync.OnceValue(f)} }

type lazy struct {
	f    func() Gen
	seed uint64
}

func (g *lazy) Seed(seed uint64) Gen { return &lazy{g.f, seed} }

func (g *lazy) Next(c *Ctx) (Op, Kind, Gen) { return Next(Seed(g.seed, g.f()), c) }

func (g *lazy) Update(*Ctx, *Op) Gen { return g }

// A Promise is pending until it is delivered, and then the generator that was.
type Promise struct{ g atomic.Pointer[Gen] }

// NewPromise returns a promise that is not delivered yet.
func NewPromise() *Promise { return &Promise{} }

// Deliver makes the promise a generator, the first time.
func (p *Promise) Deliver(g Gen) { p.g.CompareAndSwap(nil, &g) }

// Next asks what was delivered.
func (p *Promise) Next(c *Ctx) (Op, Kind, Gen) {
	g := p.g.Load()
	if g == nil {
		return Op{}, Pending, nil
	}
	return Next(*g, c)
}

// Update tells nobody: what was delivered takes its place when it is first asked.
func (p *Promise) Update(*Ctx, *Op) Gen { return p }

// Pause makes one thread do nothing for a while. Others go on; in Phases, and of the nemesis,
// everything waits.
func Pause(d time.Duration) Gen { return One(Op{Type: Idle, F: "sleep", Value: d}) }

// Say logs a message.
func Say(msg string) Gen { return One(Op{Type: Message, F: "log", Value: msg}) }
