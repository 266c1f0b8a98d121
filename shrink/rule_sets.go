package shrink

import (
	"slices"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
)

// elements makes an atom of each add and each read of a set.
func (r *reader) elements() error {
	for k := range int32(len(r.items)) {
		if r.f(k) != "add" {
			continue
		}
		e := r.both(k)[0].edn()
		a := r.alone(k, r.id(e))
		r.writers[canonical(e)] = append(r.writers[canonical(e)], a)
	}
	for k := range int32(len(r.items)) {
		if r.f(k) == "add" {
			continue
		}
		a := r.alone(k, none)
		if r.outcome(k) != history.OK {
			continue
		}
		o := r.decider(&r.items[k])
		if v := o.edn(); isCollection(v) {
			n, err := r.collection(v, func(e edn.Value) []int32 { return r.writers[canonical(e)] })
			if err != nil {
				return err
			}
			n.atom = a
			o.value, o.held = n, true
		}
	}
	return nil
}

// classes makes an atom of all operations on an element of a queue.
func (r *reader) classes() error {
	last := none
	for k := range int32(len(r.items)) {
		switch f, o := r.f(k), r.decider(&r.items[k]); {
		case f == "enqueue", f == "dequeue" && r.outcome(k) == history.OK && !o.edn().IsNil():
			r.class(k, o.edn())
		case f == "dequeue" && r.outcome(k) == history.OK:
			if last >= 0 {
				r.alone(int32(last), none)
			}
			last = int(k)
		case f == "dequeue": // the checks do not ask what one that did not complete may have taken
			r.alone(k, none)
		}
	}
	for k := range int32(len(r.items)) {
		o := r.decider(&r.items[k])
		if r.f(k) != "drain" || r.outcome(k) != history.OK || !isCollection(o.edn()) {
			continue
		}
		n, err := r.collection(o.edn(), func(e edn.Value) []int32 { return r.writers[canonical(e)] })
		if err != nil {
			return err
		}
		o.value = n
	}
	return nil
}

// class makes an operation stand and fall with the others on its element.
func (r *reader) class(k int32, e edn.Value) {
	text := canonical(e)
	if as := r.writers[text]; len(as) > 0 {
		r.items[k].atoms = append(r.items[k].atoms, as[0])
		for _, o := range r.both(k) {
			o.value.atom = as[0]
		}
		return
	}
	r.writers[text] = []int32{r.alone(k, r.id(e))}
}

// forbidden reports whether leaving out what keep does not keep could make a fault: of a set, a
// read that has an element which was added.
func (d *document) forbidden(keep []bool) bool {
	return slices.ContainsFunc(d.ops, func(o op) bool {
		return o.held && !keep[o.value.atom] && slices.ContainsFunc(o.value.kids, func(n node) bool {
			return slices.ContainsFunc(n.owners, func(a int32) bool { return keep[a] })
		})
	})
}
