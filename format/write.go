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

// Write writes a history as one op to a line: EDN, or JSONL. Reading it again gives the
// same history, except that JSON does not distinguish keywords and strings inside
// values. It stops when ctx is done.
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

// AppendOpEDN writes op i as an EDN map on one line. Names that JSON spells as strings
// become keywords again: the fields, the type, the operation, a process that is not a
// number, and the micro-ops of transactions.
func AppendOpEDN(dst []byte, h *history.History, i int) ([]byte, error) {
	if dst, ok := appendPlain(dst, h, i, false); ok {
		return dst, nil
	}
	return appendOpEDN(dst, h, i, spelling{edn.AppendTxn, indexOf(h, i), edn.AppendKeyword, edn.AppendEDN})
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

// AppendOpStored writes op i as AppendOpEDN does, for a .jepsen file. Its index is its
// position, because the file finds ops by position. Its time is in nanoseconds, and
// clients are numbers, as in Jepsen. With tuples, the value of a client's op, if it is
// a vector of two, is written as an independent tuple.
func AppendOpStored(dst []byte, h *history.History, i int, tuples bool) ([]byte, error) {
	number := func(n int64) func([]byte, edn.Value) ([]byte, error) {
		return func(dst []byte, _ edn.Value) ([]byte, error) { return strconv.AppendInt(dst, n, 10), nil }
	}
	sp := spelling{edn.AppendTxn, number(int64(i)), edn.AppendKeyword, edn.AppendEDN}
	if p := h.Process(i); h.IsNamed(p) {
		sp.process = number(p.Number())
	}
	if t := h.Time(i); t != history.NoTime {
		sp.time = number(t)
	}
	if parts, err := h.Value(i).Items(nil); tuples && err == nil && len(parts) == 2 && h.Process(i).IsClient() && h.Value(i).Kind() == edn.Vector {
		sp.value = func(dst []byte, v edn.Value) ([]byte, error) {
			return edn.AppendTxn(append(dst, "#jepsen/map-entry "...), v)
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

// appendOpEDN writes op i, with some of its fields replaced.
func appendOpEDN(dst []byte, h *history.History, i int, sp spelling) ([]byte, error) {
	dst = append(dst, '{')
	n := 0
	err := fields(h.Text(i), func(key edn.Value, name []byte, v edn.Value) error {
		if n++; n > 1 {
			dst = append(dst, ", "...)
		}
		var err error
		if dst, err = edn.AppendKeyword(dst, key); err != nil {
			return err
		}
		dst = append(dst, ' ')
		switch string(name) {
		case "type", "f":
			dst, err = edn.AppendKeyword(dst, v)
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

// fields calls f with each field of an op map, without tags.
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
