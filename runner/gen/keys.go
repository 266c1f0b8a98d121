package gen

import (
	"fmt"

	"github.com/seed-c33ae711/jcheck/edn"
)

// A Tuple is the value of an op on one key of many: checks of each key by itself, which Jepsen
// calls independent, find the key there. Ops without a tuple belong to all keys.
type Tuple struct{ Key, Value any }

// AppendEDN writes the tuple as Jepsen's, which is a map entry.
func (t Tuple) AppendEDN(dst []byte) ([]byte, error) {
	return edn.Append(dst, edn.Tagged{Tag: "jepsen/map-entry", Value: []any{t.Key, t.Value}})
}

// onKey wraps the value of an invocation.
func onKey(op Op, key any) Op {
	if op.Type.Recorded() {
		op.Value = Tuple{key, op.Value}
	}
	return op
}

// SequentialKeys carries out a generator for each key, one after the other.
func SequentialKeys(keys []any, of func(key any) Gen) Gen {
	return FromSeq(func(yield func(Gen) bool) {
		for _, key := range keys {
			if !yield(tupled{key, of(key)}) {
				return
			}
		}
	})
}

// tupled is a generator for a key.
type tupled struct {
	key any
	g   Gen
}

func (g tupled) Seed(seed uint64) Gen { return tupled{g.key, Seed(seed, g.g)} }

func (g tupled) Next(c *Ctx) (Op, Kind, Gen) {
	op, k, next := Next(g.g, c)
	if k == Ready {
		op = onKey(op, g.key)
	}
	if next == nil {
		return op, k, nil
	}
	return op, k, tupled{g.key, next}
}

func (g tupled) Update(c *Ctx, ev *Op) Gen {
	bare := *ev
	if t, ok := ev.Value.(Tuple); ok {
		bare.Value = t.Value
	}
	if g.g = Update(g.g, c, &bare); g.g == nil {
		return nil
	}
	return g
}

// ConcurrentKeys divides the clients into groups of n. Each carries out the generator of a key, and
// takes the next key when that has ended. The number of clients must be a multiple of n.
func ConcurrentKeys(n int, keys []any, of func(key any) Gen) Gen {
	return Clients(concurrentKeys{n: n, keys: keys, of: of})
}

type concurrentKeys struct {
	n      int
	keys   []any // that nobody has taken
	taken  int
	of     func(key any) Gen
	groups []Gen // nil if there is no key left
	seed   uint64
	rnd    state
}

func (g concurrentKeys) Seed(seed uint64) Gen {
	g.seed, g.rnd = seed, state(child(seed, -1))
	return g
}

// take gives the next key to a group.
func (g *concurrentKeys) take() Gen {
	if len(g.keys) == 0 {
		return nil
	}
	key := g.keys[0]
	g.keys = g.keys[1:]
	made := Seed(child(g.seed, g.taken), Gen(tupled{key, g.of(key)}))
	g.taken++
	return made
}

// begin divides the threads.
func (g *concurrentKeys) begin(c *Ctx) {
	threads := c.all.Len()
	if threads < g.n || threads%g.n != 0 {
		panic(fmt.Sprintf("expected a multiple of %d clients, so that %d work on each key; found %d: try a concurrency of %d", g.n, g.n, threads, max((threads+g.n-1)/g.n, 1)*g.n))
	}
	g.groups = make([]Gen, threads/g.n)
	for i := range g.groups {
		g.groups[i] = g.take()
	}
}

// members are the threads of a group.
func (g *concurrentKeys) members(c *Ctx, i int) *Threads {
	set := NewThreads(len(c.table.process))
	at := 0
	for t := c.all.From(0); t >= 0; t = c.all.From(t + 1) {
		if at/g.n == i {
			set.Add(t)
		}
		at++
	}
	return &set
}

func (g concurrentKeys) Next(c *Ctx) (Op, Kind, Gen) {
	if g.groups == nil {
		g.begin(c)
	}
	s := soonest{rnd: g.rnd}
	g.groups = append([]Gen(nil), g.groups...)
	for i := range g.groups {
		view := c.Within(g.members(c, i))
		if view.free.Len() == 0 {
			s.offer(Op{}, Pending, nil, i, g.n)
			continue
		}
		for g.groups[i] != nil {
			op, k, next := Next(g.groups[i], view)
			if k != Done {
				s.offer(op, k, next, i, g.n)
				break
			}
			if view.free.Len() < view.all.Len() { // its last ops still run
				s.offer(Op{}, Pending, nil, i, g.n)
				break
			}
			g.groups[i] = g.take()
		}
	}
	if s.kind != Ready {
		return Op{}, s.kind, nil
	}
	g.rnd = s.rnd
	if g.groups[s.i] = s.next; s.next == nil {
		g.groups[s.i] = ended{}
	}
	return s.op, Ready, g
}

// ended is a generator that is exhausted, in a group that has not taken another key yet.
type ended struct{}

func (ended) Next(*Ctx) (Op, Kind, Gen) { return Op{}, Done, nil }
func (ended) Update(*Ctx, *Op) Gen      { return ended{} }

func (g concurrentKeys) Update(c *Ctx, ev *Op) Gen {
	if g.groups == nil {
		return g
	}
	t := c.Thread(ev.process)
	for i, x := range g.groups {
		if own := g.members(c, i); x != nil && own.Has(t) {
			next := x.Update(c.Within(own), ev)
			if next == nil {
				next = ended{}
			}
			g.groups = with(g.groups, i, next)
		}
	}
	return g
}
