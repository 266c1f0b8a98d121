package format

import (
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/intern"
)

// VeriStrong's text of lists begins with how many operations there are. Each has
// session, transaction, and what it does: an append with key and element, or a
// read with key and the elements behind their number.
//
//	3
//	0 0 A 5 100
//	0 0 R 5 1 100
//	1 1 R 6 0
//
// Lines of different transactions may alternate, and those of a session follow
// each other as they first appear. All were committed. A transaction is known by
// its session and its number, whether numbers are used again in another session
// or not.

// isVeriStrong reports whether a text begins with a number alone on a line, and
// an operation.
func isVeriStrong(text []byte) bool {
	i := skipSpace(text, skipMark(text), true)
	for n := 0; n < 3; n++ { // how many, session, transaction
		_, end := scanNumber(text, i)
		if end <= i {
			return false
		}
		i = skipBlanks(text, end)
		if ends := endOfLine(text, i) > i; n == 0 && !ends || n > 0 && (ends || i == end) {
			return false
		}
		i = skipSpace(text, i, true)
	}
	return i+1 < len(text) && (text[i] == 'A' || text[i] == 'R') && (text[i+1] == ' ' || text[i+1] == '\t')
}

func readVeriStrong(l *txnLog) error {
	r := veriStrongReader{txnLog: l, at: skipMark(l.src.Text)}
	start := r.skip()
	count, err := r.number("the number of operations")
	if err != nil {
		return err
	}
	n := uint64(0)
	for r.skip() < len(l.src.Text) {
		if err := l.step(r.at); err != nil {
			return err
		}
		if n++; n > count.abs || count.neg {
			return l.src.Errorf(r.at, "expected %s operations, as the first line says, found more", count)
		}
		if err := r.op(); err != nil {
			return err
		}
	}
	switch {
	case n < count.abs:
		return l.src.Errorf(start, "expected %d operations, as many as there are, found %s", n, count)
	case n == 0:
		return l.src.Errorf(len(l.src.Text), "expected operations, found none")
	}
	return nil
}

type veriStrongReader struct {
	*txnLog
	at    int
	lines lineCounter
	ids   intern.Table // of sessions and transactions
	buf   []byte       // a key of ids
	byID  []int32
}

// skip passes over white space, and returns what comes then.
func (r *veriStrongReader) skip() int {
	r.at = skipSpace(r.src.Text, r.at, true)
	return r.at
}

// number reads a number and the white space before it.
func (r *veriStrongReader) number(what string) (number, error) {
	text := r.src.Text
	i := r.skip()
	n, end := scanNumber(text, i)
	if end <= i {
		return n, noNumber(r.src, i, end, what)
	}
	if r.at = end; end < len(text) && skipSpace(text, end, true) == end {
		return n, r.src.Errorf(end, "expected a space after %s, found %s", what, found(text, end))
	}
	return n, nil
}

// op reads an operation and adds it to its transaction.
func (r *veriStrongReader) op() error {
	start := r.at
	session, err := r.number("a session")
	if err != nil {
		return err
	}
	s, ok := clientNumber(session)
	if !ok {
		return r.src.Errorf(start, "expected a session number in range, found %s", session)
	}
	id, err := r.number("a transaction")
	if err != nil {
		return err
	}
	at := r.skip()
	word := until(r.src.Text[at:], " \t\r\n")
	if len(word) != 1 || word[0] != 'A' && word[0] != 'R' {
		return r.src.Errorf(at, "expected A or R, found %s", found(r.src.Text, at))
	}
	r.at++
	key, err := r.number("a key")
	if err != nil {
		return err
	}
	txn := r.txn(s, id, start)
	if word[0] == 'A' {
		element, err := r.number("an element")
		r.add(txn, key, element, isList|isWrite)
		return err
	}
	return r.list(txn, key)
}

// list reads the elements that a read saw.
func (r *veriStrongReader) list(txn int32, key number) error {
	at := r.skip()
	n, err := r.number("a number of elements")
	if err != nil {
		return err
	}
	if room := uint64(len(r.src.Text) - r.at); n.neg || n.abs > room {
		return r.src.Errorf(at, "expected a number of elements of at most %d, found %s", room, n)
	}
	lo := len(r.listed)
	r.listed = append(r.listed, n)
	for range n.abs {
		if err := r.step(r.skip()); err != nil {
			return err
		}
		e, err := r.number("an element")
		if err != nil {
			return err
		}
		r.listed = append(r.listed, e)
	}
	r.addList(txn, key, lo)
	return nil
}

// txn returns the transaction of that session and number, which begins here if
// it is new.
func (r *veriStrongReader) txn(session int64, id number, start int) int32 {
	r.buf = appendNumber(append(appendNumber(r.buf[:0], uint64(session), false), ' '), id.abs, id.neg)
	k, fresh := r.ids.Text(r.buf)
	if fresh {
		r.byID = append(r.byID, r.begin(history.OK, session, r.lines.of(r.src.Text, start)))
	}
	return r.byID[k]
}
