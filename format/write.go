package format

import (
	"context"
	"encoding/json"
	"io"
	"slices"
	"strconv"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
)

// Write writes a history as one op to a line: EDN, or JSONL. Reading it again
// gives the same history, but for what JSON cannot tell apart: a keyword and a
// string inside a value are both strings there. It stops when ctx is done.
func Write(ctx context.Context, w io.Writer, h *history.History, f Format) error {
	appendOp := AppendOpEDN
	if f != EDN {
		appendOp = AppendOpJSON
	}
	if h.Len() == 0 { // an empty file would be taken for a mistake
		_, err := io.WriteString(w, "[]\n")
		return err
	}
	mark := markBefore(h)
	return writePieces(ctx, w, h.Len(), func(dst []byte, i int) ([]byte, error) {
		dst, err := withMark(dst, h, i, mark, f, "\n", appendOp)
		return append(dst, '\n'), err
	})
}

// AppendOpEDN writes op i as an EDN map on one line. Names that JSON spells as
// strings become keywords again: the fields, the type, the operation, a process
// that is no number, and the micro-ops of transactions.
func AppendOpEDN(dst []byte, h *history.History, i int) ([]byte, error) {
	if dst, ok := appendPlain(dst, h, i, false); ok {
		return dst, nil
	}
	return appendOpEDN(dst, h, i, spelling{AppendTxn, indexOf(h, i), appendKeyword, edn.AppendEDN})
}

// A spelling says how to write the fields of an op that are not written as they stand.
type spelling struct {
	value, index, process, time func(dst []byte, v edn.Value) ([]byte, error)
}

// indexOf writes the index of op i, which may not be the one in the text: see history.Builder.
func indexOf(h *history.History, i int) func([]byte, edn.Value) ([]byte, error) {
	return func(dst []byte, v edn.Value) ([]byte, error) {
		if v.IsNil() {
			return append(dst, "nil"...), nil
		}
		return strconv.AppendInt(dst, h.Index(i), 10), nil
	}
}

// AppendOpStored writes op i as AppendOpEDN does, for a .jepsen file: its index is
// its position, as there an op is found by its place, its time is in nanoseconds and a client has
// a number, as Jepsen wants it, and with tuples the value of a client's op, if it is a vector of two,
// is the pair that an independent tuple is there.
func AppendOpStored(dst []byte, h *history.History, i int, tuples bool) ([]byte, error) {
	number := func(n int64) func([]byte, edn.Value) ([]byte, error) {
		return func(dst []byte, _ edn.Value) ([]byte, error) { return strconv.AppendInt(dst, n, 10), nil }
	}
	sp := spelling{AppendTxn, number(int64(i)), appendKeyword, edn.AppendEDN}
	if p := h.Process(i); h.IsNamed(p) {
		sp.process = number(p.Number())
	}
	if t := h.Time(i); t != history.NoTime {
		sp.time = number(t)
	}
	if parts, err := h.Value(i).Items(nil); tuples && err == nil && len(parts) == 2 && h.Process(i).IsClient() && h.Value(i).Kind() == edn.Vector {
		sp.value = func(dst []byte, v edn.Value) ([]byte, error) {
			return AppendTxn(append(dst, "#jepsen/map-entry "...), v)
		}
	}
	mark := len(dst)
	dst, err := appendOpEDN(dst, h, i, sp)
	if _, ok := h.Text(i).Get("index"); err == nil && !ok {
		field := strconv.AppendInt([]byte(":index "), int64(i), 10)
		if dst[mark+1] != '}' {
			field = append(field, ", "...)
		}
		dst = slices.Insert(dst, mark+1, field...)
	}
	return dst, err
}

// appendOpEDN writes op i, some of its fields as told.
func appendOpEDN(dst []byte, h *history.History, i int, sp spelling) ([]byte, error) {
	dst = append(dst, '{')
	n := 0
	err := fields(h.Text(i), func(key edn.Value, name []byte, v edn.Value) error {
		if n++; n > 1 {
			dst = append(dst, ", "...)
		}
		var err error
		if dst, err = appendKeyword(dst, key); err != nil {
			return err
		}
		dst = append(dst, ' ')
		switch string(name) {
		case "type", "f":
			dst, err = appendKeyword(dst, v)
		case "process":
			dst, err = sp.process(dst, v)
		case "time":
			dst, err = sp.time(dst, v)
		case "value":
			dst, err = sp.value(dst, v)
		case "index":
			dst, err = sp.index(dst, v)
		default:
			dst, err = edn.AppendEDN(dst, v)
		}
		return err
	})
	return append(dst, '}'), err
}

