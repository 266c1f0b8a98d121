package gen

import "fmt"

// OnThreads sees the threads alone for which a function is true. Clients are numbered from 0, and
// the number of the nemesis is that of the clients.
func OnThreads(pick func(thread, clients int) bool, g Gen) Gen { return on(&mask{pick: pick}, g) }

// Clients runs a generator on clients alone.
func Clients(g Gen) Gen { return on(clientsOnly, g) }

// Nemesis runs a generator on the nemesis alone.
func Nemesis(g Gen) Gen { return on(nemesisOnly, g) }

// ClientsAndNemesis runs one generator on clients and one on the nemesis.
func ClientsAndNemesis(clients, nemesis Gen) Gen { return Any(Clients(clients), Nemesis(nemesis)) }

var (
	clientsOnly = &mask{pick: func(thread, clients int) bool { return thread < clients }}
	nemesisOnly = &mask{pick: func(thread, clients int) bool { return thread == clients }}
)

func on(m *mask, g Gen) Gen {
	if g == nil {
		return nil
	}
	return &onThreads{m, g}
}

type onThreads struct {
	mask *mask
	g    Gen
}

func (g *onThreads) Seed(seed uint64) Gen { return &onThreads{g.mask, Seed(seed, g.g)} }

func (g *onThreads) around(next Gen) Gen {
	if same(next, g.g) {
		return g
	}
	return on(g.mask, next)
}

func (g *onThreads) Next(c *Ctx) (Op, Kind, Gen) {
	op, k, next := g.g.Next(c.Within(c.threads(g.mask)))
	return op, k, g.around(next)
}

func (g *onThreads) Update(c *Ctx, ev *Op) Gen {
	only := c.threads(g.mask)
	if !only.Has(c.Thread(ev.process)) {
		return g
	}
	return g.around(g.g.Update(c.Within(only), ev))
}

// EachThread carries out a copy of a generator on each thread in view.
func EachThread(g Gen) Gen { return each(g, false) }

// EachProcess carries out a copy of a generator for each process: a thread whose process crashed
// begins anew. It may never end while clients crash.
func EachProcess(g Gen) Gen { return each(g, true) }

func each(g Gen, byProcess bool) Gen {
	if g == nil {
		return nil
	}
	return &eachThread{from: g, byProcess: byProcess}
}

type eachThread struct {
	from      Gen
	byProcess bool
	seed      uint64
	copies    vector[slot] // by thread; empty at first
}

// A slot is the copy of one thread.
type slot struct {
	g       Gen
	process int // or thread, whose copy it is
	begun   bool
}

func (g *eachThread) Seed(seed uint64) Gen { return &eachThread{g.from, g.byProcess, seed, g.copies} }

// of is the copy for a thread.
func (g *eachThread) of(c *Ctx, t int) (s slot) {
	id := t
	if g.byProcess {
		id = c.table.process[t]
	}
	if g.copies.n > 0 {
		s = g.copies.at(t)
	}
	if !s.begun || s.process != id {
		s = slot{Seed(child(g.seed, id), g.from), id, true}
	}
	return s
}

// Next asks the copies of free threads, beginning with the one whose turn it is. The first that is
// due is taken, which is fair since turns change with each op.
func (g *eachThread) Next(c *Ctx) (Op, Kind, Gen) {
	var best slot
	var first Op
	thread, kind := -1, Done
	if c.free.Len() < c.all.Len() {
		kind = Pending
	}
	for n, t := c.free.Len(), c.table.rotation; n > 0; n, t = n-1, t+1 {
		if t = c.free.From(t); t < 0 {
			t = c.free.From(0)
		}
		s := g.of(c, t)
		op, k, next := Next(s.g, c.Within(c.single(t)))
		if k == Pending && kind == Done {
			kind = Pending
		}
		if k != Ready || thread >= 0 && op.Time >= first.Time {
			continue
		}
		s.g = next
		first, best, thread = op, s, t
		if op.Time <= c.Time {
			break
		}
	}
	if thread < 0 {
		return Op{}, kind, nil
	}
	copies := g.copies
	if copies.n == 0 {
		copies = vectorOf(make([]slot, len(c.table.process)))
	}
	return first, Ready, &eachThread{g.from, g.byProcess, g.seed, copies.with(thread, best)}
}

func (g *eachThread) Update(c *Ctx, ev *Op) Gen {
	t := c.Thread(ev.process)
	if g.copies.n == 0 || !c.all.Has(t) {
		return g
	}
	s := g.copies.at(t)
	next := Update(s.g, c.Within(c.single(t)), ev)
	if same(next, s.g) {
		return g
	}
	s.g = next
	return &eachThread{g.from, g.byProcess, g.seed, g.copies.with(t, s)}
}

// A Share is how many threads of Reserve run a generator.
type Share struct {
	Threads int
	Gen     Gen
}

// Reserve gives the first threads in view to the first generator, the next ones to the second and
// so on, and the rest, with the nemesis, to the default. The one whose op is due first is taken.
func Reserve(rest Gen, shares ...Share) Gen {
	g := &reserve{}
	counts := make([]int, len(shares))
	for i, s := range shares {
		g.gens = append(g.gens, s.Gen)
		counts[i] = s.Threads
	}
	g.gens = append(g.gens, rest)
	g.owners = &partition{divide: func(c *Ctx) []Threads { return shared(c, counts) }}
	return g
}

type reserve struct {
	gens   []Gen // nil for one that has ended
	owners *partition
	rnd    state
}

func (g *reserve) Seed(seed uint64) Gen {
	return &reserve{seeded(seed, g.gens), g.owners, state(child(seed, len(g.gens)))}
}

// shared gives so many of the clients in view to each generator, and the rest to one more.
func shared(c *Ctx, counts []int) []Threads {
	out := make([]Threads, len(counts)+1)
	for i := range out {
		out[i] = NewThreads(len(c.table.process))
	}
	t := c.all.From(0)
	for i, n := range counts {
		for ; out[i].Len() < n; t = c.all.From(t + 1) {
			if t < 0 || t == c.table.clients {
				panic(fmt.Sprintf("expected as many clients as are reserved, %v, found too few", counts))
			}
			out[i].Add(t)
		}
	}
	for ; t >= 0; t = c.all.From(t + 1) {
		out[len(counts)].Add(t)
	}
	return out
}

func (g *reserve) Next(c *Ctx) (Op, Kind, Gen) {
	s := soonest{rnd: g.rnd, kind: Done}
	owners := g.owners.in(c).parts
	for i, x := range g.gens {
		if x == nil || owners[i].Len() == 0 {
			continue
		}
		op, k, next := x.Next(c.Within(&owners[i]))
		s.offer(&op, k, next, i, owners[i].Len())
	}
	if s.kind != Ready {
		return Op{}, s.kind, nil
	}
	return s.op, Ready, &reserve{with(g.gens, s.i, s.next), g.owners, s.rnd}
}

func (g *reserve) Update(c *Ctx, ev *Op) Gen {
	d := g.owners.in(c)
	i := d.owner[c.Thread(ev.process)]
	if i < 0 {
		return g
	}
	next := Update(g.gens[i], c.Within(&d.parts[i]), ev)
	if same(next, g.gens[i]) {
		return g
	}
	return &reserve{with(g.gens, int(i), next), g.owners, g.rnd}
}
