package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/internal/fressian"
)

// WriterOptions say when ops become part of the file. The zero value loses at
// most two seconds of them if the machine dies.
type WriterOptions struct {
	ChunkOps int           // how many ops a chunk has at most; 16384 if 0
	Seal     time.Duration // how long an op may wait to be sealed; 2 s if 0, forever if negative
}

// sealBytes is how much may wait to be sealed.
const sealBytes = 1 << 20

// flushed is after how many bytes of ops they are written, unsealed, so that
// a program that dies does not take them along.
const flushed = 16 << 10

// A Writer writes a .jepsen file: the test, the history op by op while it happens, and
// what the analysis found. Whenever the machine stops, the file reads as it was before
// or after a step. It is safe for concurrent use.
type Writer struct {
	mu      sync.Mutex
	path    string
	file    disk
	unlock  func()
	opt     WriterOptions
	end     int64            // where the next block goes
	last    uint32           // the last id that was given out
	blocks  map[uint32]int64 // what the index lists
	root    uint32
	history uint32
	results uint32 // 0 if there are none
	test    edn.Value

	enc     fressian.Encoder
	buf     []byte // the block of the open chunk: room for its header, then its ops
	ops     int    // in buf
	written int    // how much of buf is in the file
	stream  uint32 // its id
	since   *time.Timer
	total   int64
	chunks  []sealedChunk
	sealed  bool // the history is complete
	err     error
}

// A disk is what a writer does with its file; a test looks at the order.
type disk interface {
	io.ReaderAt
	io.WriterAt
	Sync() error
	Close() error
}

// A sealedChunk is a part of the vector that the history is.
type sealedChunk struct {
	first  int64
	n      int
	id     uint32
	off    int64
	length int
}

// Create makes a .jepsen file, which must not exist, and locks it.
func Create(path string, opt WriterOptions) (*Writer, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return nil, err
	}
	w, err := newWriter(path, file, opt)
	if err != nil {
		return nil, err
	}
	w.end = fileHeader
	return w, nil
}

func newWriter(path string, file *os.File, opt WriterOptions) (*Writer, error) {
	unlock, err := lock(file)
	if err != nil {
		file.Close()
		return nil, fmt.Errorf("%s: %w (%w)", path, ErrBusy, err)
	}
	if opt.ChunkOps <= 0 {
		opt.ChunkOps = 16384
	}
	if opt.Seal == 0 {
		opt.Seal = 2 * time.Second
	}
	return &Writer{path: path, file: file, unlock: unlock, opt: opt, blocks: map[uint32]int64{}, buf: make([]byte, blockHeader)}, nil
}

// Append opens a .jepsen file to save the results of another analysis. It refuses
// damaged files, which Repair fixes, and files of another version.
func Append(path string) (*Writer, error) {
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	w, err := newWriter(path, file, WriterOptions{})
	if err != nil {
		return nil, err
	}
	if err := w.resume(); err != nil {
		w.release()
		return nil, err
	}
	return w, nil
}

// resume takes over where the file ends.
func (w *Writer) resume() error {
	f, err := OpenFile(w.path)
	if err != nil {
		return err
	}
	defer f.Close()
	switch {
	case f.version != newest:
		return &BlockError{File: w.path, Offset: int64(len(magic)), Msg: fmt.Sprintf("expected version %d of the format, found %d: a repair rewrites it", newest, f.version)}
	case f.test.IsZero():
		return fmt.Errorf("%s: expected a test: %w", w.path, errUnsound)
	case !f.takesResults():
		return fmt.Errorf("%s: %w", w.path, errUnsound)
	}
	w.end, w.blocks, w.root, w.test, w.sealed = int64(len(f.data)), maps.Clone(f.blocks), f.root, f.test, true
	for id := range w.blocks {
		w.last = max(w.last, id)
	}
	w.history, _ = f.ref("history")
	w.results, _ = f.ref("results")
	return nil
}

var errUnsound = errors.New("expected an undamaged file: repair it first")

