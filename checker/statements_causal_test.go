package checker_test

import (
	"fmt"
	"slices"

	"github.com/seed-c33ae711/jcheck/edn"
)

// causalSentences are those of checks of the order in which writes become visible.
func causalSentences() []sentence {
	return []sentence{
		says("causal", `an op links to position (.+), but (?:the one before it has position (.+)|no op before it has a position)`, func(c *claim, m []string) string {
			last, link := "nil", field(c, c.Ops[0], "link")
			if o := lastOK(c, c.Ops[0]); o >= 0 {
				last = field(c, o, "position")
			}
			return first(c.counts(1), c.shows(1), unless(link == m[1] && link != last && link != ":init", "it links to %s after %s", link, last), unless(m[2] == last || m[2] == "" && last == "nil", "the position is %s", last))
		}),
		says("causal", `write number (\d+) of the register is of (.+), expected (\d+)`, func(c *claim, m []string) string {
			n := 1 + len(okOps(c, c.Ops[0], "write"))
			return first(c.counts(1), c.shows(1), unless(fmt.Sprint(n) == m[1] && m[1] == m[3], "it is write number %d", n), unless(c.op(0).f == "write" && c.op(0).v.String() == m[2] && m[2] != m[3], "it is of another value"))
		}),
		says("causal", `the initial read returned (.+), expected 0`, func(c *claim, m []string) string {
			return first(c.counts(1), c.shows(1), unless(c.op(0).f == "read-init" && c.op(0).v.String() == m[1] && m[1] != "0", "it is another op"), unless(okOps(c, c.Ops[0], "write") == nil, "there was a write"))
		}),
		says("causal", `a read returned (.+), but the register held (.+)`, func(c *claim, m []string) string {
			held := "0"
			if w := okOps(c, c.Ops[0], "write"); w != nil {
				held = c.ops[w[len(w)-1]].v.String()
			}
			return first(c.counts(1), c.shows(1), unless(c.op(0).v.String() == m[1] && m[1] != m[2], "it returned %s", c.op(0).v), unless(held == m[2], "it held %s", held))
		}),
		says("causal-reverse", `a read shows (.+), but lacks values whose writes had completed before (.+) was written: (.+)`, wrongReversal),
		says("sequential", `a read shows a part of a key, but then lacks one that was written before it`, wrongSequence),
	}
}

// okOps are the ok ops of a name before a position.
func okOps(c *claim, before int, f string) (out []int) {
	for _, o := range c.ops[:before] {
		if o.ok() && o.f == f {
			out = append(out, o.at)
		}
	}
	return out
}

func lastOK(c *claim, before int) int {
	for i := before - 1; i >= 0; i-- {
		if c.ops[i].ok() {
			return i
		}
	}
	return -1
}

func field(c *claim, op int, name string) string {
	v, _ := c.h.Text(op).Get(name)
	return v.String()
}

// writtenAt are the first op that began to write each value, and the first that acknowledged it.
func writtenAt(c *claim) (began, acked map[string]int) {
	began, acked = map[string]int{}, map[string]int{}
	for _, o := range c.ops {
		v := c.ops[o.inv].v.String()
		if _, known := began[v]; o.f == "write" && o.begins && !known {
			began[v] = o.at
		}
		if _, known := acked[v]; o.f == "write" && o.ok() && !known {
			acked[v] = o.at
		}
	}
	return began, acked
}

func wrongReversal(c *claim, m []string) string {
	began, acked := writtenAt(c)
	bad := 0
	var missing []string
	for _, o := range c.ops {
		if o.f != "read" || !o.ok() || o.v.IsNil() {
			continue
		}
		last := -1 // the last write that it shows
		for _, v := range items(o.v) {
			if at, known := began[v.String()]; known {
				last = max(last, at)
			}
		}
		var lacks []string
		for v, at := range acked {
			if at < last && !has(o.v, v) {
				lacks = append(lacks, v)
			}
		}
		if lacks != nil {
			bad++
		}
		if o.at == c.Ops[len(c.Ops)-1] {
			missing = lacks
		}
	}
	return first(c.counts(bad), c.shows(3), unless(m[1] == m[2] && c.op(1).v.String() == m[1] && has(c.op(2).v, m[1]), "the read does not show it"),
		listed(m[3], missing), unless(c.op(0).ok() && slices.Contains(missing, c.ops[c.op(0).inv].v.String()) && c.Ops[0] < c.Ops[1], "the first op wrote nothing that is missing"))
}

// wrongSequence holds to the ops that the read has a gap behind a part, and the order of writes.
func wrongSequence(c *claim, _ []string) string {
	bad := 0
	for i := range c.ops {
		if c.lacksPart(&c.ops[i]) {
			bad++
		}
	}
	read := c.op(len(c.Ops) - 1)
	if wrong := first(c.counts(bad), unless(c.lacksPart(read), "it lacks nothing")); wrong != "" || len(c.Ops) != 3 {
		return wrong
	}
	earlier, later := c.op(0), c.op(1)
	key, parts := items(read.v)[0], items(read.v)[1]
	written := func(o *rawOp) (k, part edn.Value) { v := items(c.ops[o.inv].v); return v[0], v[1] }
	k1, missing := written(earlier)
	k2, shown := written(later)
	return first(unless(edn.Equal(k1, key) && edn.Equal(k2, key), "these are writes of other keys"),
		unless(has(parts, shown.String()) && !has(parts, missing.String()), "the read shows %s or lacks %s", missing, shown),
		unless(earlier.ok() && (earlier.at < later.inv || earlier.process == later.process && earlier.at < later.at), "the second write did not follow the first"))
}

// lacksPart reports whether a read must show a part that it lacks.
func (c *claim) lacksPart(o *rawOp) bool {
	pair := items(o.v)
	if o.f != "read" || !o.ok() || len(pair) != 2 || pair[1].IsNil() {
		return false
	}
	type write struct{ inv, acked int }
	writes := map[string]*write{} // by part
	var order []string
	for _, w := range c.ops {
		if v := items(c.ops[w.inv].v); (w.f == "write" || w.f == "add") && len(v) == 2 && edn.Equal(v[0], pair[0]) {
			part := v[1].String()
			if writes[part] == nil {
				writes[part] = &write{w.inv, -1}
				order = append(order, part)
			}
			if w.ok() && writes[part].acked < 0 {
				writes[part].acked = w.at
			}
		}
	}
	parts, shown := items(pair[1]), ""
	for at, part := range parts {
		if !part.IsNil() {
			shown = part.String()
			continue
		}
		rank := len(parts) - 1 - at
		switch w := writes[shown]; {
		case shown == "":
		case w == nil: // one op wrote all parts
			return true
		case rank < len(order):
			q := writes[order[rank]]
			if !has(pair[1], order[rank]) && rank < slices.Index(order, shown) && q.acked >= 0 && (q.acked < w.inv || c.ops[q.acked].process == c.ops[w.inv].process && q.acked <= w.acked) {
				return true
			}
		}
	}
	return false
}
