package render

import (
	"fmt"
	"slices"
	"strings"

	"github.com/seed-c33ae711/jcheck/elle"
	"github.com/seed-c33ae711/jcheck/result"
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
	tell := p.teller(names)
	p.f("  Let:\n")
	for _, op := range ops {
		p.op(names[op], op, marks[op])
	}
	for i := range c.Because {
		if i == 0 {
			p.f("  As one process saw it:\n")
		}
		s := &c.Because[i]
		p.f("    %s < %s  %s  %s\n", names[s.From], names[s.To], p.color(dim, fmt.Sprintf("%-2s", elle.RelLabel(s.Rel))), tell.Reason(s))
	}
	p.f("  Then:\n")
	for i := range steps {
		s := &steps[i]
		if leftOut > 0 && i == stepsTold/2 {
			p.f("    ... and so on, over %s more steps, which --json has ...\n", thousands(leftOut))
		}
		a, b := names[s.From], names[s.To]
		p.f("    %s < %s  %s  %s", a, b, p.color(dim, fmt.Sprintf("%-2s", elle.RelLabel(s.Rel))), tell.Reason(s))
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

// scan tells a case that is no cycle.
func (p *prose) scan(c *elle.Case) {
	switch says := p.teller(nil).Says(c); c.Type {
	case elle.IncompatibleOrder:
		p.incompatible(c, says)
		return
	case elle.CyclicVersions:
		p.cyclicVersions(c, says)
		return
	case elle.DirtyUpdate:
		p.f("  Let:\n")
		p.op("A", c.Ops[0], nil)
		p.op("C", c.Ops[1], nil)
	case elle.LostUpdate:
		p.lost(c)
	case elle.G1a, elle.G1b:
		p.two(c)
	default:
		if len(says) > 0 {
			p.one(c)
		}
	}
	for _, s := range p.teller(nil).Says(c) {
		p.f("  %s\n", s)
	}
}

func (p *prose) teller(names map[int]string) *elle.Teller {
	return &elle.Teller{Result: p.r, Names: names}
}

// cyclicVersions tells why each version of a register is older than the next.
func (p *prose) cyclicVersions(c *elle.Case, says []string) {
	p.f("  %s:\n", strings.TrimSuffix(says[0], "."))
	for i := range c.Order {
		s := &c.Order[i]
		p.f("    %s < %s  %s\n", result.Text(s.Value), result.Text(s.Next), p.teller(nil).VersionReason(s))
	}
	p.f("  %s\n", says[1])
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

// incompatible shows two lists aligned at where they part.
func (p *prose) incompatible(c *elle.Case, says []string) {
	at := elle.CommonPrefix(c)
	p.f("  %s:\n", strings.TrimSuffix(says[0], "."))
	for i, v := range c.Values {
		p.f("    %s  %s\n", result.ListText(v, at), p.color(dim, place(p.h, c.Ops[i])))
	}
	p.f("  %s\n", says[1])
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
