package render

import (
	"cmp"
	"slices"

	"github.com/seed-c33ae711/jcheck/elle"
)

// WorstFirst returns anomalies in the order in which people read of them: those that rule
// out most models first, and of these what shows without a cycle, since cycles may follow
// from it.
func WorstFirst(anomalies []elle.Anomalies) []*elle.Anomalies {
	out := make([]*elle.Anomalies, len(anomalies))
	weight := map[elle.Anomaly]int{}
	for i := range anomalies {
		out[i] = &anomalies[i]
		weight[anomalies[i].Type] = ruledOut(anomalies[i].Type)
	}
	slices.SortStableFunc(out, func(a, b *elle.Anomalies) int {
		if c := cmp.Compare(weight[b.Type], weight[a.Type]); c != 0 {
			return c
		}
		return cmp.Compare(order(a.Type), order(b.Type))
	})
	return out
}

// order sorts what is no cycle first.
func order(a elle.Anomaly) int {
	if a.IsCycle() {
		return 1
	}
	return 0
}

// ruledOut counts the models that do not hold where an anomaly is found.
func ruledOut(a elle.Anomaly) (n int) {
	not := map[string]bool{}
	for _, m := range elle.RuledOut(a) {
		not[m] = true
	}
	models := elle.Models()
	for again := true; again; {
		again = false
		for _, m := range models {
			if !not[m.Name] && slices.ContainsFunc(m.Implies, func(name string) bool { return not[name] }) {
				not[m.Name], again = true, true
			}
		}
	}
	return len(not)
}