// A refusal is about what was asked for, which changed nothing.
type refusal struct{ error }

// takesResults reports whether results can be appended to a file without a risk to what is in it.
func (f *File) takesResults() bool {
	return f.single == nil && f.version == newest && len(f.losses) == 0 && !f.died && !f.test.IsZero()
}

// step runs a change, after which the writer is used up if it failed: what is in
// the file then is what was there before.
func (w *Writer) step(change func() error) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.err != nil {
		return w.err
	}
	err := change()
	if r, ok := err.(refusal); ok {
		return fmt.Errorf("%s: %w", w.path, r.error)
	}
	if err != nil {
		w.err = fmt.Errorf("%s: %w", w.path, err)
		return w.err
	}
	return nil
}

// id gives out the next id.
func (w *Writer) id() uint32 {
	w.last++
	return w.last
}

// put writes a block, whose bytes have room for a header, under an id.
func (w *Writer) put(id uint32, t blockType, block []byte) error {
	putHeader(block, t)
	if _, err := w.file.WriteAt(block, w.end); err != nil {
		return err
	}
	w.blocks[id] = w.end
	w.end += int64(len(block))
	return nil
}

func newBlock() []byte { return make([]byte, blockHeader, 1<<10) }

// commit writes an index, makes sure that it and what it lists is on the disk, and
// only then points to it.
func (w *Writer) commit() error {
	at, id := w.end, w.id()
	w.blocks[id] = at
	if err := w.put(id, indexBlock, appendIndex(newBlock(), w.root, w.blocks)); err != nil {
		return err
	}
	delete(w.blocks, id) // the next index does not list this one
	if err := w.file.Sync(); err != nil {
		return err
	}
	head := binary.BigEndian.AppendUint32([]byte(magic), newest)
	if _, err := w.file.WriteAt(binary.BigEndian.AppendUint64(head, uint64(at)), 0); err != nil {
		return err
	}
	return w.file.Sync()
}

// appendIndex appends the data of an index, by id.
func appendIndex(dst []byte, root uint32, blocks map[uint32]int64) []byte {
	dst = binary.BigEndian.AppendUint32(dst, root)
	for _, id := range slices.Sorted(maps.Keys(blocks)) {
		dst = binary.BigEndian.AppendUint32(dst, id)
		dst = binary.BigEndian.AppendUint64(dst, uint64(blocks[id]))
	}
	return dst
}

// unsaved are the keys of a test that hold what a program runs on, and mean
// nothing to others.
var unsaved = []string{
	"barrier", "db", "os", "net", "client", "checker", "nemesis", "generator", "model", "remote", "store", "wrap-generator",
	"history", "results",
}

// alsoUnsaved are the keys that the test itself lists as such.
func alsoUnsaved(test edn.Value) (names []string) {
	list, _ := test.Get("nonserializable-keys")
	keys, _ := list.Items(nil)
	for _, key := range keys {
		if name, ok := key.Name(); ok {
			names = append(names, name)
		}
	}
	return names
}

// SaveTest saves the map of the test, for the first time or again. It does not save
// passwords, nor entries that only a running test has, by their names or because the
// test lists them under :nonserializable-keys. Notes of a repair remain.
func (w *Writer) SaveTest(test edn.Value) error {
	return w.step(func() error {
		var m mapWriter
		skip := slices.Concat(unsaved, alsoUnsaved(test))
		err := entries(test, func(key, v edn.Value) error {
			name, _ := key.Name()
			switch {
			case slices.Contains(skip, name):
				return nil
			case name == "ssh" && v.Kind() == edn.Map:
				return m.addRedacted(key, v)
			}
			return m.add(key, v)
		})
		if err != nil {
			return refusal{err}
		}
		_, given := test.Get(lossesKey)
		if losses, noted := w.test.Get(lossesKey); noted && !given { // nobody is shown them to hand them back
			if err := m.add(lossesName, losses); err != nil {
				return err
			}
		}
		saved, history := m.value(w.path), w.history
		if history == 0 {
			history = w.id()
		}
		root, err := rootBlock(saved, w.results, history)
		if err != nil {
			return refusal{err}
		}
		if err := w.seal(false); err != nil {
			return err
		}
		if w.history == 0 {
			if err := w.put(history, valueBlock, append(newBlock(), 0xf7)); err != nil {
				return err
			}
		}
		w.test, w.history = saved, history
		return w.saveRoot(root)
	})
}

