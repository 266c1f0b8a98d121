package format

import (
	"encoding/binary"
	"errors"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
)

// A log of Cobra holds the transactions of one session, as records: a letter,
// and integers of eight bytes, the highest first.
//
//	S txn                      a transaction begins
//	W write key value          it writes
//	R txn write key value      it reads what a transaction wrote
//	C txn, A txn               it commits, or aborts
//
// Behind the txn of S and C there may be a time, in all logs or in none. A
// version is a key and the number of a write. The hash of the value says nothing
// more, nor does the transaction that a read names.
//
// A transaction without an end may or may not have happened. Of one that did not
// commit the writes count.
//
// All deletes write the same version, and so do all writes of null, and who reads a
// row that is not there may have met any of them, or none: of a key that somebody
// deletes or sets to null, such a read says nothing, and is left out.

// Numbers of writes and transactions with a meaning of their own.
const (
	cobraInit    = 0xbebeebee // a row that was there before
	cobraNull    = 0xdeadbeef // no row
	cobraDelete  = 0xabcdefab // a row that was deleted
	cobraGCTrue  = 0x23332333 // what Cobra's collector of garbage reads
	cobraGCFalse = 0x66666666
)

const cobraStamp = 8 // bytes of a time

// readCobra reads a log alone, as the history of one session.
func readCobra(l *txnLog) error {
	return withAndWithoutTimes(l, func(l *txnLog, stamp int) error {
		return readCobraLog(l, l.src, 0, stamp)
	})
}

// dropAbsences leaves out the reads of rows that were not there, of keys that
// somebody deleted or set to null.
func dropAbsences(l *txnLog) {
	gone := map[number]bool{}
	for i := range l.mops {
		if m := &l.mops[i]; m.bits&isWrite != 0 && (m.value == cobraNull || m.value == cobraDelete) {
			key, _ := m.numbers()
			gone[key] = true
		}
	}
	if len(gone) == 0 {
		return
	}
	for i := range l.txns {
		at := &l.txns[i].first
		l.txns[i].last = -1
		for k := *at; k >= 0; k = l.mops[k].next {
			m := &l.mops[k]
			if key, _ := m.numbers(); m.bits&isAbsent == 0 || !gone[key] {
				*at, l.txns[i].last = k, k
				at = &m.next
			}
		}
		*at = -1
	}
}

// withAndWithoutTimes reads logs as if they had no times, and, if that is no way
// to read them, as if they had. If neither is, the error is that of the reading
// that came further.
func withAndWithoutTimes(l *txnLog, read func(l *txnLog, stamp int) error) error {
	empty := *l
	err := read(l, 0)
	if err == nil {
		dropAbsences(l)
	}
	var syntax *edn.SyntaxError
	if !errors.As(err, &syntax) {
		return err
	}
	timed := empty
	timedErr := read(&timed, cobraStamp)
	switch {
	case timedErr == nil:
		dropAbsences(&timed)
		*l = timed
		return nil
	case !errors.As(timedErr, &syntax) || timed.steps > l.steps:
		return timedErr
	}
	return err
}

// readCobraLog adds the transactions of one log.
func readCobraLog(l *txnLog, src *edn.Source, session int64, stamp int) error {
	r := cobraReader{
		txnLog: l, session: session, stamp: stamp,
		binaryReader: binaryReader{file: src.Name, data: src.Text, order: binary.BigEndian},
	}
	for r.at < len(r.data) && r.err == nil {
		if r.err = r.step(r.at); r.err == nil {
			r.record()
		}
	}
	if r.err == nil && r.open {
		r.end(history.Info)
	}
	return r.err
}

type cobraReader struct {
	*txnLog
	binaryReader
	session int64
	stamp   int  // bytes of a time behind S and C
	open    bool // whether a transaction has begun and not ended
	id      uint64
}

func (r *cobraReader) record() {
	at := r.at
	switch tag := r.byte("a tag"); {
	case tag == 'S' && r.open:
		r.fail(at, "expected transaction %d to commit or abort before the next one begins", r.id)
	case tag == 'S':
		r.id, r.open = r.uint64("a transaction"), true
		r.take(r.stamp, "a time")
	case (tag == 'W' || tag == 'R' || tag == 'C' || tag == 'A') && !r.open:
		r.fail(at, "expected S, the start of a transaction, found %q", tag)
	case tag == 'W':
		version, key := r.uint64("a write"), r.uint64("a key")
		r.take(8, "a value")
		r.hold(number{abs: key}, number{abs: version}, isWrite)
	case tag == 'R':
		r.readRecord()
	case tag == 'C':
		r.ends(at)
		r.take(r.stamp, "a time")
		r.end(history.OK)
	case tag == 'A':
		r.ends(at)
		r.end(history.Fail)
	default:
		r.fail(at, "expected S, W, R, C or A, found %q", tag)
	}
}

// readRecord reads what follows R. The collector's reads are not those of
// a client, and are left out.
func (r *cobraReader) readRecord() {
	writer, version, key := r.uint64("a transaction"), r.uint64("a write"), r.uint64("a key")
	r.take(8, "a value")
	initial := writer == cobraInit || writer == cobraNull
	switch {
	case initial && (version == cobraInit || version == cobraNull):
		bits := isNil
		if writer == cobraNull || version == cobraNull {
			bits |= isAbsent
		}
		r.hold(number{abs: key}, number{}, bits)
	case writer == cobraDelete || version == cobraDelete || version == cobraNull:
		r.hold(number{abs: key}, number{abs: version}, isAbsent)
	case writer == cobraInit && (version == cobraGCTrue || version == cobraGCFalse):
	default:
		r.hold(number{abs: key}, number{abs: version}, 0)
	}
}

// ends reads which transaction a record at offset at ends.
func (r *cobraReader) ends(at int) {
	if id := r.uint64("a transaction"); id != r.id {
		r.fail(at+1, "expected the end of transaction %d, found that of %d", r.id, id)
	}
}

// end adds the open transaction to the log.
func (r *cobraReader) end(typ history.Type) {
	if r.err == nil {
		r.addHeld(typ, r.session, 0)
		r.open = false
	}
}
