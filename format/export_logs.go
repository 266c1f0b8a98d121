package format

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"

	"github.com/seed-c33ae711/jcheck/history"
)

// logs are the files of a format that has one for each session.
func (x *outTxns) logs(letter string, txn func(dst []byte, i int) []byte) ([]OutputFile, error) {
	var files []OutputFile
	for _, txns := range x.sessions() {
		first := &x.txns[txns[0]]
		if first.session < 0 || first.session > math.MaxInt32 {
			return nil, x.refuse(first.op, "a process number below 0 or above 2^31-1 has no file")
		}
		files = append(files, OutputFile{fmt.Sprintf("%s%d.log", letter, first.session), func(w io.Writer) error {
			return x.pieces(w, len(txns), func(dst []byte, k int) ([]byte, error) { return txn(dst, txns[k]), nil }, "")
		}})
	}
	return files, nil
}

// exportCobra writes a log of records for each session. The value of a write is
// its number, by which a read knows it. A transaction that is not known to have
// happened has no end, and is the last of its session.
func exportCobra(e *export) ([]OutputFile, error) {
	x, err := e.load(txnShape{aborted: true, open: true, empty: true})
	if err != nil {
		return nil, err
	}
	type version struct{ key, value uint64 }
	writers := map[version]uint64{}
	ended := map[int64]bool{}
	for i, t := range x.txns {
		if ended[t.session] {
			return nil, e.refuse(t.op, "the session goes on after a transaction that is not known to have happened")
		}
		ended[t.session] = t.typ == history.Info
		for _, m := range x.mops[t.lo:t.hi] {
			switch v := (version{m.key.abs, m.value.abs}); {
			case m.bits&isNil != 0:
			case m.value.abs == cobraInit || m.value.abs == cobraNull || m.value.abs == cobraDelete:
				return nil, e.refuse(t.op, "the value %s is reserved in this format", m.value)
			case m.bits&isWrite != 0:
				if _, ok := writers[v]; ok {
					return nil, e.refuse(t.op, "it writes %s to key %s, which was written before, and a read would have two writers", m.value, m.key)
				}
				writers[v] = uint64(i + 1)
			}
		}
	}
	be := binary.BigEndian
	return x.logs("T", func(dst []byte, i int) []byte {
		t := &x.txns[i]
		id := uint64(i + 1)
		dst = be.AppendUint64(append(dst, 'S'), id)
		for _, m := range x.mops[t.lo:t.hi] {
			value := m.value.abs
			switch {
			case m.bits&isWrite != 0:
				dst = append(dst, 'W')
			case m.bits&isNil != 0:
				dst = be.AppendUint64(append(dst, 'R'), cobraInit)
				value = cobraNull
			default:
				dst = be.AppendUint64(append(dst, 'R'), writers[version{m.key.abs, value}]) // 0 if nobody wrote it
			}
			dst = be.AppendUint64(be.AppendUint64(be.AppendUint64(dst, value), m.key.abs), m.value.abs)
		}
		switch t.typ {
		case history.OK:
			return be.AppendUint64(append(dst, 'C'), id)
		case history.Fail:
			return be.AppendUint64(append(dst, 'A'), id)
		}
		return dst
	})
}

// exportViper writes a log of JSON for each session.
func exportViper(e *export) ([]OutputFile, error) {
	x, err := e.load(txnShape{signed: true, empty: true})
	if err != nil {
		return nil, err
	}
	return x.logs("J", func(dst []byte, i int) []byte {
		t := &x.txns[i]
		dst = append(dst, `{"value": [`...)
		for k, m := range x.mops[t.lo:t.hi] {
			if k > 0 {
				dst = append(dst, ", "...)
			}
			dst = append(dst, `["`...)
			dst = append(append(dst, m.letter()), `", `...)
			dst = append(appendNumber(dst, m.key.abs, m.key.neg), ", "...)
			switch {
			case m.bits&isNil != 0:
				dst = append(dst, `"nil", false]`...)
			case m.bits&isWrite != 0:
				dst = append(appendNumber(dst, m.value.abs, m.value.neg), ']')
			default:
				dst = append(appendNumber(dst, m.value.abs, m.value.neg), ", false]"...)
			}
		}
		return append(dst, "]}\n"...)
	})
}