// rootBlock returns the block of a test, with references to the results and the history.
func rootBlock(test edn.Value, results, history uint32) ([]byte, error) {
	var keys []edn.Value
	err := entries(test, func(key, v edn.Value) error {
		if name, _ := key.Name(); name != "history" && name != "results" {
			keys = append(keys, key, v)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	n := len(keys)/2 + 1
	if results != 0 {
		n++
	}
	var e fressian.Encoder
	block := fressian.AppendMapHeader(newBlock(), n)
	for _, v := range keys {
		if block, err = e.Append(block, v); err != nil {
			return nil, err
		}
	}
	for _, ref := range []struct {
		name edn.Value
		id   uint32
	}{{resultsKey, results}, {historyKey, history}} {
		if ref.id == 0 {
			continue
		}
		if block, err = e.Append(block, ref.name); err != nil {
			return nil, err
		}
		block = e.AppendRef(block, ref.id)
	}
	return block, nil
}

// saveRoot writes the block of the test, and makes it the root.
func (w *Writer) saveRoot(block []byte) error {
	delete(w.blocks, w.root)
	w.root = w.id()
	if err := w.put(w.root, valueBlock, block); err != nil {
		return err
	}
	return w.commit()
}

var (
	historyKey = edn.MustParse(":history")
	resultsKey = edn.MustParse(":results")
	validKey   = edn.MustParse(":valid?")
	lossesName = edn.MustParse(":" + lossesKey)
)

// errSealed and errNoTest are about the order of steps.
var (
	errSealed   = errors.New("the history is complete already")
	errUnsealed = errors.New("the history is not complete yet")
	errNoTest   = errors.New("no test is saved yet")
)

// SaveResults saves the results of the analysis of the complete history. Their :valid?
// is in a block of its own, so a list of many runs finds it without reading the rest.
func (w *Writer) SaveResults(results edn.Value) error {
	return w.step(func() error {
		switch {
		case w.root == 0:
			return refusal{errNoTest}
		case !w.sealed:
			return refusal{errUnsealed}
		}
		var head, rest mapWriter
		err := entries(results, func(key, v edn.Value) error {
			if edn.Equal(key, validKey) {
				return head.add(key, v)
			}
			return rest.add(key, v)
		})
		if err != nil {
			return refusal{err}
		}
		restID := w.id()
		headID := w.id()
		root, err := rootBlock(w.test, headID, w.history)
		if err != nil {
			return refusal{err}
		}
		parts := []struct {
			id, rest uint32
			value    edn.Value
			block    []byte
		}{{id: restID, value: rest.value(w.path)}, {id: headID, rest: restID, value: head.value(w.path)}}
		for i := range parts { // all before the first is written
			p := &parts[i]
			var e fressian.Encoder
			if p.block, err = e.Append(binary.BigEndian.AppendUint32(newBlock(), p.rest), p.value); err != nil {
				return refusal{err}
			}
		}
		for _, p := range parts {
			if err := w.put(p.id, partialBlock, p.block); err != nil {
				return err
			}
		}
		w.results = headID
		return w.saveRoot(root)
	})
}

// Close writes the ops added so far to the file, and closes it.
func (w *Writer) Close() error {
	err := w.step(func() error { return w.seal(true) })
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.file == nil {
		return nil
	}
	if w.since != nil {
		w.since.Stop()
	}
	if closing := w.release(); err == nil {
		err = closing
	}
	w.file = nil
	if w.err == nil {
		w.err = fmt.Errorf("%s: %w", w.path, os.ErrClosed)
	}
	return err
}

func (w *Writer) release() error {
	w.unlock()
	return w.file.Close()
}
