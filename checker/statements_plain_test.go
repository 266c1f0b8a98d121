package checker_test

import (
	"slices"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
)

// plainSentences are those of checks that look at single ops or count equal ones.
func plainSentences() []sentence {
	return []sentence{
		says("echo", `(.*) was sent, and the answer was (.*)`, wrongEcho),
		says("stats", `(.+) never succeeded: (\d+) failed, (\d+) indeterminate; the first is shown`, neverOK),
		says("unique-ids", `the id (.+) was given out (\d+) times(?:; ids given out more than once: (.+))?`, wrongIDs),
		says("adya", `(\d+) inserts of key (.+) succeeded, although each inserts only if it finds no row of that key: write skew`, wrongInserts),
		says("long-fork", `two reads of the same keys each see a write that the other misses, so they disagree on which write came first`, wrongFork),
	}
}

func wrongEcho(c *claim, m []string) string {
	bad := 0
	for _, o := range c.ops {
		if got, ok := o.v.Get("echo"); o.f == "echo" && o.ok() && o.inv != o.at && !edn.Equal(o.v, c.ops[o.inv].v) && !(ok && edn.Equal(got, c.ops[o.inv].v)) {
			bad++
		}
	}
	return first(c.counts(bad), c.shows(2), unless(c.op(1).inv == c.Ops[0] && c.op(1).ok(), "they are not one operation"),
		unless(m[1] == c.op(0).v.String() && m[2] == c.op(1).v.String(), "other values"), unless(m[1] != m[2], "it is no other answer"))
}

func neverOK(c *claim, m []string) string {
	var ok, fail, info int64
	at := -1
	for _, o := range c.ops {
		if name := o.f; !o.client || name != m[1] && !(name == "" && m[1] == "an operation without a name") || o.typ == history.Invoke {
			continue
		}
		if at < 0 {
			at = o.at
		}
		switch o.typ {
		case history.OK:
			ok++
		case history.Fail:
			fail++
		default:
			info++
		}
	}
	return first(c.counts(int(fail+info)), c.shows(1), unless(ok == 0 && fail == number(m[2]) && info == number(m[3]), "%d ok, %d failed, %d indeterminate", ok, fail, info), unless(c.Ops[0] == at, "the first is %d", at))
}

func wrongIDs(c *claim, m []string) string {
	given := map[string][]int{}
	for _, o := range c.ops {
		if o.f == "generate" && o.ok() {
			given[o.v.String()] = append(given[o.v.String()], o.at)
		}
	}
	var twice []string
	for id, ops := range given {
		if len(ops) > 1 {
			twice = append(twice, id)
		}
	}
	ops := given[m[1]]
	return first(c.counts(len(twice)), unless(int64(len(ops)) == number(m[2]), "%d times", len(ops)), unless(m[3] == "" && len(twice) == 1 || listed(m[3], twice) == "", "it is not the list of %v", twice), unless(slices.Equal(c.Ops, ops[:2]), "the first ops are %v", ops[:2]))
}

func wrongInserts(c *claim, m []string) string {
	by := map[string][]int{}
	for _, o := range c.ops {
		if o.f == "insert" && o.ok() {
			k := items(o.v)[0].String()
			by[k] = append(by[k], o.at)
		}
	}
	several := 0
	for _, ops := range by {
		if len(ops) > 1 {
			several++
		}
	}
	ops := by[m[2]]
	return first(c.counts(several), unless(int64(len(ops)) == number(m[1]), "%d inserts", len(ops)), unless(slices.Equal(c.Ops, ops[:2]), "the first are %v", ops[:2]))
}

// forkView is what a read of several keys saw: each key with its value, nil if it was not written.
func forkView(o *rawOp) map[string]string {
	view := map[string]string{}
	if !o.ok() {
		return nil
	}
	for _, mop := range items(o.v) {
		parts := items(mop)
		if name, _ := parts[0].Name(); name != "r" {
			return nil
		}
		view[parts[1].String()] = parts[2].String()
	}
	return view
}

func forked(a, b map[string]string) bool {
	left, right := false, false
	for k, v := range a {
		w, both := b[k]
		if !both {
			return false
		}
		left = left || v != "nil" && w == "nil"
		right = right || v == "nil" && w != "nil"
	}
	return len(a) == len(b) && left && right
}

func wrongFork(c *claim, _ []string) string {
	var views []map[string]string
	for i := range c.ops {
		if v := forkView(&c.ops[i]); len(v) > 0 {
			views = append(views, v)
		}
	}
	n := 0
	for i := range views {
		for j := range views[:i] {
			if forked(views[i], views[j]) {
				n++
			}
		}
	}
	return first(c.counts(n), c.shows(2), unless(forked(forkView(c.op(0)), forkView(c.op(1))), "these do not disagree"))
}
