package gen

import "fmt"

// OnThreads sees the threads alone for which a function is true. Clients are numbered from 0, and
// the number of the nemesis is that of the clients.
func OnThreads(pick func(thread, clients int) bool, g Gen) Gen { return onThreads{&mask{pick}, g} }

// Clients runs a generator on clients alone.
func Clients(g Gen) Gen { return onThreads{clientsOnly, g} }

// Nemesis runs a generator on the nemesis alone.
func Nemesis(g Gen) Gen { return onThreads{nemesisOnly, g} }

// ClientsAndNemesis runs one generator on clients and one on the nemesis.
func ClientsAndNemesis(clients, nemesis Gen) Gen { return Any(Clients(clients), Nemesis(nemesis)) }

var (
	clientsOnly = &mask{func(thread, clients int) bool { return thread < clients }}
	nemesisOnly = &mask{func(thread, clients int) bool { return thread == clients }}
)

type onThreads struct {
	mask *mask
	g    Gen
}

func (g onThreads) Seed(seed uint64) Gen { return onThreads{g.mask, Seed(seed, g.g)} }

func (g onThreads) around(next Gen) Gen {
	if next == nil {
		return nil
	}
	return onThreads{g.mask, next}
}

func (g onThreads) Next(c *Ctx) (Op, Kind, Gen) {
	op, k, next := Next(g.g, c.Within(c.threads(g.mask)))
	return op, k, g.around(next)
}

func (g onThreads) Update(c *Ctx, ev *Op) Gen {
	only := c.threads(g.mask)
	if !only.Has(c.Thread(ev.process)) {
		return g
	}
	return g.around(Update(g.g, c.Within(only), ev))
}

// EachThread carries out a copy of a generator on each thread in view.
func EachThread(g Gen) Gen { return eachThread{from: g} }

// EachProcess carries out a copy of a generator for each process: a thread whose process crashed
// begins anew. It may never end while clients crash.
func EachProcess(g Gen) Gen { return eachThread{from: g, byProcess: true} }

type eachThread struct {
	from      Gen
	byProcess bool
	seed      uint64
	copies    slots
}

func (g eachThread) Seed(seed uint64) Gen {
	g.seed = seed
	return g
}

// of is the copy for a thread.
func (g *eachThread) of(c *Ctx, t int) slot {
	s, id := g.copies.get(t), t
	if g.byProcess {
		id = c.table.process[t]
	}
	if !s.begun || g.byProcess && s.process != id {
		s = slot{begun: true, process: id, g: Seed(child(g.seed, id), g.from)}
	}
	return s
}

// Next asks the copies of free threads, beginning with the one whose turn it is. The first that is
// due is taken, which is fair since turns change with each op.
func (g eachThread) Next(c *Ctx) (Op, Kind, Gen) {
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
	g.copies = g.copies.with(thread, len(c.table.process), best)
	return first, Ready, g
}

func (g eachThread) Update(c *Ctx, ev *Op) Gen {
	t := c.Thread(ev.process)
	if !c.all.Has(t) {
		return g
	}
	s := g.copies.get(t)
	if !s.begun {
		return g
	}
	s.g = Update(s.g, c.Within(c.single(t)), ev)
	g.copies = g.copies.with(t, len(c.table.process), s)
	return g
}

// A slot is the copy of one thread.
type slot struct {
	begun   bool
	process int
	g       Gen
}

// chunk is how many slots are copied when one changes.
const chunk = 32

// slots are those of all threads. A change makes another value, which shares most of its memory.
type slots struct{ chunks []*[chunk]slot }

func (s slots) get(t int) slot {
	if t/chunk >= len(s.chunks) || s.chunks[t/chunk] == nil {
		return slot{}
	}
	return s.chunks[t/chunk][t%chunk]
}

func (s slots) with(t, threads int, x slot) slots {
	chunks := make([]*[chunk]slot, (threads+chunk-1)/chunk)
	copy(chunks, s.chunks)
	changed := &[chunk]slot{}
	if old := chunks[t/chunk]; old != nil {
		*changed = *old
	}
	changed[t%chunk] = x
	chunks[t/chunk] = changed
	return slots{chunks}
}

// A Share is how many threads of Reserve run a generator.
type Share struct {
	Threads int
	Gen     Gen
}

// Reserve gives the first threads in view to the first generator, the next ones to the second and
// so on, and the rest, with the nemesis, to the default. The one whose op is due first is taken.
func Reserve(rest Gen, shares ...Share) Gen {
	g := reserve{}
	total := 0
	for _, s := range shares {
		g.gens, g.counts = append(g.gens, s.Gen), append(g.counts, s.Threads)
		total += s.Threads
	}
	g.gens = append(g.gens, rest)
	g.total = total
	return g
}

type reserve struct {
	gens   []Gen
	counts []int
	total  int
	rnd    state
}

func (g reserve) Seed(seed uint64) Gen {
	g.gens, g.rnd = seeded(seed, g.gens), state(child(seed, len(g.gens)))
	return g
}

// owners are the threads of each generator, of those in view.
func (g *reserve) owners(c *Ctx) []Threads {
	out := make([]Threads, len(g.gens))
	for i := range out {
		out[i] = NewThreads(len(c.table.process))
	}
	i := 0
	for t := c.all.From(0); t >= 0; t = c.all.From(t + 1) {
		for i < len(g.counts) && out[i].Len() == g.counts[i] {
			i++
		}
		if t == c.table.clients && i < len(g.counts) {
			panic(fmt.Sprintf("expected at least %d clients for the threads that are reserved, found %d", g.total, c.all.Len()-1))
		}
		out[i].Add(t)
	}
	return out
}

func (g reserve) Next(c *Ctx) (Op, Kind, Gen) {
	s := soonest{rnd: g.rnd}
	owners := g.owners(c)
	for i, x := range g.gens {
		op, k, next := Next(x, c.Within(&owners[i]))
		s.offer(op, k, next, i, max(owners[i].Len(), 1))
	}
	if s.kind != Ready {
		return Op{}, s.kind, nil
	}
	g.gens, g.rnd = with(g.gens, s.i, s.next), s.rnd
	return s.op, Ready, g
}

func (g reserve) Update(c *Ctx, ev *Op) Gen {
	t := c.Thread(ev.process)
	for i, own := range g.owners(c) {
		if own.Has(t) {
			g.gens = with(g.gens, i, Update(g.gens[i], c.Within(&own), ev))
		}
	}
	return g
}
