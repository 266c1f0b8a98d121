package shrink

import (
	"context"
	"errors"
	"slices"
	"sort"

	"github.com/seed-c33ae711/jcheck/format"
	"github.com/seed-c33ae711/jcheck/history"
)

// A Claim reports whether a history shows what the shrunk history must still show.
type Claim func(ctx context.Context, h *history.History) (bool, error)

// Options say how to shrink.
type Options struct {
	Rule Rule
	// Seed are the ops of a witness, by position. The search begins with them.
	Seed []int
}

// A Result is the smallest history that was found.
type Result struct {
	History *history.History // the smaller history, with its own text and the original indices and times
	Kept    int              // operations that are left
	Of      int              // operations that there were
	Dropped int              // micro-ops and elements that are left out of the operations that are left
	Checks  int              // how often the claim was judged
}

// An UnsupportedError says what a rule cannot leave out.
type UnsupportedError struct{ Msg string }

func (e *UnsupportedError) Error() string { return e.Msg }

// ErrNoClaim says that the history, when written again, does not satisfy the claim, so
// there is nothing to shrink.
var ErrNoClaim = errors.New("the history does not show the anomaly when it is checked again")

// Shrink makes a small history for which the claim is true. If ctx is done, it returns
// the smallest so far, if there is any.
func Shrink(ctx context.Context, h *history.History, claim Claim, opt Options) (*Result, error) {
	d, err := read(ctx, h, opt.Rule)
	if err != nil {
		return nil, err
	}
	s := &shrinker{ctx: ctx, d: d, claim: claim, res: &Result{Of: len(d.items)}}
	if err := s.begin(opt.Seed); err != nil {
		return nil, err
	}
	for _, groups := range [][][]int32{d.byItem(), d.byAtom()} {
		if err := s.minimize(groups); err != nil && ctx.Err() == nil {
			return nil, err
		}
	}
	s.res.Kept, s.res.Dropped = d.count(s.keep)
	return s.res, nil
}

type shrinker struct {
	ctx   context.Context
	d     *document
	claim Claim
	keep  []bool // of the smallest history so far, by atom
	res   *Result
}

// holds judges what is left of the history if it keeps some atoms, and remembers it if
// the claim is true.
func (s *shrinker) holds(keep []bool) (bool, error) {
	if err := s.ctx.Err(); err != nil {
		return false, err
	}
	if s.d.forbidden(keep) {
		return false, nil
	}
	text := s.d.text(keep)
	if len(text) == 0 {
		return false, nil
	}
	h, err := format.ReadBytes(s.ctx, "shrunk", text, format.Options{Format: format.EDN, Order: history.FileOrder})
	if err != nil {
		return false, err
	}
	s.res.Checks++
	ok, err := s.claim(s.ctx, h)
	if ok && err == nil {
		s.keep, s.res.History = slices.Clone(keep), h
	}
	return ok, err
}

// begin finds something to go on from: the seed, the seed with what shares keys or
// elements with it, or all.
func (s *shrinker) begin(seed []int) error {
	keep := s.d.atomsOf(seed)
	for range 3 {
		if !slices.Contains(keep, true) {
			break
		}
		if ok, err := s.holds(keep); ok || err != nil {
			return err
		}
		keep = s.d.neighbours(keep)
	}
	for i := range keep {
		keep[i] = true
	}
	ok, err := s.holds(keep)
	if err == nil && !ok {
		err = ErrNoClaim
	}
	return err
}

// minimize leaves out groups of atoms, many at a time at first, until no single one
// can be.
func (s *shrinker) minimize(groups [][]int32) error {
	groups = slices.DeleteFunc(groups, func(g []int32) bool { return !slices.ContainsFunc(g, func(a int32) bool { return s.keep[a] }) })
	for chunk := (len(groups) + 1) / 2; chunk > 0; {
		left := false
		for lo := 0; lo < len(groups); {
			hi := min(lo+chunk, len(groups))
			keep := slices.Clone(s.keep)
			for _, g := range groups[lo:hi] {
				for _, a := range g {
					keep[a] = false
				}
			}
			ok, err := s.holds(keep)
			if err != nil {
				return err
			}
			if ok {
				groups, left = slices.Delete(groups, lo, hi), true
			} else {
				lo = hi
			}
		}
		switch {
		case chunk == 1 && !left:
			return nil
		case chunk > 1:
			chunk = min((chunk+1)/2, max(len(groups), 1))
		}
	}
	return nil
}

// Prefix returns the shortest prefix of a history for which the claim is true, as far
// as a binary search finds it. It is for checks in which no operation can be left out,
// but whose faults no later op can undo.
func Prefix(ctx context.Context, h *history.History, claim Claim) (*Result, error) {
	res := &Result{History: h}
	var failed error
	n := sort.Search(h.Len(), func(n int) bool {
		if failed != nil {
			return true
		}
		res.Checks++
		ok, err := claim(ctx, h.Prefix(n))
		failed = err
		return ok
	})
	if failed != nil {
		return nil, failed
	}
	res.History = h.Prefix(n)
	for i := range h.Len() {
		if h.Process(i).IsClient() && h.Begins(i) {
			res.Of++
			if i < n {
				res.Kept++
			}
		}
	}
	return res, nil
}
