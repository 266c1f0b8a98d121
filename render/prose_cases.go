package render

import (
	"fmt"
	"slices"
	"strings"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/elle"
)

// stepsTold is how many steps of a cycle are told: half of them from its beginning,
// half from its end. Nobody reads more, and a cycle may have a million.
const stepsTold = 200

// told returns the steps of a cycle that are told, and how many are left out after
// the first half of these.
func told(c *elle.Case) (steps []elle.Step, leftOut int) {
	leftOut = len(c.Steps) - stepsTold
	if leftOut <= 0 {
		return c.Steps, 0
	}
	return slices.Concat(c.Steps[:stepsTold/2], c.Steps[len(c.Steps)-stepsTold/2:]), leftOut
}

// cycle tells a cycle as Elle does: let these be transactions, then each
// precedes the next, and the last the first, a contradiction.
func (p *prose) cycle(c *elle.Case) {
	steps, leftOut := told(c)
	ops, marks := cast(slices.Concat(steps, c.Because))
	names := map[int]string{-1: "the initial state"}
	for i, op := range ops {
		names[op] = fmt.Sprintf("T%d", i+1)
	}
	p.f("  Let:\n")
	for _, op := range ops {
		p.op(names[op], op, marks[op])
	}
	for i := range c.Because {
		if i == 0 {
			p.f("  As one process saw it:\n")
		}
		s := &c.Because[i]
		p.f("    %s < %s  %s  %s\n", names[s.From], names[s.To], p.color(dim, relLabel(s.Rel)), p.reason(s, names))
	}
	p.f("  Then:\n")
	for i := range steps {
		s := &steps[i]
		if leftOut > 0 && i == stepsTold/2 {
			p.f("    ... and so on, over %s more steps, which --json tells ...\n", thousands(leftOut))
		}
		a, b := names[s.From], names[s.To]
		p.f("    %s < %s  %s  %s", a, b, p.color(dim, relLabel(s.Rel)), p.reason(s, names))
		if i == len(steps)-1 {
			p.f(": a contradiction")
		}
		p.f("\n")
	}
}

// cast lists the ops that play a part in the steps of a cycle, in the order of their entry,
// and for each the micro-ops that matter.
func cast(steps []elle.Step) (ops []int, marks map[int]map[int]bool) {
	marks = map[int]map[int]bool{-1: {}}
	enter := func(op, mop int) {
		if marks[op] == nil {
			marks[op] = map[int]bool{}
			ops = append(ops, op)
		}
		if mop >= 0 {
			marks[op][mop] = true
		}
	}
	for i := range steps {
		s := &steps[i]
		enter(s.From, s.FromMop)
		enter(s.To, s.ToMop)
	}
	for i := range steps {
		s := &steps[i]
		for _, hop := range s.Path {
			enter(hop.From, hop.FromMop)
			enter(hop.To, hop.ToMop)
		}
		if s.Rel == "visible" || s.Rel == "update" && s.Reader >= 0 {
			enter(s.Reader, -1)
		}
	}
	return ops, marks
}

func relLabel(rel string) string {
	switch rel {
	case "realtime":
		return "rt"
	case "process":
		return "p "
	}
	return rel
}

// reason says why a step's first op precedes its second.
func (p *prose) reason(s *elle.Step, names map[int]string) string {
	h := p.r.History
	a, b := names[s.From], names[s.To]
	switch {
	case s.Why != "":
		return s.Why
	case s.Rel == "visible" || s.Rel == "direct" || s.Rel == "update" || s.From < 0:
		return p.weakReason(s, names)
	}
	isValue := s.Rel != "process" && s.Rel != "realtime"
	if isValue && p.r.Workload == elle.RWRegister {
		return p.registerReason(s, names)
	}
	if isValue && p.r.Workload == elle.ClosedPredicate {
		return p.itemReason(s, names)
	}
	switch key := text(s.Key); s.Rel {
	case "ww":
		if s.Disputed {
			return fmt.Sprintf("%s appended %s to key %s; the longest read of the key lacks it, so it came after %s's %s, the last that this read has (another read, which contradicts this one, has it)", b, text(s.Next), key, a, text(s.Value))
		}
		if s.Unread {
			return fmt.Sprintf("%s appended %s to key %s, which nobody saw, so after %s's %s, the last that was seen", b, text(s.Next), key, a, text(s.Value))
		}
		return fmt.Sprintf("%s appended %s to key %s right behind %s's %s", b, text(s.Next), key, a, text(s.Value))
	case "wr":
		return fmt.Sprintf("%s saw %s's append of %s to key %s", b, a, text(s.Value), key)
	case "rw":
		if s.Value.IsZero() {
			return fmt.Sprintf("%s saw key %s when it was still empty, before %s appended %s", a, key, b, text(s.Next))
		}
		return fmt.Sprintf("%s saw key %s end with %s, before %s appended %s", a, key, text(s.Value), b, text(s.Next))
	case "process":
		return fmt.Sprintf("process %s ran %s before %s", h.ProcessName(h.Process(s.From)), a, b) + ofKey(s)
	}
	inv := invoked(p.r, s.To)
	gap := ""
	if from, to := h.Time(s.From), h.Time(inv); from >= 0 && to-from >= 1000 {
		gap = fmt.Sprintf(", %.3f ms later", float64(to-from)/1e6)
	}
	return fmt.Sprintf("%s had completed (line %d) before %s was invoked (line %d)%s", a, p.places.line(s.From), b, p.places.line(inv), gap) + ofKey(s)
}

