package kafka

import (
	"context"
	"math"
	"slices"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
)

// An Order is what ops showed of the log of a key, for drawing: a row for each
// completion that sent messages to it or polled some, in the order of the history.
// Messages without a known offset, or whose offset only uncertain ops showed, have no
// cell. If the log is too large, the Order is a part of it.
type Order struct {
	Key        edn.Value
	Offsets    []int64 // that have cells, in order
	Rows       []OrderRow
	AllOffsets int // of the log
	AllRows    int // that there would be with all offsets

	// What it is around: an op, an offset that it shows, and why.
	Op     int
	Offset int64
	Why    OrderFocus
}

// An OrderFocus says what is wrong at a position.
type OrderFocus int

// The kinds of focus, in the order in which they are searched.
const (
	Conflicting OrderFocus = iota // the offset holds several messages
	Duplicated                    // the message has several offsets
	Named                         // an error names the op
	Nothing                       // the end of the log
)

// An OrderRow is what one op showed.
type OrderRow struct {
	Op    int // position of the completion
	Cells []OrderCell
	Wrong []string // the types of errors that name the op, Jepsen's names
}

// An OrderCell is a message at an offset.
type OrderCell struct {
	Offset    int64
	Value     edn.Value
	Send      bool // it was sent, not polled
	Conflict  int  // if other values were seen at the offset, the rank of this one among all of them, else -1
	Duplicate bool // the message was seen at other offsets, too
}

// Limits of an Order.
const (
	maxRows     = 500
	maxOffsets  = 200
	maxCells    = 40 * maxRows
	maxRowCells = 2 * maxOffsets
)

// Orders returns the logs of keys in which something is wrong, at most so many: those with conflicting offsets first, then those
// with duplicates, and so on as a Result lists errors. Errors that do not make the history invalid do not count. Of a large log it
// returns what is around the first conflict, else around the first duplicate, the first op that an error names, or the end. It fails
// only if ctx ends.
func (r *Result) Orders(ctx context.Context, most int) ([]Order, error) {
	named := r.troubles(most)
	if len(named) == 0 {
		return nil, nil
	}
	x, err := decode(ctx, r.History)
	if err != nil {
		return nil, err
	}
	f, err := learn(ctx, x)
	if err != nil {
		return nil, err
	}
	d := drawing{facts: f, conflict: map[sighting]int{}, twice: map[int32]bool{}}
	for _, c := range f.conflicts {
		for rank, m := range c.msgs {
			d.conflict[sighting{c.offset, m}] = rank
		}
	}
	for _, dup := range f.duplicates {
		d.twice[dup.msg] = true
	}
	drawn := make([]*drawnKey, f.keys.len()) // nil if it is not to be drawn
	for k, key := range f.keys.first {
		for i := range named {
			if edn.Equal(key, named[i].key) {
				drawn[k] = &drawnKey{trouble: &named[i], k: int32(k), focus: -1, why: Nothing}
			}
		}
	}
	if err := d.look(ctx, drawn); err != nil {
		return nil, err
	}
	var out []Order
	for i := range named {
		for _, k := range drawn {
			if k != nil && k.trouble == &named[i] && k.rows > 0 {
				out = append(out, d.order(k))
			}
		}
	}
	return out, ctx.Err()
}

// A drawing is what cells are made of.
type drawing struct {
	*facts
	conflict map[sighting]int // ranks of messages at an offset with several
	twice    map[int32]bool   // messages at several offsets
}

// A drawnKey is one whose log is drawn.
type drawnKey struct {
	*trouble
	k      int32
	rows   int
	last   int32 // the event of the last of them
	focus  int32 // the event to show
	offset int64 // and an offset in it
	why    OrderFocus
}

// completed reports whether event t may have rows.
func (d *drawing) completed(t int32) bool {
	return d.kind[t].moves() && d.h.Type(int(d.op[t])) != history.Invoke
}

// look counts the rows of each key and finds what to show.
func (d *drawing) look(ctx context.Context, drawn []*drawnKey) error {
	for _, k := range drawn {
		if k != nil {
			k.last = -1
		}
	}
	for t := range int32(d.len()) {
		if t&0xffff == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if !d.completed(t) {
			continue
		}
		for _, m := range []*moves{&d.sends, &d.reads} {
			for i := m.off[t]; i < m.off[t+1]; i++ {
				if k := drawn[d.key[m.msg[i]]]; k != nil && d.known(k, m.offset[i]) {
					d.see(k, t, m.msg[i], m.offset[i])
				}
			}
		}
	}
	return nil
}

// known reports whether a log has an offset: what no poll and no acknowledgement confirms has no column.
func (d *drawing) known(k *drawnKey, offset int64) bool {
	_, ok := slices.BinarySearch(d.offsets[d.start[k.k]:d.end[k.k]], offset)
	return ok
}

// see takes in a cell.
func (d *drawing) see(k *drawnKey, t, msg int32, offset int64) {
	if k.last != t {
		k.last, k.rows = t, k.rows+1
	}
	why := Nothing
	if _, ok := d.conflict[sighting{offset, msg}]; ok {
		why = Conflicting
	} else if d.twice[msg] {
		why = Duplicated
	} else if len(k.ops[int(d.op[t])]) > 0 {
		why = Named
	}
	if why < k.why || why == Nothing && k.why == Nothing {
		k.focus, k.offset, k.why = t, offset, why
	}
}

