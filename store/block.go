package store

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
)

// The file begins with a magic word, a version, and the offset of the current
// index.
const (
	magic      = "JEPSEN"
	pointerAt  = 10 // the one place that is ever overwritten
	fileHeader = 18
	newest     = 1 // the version that is written
)

// blockHeader is how long the header of a block is: its length, with the
// header; a checksum; a type; and 14 zeros, which the documentation of the
// format does not have, but every file does.
const blockHeader = 28

type blockType uint16

const (
	unsealed     blockType = iota // what a block is while it is written
	indexBlock                    // where the blocks are
	valueBlock                    // one Fressian value
	partialBlock                  // a map, and the block with the rest of it
	streamBlock                   // Fressian values to the end
	vectorBlock                   // which block holds which elements of a vector
	blockTypes                    // how many there are

	singleList blockType = 1 << 15 // no block, but the history in a test.fressian
)

var blockNames = [...]string{"unsealed stream", "index", "value", "partial map", "stream", "big vector"}

func (t blockType) String() string {
	switch {
	case t < blockTypes:
		return blockNames[t]
	case t == singleList:
		return "list"
	}
	return fmt.Sprintf("block of the unknown type %d", uint16(t))
}

// header is a block's header, read and not yet believed.
type header struct {
	length int64
	sum    uint32
	typ    blockType
}

func readHeader(b []byte) header {
	return header{
		length: int64(binary.BigEndian.Uint64(b)),
		sum:    binary.BigEndian.Uint32(b[8:]),
		typ:    blockType(binary.BigEndian.Uint16(b[12:])),
	}
}

// plausible reports whether a header can be one, at so many bytes from the end.
func (h header) plausible(b []byte) bool {
	return h.length >= blockHeader && h.length <= int64(len(b)) && h.typ > unsealed && h.typ < blockTypes && allZero(b[14:blockHeader])
}

func allZero(b []byte) bool {
	for _, c := range b {
		if c != 0 {
			return false
		}
	}
	return true
}

// checksum is that of a block's data, then its header with zeros for itself: in
// this order it can be computed while data come, before their length is known.
func checksum(head, data []byte) uint32 {
	var h [blockHeader]byte
	copy(h[:], head)
	clear(h[8:12])
	return crc32.Update(crc32.ChecksumIEEE(data), crc32.IEEETable, h[:])
}

// putHeader fills in the header of a block whose data follow it.
func putHeader(b []byte, t blockType) {
	clear(b[:blockHeader])
	binary.BigEndian.PutUint64(b, uint64(len(b)))
	binary.BigEndian.PutUint16(b[12:], uint16(t))
	binary.BigEndian.PutUint32(b[8:], checksum(b[:blockHeader], b[blockHeader:]))
}

// A BlockError says which block of a file is unreadable, and why.
type BlockError struct {
	File   string
	Offset int64  // of the block, or of the byte in it that is wrong
	ID     uint32 // of the block, 0 if unknown
	Type   string // what the block is, empty if unknown
	Msg    string
}

func (e *BlockError) Error() string {
	block := ""
	if e.Type != "" {
		block = " in a " + e.Type
		if e.Type[0] == 'i' || e.Type[0] == 'u' {
			block = " in an " + e.Type
		}
	}
	if e.ID != 0 {
		block += fmt.Sprintf(" (block %d)", e.ID)
	}
	return fmt.Sprintf("%s: offset %d%s: %s", e.File, e.Offset, block, e.Msg)
}

// blockAt reads and verifies the block at an offset.
func (f *File) blockAt(off int64, id uint32) (blockType, []byte, error) {
	fault := func(t blockType, format string, args ...any) (blockType, []byte, error) {
		e := &BlockError{File: f.path, Offset: off, ID: id, Msg: fmt.Sprintf(format, args...)}
		if t > unsealed && t < blockTypes {
			e.Type = t.String()
		}
		return t, nil, e
	}
	if off < fileHeader || off > int64(len(f.data))-blockHeader {
		return fault(0, "expected a block within the %d bytes of the file", len(f.data))
	}
	b := f.data[off:]
	h := readHeader(b)
	switch {
	case h.length < blockHeader:
		return fault(h.typ, "expected a block of %d bytes at least, found a length of %d", blockHeader, h.length)
	case h.length > int64(len(b)):
		return fault(h.typ, "expected %d bytes of a block, found %d", h.length, len(b))
	}
	data := b[blockHeader:h.length]
	if sum := checksum(b, data); sum != h.sum && !f.opt.IgnoreChecksums {
		return fault(h.typ, "expected the checksum %08x, found %08x", h.sum, sum)
	}
	if h.typ == unsealed || h.typ >= blockTypes {
		return fault(h.typ, "expected a known type of block, found %d", uint16(h.typ))
	}
	return h.typ, data, nil
}

// block is blockAt for an id.
func (f *File) block(id uint32) (blockType, []byte, int64, error) {
	off, ok := f.blocks[id]
	if !ok {
		return 0, nil, 0, &BlockError{File: f.path, ID: id, Msg: fmt.Sprintf("expected one of the %d blocks that the index lists", len(f.blocks))}
	}
	t, data, err := f.blockAt(off, id)
	return t, data, off, err
}

// expect is block for one of a known type.
func (f *File) expect(id uint32, want blockType) ([]byte, int64, error) {
	t, data, off, err := f.block(id)
	if err == nil && t != want {
		err = &BlockError{File: f.path, Offset: off, ID: id, Type: t.String(), Msg: "expected a " + want.String()}
	}
	return data, off, err
}
