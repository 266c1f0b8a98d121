package format

import (
	"bytes"
	"encoding/binary"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/seed-c33ae711/jcheck/edn"
)

// unwrap looks into a map that may hold the history, beside other things: then it returns where
// that begins, and the text ends for the layout where it ends. It stays where it is at
// an op.
func (l *layout) unwrap(at int) (int, error) {
	s := edn.NewScanner(l.src, at, l.end)
	for s.Next() == edn.Tag {
	}
	if s.Kind != edn.Map {
		return at, nil
	}
	from, to, judged := 0, 0, 0
	for s.Next() == edn.Keyword || s.Kind == edn.String {
		name := string(s.Name())
		start := s.Start
		if k := s.Datum(); k == edn.Close || k == edn.Invalid || k == edn.EOF {
			break
		}
		switch {
		case name == "type":
			return at, nil
		case name == "history" && (s.Kind == edn.Vector || s.Kind == edn.List):
			from, to = s.Start, s.End
		case isVerdict(name, s.Value()):
			judged = start
		}
	}
	switch {
	case s.Kind != edn.Close && from > 0:
		return at, unexpected(&s, "the end of the map that holds the history")
	case s.Kind != edn.Close: // the reader of ops knows what is wrong
		return at, nil
	case from == 0 && judged > 0:
		return at, l.src.Errorf(judged, "expected ops, found a verdict: these look like the results of an analysis, not a history")
	case from == 0:
		return at, nil
	}
	if bad := l.checkUTF8(at, s.End); bad != nil {
		return at, bad
	}
	rest := layout{src: l.src, end: l.end}
	if err := rest.nothingBehind(s.End); err != nil {
		return at, err
	}
	l.end = to
	return from, nil
}

// isVerdict reports whether a field is a verdict, or what a checker found.
func isVerdict(name string, v edn.Value) bool {
	if name == "valid?" || name == "valid" {
		return true
	}
	_, ok := v.Get("valid?")
	return ok
}

// utf8Text returns the text of UTF-16 with a byte order mark as UTF-8, and nil for any other
// text. What is no character becomes no UTF-8, so that readers say where it stands.
func utf8Text(text []byte) []byte {
	var order binary.ByteOrder
	switch {
	case len(text) < 4 || len(text)%2 != 0:
		return nil
	case bytes.HasPrefix(text, []byte{0xff, 0xfe}) && text[3] == 0:
		order = binary.LittleEndian
	case bytes.HasPrefix(text, []byte{0xfe, 0xff}) && text[2] == 0:
		order = binary.BigEndian
	default:
		return nil
	}
	out := make([]byte, 0, len(text)*5/8)
	for i := 2; i < len(text); i += 2 {
		r := rune(order.Uint16(text[i:]))
		if utf16.IsSurrogate(r) {
			if i+4 <= len(text) {
				r = utf16.DecodeRune(r, rune(order.Uint16(text[i+2:])))
			}
			if r == utf8.RuneError || utf16.IsSurrogate(r) {
				out = append(out, 0xff)
				continue
			}
			i += 2
		}
		out = utf8.AppendRune(out, r)
	}
	return out
}
