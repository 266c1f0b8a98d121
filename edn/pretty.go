package edn

import (
	"bytes"
	"unicode/utf8"
)

// AppendPretty writes a value as EDN to dst, over several lines if it does not fit in
// one of width characters: the elements of a collection, or the keys of a map with
// their values, are then one below the other. The output is that of AppendEDN, except
// for white space.
func AppendPretty(dst []byte, v Value, width int) ([]byte, error) {
	flat, err := AppendEDN(nil, v)
	if err != nil {
		return dst, err
	}
	return appendPretty(dst, NewSource("", flat, EDN).Value(0, len(flat)), 0, 0, width), nil
}

// appendPretty writes a value that AppendEDN wrote, from a column, with so many
// brackets to close behind it. It recurses as deep as values nest, which is MaxDepth at
// most.
func appendPretty(dst []byte, v Value, column, closing, width int) []byte {
	flat := v.Bytes()
	if column+utf8.RuneCount(flat)+closing <= width {
		return append(dst, flat...)
	}
	s := v.Scanner()
	switch s.Next() {
	case List, Vector, Set, Map:
	case Tag:
		dst = append(append(dst, s.Text()...), ' ')
		column += utf8.RuneCount(s.Text()) + 1
		s.Datum()
		return appendPretty(dst, s.Value(), column, closing, width)
	default:
		return append(dst, flat...)
	}
	isMap, last := s.Kind == Map, flat[len(flat)-1]
	dst = append(dst, s.Text()...)
	column += len(s.Text())
	for n := 0; s.Datum() != Close; n++ {
		if n > 0 {
			dst = append(dst, '\n')
			dst = append(dst, bytes.Repeat([]byte{' '}, column)...)
		}
		begun := len(dst)
		dst = appendPretty(dst, s.Value(), column, closing+1, width)
		if !isMap {
			continue
		}
		key := dst[max(begun, bytes.LastIndexByte(dst, '\n')+1):]
		at := utf8.RuneCount(key) + 1
		if len(key) == len(dst)-begun {
			at += column
		}
		s.Datum()
		dst = appendPretty(append(dst, ' '), s.Value(), at, closing+1, width)
	}
	return append(dst, last)
}
