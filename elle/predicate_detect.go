package elle

import "github.com/seed-c33ae711/jcheck/edn"

// lookAhead is in how many transactions a micro-op is looked for that only
// closed-predicate has. A register history has none in millions.
const lookAhead = 1000

// hasPredicates reports whether the beginning of a history is one of
// closed-predicate: whether it has an :init with a map of items, or a micro-op
// that no other workload has. Writes and reads of single values also occur in
// registers.
func hasPredicates(x *txns) bool {
	src := x.h.Source()
	var mops, parts []edn.Value
	for t := range int32(min(x.len(), lookAhead)) {
		lo, hi := x.value(t)
		v := src.Value(lo, hi)
		if v.Kind() == edn.Map && x.h.F(int(x.op[t])) == "init" {
			return true
		}
		mops = elements(v, mops[:0])
		for _, m := range mops {
			if parts = elements(m, parts[:0]); len(parts) == 0 {
				continue
			}
			switch name, _ := parts[0].Name(); name {
			case "rp", "insert", "delete":
				return true
			case "append":
				return false
			}
		}
	}
	return false
}
