package format

import (
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/intern"
)

// The text of Plume, PolySI, IsoVista and AWDIT has a read or a write on each
// line, with key, value, session and transaction:
//
//	w(17,100,0,0)
//	r(18,0,0,0)
//	w(18,101,1,-1)
//
// Lines of different transactions may alternate. The transactions of a session
// follow each other as they first appear. The transaction -1 stands for all that
// were aborted: which of its writes belong together is unknown, so each becomes
// a failed operation of its own; its reads say nothing. Registers begin with 0.

// isPlume reports whether a text begins with a line like those.
func isPlume(text []byte) bool {
	i := skipMark(text)
	for end := endOfLine(text, i); end > i; end = endOfLine(text, i) {
		i = end
	}
	if i+2 >= len(text) || text[i] != 'r' && text[i] != 'w' || text[i+1] != '(' {
		return false
	}
	return isDigit(text, i+2) || text[i+2] == '-' && isDigit(text, i+3)
}

func readPlume(l *txnLog) error {
	l.zeroIsInitial = true
	p := plumeReader{txnLog: l}
	text := l.src.Text
	for i, line := skipMark(text), 1; i < len(text); line++ {
		if end := endOfLine(text, i); end > i { // a blank line
			i = end
			continue
		}
		if len(l.mops) == plumeSample { // an estimate saves growing
			l.reserve(int(float64(plumeSample) * float64(len(text)) / float64(i) * 1.05))
		}
		err := l.step(i)
		if err == nil {
			i, err = p.mop(i, line)
		}
		if err != nil {
			return err
		}
	}
	if len(l.txns) == 0 {
		return l.src.Errorf(len(text), "expected committed or aborted writes, or committed reads, found none")
	}
	return nil
}

// plumeSample is from how many lines the number of all is estimated.
const plumeSample = 1 << 10

type plumeReader struct {
	*txnLog
	ids    intern.Table // of transactions, which are numbers of the log; aborted ones have none
	byID   []int32      // the number in the log
	lastID uint64       // of the line before, as lines of a transaction mostly stand together
	last   int32        // its number in the log
	some   bool         // whether there was one
}

// The fields of a line, what stands before each, and how messages call it.
const (
	plumeKey = iota
	plumeValue
	plumeSession
	plumeTxn
)

const plumeBefore = "(,,,"

var plumeNames = [...]string{"a key", "a value", "a session", "a transaction"}

// mop reads the line at offset at, and returns where the next one begins.
func (p *plumeReader) mop(at, line int) (next int, err error) {
	text := p.src.Text
	if text[at] != 'r' && text[at] != 'w' {
		return at, p.src.Errorf(at, "expected r(key,value,session,transaction) or w(...), found %s", found(text, at))
	}
	var fields [4]number
	var starts [4]int
	i := at + 1
	for k := range fields {
		if i >= len(text) || text[i] != plumeBefore[k] {
			return i, p.src.Errorf(i, "expected %q before %s, found %s", plumeBefore[k], plumeNames[k], found(text, i))
		}
		n, end := scanNumber(text, i+1)
		if end <= i+1 {
			return i, noNumber(p.src, i+1, end, plumeNames[k])
		}
		starts[k], fields[k], i = i+1, n, end
	}
	if i >= len(text) || text[i] != ')' {
		return i, p.src.Errorf(i, "expected ')' after a transaction, found %s", found(text, i))
	}
	next = endOfLine(text, i+1)
	if next == i+1 && next < len(text) {
		return i, p.src.Errorf(i+1, "expected the end of the line, found %s", found(text, i+1))
	}
	return next, p.log(text[at] == 'w', &fields, &starts, line)
}

// log adds a read or a write to its transaction.
func (p *plumeReader) log(write bool, fields *[4]number, starts *[4]int, line int) error {
	session, ok := clientNumber(fields[plumeSession])
	if !ok {
		return p.src.Errorf(starts[plumeSession], "expected a session number in range, found %s", fields[plumeSession])
	}
	id := fields[plumeTxn]
	switch {
	case id.neg && id.abs != 1:
		return p.src.Errorf(starts[plumeTxn], "expected the number of a transaction, or -1 for an aborted one, found %s", id)
	case id.neg:
		if write {
			p.write(p.begin(history.Fail, session, line), fields[plumeKey], fields[plumeValue])
		}
		return nil
	}
	if !p.some || p.lastID != id.abs {
		p.last, p.lastID, p.some = p.txn(id.abs, session, line), id.abs, true
	}
	if t := &p.txns[p.last]; t.session != session {
		return p.src.Errorf(starts[plumeSession], "expected transaction %s in session %d only (see line %d), found it in session %d", id, t.session, t.line, session)
	}
	if write {
		p.write(p.last, fields[plumeKey], fields[plumeValue])
	} else {
		p.read(p.last, fields[plumeKey], fields[plumeValue])
	}
	return nil
}

// txn returns the transaction of that id, which begins here if it is new.
func (p *plumeReader) txn(id uint64, session int64, line int) int32 {
	k, fresh := p.ids.Int(int64(id))
	if fresh {
		p.byID = append(p.byID, p.begin(history.OK, session, line))
	}
	return p.byID[k]
}

// clientNumber returns the number of a session as that of a process, and
// whether it can be one.
func clientNumber(n number) (int64, bool) {
	p := int64(n.abs)
	if n.neg {
		p = -p
	}
	return p, n.abs < 1<<62 && history.Process(p).IsClient()
}
