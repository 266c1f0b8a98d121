package kafka

import (
	"cmp"
	"context"
	"slices"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/internal/par"
)

// What is known of a message.
const (
	ackedBit     = 1 << iota // an ok op sent it
	readBit                  // an ok op polled it
	possibleBit              // an op that was not aborted sent it
	ambiguousBit             // so did another one
	mustBit                  // an op that must have committed sent it
)

// facts are what is known of each message, and of the order of messages.
type facts struct {
	*events
	bits        []uint8 // per message
	writer      []int32 // the event that sent it, -1 if none did; if several did, the last of the surest
	firstReader []int32 // the first event that polled it, -1 if none did

	// The log of key k is offsets[start[k]:end[k]], which is in order; message[i] is
	// the one at offsets[i], of several the least. An index is a place in a log,
	// from 0.
	start, end []int
	offsets    []int64
	message    []int32
	first      []int32 // per message: its lowest index, -1 if no offset of it is known
	last       []int32 // and its highest

	conflicts  []conflict  // by key and offset
	duplicates []duplicate // by message
	rank       []int32     // of keys in the order of their values
}

// A conflict is an offset with several messages, in the order of their values.
type conflict struct {
	key, index int32
	offset     int64
	msgs       []int32
}

// A duplicate is a message with several offsets, in order.
type duplicate struct {
	msg     int32
	offsets []int64
}

// must reports whether event t must have taken effect: it is acknowledged, or a
// message that it sent was polled.
func (f *facts) must(t int32) bool {
	if f.status[t] != indeterminate {
		return f.status[t] == committed
	}
	for _, m := range f.sends.of(t) {
		if f.bits[m]&readBit != 0 {
			return true
		}
	}
	return false
}

// learn derives the facts.
func learn(ctx context.Context, x *events) (*facts, error) {
	f := &facts{events: x, bits: make([]uint8, len(x.key)), rank: x.keys.ranks()}
	f.writer, f.firstReader = filled(len(x.key)), filled(len(x.key))
	for t := range int32(x.len()) {
		for _, m := range x.reads.of(t) {
			if x.status[t] == committed {
				f.bits[m] |= readBit
			}
			if f.firstReader[m] < 0 {
				f.firstReader[m] = t
			}
		}
	}
	musts := make([]bool, x.len())
	for t := range int32(x.len()) {
		if musts[t] = f.must(t); len(x.sends.of(t)) > 0 {
			f.sent(t, musts[t])
		}
	}
	return f, f.order(ctx, musts)
}

func filled(n int) []int32 {
	out := make([]int32, n)
	for i := range out {
		out[i] = -1
	}
	return out
}

// sent notes that event t sent its messages.
func (f *facts) sent(t int32, must bool) {
	sure := func(t int32) int {
		if f.status[t] == indeterminate && f.must(t) {
			return 3
		}
		return 2 * int(f.status[t])
	}
	for _, m := range f.sends.of(t) {
		w := f.writer[m]
		if f.status[t] != aborted {
			if f.bits[m]&possibleBit != 0 && w != t {
				f.bits[m] |= ambiguousBit
			}
			f.bits[m] |= possibleBit
		}
		if f.status[t] == committed {
			f.bits[m] |= ackedBit
		}
		if must {
			f.bits[m] |= mustBit
		}
		if w < 0 || w == t || sure(t) >= sure(w) {
			f.writer[m] = t
		}
	}
}

// A sighting is a message at an offset of its key's log.
type sighting struct {
	offset int64
	msg    int32
}

