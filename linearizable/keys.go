package linearizable

import (
	"cmp"
	"slices"

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

// divide splits a history into its objects. keys are nil if it is of one.
func divide(h *history.History, m *Model, ops []operation, keying Keying) (keys []edn.Value, parts [][]operation, err error) {
	if keying == Keyed || keying == Detected && isKeyed(h, m, ops) {
		return split(h, m, ops)
	}
	return nil, [][]operation{ops}, nil
}

// keyOf returns the key of an object, nil if there is one only.
func keyOf(keys []edn.Value, i int) *edn.Value {
	if keys == nil {
		return nil
	}
	return &keys[i]
}

// split sorts operations by the keys of their values. To Knossos, those whose values
// have none are on every key.
func split(h *history.History, m *Model, ops []operation) (keys []edn.Value, parts [][]operation, err error) {
	n := &numbers{}
	var plain []operation
	for _, op := range ops {
		v := h.Value(int(op.inv))
		items, err := v.Items(nil)
		if m.knossos && (v.Kind() != edn.Vector || len(items) != 2) {
			plain = append(plain, op)
			continue
		}
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
	for i := range parts {
		if len(plain) > 0 {
			parts[i] = append(parts[i], plain...)
			slices.SortFunc(parts[i], func(a, b operation) int { return cmp.Compare(a.inv, b.inv) })
		}
	}
	return keys, parts, nil
}

// invoked returns the value of an invocation without its key.
func (d *decoder) invoked(v edn.Value) edn.Value {
	if d.key == nil {
		return v
	}
	parts, _ := v.Items(nil)
	if d.isPlain = v.Kind() != edn.Vector || len(parts) != 2; d.isPlain { // to Knossos only, see split
		return v
	}
	return parts[1]
}

// completed returns the value of an ok completion without its key. What returns
// nothing may repeat nothing; else the result of another key, or of nobody knows
// which, would be held against this one.
func (d *decoder) completed(f string, v edn.Value) (edn.Value, error) {
	if d.key == nil || d.isPlain || v.IsNil() && !returns(f) {
		return v, nil
	}
	if v.Kind() == edn.Vector {
		if parts, err := v.Items(nil); err == nil && len(parts) == 2 && edn.Equal(parts[0], *d.key) {
			return parts[1], nil
		}
	}
	return v, d.errorf("expected a tuple of the key %s and a value, as it was invoked with, found %s", *d.key, v)
}

// returns reports whether operations return what their invocations do not say.
func returns(f string) bool {
	switch f {
	case "read", "get", "dequeue", "pop", "delete-min":
		return true
	}
	return false
}
