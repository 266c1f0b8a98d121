package oracle

import "slices"

// RepeatableRead reports whether registers have versions in some order that has
// no cycle but those of time (Adya 1999, PL-2.99).
func RepeatableRead(ts Txns) bool {
	return ts.avoid("G0", "G1c", "G-single-item", "G-nonadjacent-item", "G2-item")
}

// ConsistentView reports whether registers have versions in some order that has
// no cycle with one anti-dependency or none (Adya 1999, PL-2+).
func ConsistentView(ts Txns) bool { return ts.avoid("G0", "G1c", "G-single-item") }

// avoid reports whether nobody read what was aborted, replaced or not written yet, and the versions
// of each register can be ordered so that there is no cycle of some kinds.
func (ts Txns) avoid(kinds ...string) bool {
	for i := range ts {
		for at, m := range ts[i].Ops {
			if !m.Append && !ts[i].unknown(&m) && len(m.List) > 0 && !ts.source(i, at) {
				return false
			}
		}
	}
	return ts.orderable(ts.keys(), map[int]Relation{}, func(orders map[int]Relation) bool {
		found := CycleKinds(Dependencies(ts, orders, 0))
		return !slices.ContainsFunc(found, func(k string) bool { return slices.Contains(kinds, k) })
	})
}

// orderable reports whether the versions of some keys can be ordered, besides
// those in orders, so that fits is true.
func (ts Txns) orderable(keys []int, orders map[int]Relation, fits func(map[int]Relation) bool) bool {
	if len(keys) == 0 {
		return fits(orders)
	}
	versions := []int{Nil}
	for i := range ts {
		if v, ok := ts.Written(i, keys[0]); ok {
			versions = append(versions, v)
		}
	}
	return !arrange(versions[1:], versions[:1], func(order []int) bool {
		if len(order) < len(versions) {
			return true
		}
		orders[keys[0]] = Relation{}
		for i, v := range order {
			for _, w := range order[i+1:] {
				orders[keys[0]][Pair{v, w}] = true
			}
		}
		return !ts.orderable(keys[1:], orders, fits)
	})
}

// source reports whether what micro-op at of transaction i read was left by
// another, or written by itself before.
func (ts Txns) source(i, at int) bool {
	key, v := ts[i].Ops[at].Key, ts[i].Ops[at].version()
	own := slices.ContainsFunc(ts[i].Ops[:at], func(m Mop) bool { return m.Append && m.Key == key && m.Elem == v })
	return own || slices.ContainsFunc(ts.writers(key, v), func(w int) bool { return w != i })
}
