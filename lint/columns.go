package lint

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/result"
)

// mostOps is how many ops a problem shows.
const mostOps = 6

// sample counts ops and keeps the first few.
type sample struct {
	n   int
	ops []int
}

func (s *sample) add(ops ...int) {
	s.n++
	if len(s.ops)+len(ops) <= mostOps {
		s.ops = append(s.ops, ops...)
	}
}

// merge takes in a sample of later ops.
func (s *sample) merge(o *sample) {
	s.n += o.n
	if len(s.ops)+len(o.ops) <= mostOps {
		s.ops = append(s.ops, o.ops...)
	}
}

// columns is what the columns of a history tell.
type columns struct {
	h       *history.History
	clients int       // ops of clients
	types   [4]int    // of clients, by type
	byF     []uses    // the same, by symbol
	procs   processes // of clients
	many    bool      // there is more than one
	overlap bool      // two operations ran at a time

	reused    sample
	otherF    sample
	open      sample // invocations without a completion
	infos     sample
	timeouts  sample  // operations that failed with an error that leaves the outcome open
	timedOut  []int32 // all of them
	backwards sample
	step      int64 // the largest backward step of time
	first     int64 // the first time
	differ    bool  // another time is different
	waits     [len(patience)]sample
	strays    strays
	faults    faults
}

// uses is how often clients use an :f, by type.
type uses struct {
	n     [4]int
	first int // op
	role  role
}

// scanColumns passes over the ops once.
func scanColumns(h *history.History) *columns {
	c := &columns{h: h, first: history.NoTime}
	text := errorReader{h: h}
	last := history.NoTime
	only, opened := history.NoProcess, 0
	for i := range h.Len() {
		if t := h.Time(i); t != history.NoTime {
			c.seeTime(i, t, last)
			last = t
		}
		p, typ, f := h.Process(i), h.Type(i), h.Symbol(i)
		if !p.IsClient() {
			c.strays.see(h, i, p, typ)
			c.faults.see(h, i, c.clients)
			continue
		}
		use := c.use(i, f, typ)
		if p != only {
			c.many = c.many || only != history.NoProcess
			only = p
		}
		j := h.Pair(i)
		if typ == history.Invoke {
			if crashed := c.procs.at(p); *crashed > 0 {
				c.reused.add(int(*crashed-1), i)
				*crashed = 0
			}
			c.overlap = c.overlap || opened > 0
			if opened++; j < 0 {
				c.open.add(i)
				c.faults.bad(i, never)
			}
			continue
		}
		if j >= 0 {
			opened--
			if g := h.Symbol(j); g != f {
				c.otherF.add(j, i)
			}
		}
		switch typ {
		case history.Info:
			*c.procs.at(p) = int32(i + 1)
			c.infos.add(i)
			c.faults.bad(j, i)
		case history.Fail:
			c.faults.bad(j, i)
			if use.role != reads && use.role != takes { // a read changes nothing, and a take that timed out may have waited for an element
				c.failed(&text, i, j)
			}
		}
	}
	c.faults.end(h.Len(), c.clients)
	return c
}

// seeTime takes in the time of op i; last is the time before it, if any.
func (c *columns) seeTime(i int, t, last int64) {
	switch {
	case last == history.NoTime:
		c.first = t
	case t < last:
		c.backwards.add(i)
		c.step = max(c.step, last-t)
	}
	c.differ = c.differ || t != c.first
}

// use counts op i of a client and returns the uses of its :f.
func (c *columns) use(i int, f history.Symbol, typ history.Type) *uses {
	c.clients++
	c.types[typ]++
	if int(f) >= len(c.byF) {
		c.byF = append(c.byF, make([]uses, int(f)+1-len(c.byF))...)
	}
	u := &c.byF[f]
	if u.n == [4]int{} {
		u.first, u.role = i, roleOf(c.h.SymbolName(f))
	}
	u.n[typ]++
	return u
}

// failed looks at an operation that failed and may write.
func (c *columns) failed(text *errorReader, i, j int) {
	h := c.h
	if text.isOpen(i) {
		if mayWrite(h, i, j) {
			c.timeouts.add(i)
			c.timedOut = append(c.timedOut, int32(i))
		}
		return
	}
	if j < 0 || h.Time(i) == history.NoTime || h.Time(j) == history.NoTime {
		return
	}
	if took := time.Duration(h.Time(i) - h.Time(j)); took >= patience[0] {
		for k, t := range patience {
			if took >= t && took <= t+t/50 {
				c.waits[k].add(i)
			}
		}
	}
}

// patience is how long clients like to wait, by default.
var patience = [...]time.Duration{
	time.Second, 2 * time.Second, 3 * time.Second, 5 * time.Second, 10 * time.Second, 15 * time.Second,
	20 * time.Second, 30 * time.Second, time.Minute,
}

// fewWaits is how many failures after the same time could be chance.
const fewWaits = 3

// processes maps a client to one more than the op that it crashed in last, 0 if
// in none.
type processes struct {
	small []int32
	large map[history.Process]*int32
}

func (t *processes) at(p history.Process) *int32 {
	if p >= 0 && p < 1<<22 {
		if int(p) >= len(t.small) {
			t.small = append(t.small, make([]int32, int(p)+1-len(t.small))...)
		}
		return &t.small[p]
	}
	if t.large == nil {
		t.large = map[history.Process]*int32{}
	}
	if t.large[p] == nil {
		t.large[p] = new(int32)
	}
	return t.large[p]
}

// strays are processes without a number that look like clients.
type strays struct {
	last  history.Process
	looks bool // last does
	names []string
	found sample
}

