package mmap

import (
	"os"

	"golang.org/x/sys/unix"
)

// resize gives the buffer at least size bytes, and fewer pages than before if that does.
func (b *Buffer) resize(size int) (err error) {
	page := os.Getpagesize()
	size = (size + page - 1) / page * page
	switch {
	case size == len(b.mem):
	case size == 0:
		err = unix.Munmap(b.mem)
		b.mem = nil
	case len(b.mem) == 0:
		b.mem, err = unix.Mmap(-1, 0, size, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANON)
	default:
		var mem []byte
		if mem, err = unix.Mremap(b.mem, size, unix.MREMAP_MAYMOVE); err == nil {
			b.mem = mem
		}
	}
	if err != nil {
		return os.NewSyscallError("mmap", err)
	}
	_ = unix.Madvise(b.mem[b.n/page*page:], unix.MADV_HUGEPAGE) // a hint: fewer faults
	return nil
}
