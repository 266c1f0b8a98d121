package store

import (
	"encoding/binary"
	"fmt"
	"strings"
	"testing"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/internal/fressian"
)

// rawBlock is a block of a made-up file; its checksum will be right.
type rawBlock struct {
	typ  blockType
	data string
}

// madeFile puts blocks one behind another, which get the ids 1, 2, ...; the last that
// is no index is the root. Behind their index stand others that it does not list.
func madeFile(blocks []rawBlock, behind ...rawBlock) []byte {
	file := make([]byte, fileHeader)
	add := func(b rawBlock) {
		block := append(make([]byte, blockHeader), b.data...)
		putHeader(block, b.typ)
		file = append(file, block...)
	}
	index := binary.BigEndian.AppendUint32(nil, uint32(len(blocks)))
	for i, b := range blocks {
		index = binary.BigEndian.AppendUint32(index, uint32(i+1))
		index = binary.BigEndian.AppendUint64(index, uint64(len(file)))
		add(b)
	}
	copy(file, magic)
	binary.BigEndian.PutUint32(file[len(magic):], newest)
	binary.BigEndian.PutUint64(file[pointerAt:], uint64(len(file)))
	add(rawBlock{indexBlock, string(index)})
	for _, b := range behind {
		add(b)
	}
	return file
}

// testOf is the block of a test whose history is in a block.
func testOf(history int) rawBlock {
	var e fressian.Encoder
	name, _ := e.Append(fressian.AppendMapHeader(nil, 2), edn.MustParse(":name"))
	name, _ = e.Append(name, edn.MustParse(`"made"`))
	key, _ := e.Append(name, historyKey)
	return rawBlock{valueBlock, string(e.AppendRef(key, uint32(history)))}
}

// vectorOf is the block of a vector: its count, and for each chunk its first index and
// its block.
func vectorOf(count int, pairs ...int) rawBlock {
	data := binary.BigEndian.AppendUint64(nil, uint64(count))
	for ; len(pairs) > 0; pairs = pairs[2:] {
		data = binary.BigEndian.AppendUint64(data, uint64(pairs[0]))
		data = binary.BigEndian.AppendUint32(data, uint32(pairs[1]))
	}
	return rawBlock{vectorBlock, string(data)}
}

// streamOf is the block of a stream of nemesis ops with these indices; -1 is none.
func streamOf(indices ...int) rawBlock {
	var e fressian.Encoder
	var data []byte
	for _, i := range indices {
		data, _ = e.AppendOp(data, edn.MustParse(fmt.Sprintf("{:index %d, :time %d, :type :info, :process :nemesis, :f :kill, :value %d}", i, i, i)))
	}
	return rawBlock{streamBlock, string(data)}
}

// listOf is the block of a list of such ops, as version 0 has them, with a count of its own.
func listOf(count int, indices ...int) rawBlock {
	ops := streamOf(indices...)
	return rawBlock{valueBlock, "\xec" + string(fressian.AppendInt(nil, int64(count))) + ops.data}
}

// garbage is a block with something behind its ops that is none.
var garbage = rawBlock{streamBlock, streamOf(0, 1).data + "\xf1"}

// nested are more vectors in each other than are read.
func nested() []rawBlock {
	blocks := []rawBlock{streamOf(0, 1)}
	for i := range 2 * maxVectors {
		blocks = append(blocks, vectorOf(2, 0, i+1))
	}
	return append(blocks, testOf(len(blocks)))
}

