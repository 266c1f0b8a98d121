package shrink

import (
	"context"
	"slices"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/format"
	"github.com/seed-c33ae711/jcheck/history"
)

// A document is a history in parts that can be left out.
type document struct {
	h     *history.History
	items []item
	ops   []op // by position in the history; of the nemesis and of nobody too
	atoms int
	rests []int32 // by atom: a number that those share which are about the same key or element
}

// An item is an operation: its ops.
type item struct {
	inv, done int // positions, -1 for none
	atoms     []int32
}

// An op is written as its head, its value and its tail.
type op struct {
	item       int32 // -1 if it is not a client's, and left out
	head, tail []byte
	value      node
	whole      bool // it is left out when all in its value is
	held       bool // it may be left out only when nobody wrote what is in it
}

// A node is a value in which something may be left out.
type node struct {
	text   []byte // of a leaf
	atom   int32  // that it stands and falls with, none if it always stays
	owners []int32
	kids   []node // of a collection, which begins with open and ends with close
	open   string
	close  string
}

const none = -1

// stays reports whether a node is written.
func (n *node) stays(keep []bool) bool {
	if n.atom != none && !keep[n.atom] {
		return false
	}
	return len(n.owners) == 0 || slices.ContainsFunc(n.owners, func(a int32) bool { return keep[a] })
}

func (n *node) append(dst []byte, keep []bool) []byte {
	dst = append(dst, n.text...)
	dst = append(dst, n.open...)
	first := true
	for i := range n.kids {
		if k := &n.kids[i]; k.stays(keep) {
			if !first {
				dst = append(dst, ' ')
			}
			dst, first = k.append(dst, keep), false
		}
	}
	return append(dst, n.close...)
}

// stays reports whether an op is written.
func (o *op) stays(keep []bool) bool {
	if !o.value.stays(keep) {
		return false
	}
	return !o.whole || slices.ContainsFunc(o.value.kids, func(k node) bool { return k.stays(keep) })
}

// decider is the op that decides whether an operation is written.
func (d *document) decider(it *item) *op {
	if it.done >= 0 && d.h.Type(it.done) == history.OK || it.inv < 0 {
		return &d.ops[it.done]
	}
	return &d.ops[it.inv]
}

// text is the history that keeps some atoms, as EDN.
func (d *document) text(keep []bool) []byte {
	var dst []byte
	stays := make([]int8, len(d.items)) // 1 or -1 once it is known
	for i := range d.ops {
		o := &d.ops[i]
		if o.item == none {
			continue
		}
		if stays[o.item] == 0 {
			stays[o.item] = -1
			if d.decider(&d.items[o.item]).stays(keep) {
				stays[o.item] = 1
			}
		}
		if stays[o.item] > 0 {
			dst = append(dst, o.head...)
			dst = o.value.append(dst, keep)
			dst = append(append(dst, o.tail...), '\n')
		}
	}
	return dst
}

// count returns how many operations are written, and how many parts of these are not.
func (d *document) count(keep []bool) (kept, dropped int) {
	for k := range d.items {
		o := d.decider(&d.items[k])
		if !o.stays(keep) {
			continue
		}
		kept++
		dropped += o.value.missing(keep)
	}
	return kept, dropped
}

func (n *node) missing(keep []bool) (k int) {
	for i := range n.kids {
		if kid := &n.kids[i]; !kid.stays(keep) {
			k++
		} else {
			k += kid.missing(keep)
		}
	}
	return k
}

// split reads the ops as heads, values and tails, whose values are one leaf each.
func split(ctx context.Context, h *history.History) (*document, error) {
	d := &document{h: h, ops: make([]op, h.Len())}
	for i := range h.Len() {
		if i%4096 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		o := &d.ops[i]
		o.item = none
		if !h.Process(i).IsClient() {
			continue
		}
		if err := o.split(h, i); err != nil {
			return nil, err
		}
		switch pair := h.Pair(i); {
		case pair >= 0 && pair < i:
			o.item = d.ops[pair].item
			d.items[o.item].done = i
		case h.Type(i) == history.Invoke:
			o.item = int32(len(d.items))
			d.items = append(d.items, item{inv: i, done: none})
		default:
			o.item = int32(len(d.items))
			d.items = append(d.items, item{inv: none, done: i})
		}
	}
	return d, nil
}

// split writes op i in three parts. Its value is that which the history has, which may be part of
// the one in the text: of a tuple, say.
func (o *op) split(h *history.History, i int) error {
	text, err := format.AppendOpEDN(nil, h, i)
	o.head, o.value.atom = text, none
	if err != nil {
		return err
	}
	if v, ok := edn.NewSource("", text, edn.EDN).Value(0, len(text)).Get("value"); ok {
		lo, hi := v.Span()
		o.head, o.tail = text[:lo:lo], text[hi:]
		o.value.text, err = edn.AppendTxn(nil, h.Value(i))
	}
	return err
}

// atom makes a new atom of an item, about something that has a number.
func (d *document) atom(k int32, about int32) int32 {
	a := int32(d.atoms)
	d.atoms++
	d.items[k].atoms = append(d.items[k].atoms, a)
	d.rests = append(d.rests, about)
	return a
}

// byItem groups the atoms by operation, byAtom each for itself.
func (d *document) byItem() (groups [][]int32) {
	for _, it := range d.items {
		if len(it.atoms) > 0 {
			groups = append(groups, it.atoms)
		}
	}
	return groups
}

func (d *document) byAtom() (groups [][]int32) {
	for a := range int32(d.atoms) {
		groups = append(groups, []int32{a})
	}
	return groups
}

// atomsOf keeps the atoms of the operations that ops belong to.
func (d *document) atomsOf(ops []int) []bool {
	keep := make([]bool, d.atoms)
	for _, i := range ops {
		if i < 0 || i >= len(d.ops) || d.ops[i].item == none {
			continue
		}
		for _, a := range d.items[d.ops[i].item].atoms {
			keep[a] = true
		}
	}
	return keep
}

// neighbours keeps also the operations with an atom about the same as one that is kept.
func (d *document) neighbours(keep []bool) []bool {
	about := map[int32]bool{}
	for a, k := range keep {
		if k {
			about[d.rests[a]] = true
		}
	}
	more := slices.Clone(keep)
	for _, it := range d.items {
		if slices.ContainsFunc(it.atoms, func(a int32) bool { return about[d.rests[a]] }) {
			for _, a := range it.atoms {
				more[a] = true
			}
		}
	}
	return more
}
