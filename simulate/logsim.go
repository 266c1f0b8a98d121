package simulate

import (
	"slices"

	"github.com/seed-c33ae711/jcheck/history"
)

// logSim is a run of logs and their clients.
type logSim struct {
	Log
	world

	logs    []partition
	clients []producer
	ghosts  []*logCall // that go on though their client has given up
	asked   int        // operations invoked
	running int        // operations under way
}

// partition is one log.
type partition struct {
	next    int64        // the value of the next message
	end     int64        // the next offset
	visible []LogMessage // what consumers may see, in order
	group   int          // up to where some client has polled it: there a consumer starts
}

// producer is a client, which consumes, too, and the process that it is at the
// moment.
type producer struct {
	process int64
	call    *logCall
	keys    []int // that it is assigned, in order
	at      []int // per key: how many messages it has had
}

// logCall is an operation under way.
type logCall struct {
	by     *producer
	f      string
	asked  []LogMop
	done   []LogMop
	at     []int   // where its polls leave the consumer
	assign []int64 // the keys of an assign
	over   bool
	abort  bool
	crash  bool
	bug    string
}

func (s *logSim) run() {
	s.logs = make([]partition, s.Keys)
	s.clients = make([]producer, s.Clients)
	for i := range s.clients {
		s.clients[i] = producer{process: int64(i), at: make([]int, s.Keys)}
	}
	for !s.stopped && (s.asked < s.Operations || s.running > 0) {
		s.tick()
		if i := s.rng.IntN(len(s.clients) + len(s.ghosts)); i < len(s.clients) {
			s.turn(&s.clients[i])
		} else if i -= len(s.clients); s.chance(haste) {
			s.apply(s.ghosts[i])
			s.ghosts = slices.Delete(s.ghosts, i, i+1)
			s.running--
		}
	}
	s.drain()
	s.end()
}

// turn lets a client advance by one step.
func (s *logSim) turn(p *producer) {
	c := p.call
	switch {
	case c == nil && s.asked < s.Operations:
		s.invoke(p)
	case c == nil:
	case c.crash && (c.over || s.chance(0.5)):
		s.crashed(c)
	case c.over:
		s.complete(c)
	default:
		s.apply(c)
	}
}

// restless is how often a client is assigned other keys.
const restless = 1.0 / 64

func (s *logSim) invoke(p *producer) {
	c := &logCall{by: p}
	p.call = c
	s.asked++
	s.running++
	if p.keys == nil || s.chance(restless) {
		c.f = "assign"
		for k := range s.Keys {
			if s.chance(0.5) || len(c.assign) == 0 && k == s.Keys-1 {
				c.assign = append(c.assign, int64(k))
			}
		}
	} else {
		s.draw(c)
		c.abort, c.crash = s.chance(s.FailRate), s.chance(s.CrashRate)
		if s.chance(s.BugRate) {
			if c.bug = s.Bug; c.bug == "" {
				bugs := LogBugs()
				c.bug = bugs[s.rng.IntN(len(bugs))].Name
			}
			c.abort = c.abort || c.bug == "aborted"
		}
	}
	s.report(c, history.Invoke, c.asked, "")
}

// draw draws the micro-ops of an operation.
func (s *logSim) draw(c *logCall) {
	n := 1 + s.rng.IntN(s.MaxTxn)
	sends := 0
	for range n {
		m := LogMop{Offset: -1}
		if m.Send = s.chance(0.5); m.Send {
			k := s.rng.IntN(s.Keys)
			m.Key, m.Value = int64(k), s.logs[k].next
			s.logs[k].next++
			sends++
		}
		c.asked = append(c.asked, m)
	}
	switch {
	case n > 1 && sends > 0 && sends < n:
		c.f = "txn"
	case sends > 0:
		c.f = "send"
	default:
		c.f = "poll"
	}
}

// apply lets an operation take effect.
func (s *logSim) apply(c *logCall) {
	c.over = true
	if c.assign != nil {
		return
	}
	c.at = slices.Clone(c.by.at)
	c.done = slices.Clone(c.asked)
	for i := range c.done { // polls first: what the op sends is not there before it commits
		if !c.done[i].Send && !c.abort && !c.crash {
			c.done[i].Known = true
			c.done[i].Polled = s.poll(c)
		}
	}
	for i := range c.done {
		if m := &c.done[i]; m.Send {
			m.Offset = s.append(c, m.Key, m.Value)
		}
	}
	for k := range s.logs { // markers of transactions take up offsets
		if c.f == "txn" && slices.ContainsFunc(c.done, func(m LogMop) bool { return m.Send && m.Key == int64(k) }) {
			s.logs[k].end++
		}
	}
}

