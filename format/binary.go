package format

import (
	"encoding/binary"
	"fmt"

	"github.com/seed-c33ae711/jcheck/edn"
)

// A binaryReader reads integers of eight bytes and what is built of them. After
// an error it answers zeros. Nothing is allocated because a length says so.
type binaryReader struct {
	file  string
	data  []byte
	at    int
	order binary.ByteOrder
	err   error
}

// fail keeps the first error, and says where in the data it is: such files have
// no lines.
func (r *binaryReader) fail(at int, format string, args ...any) {
	if r.err == nil {
		r.err = &edn.SyntaxError{File: r.file, Msg: fmt.Sprintf("offset %d: ", at) + fmt.Sprintf(format, args...)}
	}
}

// take returns the next n bytes, or nil.
func (r *binaryReader) take(n int, what string) []byte {
	if r.err != nil {
		return nil
	}
	if n > len(r.data)-r.at {
		r.fail(r.at, "expected %s, found the end of the file", what)
		return nil
	}
	r.at += n
	return r.data[r.at-n : r.at]
}

func (r *binaryReader) uint64(what string) uint64 {
	if b := r.take(8, what); b != nil {
		return r.order.Uint64(b)
	}
	return 0
}

func (r *binaryReader) byte(what string) byte {
	if b := r.take(1, what); b != nil {
		return b[0]
	}
	return 0
}

func (r *binaryReader) bool(what string) bool {
	b := r.byte(what)
	if b > 1 {
		r.fail(r.at-1, "expected %s, 0 or 1, found %d", what, b)
	}
	return b == 1
}

// count reads how many things follow, of which each takes at least so many
// bytes: more than there is room for is an error.
func (r *binaryReader) count(what string, size int) int {
	n := r.uint64(what)
	if room := (len(r.data) - r.at) / size; n > uint64(room) {
		r.fail(r.at-8, "expected %s of at most %d, since the file ends at %d, found %d", what, room, len(r.data), n)
		return 0
	}
	return int(n)
}
