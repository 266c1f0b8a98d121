package elle

import (
	"fmt"
	"slices"
)

// cycle draws a cycle: its ops, and between each and the next all that holds. Of a
// long one the beginning and the end are drawn.
func (d *drawing) cycle() {
	steps, left := d.c.Steps, len(d.c.Steps)-drawnSteps
	if left > 0 {
		steps = slices.Concat(steps[:drawnSteps/2], steps[len(steps)-drawnSteps/2:])
	}
	because := d.c.Because[:min(len(d.c.Because), drawnSteps)]
	d.enter(slices.Concat(steps, because))
	for i := range because {
		d.step(&because[i], false)
	}
	heavy := heaviest(steps)
	for i := range steps {
		d.step(&steps[i], slices.Contains(heavy, steps[i].Rel))
	}
	if left > 0 {
		d.edge(d.end(steps[drawnSteps/2-1].To, -1), d.end(steps[drawnSteps/2].From, -1), false, "...",
			fmt.Sprintf("and so on, over %d more steps", left))
	}
	if d.c.Around.Ops > len(d.scene.Nodes) {
		d.scene.Around = d.c.Around
	}
}

// heaviest are the relations that make a cycle one of its kind, of the steps that it has:
// anti-dependencies, else reads of what was written.
func heaviest(steps []Step) []string {
	for _, rels := range [][]string{{"rw", "rwp"}, {"visible", "direct", "update"}, {"wr", "wrp"}} {
		if slices.ContainsFunc(steps, func(s Step) bool { return slices.Contains(rels, s.Rel) }) {
			return rels
		}
	}
	return []string{"ww", "wwp"}
}

// enter adds the ops of steps, in the order in which prose names them, and of their
// paths as far as there is room.
func (d *drawing) enter(steps []Step) {
	var ops []int
	enter := func(op, mop int, room bool) {
		if _, ok := d.marks[op]; !ok {
			if !room {
				return
			}
			ops = append(ops, op)
		}
		d.mark(op, mop)
	}
	for i := range steps {
		s := &steps[i]
		for _, t := range append([]Step{*s}, s.Also...) {
			enter(t.From, t.FromMop, true)
			enter(t.To, t.ToMop, true)
		}
	}
	for i := range steps {
		s := &steps[i]
		for _, hop := range s.Path {
			enter(hop.From, hop.FromMop, len(ops) < drawnSteps)
			enter(hop.To, hop.ToMop, len(ops) < drawnSteps)
		}
		if hasReader(s) {
			enter(s.Reader, -1, len(ops) < drawnSteps)
		}
	}
	n := 0
	for _, op := range ops {
		if op >= 0 {
			n++
		}
		d.node(op, fmt.Sprintf("T%d", n))
	}
}

func hasReader(s *Step) bool { return s.Rel == "visible" || s.Rel == "update" && s.Reader >= 0 }

// step adds the edges of a step, and of the path that it rests on.
func (d *drawing) step(s *Step, heavy bool) {
	all := append([]Step{*s}, s.Also...)
	slices.SortStableFunc(all, func(a, b Step) int { return whole(&a) - whole(&b) }) // these join an edge between parts
	for i := range all {
		d.relation(&all[i], heavy && all[i].Rel == s.Rel)
	}
	for i := range s.Path {
		hop := &s.Path[i]
		_, from := d.nodes[hop.From]
		if _, to := d.nodes[hop.To]; from && to {
			d.edge(d.end(hop.From, hop.FromMop), d.end(hop.To, hop.ToMop), false, RelLabel(hop.Rel), d.hopReason(hop))
		}
	}
}

// whole is 1 if a step is between ops as a whole, else 0.
func whole(s *Step) int {
	if s.FromMop < 0 && s.ToMop < 0 {
		return 1
	}
	return 0
}

func (d *drawing) relation(s *Step, heavy bool) {
	d.edge(d.end(s.From, s.FromMop), d.end(s.To, s.ToMop), heavy, RelLabel(s.Rel), d.tell.Reason(s))
}

// hopReason says why a step of a path holds.
func (d *drawing) hopReason(s *Step) string {
	switch s.Rel {
	case "wr", "process", "realtime":
		return d.tell.Reason(s)
	}
	return fmt.Sprintf("%s's write is older than %s's, as shown", d.tell.name(s.From), d.tell.name(s.To))
}