// contradictions are files whose blocks do not fit each other, with the ops that are
// read of them.
var contradictions = []struct {
	name  string
	file  []byte
	ops   int
	lossy string // what the loss says, empty for none
}{
	{"sound", madeFile([]rawBlock{streamOf(0, 1), streamOf(2), vectorOf(3, 0, 1, 2, 2), testOf(3)}), 3, ""},
	{"list", madeFile([]rawBlock{listOf(2, 0, 1), testOf(1)}), 2, ""},
	{"vectors in vectors", madeFile([]rawBlock{streamOf(0, 1), vectorOf(2, 0, 1), vectorOf(2, 0, 2), testOf(3)}), 2, ""},
	{"too many vectors in vectors", madeFile(nested()), 0, "expected at most 100 vectors in each other"},
	{"count of a list too high", madeFile([]rawBlock{listOf(1<<30, 0, 1), testOf(1)}), 0, "found a count of 1073741824"},
	{"count of a list too low", madeFile([]rawBlock{listOf(1, 0, 1), testOf(1)}), 1, "expected the end of the block after its list"},
	{"no list", madeFile([]rawBlock{{valueBlock, "\x05"}, testOf(1)}), 0, "expected a list of ops, or null"},
	{"no reference", madeFile([]rawBlock{{valueBlock, "\xc0\xe8\xca\xf7\xde\x6e\x61\x6d\x65\xda\xca\xf7\xe1history\x05"}}), 0, "expected a reference to a block"},
	{"count without chunks", madeFile([]rawBlock{vectorOf(7), testOf(1)}), 0, "expected chunks of 7 elements, found none"},
	{"count too high", madeFile([]rawBlock{streamOf(0, 1), vectorOf(3, 0, 1), testOf(2)}), 2, "expected 3 ops, found 2"},
	{"count too low", madeFile([]rawBlock{streamOf(0, 1, 2), streamOf(3), vectorOf(3, 0, 1, 2, 2), testOf(3)}), 4, "expected 2 ops, found 3; an unknown number of ops may be missing before position 3"},
	{"a chunk that is a number", madeFile([]rawBlock{{valueBlock, "\x05"}, vectorOf(3, 0, 1), testOf(2)}), 0, "expected a list of ops"},
	{"a chunk twice", madeFile([]rawBlock{streamOf(-1, -1), vectorOf(4, 0, 1, 2, 1), testOf(2)}), 2, "in the history once"},
	{"chunks that do not begin with 0", madeFile([]rawBlock{streamOf(0, 1), vectorOf(3, 1, 1), testOf(2)}), 2, "expected chunks that ascend"},
	{"garbage behind the ops of a chunk", madeFile([]rawBlock{garbage, vectorOf(2, 0, 1), testOf(2)}), 2, "found the unknown code 0xf1"},
	{"garbage behind fewer ops", madeFile([]rawBlock{garbage, vectorOf(5, 0, 1), testOf(2)}), 2, "3 ops are missing"},
	{"a vector in itself", madeFile([]rawBlock{vectorOf(3, 0, 1), testOf(1)}), 0, "in the history once"},
	{"behind the index", madeFile([]rawBlock{streamOf(0, 1), vectorOf(2, 0, 1), testOf(2)}, streamOf(2, 3)), 4, ""},
	{"known ops behind the index", madeFile([]rawBlock{streamOf(0, 1), vectorOf(2, 0, 1), testOf(2)}, streamOf(0, 1)), 2, ""},
	{"one known op behind the index", madeFile([]rawBlock{streamOf(0, 1), vectorOf(2, 0, 1), testOf(2)}, streamOf(1, 2, 3)), 2, "2 ops are missing before position 2"},
	{"later ops behind the index", madeFile([]rawBlock{streamOf(0, 1), vectorOf(2, 0, 1), testOf(2)}, streamOf(5)), 3, "3 ops are missing before position 2"},
	{"ops without an index behind it", madeFile([]rawBlock{streamOf(-1, -1), vectorOf(2, 0, 1), testOf(2)}, streamOf(-1)), 3, "an unknown number of ops"},
	{"garbage behind the index", madeFile([]rawBlock{streamOf(), vectorOf(0, 0, 1), testOf(2)}, garbage), 2, "found the unknown code 0xf1"},
	{"bytes behind the index", append(madeFile([]rawBlock{streamOf(0), vectorOf(1, 0, 1), testOf(2)}), "something else, no block of any kind"...), 1, "bytes that are none"},
	{"only garbage behind the index", madeFile([]rawBlock{streamOf(0), vectorOf(1, 0, 1), testOf(2)}, rawBlock{streamBlock, "\xf1"}), 1, "found the unknown code 0xf1"},
}

