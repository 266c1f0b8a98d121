package format

import (
	"bytes"

	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/intern"
)

// DBCop's text of 2026 has transactions in brackets, an exclamation mark behind
// those that did not commit, and lines of minus signs between sessions:
//
//	// the first session
//	[x:=1 y:=2] [z==?]
//	---
//	[y==2 x:=3]!
//
// A question mark is the version of a variable that nobody wrote. Variables are
// names, and become strings.

// isDBCopHist looks for a bracket, a name, and := or == behind it.
func isDBCopHist(text []byte) bool {
	for i := skipMark(text); i < len(text); {
		switch {
		case bytes.HasPrefix(text[i:], []byte("//")):
			i += lineLen(text[i:])
		case bytes.IndexByte([]byte(" \t\r\n-"), text[i]) >= 0:
			i++
		default:
			if text[i] != '[' {
				return false
			}
			i = skipSpace(text, i+1, true)
			op := skipIdentifier(text, i)
			return op > i && (bytes.HasPrefix(text[op:], []byte(":=")) || bytes.HasPrefix(text[op:], []byte("==")))
		}
	}
	return false
}

func readDBCopHist(l *txnLog) error {
	r := dbcopHistReader{txnLog: l, text: l.src.Text, at: skipMark(l.src.Text), line: 1}
	l.names = []string{}
	for r.skip(); r.at < len(r.text); r.skip() {
		err := l.step(r.at)
		switch {
		case err != nil:
			return err
		case r.text[r.at] == '-':
			err = r.separator()
		case r.text[r.at] == '[':
			err = r.txn()
		default:
			err = l.src.Errorf(r.at, "expected a transaction in brackets, or a line of -, found %s", found(r.text, r.at))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

type dbcopHistReader struct {
	*txnLog
	text    []byte
	at      int
	line    int
	session int64
	vars    intern.Table
}

// skip passes over white space and comments.
func (r *dbcopHistReader) skip() {
	for r.at < len(r.text) {
		switch c := r.text[r.at]; {
		case c == '\n':
			r.line++
			r.at++
		case c == ' ' || c == '\t' || c == '\r':
			r.at++
		case bytes.HasPrefix(r.text[r.at:], []byte("//")):
			r.at += len(until(r.text[r.at:], "\n"))
		default:
			return
		}
	}
}

// separator reads the line between two sessions.
func (r *dbcopHistReader) separator() error {
	r.at = skipBlanks(r.text, skipRun(r.text, r.at))
	r.session++
	if r.at < len(r.text) && endOfLine(r.text, r.at) == r.at {
		return r.src.Errorf(r.at, "expected the end of the line, found %s", found(r.text, r.at))
	}
	return nil
}

func (r *dbcopHistReader) txn() error {
	line := r.line
	for r.at++; ; {
		r.skip()
		if r.at < len(r.text) && r.text[r.at] == ']' {
			break
		}
		if err := r.event(); err != nil {
			return err
		}
	}
	typ := history.OK
	if r.at++; r.at < len(r.text) && r.text[r.at] == '!' {
		typ = history.Fail
		r.at++
	}
	r.addHeld(typ, r.session, line)
	return nil
}

func (r *dbcopHistReader) event() error {
	if err := r.step(r.at); err != nil {
		return err
	}
	end := skipIdentifier(r.text, r.at)
	if end == r.at {
		return r.src.Errorf(r.at, "expected a variable or ']', found %s", found(r.text, r.at))
	}
	id, fresh := r.vars.Text(r.text[r.at:end])
	if fresh {
		r.names = append(r.names, string(r.text[r.at:end]))
	}
	key, op, bits := number{abs: uint64(id)}, end, mopBits(0)
	switch {
	case bytes.HasPrefix(r.text[op:], []byte(":=")):
		bits = isWrite
	case bytes.HasPrefix(r.text[op:], []byte("==?")):
		r.hold(key, number{}, isNil)
		return r.between(op + 3)
	case !bytes.HasPrefix(r.text[op:], []byte("==")):
		return r.src.Errorf(op, "expected := or == after a variable, found %s", found(r.text, op))
	}
	version, end := scanNumber(r.text, op+2)
	if end <= op+2 {
		return noNumber(r.src, op+2, end, "a version")
	}
	r.hold(key, version, bits)
	return r.between(end)
}

// between checks that an event ends at i.
func (r *dbcopHistReader) between(i int) error {
	if r.at = i; i < len(r.text) && bytes.IndexByte([]byte(" \t\r\n]"), r.text[i]) < 0 {
		return r.src.Errorf(i, "expected a space or ']' after an event, found %s", found(r.text, i))
	}
	return nil
}

// skipIdentifier passes over letters, digits and underscores.
func skipIdentifier(text []byte, i int) int {
	for ; i < len(text); i++ {
		c := text[i] | 0x20 // lower case
		if !(c >= 'a' && c <= 'z' || isDigit(text, i) || text[i] == '_') {
			break
		}
	}
	return i
}
