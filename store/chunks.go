package store

import (
	"encoding/binary"
	"fmt"
	"math"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/internal/fressian"
)

// A chunk is a part of the history, or one that is missing.
type chunk struct {
	off, length int64
	id          uint32
	typ         blockType // stream, value for a list, unsealed
	n           int       // how many ops it has, -1 if only reading tells
	first       int64     // the index of the first; used where no vector tells
	why         string    // an unsealed chunk ends where it does
	lost        *Loss     // nothing can be read: At is not yet known
}

// findChunks finds the parts of the history: those that the test refers to,
// then what a run that died has written behind them.
func (f *File) findChunks() {
	id, ok := f.ref("history")
	var unknown *Loss // where the history ends is not known
	if ok {
		if err := f.addChunks(id, -1, map[uint32]bool{}); err != nil {
			unknown = &Loss{Offset: f.blocks[id], ID: id, Type: "history", Ops: -1, Reason: reason(err)}
			f.chunks = nil
			f.lookEverywhere()
		}
	} else if f.test.IsZero() && (f.root != 0 || f.scanned != nil) {
		unknown = &Loss{Offset: f.blocks[f.root], ID: f.root, Type: "history", Ops: -1, Reason: "no test that refers to it can be read"}
		f.lookEverywhere()
	}
	if _, analysed := f.ref("results"); f.stale && !analysed && unknown == nil {
		unknown = &Loss{Offset: f.indexAt, Type: "history", Ops: -1, Reason: "the newest index that can be read is not the last one, and may not list all of it"}
	}
	from := int64(0)
	for _, c := range f.chunks {
		from = max(from, c.off+1)
	}
	f.addStreams(from)
	if unknown != nil {
		f.chunks = append(f.chunks, chunk{off: unknown.Offset, n: -1, lost: unknown})
	}
	f.addRecorded()
}

// addChunks adds the chunks of the history, or of the part of it, that a block
// holds: n ops, or -1 if nothing says how many.
func (f *File) addChunks(id uint32, n int, seen map[uint32]bool) error {
	if seen[id] {
		return &BlockError{File: f.path, Offset: f.blocks[id], ID: id, Msg: "expected a block to be in the history once"}
	}
	seen[id] = true
	t, data, off, err := f.block(id)
	if err != nil {
		return err
	}
	fault := func(format string, args ...any) error {
		return &BlockError{File: f.path, Offset: off, ID: id, Type: t.String(), Msg: fmt.Sprintf(format, args...)}
	}
	switch t {
	case valueBlock:
		if len(data) == 1 && data[0] == 0xf7 {
			return nil
		}
		if d := fressian.NewDecoder(data, 0); !d.Enter() {
			return fault("expected a list of ops, or null")
		}
		f.chunks = append(f.chunks, chunk{off: off, length: blockHeader + int64(len(data)), id: id, typ: t, n: n})
		return nil
	case streamBlock:
		f.chunks = append(f.chunks, chunk{off: off, length: blockHeader + int64(len(data)), id: id, typ: t, n: n})
		return nil
	case vectorBlock:
	default:
		return fault("expected a part of a history")
	}
	if len(data)%12 != 8 {
		return fault("expected a count and pairs of an index and an id")
	}
	total, pairs := int64(binary.BigEndian.Uint64(data)), data[8:]
	if total > math.MaxInt32 {
		return fault("expected at most %d ops, found a count of %d", math.MaxInt32, total)
	}
	if total < 0 || n >= 0 && int64(n) != total {
		return fault("expected %d elements, found a count of %d", n, total)
	}
	for at := int64(0); len(pairs) > 0; pairs = pairs[12:] {
		first, next := int64(binary.BigEndian.Uint64(pairs)), total
		if len(pairs) > 12 {
			next = int64(binary.BigEndian.Uint64(pairs[12:]))
		}
		if first != at || next < first || next > total {
			return fault("expected chunks that ascend from 0 to %d, found one from %d to %d", total, first, next)
		}
		at = next
		part := binary.BigEndian.Uint32(pairs[8:])
		f.addPart(part, int(next-first), seen)
	}
	return nil
}

