package store

import (
	"bufio"
	"cmp"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/internal/fressian"
)

// Repair writes the readable parts of a .jepsen file to another file, or to itself, and
// returns the losses. The new file has no blocks that nothing refers to, and takes its
// name only when it is complete. Its test records which ops are missing, so its readers
// get the same warning as readers of the damaged file. The old file does not change
// before that.
func Repair(in, out string) ([]Loss, error) {
	f, err := OpenFile(in)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var report Report
	if err := f.guard(func() error { report = f.verify(); return nil }); err != nil {
		return nil, err
	}
	write := f.writeCompact
	if len(report.Losses) > 0 || f.scanned != nil || f.single != nil {
		write = f.writeAnew
	}
	err = replaceFile(out, func(temp string) error {
		return f.guard(func() error { return write(temp) })
	})
	return report.Losses, err
}

// replaceFile lets write make a file, and then gives it the name of another.
func replaceFile(path string, write func(temp string) error) error {
	dir, err := os.MkdirTemp(filepath.Dir(path), ".jcheck-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	temp := filepath.Join(dir, filepath.Base(path))
	if err := write(temp); err != nil {
		return err
	}
	if err := os.Rename(temp, path); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

// syncDir makes the names in a directory durable, where that is possible.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	_ = d.Sync() // some systems refuse it for directories
	return nil
}

// reachable returns the ids of the blocks that the root leads to.
func (f *File) reachable() (ids []uint32) {
	seen := map[uint32]bool{0: true}
	todo := []uint32{f.root}
	for _, name := range []string{"results", "history"} {
		if id, ok := f.ref(name); ok {
			todo = append(todo, id)
		}
	}
	for len(todo) > 0 {
		id := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if seen[id] {
			continue
		}
		seen[id] = true
		t, data, _, err := f.block(id)
		if err != nil {
			continue
		}
		ids = append(ids, id)
		switch {
		case t == partialBlock && len(data) >= 4:
			todo = append(todo, binary.BigEndian.Uint32(data))
		case t == vectorBlock && len(data) >= 8:
			for pairs := data[8:]; len(pairs) >= 12; pairs = pairs[12:] {
				todo = append(todo, binary.BigEndian.Uint32(pairs[8:]))
			}
		}
	}
	return ids
}

// writeCompact copies the blocks that are in use as they are: the index first, then the
// root, then the others from short to long, so that what a list of runs needs
// stands together.
func (f *File) writeCompact(path string) error {
	type block struct {
		id   uint32
		off  int64
		size int64
	}
	var blocks []block
	last := uint32(0)
	for _, id := range f.reachable() {
		off := f.blocks[id]
		blocks = append(blocks, block{id, off, readHeader(f.data[off:]).length})
		last = max(last, id)
	}
	slices.SortStableFunc(blocks, func(a, b block) int {
		if a.id == f.root || b.id == f.root {
			return cmp.Compare(btoi(b.id == f.root), btoi(a.id == f.root))
		}
		return cmp.Or(cmp.Compare(a.size, b.size), cmp.Compare(a.off, b.off))
	})
	head := binary.BigEndian.AppendUint32([]byte(magic), f.version)
	head = binary.BigEndian.AppendUint64(head, fileHeader)
	index := binary.BigEndian.AppendUint32(newBlock(), f.root)
	at := int64(fileHeader + blockHeader + 4 + 12*(len(blocks)+1))
	for _, b := range blocks {
		index = binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint32(index, b.id), uint64(at))
		at += b.size
	}
	index = binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint32(index, last+1), fileHeader)
	putHeader(index, indexBlock)
	return writeFile(path, func(w io.Writer) error {
		if _, err := w.Write(append(head, index...)); err != nil {
			return err
		}
		for _, b := range blocks {
			if _, err := w.Write(f.data[b.off : b.off+b.size]); err != nil {
				return err
			}
		}
		return nil
	})
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// writeFile writes a file and makes it durable.
func writeFile(path string, write func(w io.Writer) error) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o644)
	if err != nil {
		return err
	}
	buf := bufio.NewWriterSize(file, 1<<16)
	err = write(buf)
	if err == nil {
		err = buf.Flush()
	}
	if err == nil {
		err = file.Sync()
	}
	if closing := file.Close(); err == nil {
		err = closing
	}
	return err
}