// ofKey names the list that keeps an order in time, if it is not that of all.
func ofKey(s *elle.Step) string {
	if s.Key.IsZero() {
		return ""
	}
	return ", and both touched key " + text(s.Key)
}

// scan tells a case that is no cycle.
func (p *prose) scan(c *elle.Case) {
	key := text(c.Key)
	switch c.Type {
	case elle.G1a:
		p.two(c)
		p.f("  R committed, and saw element %s of key %s, which W appended; but W failed, so it must not be visible.\n", text(c.Element), key)
	case elle.G1b:
		p.two(c)
		p.f("  R saw key %s end with %s, which W appended before it appended to the key again: a state that was never committed.\n", key, text(c.Element))
	case elle.Internal:
		p.one(c)
		p.f("  Micro-op %d of T read key %s; by what T did before, it should have read %s.\n", c.Mop+1, key, listText(c.Expected, -1))
		p.f("  It read %s.\n", p.readText(c))
	case elle.FutureRead:
		p.one(c)
		p.f("  Micro-op %d of T read element %s of key %s, which T itself appended only later.\n", c.Mop+1, text(c.Element), key)
	case elle.GarbageRead:
		p.one(c)
		p.f("  T read element %s of key %s, which no transaction of this history appended (%s in all saw it).\n", text(c.Element), key, plural(c.Count, "read"))
	case elle.DuplicateElements:
		p.one(c)
		var parts []string
		for _, d := range c.Duplicates {
			parts = append(parts, fmt.Sprintf("%d times %s", d.Times, text(d.Element)))
		}
		p.f("  Micro-op %d of T read a list of key %s that holds %s, though each was appended once.\n", c.Mop+1, key, strings.Join(parts, ", "))
	case elle.IncompatibleOrder:
		p.incompatible(c, key)
	case elle.DirtyUpdate:
		p.f("  Let:\n")
		p.op("A", c.Ops[0], nil)
		p.op("C", c.Ops[1], nil)
		p.f("  The versions of key %s went on from A's append, which failed, to C's, which committed: %s\n", key, joined(c.Values))
	case elle.LostUpdate:
		p.lost(c)
		p.f("  All of them read key %s as %s and then appended to it: at most one built on that version.\n", key, listText(c.Value, -1))
	}
}

func (p *prose) one(c *elle.Case) {
	p.f("  Let:\n")
	p.op("T", c.Op, map[int]bool{c.Mop: true})
}

func (p *prose) two(c *elle.Case) {
	p.f("  Let:\n")
	p.op("R", c.Op, map[int]bool{c.Mop: true})
	p.op("W", c.Writer, nil)
}

// lost lists the transactions that updated the same version.
func (p *prose) lost(c *elle.Case) {
	p.f("  Let:\n")
	for i, op := range c.Ops {
		if i == 4 && len(c.Ops) > 5 {
			p.f("    .. and %d more\n", len(c.Ops)-i)
			break
		}
		p.op(fmt.Sprintf("T%d", i+1), op, nil)
	}
}

// readText is the value that the case's micro-op read.
func (p *prose) readText(c *elle.Case) string {
	mops, err := p.r.Txn(c.Op).Items(nil)
	if err == nil && c.Mop < len(mops) {
		if parts, err := mops[c.Mop].Items(nil); err == nil && len(parts) == 3 {
			return listText(parts[2], -1)
		}
	}
	return "nil"
}

// incompatible shows two lists aligned at where they part.
func (p *prose) incompatible(c *elle.Case, key string) {
	a, errA := c.Values[0].Items(nil)
	b, errB := c.Values[1].Items(nil)
	at := 0
	for errA == nil && errB == nil && at < len(a) && at < len(b) && edn.Equal(a[at], b[at]) {
		at++
	}
	p.f("  Two reads of key %s agree on the first %s, and then differ:\n", key, plural(at, "element"))
	for i, v := range c.Values {
		p.f("    %s  %s\n", listText(v, at), p.color(dim, p.places.at(c.Ops[i])))
	}
	p.f("  Whatever the order of the appends was, one of them saw a list that never existed, or was aborted.\n")
}

func joined(vs []edn.Value) string {
	var parts []string
	for _, v := range vs {
		parts = append(parts, text(v))
	}
	return strings.Join(parts, ", ")
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return thousands(n) + " " + noun + "s"
}

// failingKeys is plural of a noun that does not end with itself.
func failingKeys(n int) string {
	if n == 1 {
		return "1 key that fails"
	}
	return thousands(n) + " keys that fail"
}