// AppendOpJSON writes op i as a JSON object on one line.
func AppendOpJSON(dst []byte, h *history.History, i int) ([]byte, error) {
	if dst, ok := appendPlain(dst, h, i, true); ok {
		return dst, nil
	}
	return appendOpJSON(dst, h, i)
}

func appendOpJSON(dst []byte, h *history.History, i int) ([]byte, error) {
	dst = append(dst, '{')
	n, index := 0, indexOf(h, i)
	err := fields(h.Text(i), func(_ edn.Value, name []byte, v edn.Value) error {
		if n++; n > 1 {
			dst = append(dst, ',')
		}
		quoted, err := json.Marshal(string(name))
		if err != nil {
			return err
		}
		dst = append(append(dst, quoted...), ':')
		if string(name) == "index" && !v.IsNil() {
			dst, err = index(dst, v)
		} else {
			dst, err = edn.AppendJSON(dst, v)
		}
		return err
	})
	return append(dst, '}'), err
}

// fields calls f with each field of an op map, tags passed over.
func fields(op edn.Value, f func(key edn.Value, name []byte, v edn.Value) error) error {
	s := op.Scanner()
	k := s.Next()
	for k == edn.Tag {
		k = s.Next()
	}
	if k != edn.Map {
		return unexpected(&s, "an op map")
	}
	for s.Next() != edn.Close {
		if s.Kind == edn.Invalid {
			return s.Err()
		}
		key, name := s.Value(), append([]byte(nil), s.Name()...)
		if k := s.Datum(); k == edn.Close || k == edn.Invalid {
			return unexpected(&s, "a value for every field of an op")
		}
		if err := f(key, name, s.Value()); err != nil {
			return err
		}
	}
	return nil
}

// appendKeyword writes a value that names something, a string as a keyword if
// it can be one.
func appendKeyword(dst []byte, v edn.Value) ([]byte, error) {
	s := v.Scanner()
	if s.Next() == edn.String {
		if name := s.Name(); isName(name) {
			return append(append(dst, ':'), name...), nil
		}
	}
	return edn.AppendEDN(dst, v)
}

// isName reports whether b can be written as a keyword.
func isName(b []byte) bool {
	v, err := edn.Parse(":"+string(b), edn.EDN)
	return err == nil && v.Kind() == edn.Keyword && len(v.Bytes()) == len(b)+1
}

// AppendTxn writes the value of an op as EDN. In a JSON array of arrays the
// first element of each is the name of a micro-op, which becomes a keyword.
func AppendTxn(dst []byte, v edn.Value) ([]byte, error) {
	if v.Syntax() != edn.JSON || !isTxn(v) {
		return edn.AppendEDN(dst, v)
	}
	mops, err := v.Items(nil)
	dst = append(dst, '[')
	for i, m := range mops {
		if i > 0 {
			dst = append(dst, ' ')
		}
		if err == nil {
			dst, err = AppendMop(dst, m)
		}
	}
	return append(dst, ']'), err
}

// AppendMop writes a micro-op as EDN: its name as a keyword, and of a read by
// predicate that of the predicate, too.
func AppendMop(dst []byte, m edn.Value) ([]byte, error) {
	parts, err := m.Items(nil)
	if err != nil {
		return edn.AppendEDN(dst, m)
	}
	dst = append(dst, '[')
	for i, p := range parts {
		if i > 0 {
			dst = append(dst, ' ')
		}
		if name, _ := parts[0].Name(); i == 0 || i == 1 && name == "rp" {
			dst, err = AppendNamed(dst, p)
		} else {
			dst, err = edn.AppendEDN(dst, p)
		}
		if err != nil {
			return dst, err
		}
	}
	return append(dst, ']'), nil
}

// AppendNamed writes as EDN what is a name or, like the predicate [:= 1], begins
// with one.
func AppendNamed(dst []byte, v edn.Value) ([]byte, error) {
	if v.Kind() == edn.Vector || v.Kind() == edn.List {
		return AppendMop(dst, v)
	}
	return appendKeyword(dst, v)
}

// isTxn reports whether v is a sequence of sequences of which the first begins
// with a string.
func isTxn(v edn.Value) bool {
	s := v.Scanner()
	outer, inner := s.Next(), s.Next()
	return outer == edn.Vector && inner == edn.Vector && s.Next() == edn.String
}
