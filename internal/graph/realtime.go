package graph

// AddRealtime emits the order in realtime among the ops lo to hi, numbered from
// lo, as edges. The ops are in the order of their completions; before[t] says that
// those below it had completed before t was invoked, and precedes whether t is one
// that precedes others. Barriers are numbered from node; the next free node is
// returned.
//
// A barrier stands for "all ops below b that precede others". Ops lead to the first
// barrier above them, barriers to the next, and the barrier at before[t] leads to
// t. So there are O(n) edges, where linking each op to all those that were running
// when it was invoked would cost n times as many.
func AddRealtime(lo, hi, node int32, before []int32, precedes func(t int32) bool, emit func(Edge)) int32 {
	barrier := make([]int32, hi-lo) // barrier[b-lo]: of the ops below b, -1 if nobody needs it
	for i := range barrier {
		barrier[i] = -1
	}
	for t := lo; t < hi; t++ {
		if b := before[t]; b > lo {
			barrier[b-lo] = 0
		}
	}
	for i := range barrier {
		if barrier[i] == 0 {
			barrier[i] = node
			node++
		}
	}
	above := int32(-1) // the barrier above, going down
	for t := hi - 1; t >= lo; t-- {
		if above >= 0 && precedes(t) {
			emit(Edge{From: t - lo, To: above, Rel: Realtime})
		}
		if b := barrier[t-lo]; b >= 0 {
			if above >= 0 {
				emit(Edge{From: b, To: above, Rel: Via})
			}
			above = b
		}
	}
	for t := lo; t < hi; t++ {
		if b := before[t]; b > lo {
			emit(Edge{From: barrier[b-lo], To: t - lo, Rel: Via})
		}
	}
	return node
}
