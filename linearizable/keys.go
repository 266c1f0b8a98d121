package linearizable

import (
	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
)

// isKeyed reports whether all values are tuples of a key and a value, as
// histories of independent objects have them. A cas has a pair of its own, which
// a tuple holds.
func isKeyed(h *history.History, m *Model, ops []operation) bool {
	var parts []edn.Value
	for _, op := range ops {
		v := h.Value(int(op.inv))
		if m.kind.name == "multi-register" || v.Kind() != edn.Vector {
			return false
		}
		var err error
		if parts, err = v.Items(parts[:0]); err != nil || len(parts) != 2 {
			return false
		}
		if k := parts[1].Kind(); h.F(int(op.inv)) == "cas" && k != edn.Vector && k != edn.List {
			return false
		}
	}
	return len(ops) > 0
}

// split sorts operations by the keys of their values.
func split(h *history.History, ops []operation) (keys []edn.Value, parts [][]operation, err error) {
	n := &numbers{}
	for _, op := range ops {
		v := h.Value(int(op.inv))
		items, err := v.Items(nil)
		if err != nil || len(items) != 2 {
			return nil, nil, h.Errorf(int(op.inv), "op %d: expected a tuple of a key and a value, found %s", h.Index(int(op.inv)), v)
		}
		id, err := n.id(items[0])
		if err != nil {
			return nil, nil, err
		}
		for int(id) >= len(parts) {
			parts = append(parts, nil)
			keys = append(keys, n.value(int32(len(parts)-1)))
		}
		parts[id] = append(parts[id], op)
	}
	if len(parts) > 0 && len(parts[0]) == 0 { // no key is nil
		keys, parts = keys[1:], parts[1:]
	}
	return keys, parts, nil
}

// unkeyed takes the key off a value; what is no tuple says nothing.
func unkeyed(v edn.Value) edn.Value {
	if v.Kind() != edn.Vector { // to fail at what is none would cost finding its line
		return edn.Value{}
	}
	if parts, err := v.Items(nil); err == nil && len(parts) == 2 {
		return parts[1]
	}
	return edn.Value{}
}
