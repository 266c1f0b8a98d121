package store

import (
	"context"
	"encoding/binary"
	"fmt"
	"io/fs"
	"os"
	"sync/atomic"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/internal/fressian"
	"github.com/seed-c33ae711/jcheck/internal/mmap"
	"github.com/seed-c33ae711/jcheck/internal/par"
)

// FileOptions say how to open a file. The zero value is for everyday use.
type FileOptions struct {
	IgnoreChecksums bool // read blocks whose checksum is wrong: their content may be wrong, too
}

// A File is a .jepsen file, or a test.fressian of an older run, as it was when it was opened: a run may append to it
// meanwhile, and repairing it makes another file. It is safe for concurrent use.
type File struct {
	path    string
	opt     FileOptions
	data    []byte
	unmap   func()
	handle  *os.File // of the mapped file
	version uint32
	root    uint32
	indexAt int64
	stale   bool             // the index is not the one that the file points to
	blocks  map[uint32]int64 // where the block of an id begins
	test    edn.Value        // the root's map, absent if it cannot be read
	testErr error
	chunks  []chunk // of the history
	end     int64   // where the last block that the index knows ends
	died    bool    // some of the history is not in the index, or may not be
	single  *single // what a test.fressian has, nil if it is none
	scanned *scan   // what was found outside of the index, nil if nobody looked
	losses  []Loss
	cache   opCache
	closed  atomic.Bool
}

// OpenFile opens a .jepsen file or a test.fressian. It reads the index, the test and
// where the chunks of the history are. A file that was cut short, or whose index is
// damaged, is searched for readable parts; [File.Losses] lists the others. It fails if
// the file cannot hold a run, with the offset that shows it.
func OpenFile(path string) (*File, error) { return OpenFileWith(path, FileOptions{}) }

