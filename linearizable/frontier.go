package linearizable

// A frontier has the nodes with candidates left, in two orders.
//
// At first it is one stack, for a history that is linearizable is mostly found to be so by
// going straight on. If that takes long and there are pending operations, those
// nodes take turns with it that used the fewest of them, so that nothing is
// looked at that turns out to be no use: if there is no linearization, this is what
// shows it, and where the choice of pending operations matters early, it finds one.
type frontier struct {
	stack []int32
	// by[u] are nodes that used u pending ops; what is below low is done. It is nil
	// until turns are taken.
	by     [][]int32
	low    int
	fewest bool // it is the turn of by
}

// straightOn is how many steps the search only goes straight on, and turn how many
// each order has then. Tests change them.
var straightOn, turn = int64(1 << 13), int64(1 << 12)

// push adds a node that used that many pending ops. What is found in the turn of the
// fewest does not draw the other order from its way.
func (f *frontier) push(i, used int32) {
	if !f.fewest {
		f.stack = append(f.stack, i)
	}
	if f.by != nil {
		f.note(i, used)
	}
}

func (f *frontier) note(i, used int32) {
	for int(used) >= len(f.by) {
		f.by = append(f.by, nil)
	}
	f.by[used] = append(f.by[used], i)
}

// top returns the node to be looked at next, -1 if all are spent.
func (f *frontier) top(s *search) int32 {
	if f.by == nil {
		if s.steps < straightOn || s.pend.supplies == 0 {
			return latest(s, &f.stack)
		}
		f.by = [][]int32{}
		for _, i := range f.stack {
			f.note(i, s.nodes[i].total)
		}
	}
	f.fewest = s.steps/turn%2 == 1
	if !f.fewest {
		if i := latest(s, &f.stack); i >= 0 {
			return i
		}
	}
	for ; f.low < len(f.by); f.low++ {
		if i := latest(s, &f.by[f.low]); i >= 0 {
			if !f.fewest {
				f.stack = append(f.stack, i)
			}
			return i
		}
	}
	return -1
}

// latest drops spent nodes from the end of a list, and returns the last one that is
// not, -1 if there is none.
func latest(s *search, list *[]int32) int32 {
	l := *list
	for len(l) > 0 && s.nodes[l[len(l)-1]].cursor >= beaten {
		l = l[:len(l)-1]
	}
	*list = l
	if len(l) == 0 {
		return -1
	}
	return l[len(l)-1]
}

func (f *frontier) bytes() int64 {
	sum := 4*cap(f.stack) + 24*cap(f.by)
	for u := f.low; u < len(f.by); u++ {
		sum += 4 * cap(f.by[u])
	}
	return int64(sum)
}
