package mmap

import "io"

// firstBytes is what a Buffer begins with.
const firstBytes = 1 << 20

// A Buffer holds text from a reader of unknown length. Where the system can move pages,
// growing copies nothing, and the memory in use is that of the text: a slice that
// doubles would take three times as much.
type Buffer struct {
	mem []byte
	n   int
}

// Fill reads r to its end, or until the buffer holds more than limit bytes.
// Free must be called, also after an error.
func (b *Buffer) Fill(r io.Reader, limit int64) error {
	for int64(b.n) <= limit {
		if b.n == len(b.mem) {
			if err := b.resize(max(2*len(b.mem), firstBytes)); err != nil {
				return err
			}
		}
		n, err := r.Read(b.mem[b.n:])
		b.n += n
		if err == io.EOF {
			return b.resize(b.n)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Bytes returns what was read. It is valid until Free.
func (b *Buffer) Bytes() []byte { return b.mem[:b.n] }

// Free gives the memory back.
func (b *Buffer) Free() { b.n = 0; _ = b.resize(0) }