// OpenFileWith is OpenFile with options.
func OpenFileWith(path string, opt FileOptions) (*File, error) {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() { // to open a pipe may take forever
		return nil, &BlockError{File: path, Msg: "expected a .jepsen file"}
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	f := &File{path: path, opt: opt, handle: file, unmap: func() {}}
	if err := f.openFile(); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

func (f *File) openFile() error {
	info, err := f.handle.Stat()
	if err != nil {
		return err
	}
	if info.Size() < fileHeader {
		return &BlockError{File: f.path, Offset: info.Size(), Msg: fmt.Sprintf("expected a header of %d bytes, found %d: no run is saved here", fileHeader, info.Size())}
	}
	data, unmap, err := mmap.Map(f.handle, info.Size())
	if err != nil {
		return fmt.Errorf("%s: %w", f.path, err)
	}
	f.data, f.unmap = data, unmap
	return f.guard(f.open)
}

// guard calls what touches the mapped file.
func (f *File) guard(call func() error) error {
	if f.closed.Load() {
		return f.located(fs.ErrClosed)
	}
	return f.located(f.unshrunk(par.Guard(call)))
}

// unshrunk makes it an error that the file is shorter than it was: what is gone of its last
// page reads as zeros, without a fault.
func (f *File) unshrunk(err error) error {
	if err == nil && f.handle != nil {
		if info, statErr := f.handle.Stat(); statErr == nil && info.Size() < int64(len(f.data)) {
			return &par.FaultError{}
		}
	}
	return err
}

func (f *File) located(err error) error {
	_, fault := err.(*par.FaultError)
	if fault && f.closed.Load() { // by somebody else meanwhile
		err = fs.ErrClosed
	}
	if fault || err == fs.ErrClosed {
		return fmt.Errorf("%s: %w", f.path, err)
	}
	return err
}

// Close closes the file. Data already read remains valid; reading more is the error
// fs.ErrClosed.
func (f *File) Close() error {
	if f.closed.Swap(true) {
		return nil
	}
	f.unmap()
	if f.handle != nil {
		f.handle.Close()
	}
	return nil
}

// Path returns the path that the file was opened by.
func (f *File) Path() string { return f.path }

// Version returns the version of the file's format: 0 or 1, or -1 for a test.fressian.
func (f *File) Version() int {
	if f.single != nil {
		return -1
	}
	return int(f.version)
}

// Losses returns the parts of the file that could not be read when it was opened, in
// the order of the file. Losses that only show when the ops are read are in the Losses
// of the [History].
func (f *File) Losses() []Loss { return f.losses }

func (f *File) open() error {
	damaged := ""
	switch head := f.data[:fileHeader]; {
	case string(head[:len(magic)]) == magic:
		if f.version = binary.BigEndian.Uint32(head[len(magic):]); f.version > newest {
			return &BlockError{File: f.path, Offset: int64(len(magic)), Msg: fmt.Sprintf("expected version 0 or 1 of the format, found %d", f.version)}
		}
		if err := f.readIndex(int64(binary.BigEndian.Uint64(head[pointerAt:]))); err != nil {
			damaged = "no current index: " + reason(err)
		}
	case allZero(head):
		damaged = "the run died before it wrote an index"
		f.version = newest
	case head[0] == singleMap:
		return f.openSingle()
	default:
		return &BlockError{File: f.path, Msg: fmt.Sprintf("expected a .jepsen file, which begins with %s, found % x", magic, head[:len(magic)])}
	}
	if f.stale = damaged != ""; f.stale {
		f.losses = append(f.losses, Loss{Offset: pointerAt, Type: "index", Reason: damaged})
		f.look(fileHeader)
		if len(f.scanned.blocks) == 0 && len(f.scanned.tails) == 0 {
			return &BlockError{File: f.path, Offset: fileHeader, Msg: damaged + "; and no block that can be read"}
		}
	} else if f.findEnd(); f.end < int64(len(f.data)) {
		f.look(f.end) // a run that died, or is still running
	}
	f.readTest()
	f.findChunks()
	return nil
}

// readIndex reads the index at an offset.
func (f *File) readIndex(off int64) error {
	if off == 0 {
		return &BlockError{File: f.path, Offset: pointerAt, Msg: "expected the offset of an index, found 0"}
	}
	t, data, err := f.blockAt(off, 0)
	if err != nil {
		return err
	}
	if t != indexBlock || len(data)%12 != 4 {
		return &BlockError{File: f.path, Offset: off, Type: t.String(), Msg: "expected an index"}
	}
	f.root, f.indexAt = binary.BigEndian.Uint32(data), off
	f.blocks = make(map[uint32]int64, len(data)/12)
	for pair := data[4:]; len(pair) > 0; pair = pair[12:] {
		f.blocks[binary.BigEndian.Uint32(pair)] = int64(binary.BigEndian.Uint64(pair[4:]))
	}
	return nil
}

// findEnd finds where the last block of the index ends. Headers are taken by
// their word: a wrong length makes its block a loss later on.
func (f *File) findEnd() {
	for _, off := range f.blocks {
		if off >= fileHeader && off <= int64(len(f.data))-blockHeader {
			if h := readHeader(f.data[off:]); h.length >= blockHeader && h.length <= int64(len(f.data))-off {
				f.end = max(f.end, off+h.length)
			}
		}
	}
}

// decode returns the one value that a block's data hold.
func (f *File) decode(data []byte, off int64) (edn.Value, error) {
	d := fressian.NewDecoder(data, off+blockHeader)
	text, err := d.Append(nil)
	if err != nil {
		return edn.Value{}, f.faulty(err, off, valueBlock)
	}
	return edn.NewSource(f.path, text, edn.EDN).Value(0, len(text)), nil
}

// faulty makes an error of a block of one in its data.
func (f *File) faulty(err error, off int64, t blockType) error {
	if e, ok := err.(*fressian.Error); ok {
		return &BlockError{File: f.path, Offset: e.Offset, Type: t.String(), Msg: e.Msg + f.around(e.Offset)}
	}
	return &BlockError{File: f.path, Offset: off, Type: t.String(), Msg: err.Error()}
}

// around shows the bytes at an offset.
func (f *File) around(off int64) string {
	if off < 0 || off >= int64(len(f.data)) {
		return ""
	}
	return fmt.Sprintf(" (bytes % x)", f.data[off:min(off+8, int64(len(f.data)))])
}

// History reads the whole history. It can be used after the file is closed. The text of
// its ops has one op per line.
func (f *File) History(ctx context.Context, opt Options) (*History, error) {
	if f.closed.Load() {
		return nil, f.located(fs.ErrClosed)
	}
	h, err := f.load(ctx, opt)
	if err = f.unshrunk(err); err != nil {
		return nil, f.located(err)
	}
	return h, nil
}
