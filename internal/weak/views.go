package weak

import (
	"context"

	"github.com/seed-c33ae711/jcheck/internal/par"
)

// viewsAtOnce is how many views are looked at before the first that cannot be counts.
const viewsAtOnce = 64

// checkViews decides the levels that ask for an order of all transactions for each
// session.
func (c *checker) checkViews(ctx context.Context) (*Witness, error) {
	if err := c.alongOrders(ctx); err != nil {
		return nil, err
	}
	var err error
	if c.w, err = newWriters(ctx, c.index); err != nil {
		return nil, err
	}
	tips, err := c.doubtful(ctx)
	if err != nil {
		return nil, err
	}
	known, r := newOrders(c.h, c.n), c.reach()
	found := make([]*Witness, len(tips))
	views := make([]*view, par.MaxWorkers()) // by worker
	for lo := 0; lo < len(tips); lo += viewsAtOnce {
		hi := min(lo+viewsAtOnce, len(tips))
		err := par.Workers(ctx, hi-lo, func(worker int) func(int) error {
			if views[worker] == nil {
				views[worker] = newView(c, known, r)
			}
			v := views[worker]
			return func(i int) error {
				found[lo+i] = v.check(tips[lo+i])
				return nil
			}
		})
		if err != nil {
			return nil, err
		}
		for _, w := range found[lo:hi] {
			if w != nil {
				return w, nil
			}
		}
	}
	return nil, nil
}

// doubtful returns the last transactions of the sessions whose views have to be looked
// at closely, in ascending order: those after which session order leads to none that
// reads.
//
// All that comes before a transaction, in its session's view, is no later in the linear
// extension than the latest of what it read from and its session's transaction before,
// as long as what the view adds to that agrees with the extension. It does if each read
// is of the last version up to there. To a transaction whose own version its session
// reads later, the view may add what comes before it, and known orders do.
func (c *checker) doubtful(ctx context.Context) (tips []int32, err error) {
	x := c.index
	bad := make([]bool, x.n)
	if x.cyclic {
		for t := range bad {
			bad[t] = true
		}
	} else if err := c.markStale(ctx, bad); err != nil {
		return nil, err
	}
	followed := make([]bool, x.n)
	for p := range int32(x.n) {
		t := x.txnAt(p)
		if x.prev[t] < 0 || x.leaf(t) && !x.anyRead(t) {
			continue
		}
		bad[t] = bad[t] || bad[x.prev[t]]
		followed[x.prev[t]] = true
	}
	for t := range int32(x.n) {
		if bad[t] && !followed[t] && (!x.leaf(t) || x.anyRead(t)) {
			tips = append(tips, t)
		}
	}
	return tips, ctx.Err()
}

// markStale marks the transactions with a read of another version than the last that
// may come before it, as far as the linear extension shows.
func (c *checker) markStale(ctx context.Context, bad []bool) error {
	x, w := c.index, c.w
	r := c.reach()
	if len(r.backward) > 0 {
		for t := range int32(x.n) {
			for o := x.h.Off[t]; o < x.h.Off[t+1]; o++ {
				bad[t] = bad[t] || x.from[o] >= Initial && r.backward[x.h.Key[o]] != nil
			}
		}
	}
	for _, l := range w.late {
		if bad[l.txn] {
			continue
		}
		lo := w.off[x.h.Key[l.op]]
		if f := x.from[l.op]; f >= 0 {
			lo = w.after(x, lo, l.hi, x.at(f))
		}
		bad[l.txn] = lo < l.hi && w.txn[lo] != l.txn && x.at(w.txn[lo]) <= r.latest[l.txn]
	}
	return ctx.Err()
}

// reaches say what may come before transactions in their sessions' views, as far as that
// is known: latest is its last place, -1 if there is none. Where the session reads a
// transaction's own version later, what the view adds may come right before it, and
// latest is its own place.
type reaches struct {
	latest   []int32
	backward map[int32][]block // by key: known orders that lead backward
}

func (c *checker) reach() *reaches {
	x := c.index
	r := &reaches{make([]int32, x.n), map[int32][]block{}}
	ownRead := make([]bool, x.n)
	for t := range int32(x.n) {
		last := x.at(x.prev[t])
		for _, f := range x.from[x.h.Off[t]:x.h.Off[t+1]] {
			if f >= 0 {
				last = max(last, x.at(f))
				ownRead[f] = ownRead[f] || x.so(f, t)
			}
		}
		r.latest[t] = last
	}
	for _, e := range x.h.Order {
		a, b := x.at(e.A), x.at(e.B)
		r.latest[e.B] = max(r.latest[e.B], min(a, b-1))
		if a > b {
			r.backward[e.Key] = append(r.backward[e.Key], block{b, a + 1})
		}
	}
	for t := range int32(x.n) {
		if ownRead[t] {
			r.latest[t] = x.at(t)
		}
	}
	return r
}

// anyRead reports whether t has a read that counts.
func (x *index) anyRead(t int32) bool {
	for _, f := range x.from[x.h.Off[t]:x.h.Off[t+1]] {
		if f >= Initial {
			return true
		}
	}
	return false
}

// orders are the known orders of versions, by the later and by the earlier writer:
// numbers of edges in History.Order.
type orders struct {
	edges                  []Before
	toOff, to, fromOff, of []int32
}

func newOrders(h *History, n int) *orders {
	o := &orders{edges: h.Order}
	o.toOff, o.to = groupBy(n, len(h.Order), func(i int) int32 { return h.Order[i].B })
	o.fromOff, o.of = groupBy(n, len(h.Order), func(i int) int32 { return h.Order[i].A })
	return o
}

// groupBy sorts the numbers below m by the group of each: those of group g are
// all[off[g]:off[g+1]].
func groupBy(groups, m int, group func(i int) int32) (off, all []int32) {
	off = make([]int32, groups+1)
	for i := range m {
		off[group(i)+1]++
	}
	for g := range groups {
		off[g+1] += off[g]
	}
	all = make([]int32, m)
	next := append([]int32(nil), off...)
	for i := range m {
		g := group(i)
		all[next[g]] = int32(i)
		next[g]++
	}
	return off, all
}

// before returns the edges to t, after those from t.
func (o *orders) before(t int32) []int32 { return o.to[o.toOff[t]:o.toOff[t+1]] }
func (o *orders) after(t int32) []int32  { return o.of[o.fromOff[t]:o.fromOff[t+1]] }
