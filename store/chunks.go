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
	typ         blockType // stream, value for a list, unsealed, or the list of a test.fressian
	n           int       // how many ops it has, -1 if only reading shows it
	first       int64     // the index of the first; used if there is no vector
	why         string    // an unsealed chunk ends where it does
	lost        *Loss     // nothing can be read: At is not yet known
}

// begin returns where the data of the chunk begin.
func (c *chunk) begin() int64 {
	if c.typ == singleList {
		return c.off
	}
	return c.off + blockHeader
}

// findChunks finds the parts of the history: those that the test refers to,
// then what a run that died has written behind them.
func (f *File) findChunks() {
	id, ok := f.ref("history")
	var unknown *Loss // where the history ends is not known
	if ok {
		if err := f.addChunks(id, -1, &visit{map[int64]bool{}, int64(len(f.data))}, 0); err != nil {
			unknown = &Loss{Offset: f.blocks[id], ID: id, Type: "history", Ops: -1, Reason: reason(err)}
			f.chunks = nil
			f.lookEverywhere()
		}
	} else if v, ok := f.test.Get("history"); ok && !v.IsNil() {
		unknown = &Loss{Offset: f.blocks[f.root], ID: f.root, Type: "history", Ops: -1, Reason: "expected a reference to a block"}
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
	known := len(f.chunks)
	f.addStreams(from)
	for _, c := range f.chunks[known:] {
		f.died = f.died || c.lost == nil || c.lost.Ops != 0
	}
	if unknown != nil {
		f.died = true
		f.chunks = append(f.chunks, chunk{off: unknown.Offset, n: -1, lost: unknown})
	}
	f.addRecorded()
}

// maxVectors is how many vectors may stand in each other.
const maxVectors = 100

// A visit to the blocks of a history meets each once, so that it comes to an end.
type visit struct {
	seen map[int64]bool // by where they begin
	left int64          // how long others may be without lying in those
}

func (v *visit) meet(off, length int64) bool {
	if v.seen[off] || length > v.left {
		return false
	}
	v.seen[off] = true
	v.left -= length
	return true
}

// addChunks adds the chunks of the history, or of the part of it, that a block
// holds, which stands in depth vectors: n ops, or -1 if nothing says how many.
func (f *File) addChunks(id uint32, n int, v *visit, depth int) error {
	t, data, off, err := f.block(id)
	if err != nil {
		return err
	}
	fault := func(format string, args ...any) error {
		return &BlockError{File: f.path, Offset: off, ID: id, Type: t.String(), Msg: fmt.Sprintf(format, args...)}
	}
	if !v.meet(off, blockHeader+int64(len(data))) {
		return fault("expected a block to be in the history once, and in no other")
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
	if depth == maxVectors {
		return fault("expected at most %d vectors in each other", maxVectors)
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
	if len(pairs) == 0 && total > 0 {
		return fault("expected chunks of %d elements, found none", total)
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
		f.addPart(part, int(next-first), v, depth+1)
	}
	return nil
}

// addPart adds a chunk of a vector. Its block is verified only when it is
// read, so that opening a long history does not read it.
func (f *File) addPart(id uint32, n int, v *visit, depth int) {
	off, listed := f.blocks[id]
	if listed && off >= fileHeader && off <= int64(len(f.data))-blockHeader {
		h := readHeader(f.data[off:])
		if (h.typ == streamBlock || h.typ == valueBlock) && h.length >= blockHeader && h.length <= int64(len(f.data))-off && v.meet(off, h.length) {
			f.chunks = append(f.chunks, chunk{off: off, length: h.length, id: id, typ: h.typ, n: n})
			return
		}
	}
	kept := len(f.chunks)
	err := f.addChunks(id, n, v, depth)
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
	lose := func(off int64, ops int, format string, args ...any) {
		f.chunks = append(f.chunks, chunk{off: off, n: ops, lost: &Loss{Offset: off, Type: "ops", Ops: ops, Reason: fmt.Sprintf(format, args...)}})
	}
	for _, c := range f.streams(from) {
		switch next := c.first + int64(c.n); {
		case c.typ == unsealed && c.n == 0 && f.isAnalysed():
			lose(c.off, 0, "expected a block, found zeros: nothing refers to them, and they were not part of the history")
			continue
		case c.first < 0 || have < 0:
			lose(c.off, -1, "expected indices that show whether ops continue the history")
		case c.first < have && next <= have:
			continue
		case c.first < have:
			lose(c.off, int(next-have), "expected op %d, found ops %d to %d", have, c.first, next-1)
			have = next
			continue
		case c.first > have:
			lose(c.off, int(c.first-have), "expected op %d, found op %d", have, c.first)
			have = c.first
		}
		f.chunks = append(f.chunks, c)
		if have >= 0 {
			have += int64(c.n)
		}
		if c.typ == unsealed {
			f.chunks = append(f.chunks, chunk{off: c.off + c.length, n: -1, lost: &Loss{
				Offset: c.off + c.length, Type: unsealed.String(), Ops: -1,
				Reason: fmt.Sprintf("the run died in the middle of its history; this part has %d ops: %s", c.n, c.why)}})
		}
	}
	for _, g := range gaps {
		f.chunks = append(f.chunks, chunk{off: g.Offset, n: -1, lost: &g})
	}
}

// pendingGaps are the bytes that a scan could not read, any of which may have
// been ops, unless it shows that they were not.
func (f *File) pendingGaps(from int64) (out []Loss) {
	if f.scanned == nil {
		return nil
	}
	for _, g := range f.scanned.gaps {
		if g.off < from {
			continue
		}
		loss := Loss{Offset: g.off, Type: "bytes", Ops: -1, Reason: fmt.Sprintf("expected a block, found %d bytes that are none", g.end-g.off)}
		if f.isAnalysed() || f.isUnfinished(g) {
			loss.Ops, loss.Reason = 0, loss.Reason+": nothing refers to them, and they were not part of the history"
		}
		out = append(out, loss)
	}
	return out
}

// isAnalysed reports whether the current index has results: then the history was complete
// before, and what follows was written by another analysis.
func (f *File) isAnalysed() bool {
	_, ok := f.ref("results")
	return ok && !f.stale
}

// isUnfinished reports whether a gap is a block that somebody did not finish, and that was not of
// the history. The ops of a stream are in the file before its header is.
func (f *File) isUnfinished(g gap) bool {
	if f.stale || f.version != newest {
		return false
	}
	b := f.data[g.off:g.end]
	if len(b) < blockHeader {
		return true
	}
	h := readHeader(b)
	return h.typ != unsealed && h.typ != streamBlock && h.typ < blockTypes && h.length > int64(len(b)) && allZero(b[14:blockHeader])
}

// walk decodes the ops of a chunk and calls visit with the text of each. A loss
// says where that ended too early.
func (f *File) walk(c *chunk, d *fressian.Decoder, visit func(text []byte) error) (n int, loss *Loss) {
	if loss := f.enter(c, d); loss != nil {
		return 0, loss
	}
	var text []byte
	for ; d.More(); n++ {
		var err error
		if text, err = d.Append(text[:0]); err == nil {
			err = visit(text)
		}
		if err != nil {
			loss = f.broken(c, d, err)
			break
		}
	}
	return n, c.missing(n, d, loss)
}

// enter verifies the block of a chunk and sets a decoder on it. A loss says why
// that cannot be.
func (f *File) enter(c *chunk, d *fressian.Decoder) *Loss {
	if c.typ == unsealed { // it was looked through when the file was opened, and has no checksum
		d.Reset(f.data[c.begin():c.off+c.length], c.begin())
		return nil
	}
	if c.typ == singleList { // it was found when the file was opened
		f.enterSingle(d)
		return nil
	}
	t, data, err := f.blockAt(c.off, c.id)
	if err != nil {
		return &Loss{Offset: c.off, ID: c.id, Type: c.typ.String(), Ops: c.n, Reason: reason(err)}
	}
	d.Reset(data, c.begin())
	if c.typ = t; t == valueBlock && !d.Enter() {
		return &Loss{Offset: c.off, ID: c.id, Type: t.String(), Ops: c.n, Reason: "expected a list of ops"}
	}
	return nil
}

// broken is the loss of what follows an error in the data of a chunk.
func (f *File) broken(c *chunk, d *fressian.Decoder, err error) *Loss {
	loss := &Loss{Offset: c.begin() + int64(d.Pos()), ID: c.id, Type: c.typ.String(), Reason: reason(err)}
	if e, ok := err.(*fressian.Error); ok {
		loss.Offset, loss.Reason = e.Offset, e.Msg+f.around(e.Offset)
	}
	return loss
}

// missing says what is missing of a chunk of which n ops were read, up to where the
// decoder is: in number what its vector says that it has. If an error was met behind
// these, or if it has more, but it is unknown how many.
func (c *chunk) missing(n int, d *fressian.Decoder, loss *Loss) *Loss {
	switch left := c.off + c.length - c.begin() - int64(d.Pos()); {
	case loss != nil:
	case c.typ == singleList:
		return nil
	case left > 0:
		loss = &Loss{Offset: c.off + c.length - left, ID: c.id, Type: c.typ.String(), Reason: fmt.Sprintf("expected the end of the block after its list, found %d bytes more", left)}
	case c.n >= 0 && c.n != n:
		loss = &Loss{Offset: c.off, ID: c.id, Type: c.typ.String(), Reason: fmt.Sprintf("expected %d ops, found %d", c.n, n)}
	default:
		return nil
	}
	if loss.Ops = -1; c.n > n {
		loss.Ops = c.n - n
	}
	return loss
}

// addRecorded puts in what a repair knew to be missing.
func (f *File) addRecorded() {
	v, ok := f.test.Get(lossesKey)
	if !ok {
		return
	}
	items, err := v.Items(nil)
	if err != nil { // a repair has noted something unreadable
		items = []edn.Value{v}
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
