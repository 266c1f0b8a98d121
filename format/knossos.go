package format

import (
	"bytes"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
)

// The first histories of Knossos have a vector for an op, with process, type, operation, value and
// perhaps an error:
//
//	[81 :invoke :read [8 nil]]
//	[81 :ok :read [8 3]]
//
// They stand one behind another, or in a list, and JSON has them as arrays.

// isKnossos reports whether a text begins with such a vector.
func isKnossos(text []byte) bool {
	src := edn.NewSource("", text, edn.EDN)
	i := skipSpace(text, skipMark(text), false)
	s := edn.NewScanner(src, i, len(text))
	k := s.Next()
	if k == edn.Vector || k == edn.List {
		k = s.Next()
	}
	if k == edn.Vector || k == edn.List {
		k = s.Next()
	}
	switch k {
	case edn.Int, edn.Keyword, edn.Symbol, edn.String:
	default:
		return false
	}
	if k = s.Next(); k != edn.Keyword && k != edn.Symbol && k != edn.String {
		return false
	}
	_, ok := history.TypeNamed(s.Name())
	return ok && s.Depth() > 0
}

func readKnossos(l *opLog) error {
	r := knossosReader{opLog: l, ops: layout{src: l.src, end: len(l.src.Text)}, line: 1}
	at, err := r.begin()
	for err == nil && at < r.ops.end {
		if err = l.step(at); err == nil {
			at, err = r.op(at)
		}
	}
	if bad := r.ops.checkUTF8(r.at, at); bad != nil {
		return bad
	}
	if err == nil && l.n == 0 {
		err = l.src.Errorf(at, "expected vectors such as [81 :invoke :read nil], found %s", nothing(l.src.Text))
	}
	return err
}

// knossosReader reads vectors one after another.
type knossosReader struct {
	*opLog
	ops  layout
	s    edn.Scanner
	row  history.Row
	at   int // how far was read
	line int // that at is on
	buf  loggedOp
}

// begin returns where the first op begins, and notes whether it stands in a list: then a
// vector begins behind a bracket.
func (r *knossosReader) begin() (int, error) {
	text := r.src.Text
	i := skipSpace(text, skipMark(text), false)
	if s := edn.NewScanner(r.src, i, len(text)); isJSONArray(&s, text) {
		r.src.Syntax = edn.JSON
	}
	first, err := r.ops.next(i, true)
	if err != nil || first == r.ops.end {
		return first, err
	}
	inner := skipSpace(text, first+1, r.src.Syntax == edn.JSON)
	if inner == len(text) || text[inner] != '[' && text[inner] != '(' {
		return first, nil
	}
	if r.ops.close = ']'; text[first] == '(' {
		r.ops.close = ')'
	}
	return r.ops.next(first+1, true)
}

// isJSONArray reports whether a vector begins as JSON has it: with a comma and a string behind its
// first element.
func isJSONArray(s *edn.Scanner, text []byte) bool {
	k := s.Next()
	for k == edn.Vector {
		k = s.Next()
	}
	comma := skipSpace(text, s.Pos(), true)
	return comma < len(text) && text[comma] == ',' && s.Next() == edn.String
}

// op reads the vector at offset at, and returns where the next one begins.
func (r *knossosReader) op(at int) (next int, err error) {
	s := &r.s
	s.Reset(r.src, at, len(r.src.Text))
	err = r.read(s)
	end := max(s.Pos(), s.End)
	if bad := r.ops.checkUTF8(r.at, end); bad != nil {
		err = bad
	}
	if err != nil {
		return end, err
	}
	l := &r.buf
	l.line = r.line + bytes.Count(r.src.Text[r.at:at], lineBreak)
	l.typ, l.process, l.name, l.f, l.time = r.row.Type, r.row.Process, r.row.ProcessName, r.row.F, history.NoTime
	if err := r.add(l); err != nil {
		return end, err
	}
	r.at, r.line = end, l.line+bytes.Count(r.src.Text[at:end], lineBreak)
	return r.ops.next(end, false)
}

// read reads a vector, from left to right.
func (r *knossosReader) read(s *edn.Scanner) (err error) {
	r.row = history.Row{Start: s.Pos()}
	if k := s.Next(); k != edn.Vector && k != edn.List {
		return unexpected(s, "a vector such as [81 :invoke :read nil]")
	}
	if err = readProcess(s, &r.row, nil); err == nil && !r.row.HasProcess {
		err = unexpected(s, "a process")
	}
	if err == nil {
		r.row.Type, err = readType(s, nil)
	}
	if err == nil {
		r.row.F, err = readName(s, "operation")
	}
	if err != nil {
		return err
	}
	r.buf.value, r.buf.err = append(r.buf.value[:0], "nil"...), nil
	for i := 0; ; i++ {
		switch s.Datum() {
		case edn.Close:
			return nil
		case edn.Invalid, edn.EOF:
			return unexpected(s, "the end of the vector")
		}
		switch i {
		case 0:
			r.buf.value, err = edn.AppendTxn(r.buf.value[:0], s.Value())
		case 1:
			r.buf.err, err = edn.AppendEDN(nil, s.Value())
		default:
			return unexpected(s, "the end of the vector, of process, type, operation, value and error")
		}
		if err != nil {
			return err
		}
	}
}
