package monitor

// A Search is a rung that may take long: it is exact, and goes on from where it was.
type Search interface {
	// Run searches up to a limit, and knows nothing if that is not enough.
	Run(limit Limit) Answer
	// Steps is how many steps were taken.
	Steps() int64
	// Deep is how many ops were put in order at a time, at most.
	Deep() int
}

// A Limit bounds a Search.
type Limit struct {
	Steps  int64
	Memory int64       // bytes
	Stop   func() bool // nil for never
}

// over reports that a number of steps or bytes is beyond the limit.
func (l *Limit) over(steps, bytes int64) bool {
	return steps >= l.Steps || bytes > l.Memory || l.Stop != nil && steps&0xfff == 0 && l.Stop()
}

// arranged returns ops by Inv, and which they were; nil if they were in that order.
func arranged(ops []Op) (byInv []Op, were []int32) {
	inOrder(ops, func(s []Op) Answer { byInv = s; return undecided() })
	if len(ops) == 0 || &byInv[0] == &ops[0] {
		return ops, nil
	}
	keys := make([]uint64, len(ops))
	for i := range ops {
		keys[i] = key(ops[i].Inv, int32(i))
	}
	return byInv, ids(sorted(keys))
}

// named returns the answer of a Search with the names that its ops had.
func named(a Answer, were []int32) Answer {
	if were != nil {
		for j, i := range a.Order {
			a.Order[j] = were[i]
		}
	}
	return a
}

// jumps decides when a search that goes straight on jumps back, because what was
// decided far before may be why it does not get on. It goes back by ever more steps.
// What it comes from is given up, not dead: a search that lands on a frame has to try
// all of its choices again before it is. Since patience grows without bound, the search
// comes to an end.
type jumps struct {
	deep           int // the most that was reached
	tried          int // since then, or since the last jump
	back, patience int
	count          int // of jumps
}

func newJumps() jumps { return jumps{back: 8, patience: 1 << 10} }

// due is called each step with how deep the search is, and returns by how much it is
// to go back, mostly 0.
func (j *jumps) due(depth int) int {
	if depth > j.deep {
		j.deep, j.tried, j.back = depth, 0, 8
	}
	if j.tried++; j.tried <= j.patience+2*j.back {
		return 0
	}
	n := j.back
	j.tried = 0
	j.count++
	if j.back *= 2; n >= depth {
		j.back = 8
		j.patience *= 2
	}
	return n
}