// Blocks whose checksums are right and which contradict each other, or themselves: no op
// is missing or there twice without a loss, in History, in Verify and in a repaired file.
func TestContradictions(t *testing.T) {
	for _, c := range contradictions {
		check := func(h *History, what string) {
			t.Helper()
			said := false
			for _, l := range h.Losses {
				said = said || l.Ops != 0 && strings.Contains(l.String(), c.lossy)
			}
			if h.Len() != c.ops || h.Lossy() != (c.lossy != "") || said != (c.lossy != "") {
				t.Errorf("%s: %s%d ops, want %d; losses %v, want %q", c.name, what, h.Len(), c.ops, h.Losses, c.lossy)
			}
		}
		f := openBytes(t, c.file)
		h := mustHistory(t, f)
		check(h, "")
		if r := f.verify(); r.Ops != c.ops || (len(r.Losses) > 0) != (c.lossy != "") {
			t.Errorf("%s: %d ops are verified, want %d; losses %v", c.name, r.Ops, c.ops, r.Losses)
		}
		if n, err := f.Len(); err == nil && c.lossy == "" {
			if ops, err := f.Ops(0, n); n != c.ops || err != nil || len(ops) != n {
				t.Errorf("%s: got %d of %d ops, %v", c.name, len(ops), n, err)
			}
		}
		out := tempFile(t, nil)
		if _, err := Repair(tempFile(t, c.file), out); err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		again, err := OpenFile(out)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if r := mustHistory(t, again); r.Len() != c.ops || r.Lossy() != h.Lossy() || fmt.Sprint(r.Warnings()) != fmt.Sprint(h.Warnings()) {
			t.Errorf("%s: repaired, %d ops, want %d; %v, was %v", c.name, r.Len(), c.ops, r.Warnings(), h.Warnings())
		}
		again.Close()
	}
}

// The text of a long chunk is added in parts, each op once and where it stands.
func TestLongChunk(t *testing.T) {
	var e fressian.Encoder
	var data []byte
	var want []string
	for i := range 5 {
		op := fmt.Sprintf("{:index %d, :time %d, :type :info, :process :nemesis, :f :kill, :value %q}", i, i, strings.Repeat(string(rune('a'+i)), flushBytes*2/3))
		want = append(want, op)
		data, _ = e.AppendOp(data, edn.MustParse(op))
	}
	wantOps(t, openBytes(t, madeFile([]rawBlock{{streamBlock, string(data)}, vectorOf(5, 0, 1), testOf(2)})), want)
}

// Bytes behind the value of a block mean nothing, and are noted.
func TestNotes(t *testing.T) {
	test := testOf(2)
	test.data += "\x01\x02"
	results := partOf(0, "a1")
	results.data += "\x03"
	root := rawBlock{valueBlock, "\xc0\xe6\xca\xf7\xe1results\xef\xe3\x09block-ref\x01\x01"}
	for _, c := range []struct {
		file []byte
		want string
	}{
		{madeFile([]rawBlock{streamOf(0), vectorOf(1, 0, 1), test}), "value 3: expected the end of the block after its value, found 2 bytes more"},
		{madeFile([]rawBlock{results, root}), "partial map 1: expected the end of the block after its value, found 1 bytes more"},
		{madeFile([]rawBlock{streamOf(0), vectorOf(1, 0, 1), testOf(2), test}), "value 4: expected"},
		{compactedFile(t), ""},
	} {
		r, err := Verify(tempFile(t, c.file))
		if err != nil || len(r.Losses) > 0 || len(r.Notes) != min(1, len(c.want)) || !strings.Contains(fmt.Sprint(r.Notes), c.want) {
			t.Errorf("got %+v, %v, want %s", r, err, c.want)
			continue
		}
		if c.want != "" && !strings.HasPrefix(r.Notes[0].String(), fmt.Sprintf("offset %d: ", r.Notes[0].Offset)) {
			t.Errorf("got %s", r.Notes[0])
		}
	}
}
