//go:build !linux

package mmap

func (b *Buffer) resize(size int) error {
	if size > len(b.mem) {
		b.mem = append(make([]byte, 0, size), b.mem...)[:size]
	} else if size == 0 {
		b.mem = nil
	}
	return nil
}