// order finds the order of each log from the offsets that polls of any outcome
// showed, since consumers must only ever see what is safe, and those that sends
// which must have committed were told.
func (f *facts) order(ctx context.Context, musts []bool) error {
	at := make([]int64, len(f.key)) // the offset that the message was first seen at
	for i := range at {
		at[i] = noOffset
	}
	var more []sighting // and others
	see := func(m *moves, t int) {
		for i := m.off[t]; i < m.off[t+1]; i++ {
			switch msg, offset := m.msg[i], m.offset[i]; {
			case offset == noOffset || offset == at[msg]:
			case at[msg] == noOffset:
				at[msg] = offset
			default:
				more = append(more, sighting{offset, msg})
			}
		}
	}
	for t := range f.len() {
		see(&f.reads, t)
		if musts[t] {
			see(&f.sends, t)
		}
	}
	slices.SortFunc(more, func(a, b sighting) int {
		return cmp.Or(cmp.Compare(a.msg, b.msg), cmp.Compare(a.offset, b.offset))
	})
	more = slices.Compact(more)
	for i := 0; i < len(more); {
		d := duplicate{msg: more[i].msg, offsets: []int64{at[more[i].msg]}}
		for ; i < len(more) && more[i].msg == d.msg; i++ {
			d.offsets = append(d.offsets, more[i].offset)
		}
		slices.Sort(d.offsets)
		f.duplicates = append(f.duplicates, d)
	}
	return f.logs(ctx, f.byKey(at, more))
}

// byKey sorts what was seen by key, and sets where each log starts.
func (f *facts) byKey(at []int64, more []sighting) []sighting {
	n := f.keys.len()
	f.start, f.end = make([]int, n+1), make([]int, n)
	count := func(m int32) { f.start[f.key[m]+1]++ }
	for m, offset := range at {
		if offset != noOffset {
			count(int32(m))
		}
	}
	for _, s := range more {
		count(s.msg)
	}
	for k := range n {
		f.start[k+1] += f.start[k]
		f.end[k] = f.start[k]
	}
	all := make([]sighting, f.start[n])
	put := func(s sighting) {
		k := f.key[s.msg]
		all[f.end[k]] = s
		f.end[k]++
	}
	for m, offset := range at {
		if offset != noOffset {
			put(sighting{offset, int32(m)})
		}
	}
	for _, s := range more {
		put(s)
	}
	return all
}

// logs sorts each key's log and gives its messages their indexes.
func (f *facts) logs(ctx context.Context, all []sighting) error {
	f.offsets, f.message = make([]int64, len(all)), make([]int32, len(all))
	f.first, f.last = filled(len(f.key)), filled(len(f.key))
	n := f.keys.len()
	const batch = 64
	found := make([][]conflict, (n+batch-1)/batch)
	err := par.Do(ctx, len(found), func(i int) error {
		for k := i * batch; k < min((i+1)*batch, n); k++ {
			found[i] = append(found[i], f.log(int32(k), all[f.start[k]:f.start[k+1]])...)
		}
		return nil
	})
	f.conflicts = slices.Concat(found...)
	return err
}

func (f *facts) log(k int32, seen []sighting) (found []conflict) {
	slices.SortFunc(seen, func(a, b sighting) int {
		return cmp.Or(cmp.Compare(a.offset, b.offset), cmp.Compare(a.msg, b.msg))
	})
	lo := f.start[k]
	n := lo
	for i := 0; i < len(seen); n++ {
		j := i + 1
		for j < len(seen) && seen[j].offset == seen[i].offset {
			j++
		}
		index := int32(n - lo)
		f.offsets[n], f.message[n] = seen[i].offset, seen[i].msg
		if j-i > 1 {
			c := conflict{key: k, index: index, offset: seen[i].offset}
			for _, s := range seen[i:j] {
				c.msgs = append(c.msgs, s.msg)
			}
			slices.SortFunc(c.msgs, f.compareValues)
			f.message[n] = c.msgs[0]
			found = append(found, c)
		}
		for _, s := range seen[i:j] {
			if f.first[s.msg] < 0 {
				f.first[s.msg] = index
			}
			f.last[s.msg] = index
		}
		i = j
	}
	f.end[k] = n
	return found
}

func (f *facts) compareValues(a, b int32) int {
	return edn.Compare(f.messageValue(a), f.messageValue(b))
}

// delta returns how many places b is behind a in their log: one, if either place is
// not known.
func (f *facts) delta(a, b int32) int32 {
	if f.last[a] < 0 || f.last[b] < 0 {
		return 1
	}
	return f.last[b] - f.last[a]
}
