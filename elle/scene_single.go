package elle

import (
	"fmt"
	"slices"
	"strings"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/result"
)

// single draws a case that is not a cycle.
func (d *drawing) single() {
	c := d.c
	d.scene.Says = d.tell.Says(c)
	switch c.Type {
	case G1a, G1b:
		wrote := d.find(c.Writer, func(m *microOp) bool { return m.writes(c.Key, c.Element) })
		d.mark(c.Writer, wrote)
		d.mark(c.Op, c.Mop)
		d.node(c.Writer, "W")
		d.node(c.Op, "R")
		d.link(c.Writer, wrote, c.Op, c.Mop, "wr")
		d.bad(c.Op, c.Mop)
	case DirtyUpdate:
		d.dirty()
	case LostUpdate:
		d.lost()
	case IncompatibleOrder:
		d.incompatible()
	case CyclicVersions:
		d.versions()
	case Internal, FutureRead, GarbageRead, DuplicateElements, PredicateReadMiss:
		d.alone()
	default:
		d.scene.Says = nil // nothing to draw: an empty graph, or a cycle that is described elsewhere
	}
	for i, s := range d.scene.Says {
		d.scene.Says[i] = result.Clip(s, sceneReason)
	}
}

// link adds the edge that the sentences speak of.
func (d *drawing) link(from, fromMop, to, toMop int, rel string) {
	d.edge(d.end(from, fromMop), d.end(to, toMop), true, rel, strings.Join(d.scene.Says, " "))
}

// bad marks the part that cannot be.
func (d *drawing) bad(op, mop int) {
	if e := d.end(op, mop); e.Part >= 0 {
		d.scene.Nodes[e.Node].Parts[e.Part].Bad = true
	}
}

// alone draws a transaction that contradicts itself, or that read what cannot be.
func (d *drawing) alone() {
	c := d.c
	other, rel := -1, ""
	switch c.Type {
	case Internal:
		rel = "contradicts"
		other = d.findLast(c.Op, c.Mop, func(m *microOp) bool { return m.on(c.Key) })
	case FutureRead:
		rel = "wr"
		other = d.find(c.Op, func(m *microOp) bool { return m.writes(c.Key, c.Element) })
	}
	d.mark(c.Op, c.Mop)
	d.mark(c.Op, other)
	d.node(c.Op, "T")
	d.bad(c.Op, c.Mop)
	if other >= 0 && other != c.Mop {
		d.link(c.Op, other, c.Op, c.Mop, rel)
	}
}

// dirty draws who wrote an element and failed, and who committed what follows it.
func (d *drawing) dirty() {
	a, b := d.c.Ops[0], d.c.Ops[1]
	wrote := func(m *microOp) bool {
		return m.name == "append" && m.on(d.c.Key) && slices.ContainsFunc(d.c.Values, func(v edn.Value) bool { return edn.Equal(v, m.value) })
	}
	from, to := d.find(a, wrote), d.find(b, wrote)
	d.mark(a, from)
	d.mark(b, to)
	d.node(a, "A")
	d.node(b, "C")
	d.link(a, from, b, to, "ww")
	d.bad(b, to)
}

// lost draws transactions that each read a version and overwrote it: each read it
// before the next did.
func (d *drawing) lost() {
	c := d.c
	ops := c.Ops[:min(len(c.Ops), drawnLost)]
	if len(ops) < len(c.Ops) {
		d.scene.Says = append(d.scene.Says, fmt.Sprintf("There are %d of them; %d are drawn.", len(c.Ops), len(ops)))
	}
	reads, writes := make([]int, len(ops)), make([]int, len(ops))
	for i, op := range ops {
		reads[i] = d.find(op, func(m *microOp) bool { return m.on(c.Key) && (m.name == "r" || m.name == "rp") })
		writes[i] = d.find(op, func(m *microOp) bool { return m.on(c.Key) && m.name != "r" && m.name != "rp" })
		d.mark(op, reads[i])
		d.mark(op, writes[i])
		d.node(op, fmt.Sprintf("T%d", i+1))
	}
	value := result.ListText(c.Value, -1)
	for i, op := range ops {
		j := (i + 1) % len(ops)
		why := fmt.Sprintf("%s read key %s as %s, so before %s overwrote that", d.tell.name(op), result.Text(c.Key), value, d.tell.name(ops[j]))
		d.edge(d.end(op, reads[i]), d.end(ops[j], writes[j]), true, "rw", why)
	}
}

