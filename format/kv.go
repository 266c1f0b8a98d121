package format

import (
	"bytes"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
)

// Porcupine's log of a key-value store has op maps of EDN, one to a line, with
// a key beside the value:
//
//	{:process 4, :type :invoke, :f :append, :key "7", :value "x 4 0 y"}
//	{:process 5, :type :ok, :f :get, :key "7", :value "x 4 0 y"}
//
// They may also stand in a list, have an :index, or be JSON.
//
// Every key holds a string, which is empty at first; put replaces it and append
// adds to it. Here the value becomes what Jepsen calls an independent tuple,
// ["7" "x 4 0 y"], so that the history can be checked key by key.

// isKV reports whether a text begins with such a map. In a list, with an index, and in
// JSON there must be text for a value, or none: other histories have such ops, too.
func isKV(text []byte) bool {
	i := skipSpace(text, skipMark(text), false)
	src := edn.NewSource("", text, edn.EDN)
	if looksLikeJSON(text, i) {
		src.Syntax = edn.JSON
	}
	list := i < len(text) && (text[i] == '[' || text[i] == '(')
	if list {
		i = skipSpace(text, i+1, false)
	}
	if i == len(text) || text[i] != '{' {
		return false
	}
	s := edn.NewScanner(src, i, len(text))
	if s.Datum() != edn.Map {
		return false
	}
	op := src.Value(s.Start, s.End)
	_, keyed := op.Get("key")
	_, indexed := op.Get("index")
	value, _ := op.Get("value")
	f, _ := op.Get("f")
	name, _ := f.Name()
	plain := src.Syntax == edn.EDN && !list && !indexed
	return keyed && isKVName(name) && (plain || value.IsZero() || value.IsNil() || value.Kind() == edn.String)
}

func isKVName(f string) bool { return f == "get" || f == "put" || f == "append" }

var lineBreak = []byte{'\n'}

func readKV(l *opLog) error {
	r := kvReader{opLog: l, text: layout{src: l.src, end: len(l.src.Text)}, line: 1}
	at, err := r.begin()
	for err == nil && at < r.text.end {
		if err = l.step(at); err == nil {
			at, err = r.op(at)
		}
	}
	if bad := r.text.checkUTF8(r.at, at); bad != nil {
		return bad
	}
	if err == nil && l.n == 0 {
		err = l.src.Errorf(at, "expected ops, found %s", nothing(l.src.Text))
	}
	return err
}

// kvReader reads op maps by the rules for EDN, one after another.
type kvReader struct {
	*opLog
	text layout
	ops  opReader
	at   int      // how far was read
	line int      // that at is on
	buf  loggedOp // what is added, used again
}

// begin returns where the first op begins.
func (r *kvReader) begin() (at int, err error) {
	at = skipMark(r.src.Text)
	if looksLikeJSON(r.src.Text, skipSpace(r.src.Text, at, false)) {
		r.src.Syntax = edn.JSON
	}
	return r.text.open(at)
}

// op reads the op map that begins at offset at, and returns where the next one
// begins.
func (r *kvReader) op(at int) (next int, err error) {
	end, err := r.ops.read(r.src, at)
	if bad := r.text.checkUTF8(r.at, end); bad != nil {
		err = bad
	}
	if err != nil {
		return end, err
	}
	begins := r.line + bytes.Count(r.src.Text[r.at:at], lineBreak)
	if err := r.log(r.src.Value(at, end), begins); err != nil {
		return end, err
	}
	r.at, r.line = end, begins+bytes.Count(r.src.Text[at:end], lineBreak)
	return r.text.next(end, false)
}

// log adds the op that was read, which begins on the given line.
func (r *kvReader) log(op edn.Value, line int) (err error) {
	row := &r.ops.row
	key, keyed := op.Get("key")
	switch {
	case row.Process == history.NoProcess:
		return r.src.Errorf(row.Start, "expected an op with the number of a :process, found one without")
	case !isKVName(string(row.F)):
		return r.src.Errorf(row.Start, "expected an op with an :f of get, put or append, found %q", row.F)
	case !keyed:
		return r.src.Errorf(row.Start, "expected an op with a :key, found one without")
	}
	l := &r.buf
	l.line, l.typ, l.process, l.f, l.time = line, row.Type, row.Process, row.F, history.NoTime
	l.index, l.hasIndex = row.Index, row.HasIndex
	if row.HasTime {
		l.time = row.Time
	}
	if l.key, err = edn.AppendEDN(l.key[:0], key); err != nil {
		return err
	}
	l.value = append(l.value[:0], "nil"...)
	if row.ValueLo < row.ValueHi {
		if l.value, err = edn.AppendEDN(l.value[:0], r.src.Value(row.ValueLo, row.ValueHi)); err != nil {
			return err
		}
	}
	return r.add(l)
}
