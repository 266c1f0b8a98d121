package gen

import (
	"fmt"
	"slices"
	"sync/atomic"
)

// A Ctx is what a generator sees: the time, which threads there are and which of them are
// free, and what process each runs. A generator inside OnThreads, Reserve and the like sees
// some of the threads alone.
type Ctx struct {
	Time int64 // nanoseconds since the test began

	all, free Threads
	table     *table
	depth     int // of a view in a view
}

// A table is what all views of a context share.
type table struct {
	clients  int
	process  []int // of each thread
	nodes    []string
	rotation int // where the search for a free thread begins

	views  []*Ctx    // by depth
	single []Threads // a set of each thread alone
}

// NewCtx returns the context in which a test begins: all threads of so many clients and of the
// nemesis are free, and each client runs the process of its own number.
func NewCtx(clients int, nodes []string) *Ctx {
	c := &Ctx{all: NewThreads(clients + 1), free: NewThreads(clients + 1), table: &table{clients: clients, process: make([]int, clients+1), nodes: nodes}}
	for t := range clients + 1 {
		c.all.Add(t)
		c.free.Add(t)
		c.table.process[t] = t
	}
	c.table.process[clients] = NemesisProcess
	return c
}

// Clients is the number of clients of the test, which is also the number of the thread of the nemesis.
func (c *Ctx) Clients() int { return c.table.clients }

// Nodes are those of the test.
func (c *Ctx) Nodes() []string { return c.table.nodes }

// All are the threads in view. The set is not to be changed.
func (c *Ctx) All() *Threads { return &c.all }

// Free are those that perform no op. The set is not to be changed.
func (c *Ctx) Free() *Threads { return &c.free }

// Process is what a thread runs.
func (c *Ctx) Process(thread int) int { return c.table.process[thread] }

// Thread is the thread that runs a process, or ran it.
func (c *Ctx) Thread(process int) int {
	if process == NemesisProcess {
		return c.table.clients
	}
	return process % c.table.clients
}

// FreeProcess is a process that performs no op, and whether there is one. The search begins
// behind the thread of the previous op, so that each gets its turn.
func (c *Ctx) FreeProcess() (process int, ok bool) {
	t := c.free.From(c.table.rotation)
	if t < 0 {
		t = c.free.From(0)
	}
	if t < 0 {
		return 0, false
	}
	return c.table.process[t], true
}

// Fill completes an op: it is an invocation, or Info if the nemesis performs it, is due now,
// and is performed by a process that is free. It reports whether there is one.
func (c *Ctx) Fill(o Op) (Op, bool) {
	if !o.placed {
		p, ok := c.FreeProcess()
		if !ok {
			return o, false
		}
		o = o.On(p)
	}
	if o.Time == 0 {
		o.Time = c.Time
	}
	if o.Type == Unset {
		if o.Type = Invoke; o.process == NemesisProcess {
			o.Type = Info
		}
	}
	return o, true
}

// Verify says what is wrong with an op that a generator would perform now.
func (c *Ctx) Verify(op *Op) error {
	switch {
	case op.Type != Invoke && op.Type != Info && op.Type.Recorded():
		return fmt.Errorf("expected an op of type invoke, info, idle or message, found %s", op)
	case !op.placed:
		return fmt.Errorf("expected an op with a process, found %s", op)
	case op.process < NemesisProcess || op.process >= 0 && c.table.clients == 0:
		return fmt.Errorf("no thread can run process %d: %s", op.process, op)
	}
	switch thread := c.Thread(op.process); {
	case c.table.process[thread] != op.process:
		return fmt.Errorf("no thread runs process %d: %s", op.process, op)
	case !c.free.Has(thread):
		return fmt.Errorf("process %d is busy: %s", op.process, op)
	}
	return nil
}

// Within is c as a generator sees it that has only some of the threads. It is valid until c is
// asked for another view.
func (c *Ctx) Within(only *Threads) *Ctx {
	view := c.view()
	view.Time = c.Time
	view.all.and(&c.all, only)
	view.free.and(&c.free, only)
	return view
}

// single is the set of one thread.
func (c *Ctx) single(t int) *Threads {
	if c.table.single == nil {
		c.table.single = make([]Threads, len(c.table.process))
		for i := range c.table.single {
			c.table.single[i] = NewThreads(len(c.table.process))
			c.table.single[i].Add(i)
		}
	}
	return &c.table.single[t]
}

// at is c at another time.
func (c *Ctx) at(time int64) *Ctx {
	if time == c.Time {
		return c
	}
	view := c.Within(&c.all)
	view.Time = time
	return view
}

// view is one level below c, where memory is reused: no view outlives a call.
func (c *Ctx) view() *Ctx {
	for len(c.table.views) <= c.depth {
		c.table.views = append(c.table.views, &Ctx{table: c.table, depth: len(c.table.views) + 1})
	}
	return c.table.views[c.depth]
}

// A mask names a set of threads that a generator has chosen for good.
type mask struct {
	pick func(thread, clients int) bool
	memo atomic.Pointer[picked]
}

// picked is the set that a mask names in a test.
type picked struct {
	of  *table
	set Threads
}

// threads is the set that a mask names.
func (c *Ctx) threads(m *mask) *Threads {
	p := m.memo.Load()
	if p == nil || p.of != c.table {
		p = &picked{c.table, NewThreads(len(c.table.process))}
		for t := range c.table.process {
			if m.pick(t, c.table.clients) {
				p.set.Add(t)
			}
		}
		m.memo.Store(p)
	}
	return &p.set
}

// A partition divides the threads in view among generators. It remembers how it did so, for as long
// as the view has the same threads.
type partition struct {
	divide func(c *Ctx) []Threads
	memo   atomic.Pointer[divided]
}

// divided are the parts of a view.
type divided struct {
	of    *table
	all   Threads
	parts []Threads
	owner []int32 // the part of each thread; -1 for none
}

// in divides the threads in view.
func (p *partition) in(c *Ctx) *divided {
	if d := p.memo.Load(); d != nil && d.of == c.table && slices.Equal(d.all.words, c.all.words) {
		return d
	}
	d := &divided{of: c.table, all: Threads{slices.Clone(c.all.words), c.all.n}, parts: p.divide(c), owner: make([]int32, len(c.table.process))}
	for t := range d.owner {
		d.owner[t] = -1
	}
	for i := range d.parts {
		part := &d.parts[i]
		for t := part.From(0); t >= 0; t = part.From(t + 1) {
			d.owner[t] = int32(i)
		}
	}
	p.memo.Store(d)
	return d
}

// Begin is for whoever runs a generator: a thread is busy from now on, and the search for a
// free one begins one further.
func (c *Ctx) Begin(thread int) {
	c.free.Remove(thread)
	c.table.rotation = (c.table.rotation + 1) % len(c.table.process)
}

// End is its counterpart: a thread is free again.
func (c *Ctx) End(thread int) { c.free.Add(thread) }

// Renew gives a client's thread a new process, which nobody ran before, and returns it. The
// nemesis keeps its own.
func (c *Ctx) Renew(thread int) int {
	if thread != c.table.clients {
		c.table.process[thread] += c.table.clients
	}
	return c.table.process[thread]
}
