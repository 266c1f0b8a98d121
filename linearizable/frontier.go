package linearizable

import "slices"

// A frontier has the nodes with candidates left, in three orders.
//
// At first it is one stack, for a history that is linearizable is mostly found to be
// so by going straight on. If that takes long, a wave has every other turn, see there. If there
// are pending operations, those nodes take turns with it that wasted the fewest of them: that used as many
// as the best node so far that got about as far, or one more, and so on. If there is
// no linearization, this leads to few nodes that turn out to be no use, and where
// pending operations are scarce, it finds one.
//
// Where going straight on comes to no end, what was decided far before may be the
// cause. So if it got no further for a while, it goes back by ever more levels, and
// leaves aside what it came from.
type frontier struct {
	stack []int32
	aside []int32
	deep  int32 // the highest level of a node of stack that was looked at
	tried int64 // how often since then
	back  int32 // how many levels to go back next
	// by[w] are nodes that seemed to waste w pending ops. It is nil until turns are
	// taken.
	by     [][]int32
	low    int     // what is below is done
	thrift bool    // it is the turn of by
	best   []int32 // per block of levels: the fewest pending ops used, or -1
	held   int64   // bytes of by
	wave   *wave   // nil until turns are taken
	surf   bool    // it is the turn of wave
}

// block is the logarithm of how many levels count as about as far.
const block = 5

// straightOn is how many steps the search only goes straight on, and several for each
// op besides, and turn how many each order has then. Tests change them.
var straightOn, turn = int64(1 << 13), int64(1 << 12)

// push adds a node. What is found in the turn of the thrifty does not draw the other
// order from its way, unless it took that very way.
func (f *frontier) push(s *search, i int32) {
	if n := len(f.stack); !f.thrift && !f.surf || n > 0 && f.stack[n-1] == s.nodes[i].parent {
		f.stack = append(f.stack, i)
	}
	if f.by != nil {
		f.note(s, i)
		f.wave.add(s, i)
	}
}

// note adds a node to by.
func (f *frontier) note(s *search, i int32) {
	nd := &s.nodes[i]
	b := &f.best[nd.level>>block]
	if *b < 0 || nd.total < *b {
		*b = nd.total
	}
	w := int(nd.total - *b)
	for w >= len(f.by) {
		f.by = append(f.by, nil)
	}
	f.low = min(f.low, w)
	before := cap(f.by[w])
	f.by[w] = append(f.by[w], i)
	f.held += int64(4 * (cap(f.by[w]) - before))
}

// top returns the node to be looked at next, -1 if all are spent.
func (f *frontier) top(s *search) int32 {
	if f.by == nil {
		if s.steps < straightOn+straightOn>>12*int64(s.n) {
			return f.straight(s)
		}
		f.by = [][]int32{}
		f.wave = newWave(s)
		f.best = slices.Repeat([]int32{-1}, int(s.n>>block)+1)
		for _, i := range slices.Concat(f.aside, f.stack) {
			f.note(s, i)
			f.wave.add(s, i)
		}
	}
	at := s.steps / turn % 4
	f.surf, f.thrift = at%2 == 1, at == 2 && s.pend.supplies > 0
	if f.surf {
		if i := f.wave.top(s); i >= 0 {
			return i
		}
	}
	if !f.thrift {
		if i := f.straight(s); i >= 0 {
			return i
		}
	}
	i := f.thriftiest(s)
	if i >= 0 && !f.thrift {
		f.stack = append(f.stack, i)
	}
	return i
}

// patience is how often the search goes straight on without getting further.
const patience = 1 << 10

// straight returns the node that leads straight on, -1 if all in its order are spent.
func (f *frontier) straight(s *search) int32 {
	if f.tried++; f.tried > patience+2*int64(f.back) {
		f.tried = 0
		f.goBack(s)
		s.sorting = (s.sorting + 1) % uint8(len(sections))
	}
	i := latest(s, &f.stack)
	if i < 0 && len(f.aside) > 0 {
		f.stack, f.aside = f.aside, nil
		i = latest(s, &f.stack)
	}
	if i >= 0 && s.nodes[i].level > f.deep {
		f.deep, f.tried, f.back = s.nodes[i].level, 0, 8
	}
	return i
}

// goBack leaves aside what is on the last levels.
func (f *frontier) goBack(s *search) {
	at := len(f.stack) - 1
	for at >= 0 && s.nodes[f.stack[at]].level > f.deep-f.back {
		at--
	}
	if at < 0 {
		f.back = 8
		f.stack, f.aside = append(f.aside, f.stack...), nil
		return
	}
	f.back *= 2
	f.aside = append(f.aside, f.stack[at+1:]...)
	f.stack = f.stack[:at+1]
}

// thriftiest returns the node that wasted the fewest pending ops, the latest of
// several, or -1.
func (f *frontier) thriftiest(s *search) int32 {
	for f.low < len(f.by) {
		i := latest(s, &f.by[f.low])
		switch {
		case i < 0:
			f.low++
		case int(s.nodes[i].total-f.best[s.nodes[i].level>>block]) > f.low: // it seemed better
			list := &f.by[f.low]
			*list = (*list)[:len(*list)-1]
			f.note(s, i)
		default:
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
	return f.held + f.wave.bytes() + int64(4*(cap(f.stack)+cap(f.aside))+24*cap(f.by)+4*cap(f.best))
}
