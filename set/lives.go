package set

import (
	"cmp"
	"context"
	"slices"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
)

// A Life is what became of an element, for drawing. Ops are positions, -1 for none.
type Life struct {
	Value       edn.Value
	Added       int // the invocation of its add
	Known       int // the op that first showed it
	LastPresent int // the invocation of the last read that has it
	LastAbsent  int // the invocation of the last read that lacks it
	Lost, Stale bool
}

// Lives returns the lives of a limited number of elements in the order in which they
// were added, and the number of all elements. If there are more, lost ones take
// precedence over stale ones, and those over others. It fails as CheckFull does.
func Lives(ctx context.Context, h *history.History, most int) (lives []Life, all int, err error) {
	c := &full{h: h}
	if err := c.gather(); err != nil {
		return nil, 0, err
	}
	if err := c.follow(ctx); err != nil {
		return nil, 0, err
	}
	c.overlapping()
	var ids [3][]int32 // lost, stale, others
	for id := range c.es {
		e := &c.es[id]
		rank := 2
		switch o := c.outcome(e); {
		case o == lost:
			rank = 0
		case o == stable && c.latency(e, e.absent) > 0:
			rank = 1
		}
		ids[rank] = append(ids[rank], int32(id))
	}
	for rank, list := range ids {
		slices.SortFunc(list, func(a, b int32) int { return cmp.Compare(c.es[a].added, c.es[b].added) })
		for _, id := range list[:min(len(list), most-len(lives))] {
			e := &c.es[id]
			lives = append(lives, Life{
				Value: c.elems.Value(id), Added: int(e.added), Known: int(e.known),
				LastPresent: int(c.invoked(e.present)), LastAbsent: int(c.invoked(e.absent)),
				Lost: rank == 0, Stale: rank == 1,
			})
		}
	}
	slices.SortFunc(lives, func(a, b Life) int { return cmp.Compare(a.Added, b.Added) })
	return lives, len(c.es), nil
}
