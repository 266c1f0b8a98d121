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
	return &sequence{at: &cell{pull: &puller{func() (Gen, bool) {
		if len(keys) == 0 {
			return nil, false
		}
		key := keys[0]
		keys = keys[1:]
		return forKey(key, of(key)), true
	}}}}
}

func forKey(key any, g Gen) Gen {
	if g == nil {
		return nil
	}
	return &tupled{key, g}
}

// tupled is a generator for a key.
type tupled struct {
	key any
	g   Gen
}

func (g *tupled) Seed(seed uint64) Gen { return &tupled{g.key, Seed(seed, g.g)} }

func (g *tupled) around(next Gen) Gen {
	if same(next, g.g) {
		return g
	}
	return forKey(g.key, next)
}

func (g *tupled) Next(c *Ctx) (Op, Kind, Gen) {
	op, k, next := g.g.Next(c)
	if k != Ready {
		return op, k, nil
	}
	return onKey(op, g.key), k, g.around(next)
}

func (g *tupled) Update(c *Ctx, ev *Op) Gen {
	t, ok := ev.Value.(Tuple)
	if !ok {
		return g.around(g.g.Update(c, ev))
	}
	return g.updateBare(c, *ev, t.Value)
}

// updateBare tells of an event without its key.
func (g *tupled) updateBare(c *Ctx, ev Op, value any) Gen {
	ev.Value = value
	return g.around(g.g.Update(c, &ev))
}

// ConcurrentKeys divides the clients into groups of n. Each carries out the generator of a key, and
// takes the next key when that has ended and its ops have, too. The number of clients must be a
// multiple of n.
func ConcurrentKeys(n int, keys []any, of func(key any) Gen) Gen {
	if n < 1 {
		panic(fmt.Sprintf("expected at least one client for each key, found %d", n))
	}
	divide := func(c *Ctx) []Threads { return inGroups(c, n) }
	return Clients(&concurrentKeys{n: n, keys: keys, of: of, members: &partition{divide: divide}})
}

type concurrentKeys struct {
	n       int
	keys    []any
	taken   int // of keys
	of      func(key any) Gen
	groups  vector[Gen] // nil for one that has ended; empty at first
	members *partition
	seed    uint64
}

func (g *concurrentKeys) Seed(seed uint64) Gen {
	seeded := *g
	seeded.seed = seed
	return &seeded
}

// inGroups divides the threads in view.
func inGroups(c *Ctx, n int) []Threads {
	threads := c.all.Len()
	if threads < n || threads%n != 0 {
		panic(fmt.Sprintf("expected a multiple of %d clients, so that %d work on each key; found %d: try a concurrency of %d", n, n, threads, max((threads+n-1)/n, 1)*n))
	}
	groups := make([]Threads, threads/n)
	i := 0
	for t := c.all.From(0); t >= 0; t = c.all.From(t + 1) {
		if i%n == 0 {
			groups[i/n] = NewThreads(len(c.table.process))
		}
		groups[i/n].Add(t)
		i++
	}
	return groups
}

// A choice is the answer of a group that is taken.
type choice struct {
	op    Op
	next  Gen
	group int
	taken int // keys, with those that the group took to get there
	kind  Kind
}

// Next asks the groups that have a free thread, beginning with the one whose turn it is. The first
// that is due is taken.
func (g *concurrentKeys) Next(c *Ctx) (Op, Kind, Gen) {
	d := g.members.in(c)
	best := choice{kind: Done, group: -1}
	if c.free.Len() < c.all.Len() {
		best.kind = Pending
	}
	asked := -1
	for n, t := c.free.Len(), c.table.rotation; n > 0; n, t = n-1, t+1 {
		if t = c.free.From(t); t < 0 {
			t = c.free.From(0)
		}
		i := int(d.owner[t])
		if i == asked || g.groups.n > 0 && g.groups.at(i) == nil && g.taken == len(g.keys) {
			continue
		}
		asked = i
		x := g.ask(c.Within(&d.parts[i]), i)
		if x.kind == Ready && (best.kind != Ready || x.op.Time < best.op.Time) || x.kind == Pending && best.kind == Done {
			best = x
		}
		if best.kind == Ready && best.op.Time <= c.Time {
			break
		}
	}
	if best.kind != Ready {
		return Op{}, best.kind, nil
	}
	after := *g
	if after.taken = best.taken; after.groups.n == 0 {
		after.groups = vectorOf(make([]Gen, len(d.parts)))
	}
	after.groups = after.groups.with(best.group, best.next)
	return best.op, Ready, &after
}

// ask asks a group, which takes further keys if it has none.
func (g *concurrentKeys) ask(c *Ctx, i int) choice {
	var cur Gen
	if g.groups.n > 0 {
		cur = g.groups.at(i)
	}
	for taken := g.taken; ; taken++ {
		op, k, next := Next(cur, c)
		switch {
		case k != Done:
			return choice{op, next, i, taken, k}
		case c.free.Len() < c.all.Len(): // its last ops still run
			return choice{group: i, kind: Pending}
		case taken == len(g.keys):
			return choice{group: i, kind: Done}
		}
		cur = Seed(child(g.seed, taken), forKey(g.keys[taken], g.of(g.keys[taken])))
	}
}

func (g *concurrentKeys) Update(c *Ctx, ev *Op) Gen {
	if g.groups.n == 0 {
		return g
	}
	d := g.members.in(c)
	i := int(d.owner[c.Thread(ev.process)])
	cur := g.groups.at(i)
	next := Update(cur, c.Within(&d.parts[i]), ev)
	if same(next, cur) {
		return g
	}
	after := *g
	after.groups = g.groups.with(i, next)
	return &after
}
