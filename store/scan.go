package store

import (
	"cmp"
	"encoding/binary"
	"slices"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/internal/fressian"
)

// A scan is what was found in a stretch of a file without an index to go by.
type scan struct {
	from   int64
	blocks []found // whole blocks, whose checksums are right
	tails  []tail  // streams that nobody sealed
	gaps   []gap   // bytes between them
}

// A gap is where no block is.
type gap struct{ off, end int64 }

type found struct {
	off, length int64
	typ         blockType
}

// A tail is a stream that was being written when the run died.
type tail struct {
	off, end int64  // end is behind the last op that is whole
	ops      int    // how many there are
	first    int64  // the index of the first, -1 if it has none
	why      string // it stops there
}

// look scans the file from an offset on, and takes the newest index that it
// finds, if it finds any. To verify every byte for which a header lies would
// take forever, so there is a budget.
func (f *File) look(from int64) {
	s := &scan{from: from}
	end, budget := int64(len(f.data)), 16*int64(len(f.data))
	for off := from; off < end; {
		b := f.data[off:]
		if n := f.sealed(b, &budget); n > 0 {
			s.blocks = append(s.blocks, found{off, n, readHeader(b).typ})
			off += n
			continue
		}
		if len(b) >= blockHeader && allZero(b[:blockHeader]) {
			t := f.readTail(off, &budget)
			if off = t.end; off < end && f.sealed(f.data[off:], &budget) == 0 {
				off = f.resume(off, &budget) // what is between is of the stream
			}
			s.tails = append(s.tails, t)
			continue
		}
		next := f.resume(off, &budget)
		s.gaps = append(s.gaps, gap{off, next})
		off = next
	}
	f.scanned = s
	for _, b := range slices.Backward(s.blocks) {
		if b.typ == indexBlock && f.readIndex(b.off) == nil {
			break
		}
	}
}

// lookEverywhere scans the whole file if only a part of it was scanned.
func (f *File) lookEverywhere() {
	if f.scanned != nil && f.scanned.from == fileHeader {
		return
	}
	root, blocks, at := f.root, f.blocks, f.indexAt
	f.look(fileHeader)
	if blocks != nil {
		f.root, f.blocks, f.indexAt = root, blocks, at
	}
}

// sealed returns the length of the block that b begins with, 0 if it is none.
func (f *File) sealed(b []byte, budget *int64) int64 {
	if len(b) < blockHeader {
		return 0
	}
	h := readHeader(b)
	if !h.plausible(b) || *budget < h.length {
		return 0
	}
	*budget -= h.length
	if checksum(b, b[blockHeader:h.length]) != h.sum {
		return 0
	}
	return h.length
}

// resume returns where the next block begins behind an offset, or the end.
func (f *File) resume(off int64, budget *int64) int64 {
	end := int64(len(f.data))
	for off++; off <= end-blockHeader; off++ {
		b := f.data[off:]
		if binary.BigEndian.Uint64(b[20:]) == 0 && f.sealed(b, budget) > 0 {
			return off
		}
	}
	return end
}

// readTail reads the unsealed stream whose empty header is at an offset. Before
// each op it looks for the header of a block, since a later writer may have
// gone on in the middle of it.
func (f *File) readTail(off int64, budget *int64) tail {
	t := tail{off: off, first: -1}
	start := off + blockHeader
	d := fressian.NewDecoder(f.data[start:], start)
	var text []byte
	for {
		t.end = start + int64(d.Pos())
		if !d.More() {
			t.why = "the file ends there"
			return t
		}
		if f.sealed(f.data[t.end:], budget) > 0 {
			t.why = "another block begins there"
			return t
		}
		var err error
		if text, err = d.Append(text[:0]); err != nil {
			t.why = err.Error()
			return t
		}
		if len(text) == 0 || text[0] != '{' {
			t.why = "no op follows"
			return t
		}
		if t.ops++; t.ops == 1 {
			t.first = indexOf(text)
		}
	}
}

// streams returns the streams of a scan that have ops, in the order of the file,
// as chunks, from an offset on.
func (f *File) streams(from int64) (out []chunk) {
	if f.scanned == nil {
		return nil
	}
	for _, b := range f.scanned.blocks {
		if b.typ == streamBlock && b.off >= from {
			c := chunk{off: b.off, length: b.length, typ: b.typ, n: -1, first: -1}
			var d fressian.Decoder
			met := false
			n, loss := f.walk(&c, &d, func(text []byte) error {
				if !met {
					c.first, met = indexOf(text), true
				}
				return nil
			})
			if c.n = n; n > 0 || loss != nil {
				out = append(out, c)
			}
		}
	}
	for _, t := range f.scanned.tails {
		if t.off >= from {
			out = append(out, chunk{off: t.off, length: t.end - t.off, typ: unsealed, n: t.ops, first: t.first, why: t.why})
		}
	}
	slices.SortFunc(out, func(a, b chunk) int { return cmp.Compare(a.off, b.off) })
	return out
}

// indexOf returns the index in the text of an op, -1 if there is none.
func indexOf(text []byte) int64 {
	v, _ := edn.NewSource("", text, edn.EDN).Value(0, len(text)).Get("index")
	if n, ok := v.Int(); ok {
		return n
	}
	return -1
}