// order returns what there is to draw of a key.
func (d *drawing) order(k *drawnKey) Order {
	log := d.offsets[d.start[k.k]:d.end[k.k]]
	o := Order{Key: d.keyValue(k.k), AllOffsets: len(log), AllRows: k.rows, Op: int(d.op[k.focus]), Offset: k.offset, Why: k.why}
	low, high := int64(math.MinInt64), int64(math.MaxInt64)
	if len(log) > maxOffsets {
		col, _ := slices.BinarySearch(log, k.offset)
		from := max(0, min(col-maxOffsets/2, len(log)-maxOffsets))
		low, high = log[from], log[from+maxOffsets-1]
	}
	cells := maxCells
	take := func(rows []OrderRow, t int32) []OrderRow {
		if t < 0 || int(t) >= d.len() || !d.completed(t) {
			return rows
		}
		row := d.row(k, t, low, high)
		if cells -= len(row.Cells); len(row.Cells) > 0 {
			rows = append(rows, row)
		}
		return rows
	}
	var before, behind []OrderRow
	for up, down := k.focus-1, k.focus; (up >= 0 || int(down) < d.len()) && len(before)+len(behind) < maxRows && cells > 0; up, down = up-1, down+1 {
		behind = take(behind, down)
		if len(before)+len(behind) < maxRows {
			before = take(before, up)
		}
	}
	slices.Reverse(before)
	o.Rows = append(before, behind...)
	for _, row := range o.Rows {
		for _, c := range row.Cells {
			o.Offsets = append(o.Offsets, c.Offset)
		}
	}
	slices.Sort(o.Offsets)
	o.Offsets = slices.Compact(o.Offsets)
	return o
}

// row returns the cells of an event between two offsets.
func (d *drawing) row(k *drawnKey, t int32, low, high int64) OrderRow {
	op := int(d.op[t])
	row := OrderRow{Op: op, Wrong: k.ops[op]}
	for _, m := range []*moves{&d.sends, &d.reads} {
		for i := m.off[t]; i < m.off[t+1] && len(row.Cells) < maxRowCells; i++ {
			msg, offset := m.msg[i], m.offset[i]
			if d.key[msg] != k.k || offset < low || offset > high || !d.known(k, offset) {
				continue
			}
			c := OrderCell{Offset: offset, Value: d.messageValue(msg), Send: m == &d.sends, Conflict: -1, Duplicate: d.twice[msg]}
			if rank, ok := d.conflict[sighting{offset, msg}]; ok {
				c.Conflict = rank
			}
			row.Cells = append(row.Cells, c)
		}
	}
	return row
}

// A trouble is what is wrong with a key: the types of errors that name an op.
type trouble struct {
	key edn.Value
	ops map[int][]string
}

// troubles lists the keys that errors name.
func (r *Result) troubles(most int) (out []trouble) {
	place := map[string]int{}
	add := func(typ string, key edn.Value, ops ...int) {
		if !slices.Contains(r.BadErrorTypes, typ) {
			return
		}
		i, ok := place[key.String()]
		if !ok {
			if i = len(out); i == most {
				return
			}
			place[key.String()] = i
			out = append(out, trouble{key, map[int][]string{}})
		}
		for _, op := range ops {
			if types := out[i].ops[op]; op >= 0 && !slices.Contains(types, typ) {
				out[i].ops[op] = append(types, typ)
			}
		}
	}
	for _, e := range r.InconsistentOffsets.Errs {
		add("inconsistent-offsets", e.Key)
	}
	for _, e := range r.Duplicates.Errs {
		add("duplicate", e.Key)
	}
	for _, e := range r.LostWrites.Errs {
		add("lost-write", e.Key, e.Writer, e.MaxRead)
	}
	for _, e := range r.G1a.Errs {
		add("G1a", e.Key, e.Writer, e.Reader)
	}
	for _, e := range r.PrecommittedReads.Errs {
		add("precommitted-read", e.Key, e.Op)
	}
	for _, e := range r.GarbageReads.Errs {
		add("garbage-read", e.Key, e.Reader)
	}
	for _, list := range []struct {
		typ string
		Errors[Jump]
	}{
		{"int-poll-skip", r.IntPollSkips}, {"int-nonmonotonic-poll", r.IntNonmonotonicPolls},
		{"int-send-skip", r.IntSendSkips}, {"int-nonmonotonic-send", r.IntNonmonotonicSends},
		{"poll-skip", r.PollSkips}, {"nonmonotonic-poll", r.NonmonotonicPolls}, {"nonmonotonic-send", r.NonmonotonicSends},
	} {
		for _, e := range list.Errs {
			add(list.typ, e.Key, e.Ops...)
		}
	}
	if r.Unseen != nil {
		for _, k := range r.Unseen.Keys {
			add("unseen", k.Key)
		}
	}
	return out
}