// incompatible draws two reads of a list that contradict each other, each abridged
// around where they part.
func (d *drawing) incompatible() {
	c := d.c
	var mops [2]int
	for i, op := range c.Ops[:2] {
		mops[i] = d.find(op, func(m *microOp) bool { return m.name == "r" && m.on(c.Key) && edn.Equal(m.value, c.Values[i]) })
		d.mark(op, mops[i])
	}
	at := CommonPrefix(c)
	for i, op := range c.Ops[:2] {
		d.node(op, fmt.Sprintf("T%d", i+1))
		d.bad(op, mops[i])
		if e := d.end(op, mops[i]); e.Part >= 0 {
			d.scene.Nodes[e.Node].Parts[e.Part].Text = result.Clip("r "+result.Text(c.Key)+" "+result.ListText(c.Values[i], at), 2*cellText)
		}
	}
	d.link(c.Ops[0], mops[0], c.Ops[1], mops[1], "contradicts")
}

// versions draws why each version of a register is older than another.
func (d *drawing) versions() {
	steps := d.c.Order[:min(len(d.c.Order), drawnSteps)]
	places := make([][2]int, len(steps))
	for i := range steps {
		s := &steps[i]
		if s.From < 0 || s.To < 0 {
			continue
		}
		places[i] = [2]int{
			d.find(s.From, func(m *microOp) bool { return m.on(d.c.Key) && edn.Equal(m.value, s.Value) }),
			d.find(s.To, func(m *microOp) bool { return m.on(d.c.Key) && edn.Equal(m.value, s.Next) }),
		}
		d.mark(s.From, places[i][0])
		d.mark(s.To, places[i][1])
	}
	for i := range steps {
		s := &steps[i]
		why := fmt.Sprintf("%s is older than %s: %s", result.Text(s.Value), result.Text(s.Next), d.tell.VersionReason(s))
		if s.From < 0 || s.To < 0 {
			d.scene.Says = append(d.scene.Says, why)
			continue
		}
		for _, op := range []int{s.From, s.To} {
			d.node(op, fmt.Sprintf("T%d", len(d.nodes)+1))
		}
		d.edge(d.end(s.From, places[i][0]), d.end(s.To, places[i][1]), true, "older", why)
	}
}

// A microOp is one of a transaction, taken apart.
type microOp struct {
	name       string
	key, value edn.Value
}

func (m *microOp) on(key edn.Value) bool { return edn.Equal(m.key, key) }

func (m *microOp) writes(key, value edn.Value) bool {
	return m.name != "r" && m.name != "rp" && m.on(key) && edn.Equal(m.value, value)
}

// find returns the place of the first micro-op of a transaction that fits, -1 if
// none does.
func (d *drawing) find(op int, fits func(*microOp) bool) int {
	for i, m := range d.microOps(op) {
		if fits(&m) {
			return i
		}
	}
	return -1
}

// findLast returns the place of the last one that fits before a place.
func (d *drawing) findLast(op, before int, fits func(*microOp) bool) int {
	mops := d.microOps(op)
	for i := min(before, len(mops)) - 1; i >= 0; i-- {
		if fits(&mops[i]) {
			return i
		}
	}
	return -1
}

func (d *drawing) microOps(op int) (out []microOp) {
	mops, err := d.r.Txn(op).Items(nil)
	if err != nil || d.r.Txn(op).Kind() == edn.Map {
		return nil
	}
	for _, v := range mops {
		m := microOp{}
		if parts, err := v.Items(nil); err == nil && len(parts) > 1 {
			name, _ := parts[0].Name()
			m.name, m.key = mopName(name), parts[1]
			if len(parts) > 2 {
				m.value = parts[2]
			}
		}
		out = append(out, m)
	}
	return out
}