// writeAnew writes what can be read.
func (f *File) writeAnew(path string) error {
	w, err := Create(path, WriterOptions{Seal: -1})
	if err != nil {
		return err
	}
	defer w.Close()
	lost, err := f.copyChunks(w)
	if err != nil {
		return err
	}
	if err := f.copyTest(w, lost); err != nil {
		return err
	}
	if results, err := f.Results(); err == nil && !results.IsZero() { // if they cannot be read, that is a loss
		if err := w.SaveResults(results); err != nil {
			return err
		}
	}
	return w.Close()
}

// copyTest saves the test with what is missing of its history.
func (f *File) copyTest(w *Writer, lost []Loss) error {
	var m mapWriter
	if !f.test.IsZero() { // if it cannot be read, that is a loss
		test, err := plainTest(f.test)
		if err != nil {
			return err
		}
		if err := entries(test, m.add); err != nil {
			return err
		}
	}
	if len(lost) > 0 {
		text := []byte{'['}
		for i, l := range lost {
			if i > 0 {
				text = append(text, ' ')
			}
			text = fmt.Appendf(text, "{:at %d, :ops %d, :reason %s}", l.At, l.Ops, edn.AppendString(nil, l.Reason))
		}
		text = append(text, ']')
		if err := m.add(lossesName, edn.NewSource("", text, edn.EDN).Value(0, len(text))); err != nil {
			return err
		}
	}
	return w.SaveTest(m.value(f.path))
}

// copyChunks copies the ops that can be read, and returns those that cannot. A
// sound chunk is copied as it is, another up to where it is not.
func (f *File) copyChunks(w *Writer) (lost []Loss, err error) {
	w.history = w.id()
	at := 0
	lose := func(l Loss) {
		if l.Ops != 0 {
			l.At = at
			lost = append(lost, l)
		}
	}
	for _, c := range f.chunks {
		if c.lost != nil {
			lose(*c.lost)
			continue
		}
		part, n, loss := f.copyChunk(c, at)
		if n > 0 {
			id := w.id()
			if err := w.put(id, streamBlock, part); err != nil {
				return nil, err
			}
			w.chunks = append(w.chunks, sealedChunk{first: int64(at), n: n, id: id})
			at += n
			w.total = int64(at)
		}
		if loss != nil {
			lose(*loss)
		}
	}
	w.sealed = true
	if len(w.chunks) == 0 {
		id := w.id()
		w.chunks = []sealedChunk{{id: id}}
		if err := w.put(id, streamBlock, newBlock()); err != nil {
			return nil, err
		}
	}
	return lost, w.saveVector()
}

// copyChunk returns a chunk's ops as a block of a stream. Those of a list are written anew: as
// structs, numbered from a place in the history if they have no indices.
func (f *File) copyChunk(c chunk, at int) (block []byte, n int, loss *Loss) {
	var d fressian.Decoder
	var e fressian.Encoder
	block = newBlock()
	if c.typ == valueBlock || c.typ == singleList {
		d.SpellPairs()
		n, loss = f.walk(&c, &d, func(text []byte) error {
			op := edn.NewSource(f.path, text, edn.EDN).Value(0, len(text))
			longer, err := e.AppendOpAt(block, op, int64(at))
			if err == nil {
				block = longer
				at++
			}
			return err
		})
		return block, n, loss
	}
	good := 0 // where the last op ends that can be read
	n, loss = f.walk(&c, &d, func([]byte) error {
		good = d.Pos()
		return nil
	})
	return append(block, f.data[c.begin():][:good]...), n, loss
}
