package edn

import "bytes"

// Elements returns the array in a JSON object {"#set": [...]}, which is how a set is
// spelled there, and of any other value the value itself. For who takes vectors, lists
// and sets alike, that is a collection where [Value.Kind] tells of a map.
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
