package simulate

import (
	"math/rand/v2"
	"slices"

	"github.com/seed-c33ae711/jcheck/history"
)

// sim is a run of a database and its clients.
type sim struct {
	Config
	world
	db      *engine
	commits int64 // the number of the last commit
	pool    pool
	clients []client
	ghosts  []*txn // that go on though their client has given up
	free    []*txn

	issued  int // transactions invoked, final reads not counted
	running int // transactions under way
	finals  []*key
	closing bool // the final reads of the active keys are due

	nemesisOps int // ops of the nemesis so far
	nemesisDue int // and those to come
}

// world is what all simulations have: chance, time, and somebody who watches.
type world struct {
	rng     *rand.Rand
	yield   func(Op) bool
	stopped bool
	now     int64 // simulated nanoseconds
	late    []Op  // the ends of operations whose clients gave up, which are recorded at the end
}

func newWorld(seed uint64, yield func(Op) bool) world {
	return world{rng: rand.New(rand.NewPCG(seed, 0)), yield: yield}
}

// tick lets time pass until the next step of the schedule.
func (w *world) tick() { w.now += 1 + w.rng.Int64N(maxStep) }

func (w *world) chance(p float64) bool { return p > 0 && w.rng.Float64() < p }

func (w *world) emit(op Op) {
	op.Time = w.now
	w.stopped = w.stopped || !w.yield(op)
}

// mostLate is how many ends of operations wait until the end. A long history tells the
// first of them before, so that its memory does not grow.
const mostLate = 512

// giveUp ends an operation whose outcome the client never learns: at once, or when all
// is over, as Jepsen does with what never returned.
func (w *world) giveUp(op Op) {
	op.Error = "timeout"
	if w.chance(0.5) {
		w.emit(op)
		return
	}
	op.Txn, op.Log, op.Assign = slices.Clone(op.Txn), slices.Clone(op.Log), slices.Clone(op.Assign)
	op.Value.Set, op.Value.Map = slices.Clone(op.Value.Set), slices.Clone(op.Value.Map)
	if w.late = append(w.late, op); len(w.late) > mostLate {
		w.now++
		w.emit(w.late[0])
		w.late = append(w.late[:0], w.late[1:]...)
	}
}

// end records the ends that were not recorded yet.
func (w *world) end() {
	for _, op := range w.late {
		if w.stopped {
			return
		}
		w.tick()
		w.emit(op)
	}
}

// maxStep is the longest time between two steps of the schedule.
const maxStep = 100_000

// client is a client and the process that it is at the moment.
type client struct {
	process int64
	txn     *txn
}

// maxLag is how many commits an old snapshot may be behind.
const maxLag = 12

func (s *sim) run() {
	s.Txns = max(s.Txns, 0)
	for range s.Keys {
		s.pool.slots = append(s.pool.slots, s.freshKey())
	}
	for i := range s.Clients {
		s.clients = append(s.clients, client{process: int64(i)})
	}
	for !s.stopped && !s.finished() {
		s.tick()
		switch i := s.rng.IntN(len(s.clients) + len(s.ghosts)); {
		case s.nemesisDue > 0 && s.chance(0.25):
			s.nemesis()
		case i < len(s.clients):
			s.turn(&s.clients[i])
		default:
			s.haunt(i - len(s.clients))
		}
	}
	s.end()
}

// finished reports whether nothing is left to do. When the transactions are
// done it lets the nemesis stop and the final reads begin.
func (s *sim) finished() bool {
	if s.issued < s.Txns || s.running > 0 || len(s.finals) > 0 || s.nemesisDue > 0 {
		return false
	}
	if s.nemesisOps%4 == 2 { // it has started a fault
		s.nemesisDue = 2
		return false
	}
	if s.FinalReads && !s.closing {
		s.closing = true
		s.finals = append(s.finals, s.pool.slots...)
	}
	return len(s.finals) == 0
}

// turn lets a client advance by one step.
func (s *sim) turn(c *client) {
	t := c.txn
	switch {
	case t == nil:
		s.invoke(c)
	case t.crash && (t.stage == over || s.chance(0.5)):
		s.crash(c)
	case t.stage == over:
		s.complete(c)
	default:
		s.advance(t)
	}
}

func (s *sim) invoke(c *client) {
	switch {
	case len(s.finals) > 0:
		k := s.finals[0]
		s.finals = slices.Delete(s.finals, 0, 1)
		c.txn = s.finalRead(k)
	case s.issued < s.Txns:
		c.txn = s.generate()
		s.issued++
		if s.NemesisEvery > 0 && s.issued%s.NemesisEvery == 0 {
			s.nemesisDue += 2
		}
	default:
		return
	}
	s.running++
	s.emit(Op{Type: history.Invoke, Process: c.process, F: "txn", Workload: s.Workload, Txn: c.txn.invoked})
}

func (s *sim) complete(c *client) {
	t := c.txn
	op := Op{Type: history.OK, Process: c.process, F: "txn", Workload: s.Workload, Txn: t.result}
	if t.refused {
		op.Type, op.Txn, op.Error = history.Fail, t.invoked, t.reason
	}
	s.emit(op)
	c.txn = nil
	s.release(t)
}

// crash lets a client give up. A fresh process takes over, as in Jepsen. The
// transaction may be lost if its commit is not decided yet; else it goes on
// without its client, and may commit at any later time.
func (s *sim) crash(c *client) {
	t := c.txn
	s.giveUp(Op{Type: history.Info, Process: c.process, F: "txn", Workload: s.Workload, Txn: t.invoked})
	c.txn = nil
	c.process += int64(s.Clients)
	if t.stage == over || t.stage < installing && s.chance(0.5) {
		s.release(t)
		return
	}
	s.ghosts = append(s.ghosts, t)
}

func (s *sim) haunt(i int) {
	t := s.ghosts[i]
	if s.advance(t); t.stage == over {
		s.ghosts = slices.Delete(s.ghosts, i, i+1)
		s.release(t)
	}
}

// release forgets a transaction that is over.
func (s *sim) release(t *txn) {
	s.running--
	for i, k := range t.keys {
		t.keys[i] = nil
		k.users--
		if k.users == 0 && k.retired && s.FinalReads && !t.final {
			s.finals = append(s.finals, k)
		}
	}
	s.free = append(s.free, t)
}

// nemesis emits the beginning or the end of what the nemesis does, which are
// both info ops: start, start, stop, stop.
func (s *sim) nemesis() {
	f := "start"
	if s.nemesisOps%4 >= 2 {
		f = "stop"
	}
	s.nemesisOps++
	s.nemesisDue--
	s.emit(Op{Type: history.Info, Nemesis: true, F: f, Workload: s.Workload})
}