// append puts a message at the end of a log and returns its offset.
func (s *logSim) append(c *logCall, key, value int64) int64 {
	log := &s.logs[key]
	offset := log.end
	log.end++
	switch {
	case c.abort && c.bug != "aborted":
	case c.bug == "lost":
		c.bug = ""
	case c.bug == "duplicate":
		c.bug = ""
		log.visible = append(log.visible, LogMessage{offset, value}, LogMessage{log.end, value})
		log.end++
	default:
		log.visible = append(log.visible, LogMessage{offset, value})
	}
	return offset
}

// poll returns what comes next in the logs of the consumer's keys.
func (s *logSim) poll(c *logCall) (out []LogBatch) {
	for _, k := range c.by.keys {
		all := s.logs[k].visible
		lo := c.at[k]
		switch {
		case c.bug == "skip" && lo > 0 && len(all)-lo > 1:
			lo++
			c.bug = ""
		case c.bug == "rewind" && lo > 1:
			lo -= 2
			c.bug = ""
		}
		hi := min(len(all), lo+s.MaxBatch)
		if lo == hi {
			continue
		}
		batch := all[lo:hi:hi] // messages are only ever added behind these
		if c.bug == "reorder" && hi-lo > 1 {
			batch = slices.Clone(batch)
			batch[0], batch[1] = batch[1], batch[0]
			c.bug = ""
		}
		c.at[k] = hi
		out = append(out, LogBatch{int64(k), batch})
	}
	return out
}

func (s *logSim) complete(c *logCall) {
	p := c.by
	switch {
	case c.assign != nil:
		s.assigned(c)
		s.report(c, history.OK, nil, "")
	case c.abort:
		s.report(c, history.Fail, c.asked, "aborted")
	default:
		s.report(c, history.OK, c.done, "")
		copy(p.at, c.at)
		for _, k := range p.keys {
			s.logs[k].group = max(s.logs[k].group, p.at[k])
		}
	}
	p.call = nil
	s.running--
}

// assigned gives a client its keys. One that it had it goes on with, with others it
// starts where the group of consumers is.
func (s *logSim) assigned(c *logCall) {
	p := c.by
	before := p.keys
	p.keys = []int{}
	for _, k := range c.assign {
		if !slices.Contains(before, int(k)) {
			p.at[k] = s.logs[k].group
		}
		p.keys = append(p.keys, int(k))
	}
}

// crashed lets a client give up. A fresh process takes over, as in Jepsen, and has
// no keys yet. The operation may be lost if it has not taken effect; else it goes on
// without its client.
func (s *logSim) crashed(c *logCall) {
	s.giveUp(Op{Type: history.Info, Process: c.by.process, F: c.f, Log: c.asked, Assign: c.assign})
	p := c.by
	p.call, p.keys = nil, nil
	p.process += int64(s.Clients)
	if c.over || s.chance(0.5) {
		s.running--
		return
	}
	s.ghosts = append(s.ghosts, c)
}

// drain lets a fresh consumer poll all logs to their ends.
func (s *logSim) drain() {
	last := int64(0)
	for i := range s.clients {
		last = max(last, s.clients[i].process)
	}
	p := &producer{process: last + int64(s.Clients), at: make([]int, s.Keys)}
	c := &logCall{by: p, f: "assign", over: true}
	for k := range s.Keys {
		c.assign = append(c.assign, int64(k))
	}
	s.tick()
	s.report(c, history.Invoke, nil, "")
	s.tick()
	s.report(c, history.OK, nil, "")
	for k := range s.Keys {
		p.keys = append(p.keys, k)
	}
	for more := true; more && !s.stopped; {
		c := &logCall{by: p, f: "poll", asked: []LogMop{{Offset: -1}}}
		s.tick()
		s.report(c, history.Invoke, c.asked, "")
		s.apply(c)
		more = len(c.done[0].Polled) > 0
		s.tick()
		s.report(c, history.OK, c.done, "")
		copy(p.at, c.at)
	}
}

func (s *logSim) report(c *logCall, typ history.Type, mops []LogMop, reason string) {
	op := Op{Type: typ, Process: c.by.process, F: c.f, Error: reason, Log: mops, Assign: c.assign}
	s.emit(op)
}
