package shrink

import "github.com/seed-c33ae711/jcheck/edn"

// keys makes an atom of each key of a log: all micro-ops, all parts of polls and all
// assignments that are about it.
func (r *reader) keys() error {
	for k := range int32(len(r.items)) {
		for _, o := range r.both(k) {
			v := o.edn()
			if v.IsZero() || v.Kind() != edn.Vector {
				continue
			}
			items, err := v.Items(nil)
			if err != nil {
				return err
			}
			f := r.f(k)
			o.whole = f == "send" || f == "poll" || f == "txn"
			o.value = node{atom: none, open: "[", close: "]"}
			for _, m := range items {
				kid, err := r.logged(k, f, m)
				if err != nil {
					return err
				}
				o.value.kids = append(o.value.kids, kid)
			}
		}
	}
	return nil
}

// logged makes a node of a micro-op, or of a key that was assigned.
func (r *reader) logged(k int32, f string, m edn.Value) (node, error) {
	n := leaf(m)
	if f == "assign" || f == "subscribe" {
		n.atom = r.key(k, m)
		return n, nil
	}
	if m.Kind() != edn.Vector {
		return n, nil
	}
	parts, err := m.Items(nil)
	if err != nil || len(parts) < 2 {
		return n, err
	}
	switch name, _ := parts[0].Name(); {
	case name == "send":
		n.atom = r.key(k, parts[1])
	case name == "poll" && parts[1].Kind() == edn.Map:
		polled := node{atom: none, open: "{", close: "}"}
		s := parts[1].Scanner()
		s.Next()
		for s.Datum() != edn.Close && s.Kind != edn.Invalid {
			key := s.Value()
			s.Datum()
			entry := node{atom: r.key(k, key), kids: []node{leaf(key), leaf(s.Value())}}
			polled.kids = append(polled.kids, entry)
		}
		n = node{atom: none, open: "[", close: "]", kids: []node{leaf(parts[0]), polled}}
	}
	return n, nil
}

// key returns the atom of a key, which is one of the operation's too.
func (r *reader) key(k int32, v edn.Value) int32 {
	text := canonical(v)
	if as := r.writers[text]; len(as) > 0 {
		r.items[k].atoms = append(r.items[k].atoms, as[0])
		return as[0]
	}
	a := r.atom(k, r.id(v))
	r.writers[text] = []int32{a}
	return a
}
