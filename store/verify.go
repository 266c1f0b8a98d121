package store

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/seed-c33ae711/jcheck/internal/fressian"
)

// A Report lists what is in a .jepsen file.
type Report struct {
	Version int // as of File.Version
	Size    int64
	Blocks  []BlockInfo // in the order of the file: those of the index, and others that were found
	Garbage int64       // bytes of the file that nothing refers to any more
	Ops     int         // that can be read
	Unknown []string    // unknown structs, which are kept as tagged values
	Losses  []Loss      // the unreadable parts; none if the file is undamaged
	Notes   []Note      // oddities of a file without consequences
}

// A Note is about bytes of a file that mean nothing.
type Note struct {
	Offset int64
	ID     uint32 // of the block that they are in
	Type   string // of the block
	Msg    string
}

func (n Note) String() string {
	return fmt.Sprintf("offset %d: %s %d: %s", n.Offset, n.Type, n.ID, n.Msg)
}

// BlockInfo is a block of a file.
type BlockInfo struct {
	Offset, Length int64
	ID             uint32 // 0 if the index does not list it
	Type           string
	Used           bool // the test refers to it, or it is the index
}

// Verify reads the whole of a .jepsen file: every block that the index lists, the test, the
// results and each op.
func Verify(path string) (*Report, error) {
	f, err := OpenFile(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var r Report
	if err := f.guard(func() error { r = f.verify(); return nil }); err != nil {
		return nil, err
	}
	return &r, nil
}

func (f *File) verify() Report {
	r := Report{Version: f.Version(), Size: int64(len(f.data)), Losses: slices.Clone(f.losses)}
	lose := func(l Loss) { r.Losses = append(r.Losses, l) }
	f.verifyBlocks(&r)
	if _, err := f.Results(); err != nil {
		id, _ := f.ref("results")
		lose(Loss{Offset: f.blocks[id], ID: id, Type: "results", Reason: reason(err)})
	}
	for _, c := range f.chunks {
		if c.lost != nil {
			l := *c.lost
			l.At = r.Ops
			lose(l)
			continue
		}
		n, loss := f.verifyChunk(c, &r)
		if r.Ops += n; loss != nil {
			loss.At = r.Ops
			lose(*loss)
		}
	}
	if len(r.Losses) == 0 { // whether the ops are a history
		if _, err := f.load(context.Background(), Options{}); err != nil {
			lose(Loss{Type: "history", Reason: err.Error()})
		}
	}
	slices.SortStableFunc(r.Losses, func(a, b Loss) int { return cmp.Compare(a.Offset, b.Offset) })
	return r
}

// verifyBlocks lists the blocks. A block that is listed and in use, and cannot be read,
// is a loss where it is used.
func (f *File) verifyBlocks(r *Report) {
	used := map[uint32]bool{}
	for _, id := range f.reachable() {
		used[id] = true
	}
	at := map[int64]bool{}
	if f.single == nil {
		r.Garbage = r.Size - fileHeader
	}
	for _, id := range slices.Sorted(maps.Keys(f.blocks)) { // two may be one block
		off := f.blocks[id]
		if at[off] {
			continue
		}
		t, data, err := f.blockAt(off, id)
		if err != nil {
			continue
		}
		at[off] = true
		b := BlockInfo{Offset: off, Length: blockHeader + int64(len(data)), ID: id, Type: t.String(), Used: used[id]}
		if t == indexBlock && off == f.indexAt {
			b.Used = true
		}
		if b.Used {
			r.Garbage -= b.Length
		}
		if b.Used {
			r.noteRest(b, data)
		}
		r.Blocks = append(r.Blocks, b)
	}
	if f.scanned != nil {
		for _, b := range f.scanned.blocks {
			if !at[b.off] {
				r.Blocks = append(r.Blocks, BlockInfo{Offset: b.off, Length: b.length, Type: b.typ.String()})
			}
		}
	}
	slices.SortFunc(r.Blocks, func(a, b BlockInfo) int { return cmp.Compare(a.Offset, b.Offset) })
}

// noteRest notes bytes behind the one value that is in a block. Behind a list of ops they are a
// loss, as its length may be what is wrong.
func (r *Report) noteRest(b BlockInfo, data []byte) {
	switch b.Type {
	case partialBlock.String():
		data = data[min(4, len(data)):]
	case valueBlock.String():
	default:
		return
	}
	var d fressian.Decoder
	if d.Reset(data, 0); d.Enter() {
		return
	}
	if _, err := d.Append(nil); err == nil && d.Pos() < len(data) {
		rest := int64(len(data) - d.Pos())
		r.Notes = append(r.Notes, Note{b.Offset + b.Length - rest, b.ID, b.Type, fmt.Sprintf("expected the end of the block after its value, found %d bytes more, which are ignored", rest)})
	}
}

// verifyChunk decodes the ops of a chunk.
func (f *File) verifyChunk(c chunk, r *Report) (n int, loss *Loss) {
	var d fressian.Decoder
	n, loss = f.walk(&c, &d, func([]byte) error { return nil })
	for _, tag := range d.Unknown() {
		if !slices.Contains(r.Unknown, tag) {
			r.Unknown = append(r.Unknown, tag)
		}
	}
	return n, loss
}
