package history

import (
	"bytes"

	"github.com/seed-c33ae711/jcheck/edn"
)

// Invoked returns the invocation of the operation that op i begins or completes, or i
// if no invocation was recorded.
func (h *History) Invoked(i int) int {
	if p := h.pair[i]; p >= 0 && p < int32(i) {
		return int(p)
	}
	return i
}

// Differs reports whether op i completes an operation with a value other than the
// invocation's. A missing value does not differ.
func (h *History) Differs(i int) bool {
	inv := h.Invoked(i)
	if inv == i || h.vlen[i] == 0 {
		return false
	}
	a, b := h.Value(inv), h.Value(i)
	return !bytes.Equal(a.Bytes(), b.Bytes()) && !b.IsNil() && !edn.Equal(a, b)
}

// Acts reports whether op i begins an operation that may have happened.
func (h *History) Acts(i int) bool {
	if !h.Begins(i) {
		return false
	}
	if h.typ[i] != Invoke {
		return h.typ[i] != Fail
	}
	p := h.pair[i]
	return p < 0 || h.typ[p] != Fail
}