// addPart adds a chunk of a vector. Its block is verified only when it is
// read, so that opening a long history does not read it.
func (f *File) addPart(id uint32, n int, seen map[uint32]bool) {
	off, listed := f.blocks[id]
	if listed && off >= fileHeader && off <= int64(len(f.data))-blockHeader && !seen[id] {
		h := readHeader(f.data[off:])
		if (h.typ == streamBlock || h.typ == valueBlock) && h.length >= blockHeader && h.length <= int64(len(f.data))-off {
			seen[id] = true
			f.chunks = append(f.chunks, chunk{off: off, length: h.length, id: id, typ: h.typ, n: n})
			return
		}
	}
	kept := len(f.chunks)
	err := f.addChunks(id, n, seen)
	if err != nil { // what is below is lost, but not what is beside it
		f.chunks = append(f.chunks[:kept], chunk{off: off, id: id, n: n, lost: &Loss{Offset: off, ID: id, Type: "chunk", Ops: n, Reason: reason(err)}})
	}
}

// addStreams adds what a scan found behind an offset, as far as it continues
// the history. The index of a first op says whether it does: lower ones are in
// the history already, and what is missing before a higher one is lost.
func (f *File) addStreams(from int64) {
	have := int64(0)
	for _, c := range f.chunks {
		if c.n < 0 {
			have = -1
			break
		}
		have += int64(c.n)
	}
	gaps := f.pendingGaps(from)
	for _, c := range f.streams(from) {
		if c.typ == streamBlock {
			c.n = f.count(c)
		}
		if c.n == 0 && c.typ == streamBlock {
			continue
		}
		if have >= 0 && c.first >= 0 && c.first < have {
			continue
		}
		if have >= 0 && c.first > have {
			f.chunks = append(f.chunks, chunk{off: c.off, n: int(c.first - have), lost: &Loss{
				Offset: c.off, Type: "ops", Ops: int(c.first - have), Reason: fmt.Sprintf("expected op %d, found op %d", have, c.first)}})
			have = c.first
		}
		f.chunks = append(f.chunks, c)
		if have >= 0 {
			have += int64(c.n)
		}
		if c.typ == unsealed {
			f.chunks = append(f.chunks, chunk{off: c.off + c.length, n: -1, lost: &Loss{
				Offset: c.off + c.length, Type: unsealed.String(), Ops: -1,
				Reason: fmt.Sprintf("the run died in the middle of its history, of which this part has %d ops: %s", c.n, c.why)}})
		}
	}
	for _, g := range gaps {
		f.chunks = append(f.chunks, chunk{off: g.Offset, n: -1, lost: &g})
	}
}

// pendingGaps are the bytes that a scan could not read, any of which may have
// been ops.
func (f *File) pendingGaps(from int64) (out []Loss) {
	if f.scanned == nil {
		return nil
	}
	for _, g := range f.scanned.gaps {
		if g.Offset >= from {
			out = append(out, g)
		}
	}
	return out
}

// count returns how many ops a stream has that can be read.
func (f *File) count(c chunk) (n int) {
	d := fressian.NewDecoder(f.data[c.off+blockHeader:c.off+c.length], c.off+blockHeader)
	var text []byte
	for d.More() {
		var err error
		if text, err = d.Append(text[:0]); err != nil {
			break
		}
		n++
	}
	return n
}

// addRecorded puts in what a repair knew to be missing.
func (f *File) addRecorded() {
	v, ok := f.test.Get(lossesKey)
	if !ok {
		return
	}
	items, err := v.Items(nil)
	if err != nil {
		return
	}
	var out []chunk
	at := 0
	for _, c := range f.chunks {
		out, items = appendRecorded(out, items, at, false)
		out = append(out, c)
		at += max(c.n, 0)
	}
	out, _ = appendRecorded(out, items, at, true)
	f.chunks = out
}

// appendRecorded adds the losses that a repair noted at a position, or all that
// are left.
func appendRecorded(out []chunk, items []edn.Value, at int, all bool) ([]chunk, []edn.Value) {
	for len(items) > 0 {
		where, _ := items[0].Get("at")
		pos, ok := where.Int()
		if ok && pos > int64(at) && !all {
			break
		}
		ops, _ := items[0].Get("ops")
		n, ok := ops.Int()
		if !ok || n < -1 || n > 1<<31 {
			n = -1
		}
		why, _ := items[0].Get("reason")
		text, _ := why.Name()
		out = append(out, chunk{lost: &Loss{Type: "repaired file", Ops: int(n), Reason: text}})
		items = items[1:]
	}
	return out, items
}
