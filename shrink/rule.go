package shrink

import (
	"context"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
)

// A Rule says what may be left out of a history without creating a fault.
type Rule int

const (
	// Free: any operation. A fault among some operations is a fault whatever the others
	// were: two equal ids, a wrong sum.
	Free Rule = iota
	// Transactions: any read; any append or write together with all reads of it; hence
	// any transaction. The micro-ops are append, w and r.
	Transactions
	// Elements: an :add, with its element in all reads; a :read if none of its
	// remaining elements was added.
	Elements
	// Classes: all operations on an element of a queue, with the element in all drains;
	// and dequeues that found nothing, except for the last.
	Classes
	// Keys: all micro-ops on a key of a log, as package kafka has them.
	Keys
)

// read splits a history by a rule.
func read(ctx context.Context, h *history.History, rule Rule) (*document, error) {
	d, err := split(ctx, h)
	if err != nil {
		return nil, err
	}
	r := reader{document: d, ids: map[string]int32{}, writers: map[string][]int32{}}
	switch rule {
	case Transactions:
		err = r.transactions()
	case Elements:
		err = r.elements()
	case Classes:
		err = r.classes()
	case Keys:
		err = r.keys()
	default:
		for k := range d.items {
			r.alone(int32(k), int32(k))
		}
	}
	return d, err
}

type reader struct {
	*document
	ids     map[string]int32   // by the canonical text of a key or an element
	writers map[string][]int32 // atoms that wrote, by the canonical text of what they did
}

// both are the ops of an operation.
func (r *reader) both(k int32) (ops []*op) {
	for _, i := range []int{r.items[k].inv, r.items[k].done} {
		if i >= 0 {
			ops = append(ops, &r.ops[i])
		}
	}
	return ops
}

// alone makes an operation one atom.
func (r *reader) alone(k, about int32) int32 {
	a := r.atom(k, about)
	for _, o := range r.both(k) {
		o.value.atom = a
	}
	return a
}

// value is what an op's value is, as EDN.
func (o *op) edn() edn.Value {
	if len(o.value.text) == 0 {
		return edn.Value{}
	}
	return edn.NewSource("", o.value.text, edn.EDN).Value(0, len(o.value.text))
}

func canonical(values ...edn.Value) string {
	var key []byte
	for _, v := range values {
		text, err := edn.AppendCanonical(nil, v)
		if err != nil {
			text = v.Bytes()
		}
		key = append(append(key, text...), 0)
	}
	return string(key)
}

func (r *reader) id(v edn.Value) int32 {
	text := canonical(v)
	id, ok := r.ids[text]
	if !ok {
		id = int32(len(r.ids))
		r.ids[text] = id
	}
	return id
}

// f is the operation, and outcome the type of its completion.
func (r *reader) f(k int32) string {
	it := r.items[k]
	return r.h.F(max(it.inv, it.done))
}

func (r *reader) outcome(k int32) history.Type {
	if done := r.items[k].done; done >= 0 {
		return r.h.Type(done)
	}
	return history.Info
}

func leaf(v edn.Value) node { return node{text: v.Bytes(), atom: none} }

// isCollection reports whether a value has elements that can be left out.
func isCollection(v edn.Value) bool {
	k := v.Kind()
	return k == edn.Vector || k == edn.List || k == edn.Set
}

// collection makes a node of a collection, whose elements stand and fall with their owners.
func (r *reader) collection(v edn.Value, owners func(e edn.Value) []int32) (node, error) {
	items, err := v.Elements().Items(nil)
	n := node{atom: none, open: "[", close: "]"}
	if v.Kind() == edn.Set {
		n.open, n.close = "#{", "}"
	}
	for _, e := range items {
		kid := leaf(e)
		kid.owners = owners(e)
		n.kids = append(n.kids, kid)
	}
	return n, err
}
