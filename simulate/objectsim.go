package simulate

import (
	"slices"

	"github.com/seed-c33ae711/jcheck/history"
)

// objectSim is a run of objects and their clients.
type objectSim struct {
	Object
	world
	kind *kind

	slots   []*object // in use
	fresh   int64     // the next object's number
	clients []caller
	ghosts  []*call // that go on though their client has given up
	free    []*call
	asked   int // operations invoked
	running int // operations under way
}

// A caller is a client and the process that it is at the moment.
type caller struct {
	process int64
	call    *call
	holds   *object // the lock that it holds, as far as it knows
}

// A call is an operation under way.
type call struct {
	by     *caller
	object *object
	f      string
	arg    Value // as invoked
	result Value
	over   bool   // it has taken effect, or failed
	failed string // why it failed

	unlucky bool // it will be refused for no reason
	wrong   bool // it will go wrong
	crash   bool // its client will not learn the outcome
}

func (c *call) fail(reason string) { c.failed = reason }

func (s *objectSim) run() {
	for range s.Keys {
		s.slots = append(s.slots, s.freshObject())
	}
	s.clients = make([]caller, s.Clients)
	for i := range s.clients {
		s.clients[i].process = int64(i)
	}
	for !s.stopped && (s.asked < s.Operations || s.running > 0) {
		s.tick()
		if i := s.rng.IntN(len(s.clients) + len(s.ghosts)); i < len(s.clients) {
			s.turn(&s.clients[i])
		} else if i -= len(s.clients); s.chance(haste) {
			s.advance(s.ghosts[i])
			s.release(s.ghosts[i])
			s.ghosts = slices.Delete(s.ghosts, i, i+1)
		}
	}
	s.end()
}

// haste is how often what a client has given up takes effect when it could. It
// is small, as that is hardest on a checker: it takes effect long after.
const haste = 1.0 / 8

func (s *objectSim) freshObject() *object {
	s.fresh++
	return &object{id: s.fresh - 1}
}

// turn lets a client advance by one step.
func (s *objectSim) turn(who *caller) {
	c := who.call
	switch {
	case c == nil && s.asked < s.Operations:
		s.invoke(who)
	case c == nil:
	case c.crash && (c.over || s.chance(0.5)):
		s.crash(c)
	case c.over:
		s.complete(c)
	default:
		s.advance(c)
	}
}

func (s *objectSim) invoke(who *caller) {
	c := s.newCall()
	c.by, c.object = who, who.holds
	if c.object == nil {
		c.object = s.pick()
	}
	c.unlucky, c.wrong, c.crash = s.chance(s.FailRate), s.chance(s.BugRate), s.chance(s.CrashRate)
	s.kind.draw(s, c)
	c.result = c.arg
	who.call = c
	s.asked++
	s.running++
	s.report(c, history.Invoke, c.arg, "")
}

// pick draws an object.
func (s *objectSim) pick() *object {
	i := s.rng.IntN(len(s.slots))
	k := s.slots[i]
	if k.asked++; k.asked == s.PerKey {
		s.slots[i] = s.freshObject()
	}
	return k
}

// newCall returns a call. The memory of those that are over is used again.
func (s *objectSim) newCall() *call {
	last := len(s.free) - 1
	if last < 0 {
		return &call{}
	}
	c := s.free[last]
	s.free = s.free[:last]
	*c = call{}
	return c
}

// release forgets a call that is over.
func (s *objectSim) release(c *call) {
	s.running--
	s.free = append(s.free, c)
}

// advance lets a call take effect, if it can.
func (s *objectSim) advance(c *call) {
	if c.unlucky && !c.crash {
		c.fail("aborted")
		c.over = true
		return
	}
	c.over = s.kind.apply(s, c)
}

func (s *objectSim) complete(c *call) {
	if c.failed != "" {
		s.report(c, history.Fail, c.arg, c.failed)
	} else {
		s.report(c, history.OK, c.result, "")
	}
	switch {
	case c.f == "acquire" && c.failed == "":
		c.by.holds = c.object
	case c.f == "release" && c.failed != "aborted":
		c.by.holds = nil
	}
	c.by.call = nil
	s.release(c)
}

// crash lets a client give up. A fresh process takes over, as in Jepsen. The call
// may be lost if it has not taken effect; else it goes on without its client. But
// who gave up on a lock is not waited for: the client releases it in any case, and
// if it were acquired after that, it would stay held for ever.
func (s *objectSim) crash(c *call) {
	s.giveUp(s.op(c, history.Info, c.arg))
	who := c.by
	who.call = nil
	who.process += int64(s.Clients)
	if s.Kind == Mutex {
		who.holds = c.object
	}
	switch {
	case c.over || s.chance(0.5):
	case s.Kind == Mutex:
		s.advance(c)
	default:
		s.ghosts = append(s.ghosts, c)
		return
	}
	s.release(c)
}

func (s *objectSim) report(c *call, typ history.Type, v Value, reason string) {
	op := s.op(c, typ, v)
	op.Error = reason
	s.emit(op)
}

func (s *objectSim) op(c *call, typ history.Type, v Value) Op {
	v.Keyed, v.Key = s.Keys > 1 || s.PerKey > 0, c.object.id
	return Op{Type: typ, Process: c.by.process, F: c.f, Value: v}
}
