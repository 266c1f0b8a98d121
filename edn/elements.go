package edn

import "bytes"

// Elements returns the array in a JSON object {"#set": [...]}, which is how a set is
// spelled there, and for any other value the value itself. It lets callers treat such
// an object, whose [Value.Kind] is a map, like any other collection.
func (v Value) Elements() Value {
	if v.src == nil || v.src.Syntax != JSON || !bytes.HasPrefix(bytes.TrimLeft(v.Bytes(), " \t\r\n"), []byte{'{'}) {
		return v
	}
	s := v.Scanner()
	s.Next()
	if s.Next() != String || string(s.Text()) != `"#set"` || s.Datum() != Vector {
		return v
	}
	inner := s.Value()
	if s.Next() != Close {
		return v
	}
	return inner
}