func (s *strays) see(h *history.History, i int, p history.Process, typ history.Type) {
	if p == history.NoProcess {
		return
	}
	if s.last != p {
		name := h.ProcessName(p)
		s.last, s.looks = p, looksLikeClient(name)
		if s.looks && !slices.Contains(s.names, name) && len(s.names) <= 8 {
			s.names = append(s.names, name)
		}
	}
	if s.looks && typ != history.Info {
		s.found.add(i)
	}
}

// looksLikeClient reports whether a process is named like one of several: "0",
// "client-1", "worker2".
func looksLikeClient(name string) bool {
	name = strings.Trim(name, "\" ")
	return name != "" && name[len(name)-1]-'0' <= 9 && !strings.Contains(name, "nemesis")
}

// jitter is how far times run backwards, in nanoseconds, where an invocation has
// the time that it was scheduled for, as in Jepsen.
const jitter = int64(10 * time.Millisecond)

// few are so many that their share does not matter.
const few = 10

func (c *columns) report(p *problems) {
	h := c.h
	c.reportClients(p)
	if c.reused.n > 0 {
		p.add(processReused, c.reused.n, c.reused.ops, "%s by a process that had crashed before", count(c.reused.n, "operation", "was invoked", "were invoked"))
	}
	if c.otherF.n > 0 {
		op := c.otherF.ops
		p.add(otherF, c.otherF.n, op, "%s under another :f than %s invoked with, such as %s for %s", count(c.otherF.n, "operation", "completed", "completed"),
			pick(c.otherF.n, "it was", "they were"), name(h.F(op[1])), name(h.F(op[0])))
	}
	if c.backwards.n > 0 {
		k := clockBackwards
		if c.step <= jitter {
			k = clockJitter
		}
		p.add(k, c.backwards.n, c.backwards.ops, "times run backwards at %s, by up to %v", result.Count(c.backwards.n, "op"), time.Duration(c.step))
	}
	if c.first != history.NoTime && !c.differ && h.Len() > 2 {
		p.add(equalTimes, 0, nil, "all ops have the same time")
	}
	if c.timeouts.n > 0 {
		p.add(timeoutAsFail, c.timeouts.n, c.timeouts.ops, "%s as :fail, with an error that does not say whether %s", count(c.timeouts.n, "operation", "that may write was recorded", "that may write were recorded"),
			pick(c.timeouts.n, "it happened", "they happened"))
	}
	for k := range c.waits {
		if w := &c.waits[k]; w.n >= fewWaits && (p[failAfterWait] == nil || w.n > p[failAfterWait].Count) {
			p.add(failAfterWait, w.n, w.ops, "%s after %v, which looks like a timeout", count(w.n, "operation", "that may write failed", "that may write failed"), patience[k])
		}
	}
	if done := c.types[history.OK] + c.types[history.Fail] + c.types[history.Info]; c.infos.n >= few && 10*c.infos.n > done {
		p.add(manyInfos, c.infos.n, c.infos.ops, "%d of %d completions are :info", c.infos.n, done)
	}
	for _, w := range h.Warnings() {
		if k, ok := named(w.Code); ok {
			p.add(k, w.Count, nil, "%s", w.Msg)
		}
	}
	if n := c.open.n; n > 0 && p[unfinished] != nil {
		p[unfinished].Ops = c.open.ops
		if n >= few && 20*n > c.types[history.Invoke] {
			p.add(manyUnfinished, n, c.open.ops, "%d of %d invocations have no completion", n, c.types[history.Invoke])
			p[unfinished] = nil
		}
	}
	if s := &c.strays; s.found.n > 0 {
		p.add(clientNotNumbered, s.found.n, s.found.ops, "%s left out: the process looks like a client but has no number: %s",
			count(s.found.n, "op", "is", "are"), result.List(len(s.names), func(i int) string { return fmt.Sprintf("%q", s.names[i]) }))
	}
	c.faults.report(p)
}

func pick(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// name spells an :f.
func name(f string) string {
	if f == "" {
		return "no :f"
	}
	return ":" + f
}

// reportClients reports vacuity and lack of concurrency.
func (c *columns) reportClients(p *problems) {
	h := c.h
	switch {
	case c.clients == 0:
		p.add(noClients, 0, nil, "there are no client operations")
		return
	case c.types[history.OK] == 0:
		p.add(noOK, c.clients, nil, "none of the clients' operations succeeded")
	default:
		var failed []string
		var first []int
		for f := range c.byF {
			use := &c.byF[f]
			s := h.SymbolName(history.Symbol(f))
			if use.n != [4]int{} && use.n[history.OK] == 0 && s != "crash" && s != "debug-topic-partitions" { // which never are in Jepsen
				failed = append(failed, name(s))
				first = append(first, use.first)
			}
		}
		if len(failed) > 0 {
			p.add(neverOK, len(failed), first[:min(len(first), mostOps)], "no operation succeeded under %s", result.List(len(failed), func(i int) string { return failed[i] }))
		}
	}
	switch {
	case h.Unordered():
	case !c.many && c.types[history.Invoke] > 1:
		p.add(oneProcess, 0, nil, "process %s is the only client", h.ProcessName(h.Process(c.firstClient())))
	case !c.overlap && c.types[history.Invoke] > 1:
		p.add(noOverlap, 0, nil, "no two of %d operations ran at the same time", c.types[history.Invoke])
	}
}

func (c *columns) firstClient() int {
	i := 0
	for !c.h.Process(i).IsClient() {
		i++
	}
	return i
}

func (c *columns) summary() string {
	return fmt.Sprintf("%s, %s, %d ok, %d fail, %d info", result.Count(c.h.Len(), "op"), result.Count(c.types[history.Invoke], "invocation"),
		c.types[history.OK], c.types[history.Fail], c.types[history.Info])
}
