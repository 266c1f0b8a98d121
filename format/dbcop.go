package format

import (
	"bytes"
	"encoding/binary"

	"github.com/seed-c33ae711/jcheck/history"
)

// DBCop's histories of 2019 are bincode: integers of eight bytes, the lowest
// first, booleans of one, sequences and strings behind their length.
//
//	id, sessions, keys, txns of a session, events of a txn   5 integers, which nothing depends on
//	info, start, end                                         3 strings
//	sessions: of txns: of events: write? key value success?  18 bytes an event
//	                   success?                              1 byte a txn
//
// Registers begin with 0. An event without success did not happen, and a
// transaction without success was aborted. What they would have written is kept
// as a failed operation.

// The least bytes that each of those takes.
const (
	dbcopSession = 8
	dbcopTxn     = 8 + 1
	dbcopEvent   = 18
)

// isDBCop reports whether data begins with numbers such as those, of four bytes
// each, in eight, and three strings. No text has so many zeros.
func isDBCop(data []byte) bool {
	for i := 8; i < 6*8; i += 8 { // any id will do
		if len(data) < i+8 || binary.LittleEndian.Uint32(data[i+4:]) != 0 {
			return false
		}
	}
	r := binaryReader{data: data, at: 5 * 8, order: binary.LittleEndian}
	for range 3 {
		r.take(r.count("", 1), "")
	}
	return r.err == nil && !bytes.HasPrefix(data, []byte("JEPSEN"))
}

func readDBCop(l *txnLog) error {
	r := dbcopReader{l, binaryReader{file: l.src.Name, data: l.src.Text, order: binary.LittleEndian}}
	l.zeroIsInitial = true
	r.take(5*8, "five counters")
	for _, what := range [...]string{"the info", "the start time", "the end time"} {
		r.take(r.count("the length of "+what, 1), what)
	}
	l.reserve((len(r.data) - r.at) / dbcopEvent)
	sessions := r.count("the number of sessions", dbcopSession)
	for s := 0; s < sessions && r.err == nil; s++ {
		txns := r.count("the number of transactions", dbcopTxn)
		for t := 0; t < txns && r.err == nil; t++ {
			r.txn(int64(s))
		}
	}
	if r.err == nil && r.at < len(r.data) {
		r.fail(r.at, "expected the end of the file after the last session, found more")
	}
	if r.err == nil && len(l.txns) == 0 {
		r.fail(r.at, "expected transactions, found none")
	}
	return r.err
}

type dbcopReader struct {
	*txnLog
	binaryReader
}

// txn reads a transaction. Only behind its events it says whether it was
// committed, so that is read first.
func (r *dbcopReader) txn(session int64) {
	events := r.count("the number of events", dbcopEvent) * dbcopEvent
	from := r.at
	r.take(events, "events")
	committed := r.bool("the success of a transaction")
	if r.err == nil {
		r.err = r.step(from)
	}
	if r.err != nil {
		return
	}
	end := r.at
	done, failed := int32(-1), int32(-1)
	if committed {
		done = r.begin(history.OK, session, 0)
	}
	for r.at = from; r.at < end-1 && r.err == nil; {
		r.event(session, done, &failed)
	}
	if r.err == nil {
		r.at = end
	}
}

// event reads an event of the transaction done, -1 if that was aborted. What did
// not happen belongs to the transaction failed, which begins when there is
// something to put into it.
func (r *dbcopReader) event(session int64, done int32, failed *int32) {
	if r.err = r.step(r.at); r.err != nil {
		return
	}
	write := r.bool("whether an event is a write")
	key, value := number{abs: r.uint64("a key")}, number{abs: r.uint64("a value")}
	ok := r.bool("the success of an event") && done >= 0
	switch {
	case r.err != nil:
	case ok && write:
		r.write(done, key, value)
	case ok:
		r.read(done, key, value)
	case write:
		if *failed < 0 {
			*failed = r.begin(history.Fail, session, 0)
		}
		r.write(*failed, key, value)
	}
}
