package linearizable

import "container/heap"

// A wave goes up the levels with the best few nodes of each, so that it neither stays with one
// way, as going straight on does, nor looks at all that wasted as little. Where it breaks it
// begins again some levels before, and wider; where it runs well it narrows. It only chooses
// what is looked at next: candidates of a node are tried once, in whatever order's turn, and
// the search ends without a linearization only if the frontier's other orders, which have
// all nodes, have none left. So a wave cannot change a verdict.
type wave struct {
	at      []tide // per level: the nodes that it has not looked at
	level   int32  // where it is
	width   int32  // so many nodes of a level are looked at
	back    int32  // so many levels before the highest it began
	began   int32  // the highest level then
	node    int32  // that is looked at, or -1
	tried   int32  // how often
	reached int32  // the highest level of a node
	looked  bool   // since it began
	over    bool   // nothing is left to look at
	held    int64  // bytes
}

// A tide is the nodes of a level as a heap, those that used the fewest pending ops first,
// and then the earliest.
type tide struct {
	seen int32 // how many were looked at
	list []swell
}

type swell struct{ total, node int32 }

func (t *tide) Len() int      { return len(t.list) }
func (t *tide) Swap(i, j int) { t.list[i], t.list[j] = t.list[j], t.list[i] }
func (t *tide) Push(x any)    { t.list = append(t.list, x.(swell)) }
func (t *tide) Less(i, j int) bool {
	a, b := t.list[i], t.list[j]
	return a.total < b.total || a.total == b.total && a.node < b.node
}
func (t *tide) Pop() any {
	x := t.list[len(t.list)-1]
	t.list = t.list[:len(t.list)-1]
	return x
}

// What a wave begins with. Tests change them.
var (
	leastWidth = int32(2)
	leastBack  = int32(32)
)

// tries is how many candidates of a node are tried before it is another's turn. The first ones
// lead up most directly.
const tries = 3

func newWave(s *search) *wave {
	return &wave{at: make([]tide, s.n+1), width: leastWidth, back: leastBack, level: max(0, s.deep-leastBack), began: s.deep, node: -1}
}

func (w *wave) add(s *search, i int32) {
	nd := &s.nodes[i]
	t := &w.at[nd.level]
	before := cap(t.list)
	heap.Push(t, swell{nd.total, i})
	w.held += int64(8 * (cap(t.list) - before))
	w.reached = max(w.reached, nd.level)
}

// top returns the node to be looked at next, or -1 if there is none.
func (w *wave) top(s *search) int32 {
	for !w.over {
		if w.node >= 0 && s.nodes[w.node].cursor < beaten {
			if w.tried++; w.tried <= tries {
				return w.node
			}
			nd := &s.nodes[w.node]
			heap.Push(&w.at[nd.level], swell{nd.total + 1, w.node})
		}
		w.node, w.tried = -1, 0
		for ; w.level <= w.reached; w.level++ {
			if w.level > w.began+leastBack { // the hard part lies behind
				w.width, w.back, w.began = max(leastWidth, w.width/2), leastBack, w.level
			}
			t := &w.at[w.level]
			for w.node < 0 && t.seen < w.width && len(t.list) > 0 {
				if i := heap.Pop(t).(swell).node; s.nodes[i].cursor < beaten {
					t.seen++
					w.node, w.looked = i, true
				}
			}
			if w.node >= 0 {
				break
			}
		}
		if w.node < 0 {
			w.again(s)
		}
	}
	return -1
}

// again begins again, unless there is nothing left to look at.
func (w *wave) again(s *search) {
	if !w.looked && w.back > s.deep && int(w.width) > len(s.nodes) {
		w.over = true
		return
	}
	w.width, w.back = min(2*w.width, 1<<30), min(2*w.back, s.deep+1)
	w.level, w.began, w.looked = max(0, s.deep-w.back), s.deep, false
}

func (w *wave) bytes() int64 {
	if w == nil {
		return 0
	}
	return w.held + int64(32*len(w.at))
}
