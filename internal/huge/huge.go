// Package huge makes large slices that are cheap to touch for the first time.
//
// A system hands out memory page by page, when each is first touched, and a fault costs
// more than filling the page: measured on a virtual machine, a third of the time of
// checking a million transactions went into faults. If the system offers huge pages,
// one fault replaces five hundred.
package huge

import "unsafe"

// minBytes is from what size asking pays.
const minBytes = 2 << 20

// Make returns an empty slice with room for n elements, which must not hold
// pointers.
func Make[T any](n int) []T {
	s := make([]T, 0, n)
	if size := n * int(unsafe.Sizeof(*new(T))); size >= minBytes {
		advise(unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(s))), size))
	}
	return s
}
