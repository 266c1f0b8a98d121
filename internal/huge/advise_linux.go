package huge

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// hugePage is the size of a huge page of most processors.
const hugePage = 2 << 20

// advise asks for huge pages for b and what shares a huge page with it, since only
// whole ones can be had: what is beside it in Go's heap is in use, too, or soon will
// be. It is a hint: where the system has none, nothing changes.
func advise(b []byte) {
	start := uintptr(unsafe.Pointer(unsafe.SliceData(b)))
	lo, hi := start&^(hugePage-1), (start+uintptr(len(b))+hugePage-1)&^(hugePage-1)
	_, _, _ = unix.Syscall(unix.SYS_MADVISE, lo, hi-lo, unix.MADV_HUGEPAGE)
}
