package edn

import (
	"encoding/binary"
	"math/bits"
)

// SkipToClose advances past the bracket that closes the innermost open one. It matches
// brackets and finds the ends of strings and comments, and skips everything else
// without examining it.
func (s *Scanner) SkipToClose() bool {
	if s.err != nil {
		return false
	}
	if s.depth == 0 {
		return s.fail(s.pos, "expected an open bracket, found none") != Invalid
	}
	text, i, depth := s.text, s.pos, s.depth
	if !s.json {
		i, depth = s.skipVectors()
	}
	for {
		for i < len(text) && class[text[i]]&isBracket == 0 {
			i++
		}
		if i >= len(text) {
			s.depth = depth
			return s.failOpen(len(text)) != Invalid
		}
		var open Kind
		switch c := text[i]; c {
		case '"':
			if i = s.stringEnd(i); i < 0 {
				return false
			}
			continue
		case ';':
			if i++; !s.json {
				i = lineEnd(text, i)
			}
			continue
		case '\\': // the byte behind it belongs to a character
			i += 2
			continue
		case '[':
			open = Vector
		case '{':
			open = Map
		case '(':
			open = List
		default:
			depth--
			if want := closers[kindAt(&s.stack, depth)]; c != want {
				return s.fail(i, "expected %q, found %q", want, c) != Invalid
			}
			if i++; depth < s.depth {
				s.pos, s.owed = i, 0
				s.closed()
				return true
			}
			continue
		}
		if depth >= s.room {
			return s.fail(i, "expected at most %d levels of nesting", MaxDepth) != Invalid
		}
		setKind(&s.stack, depth, open)
		depth++
		i++
	}
}

// skipVectors advances over what SkipToClose passes while only vectors begin and end, as
// in most transactions: it counts brackets and compares none, eight bytes at a time. It
// returns where something else may stand, and how many brackets are open there. JSON's
// strings would interrupt it too often.
func (s *Scanner) skipVectors() (i, depth int) {
	text, outer := s.text, s.depth
	i, depth = s.pos, outer
words:
	for ; i+8 <= len(text); i += 8 {
		for m := interrupts(binary.LittleEndian.Uint64(text[i:])); m != 0; m &= m - 1 {
			at := i + bits.TrailingZeros64(m)/8
			switch c := text[at]; {
			case c == '[' && depth < s.room:
				depth++
			case c == ']' && depth > outer:
				depth--
			case class[c]&isBracket != 0:
				i = at
				break words
			}
		}
	}
	for d := outer; d < depth; d++ {
		setKind(&s.stack, d, Vector)
	}
	return i, depth
}

// interrupts returns the high bits of the bytes in x that are brackets as class has them,
// and of a few that are not.
func interrupts(x uint64) uint64 {
	const low, high = 0x0101010101010101, 0x8080808080808080
	zeros := func(v uint64) uint64 { return (v - low) &^ v } // has the high bit of each byte that is 0, and maybe of some above
	curly := (x | 0x20*low) + 5*low                          // { and } and what is between; [ and ] differ from them in one bit
	return (curly | zeros(x^'"'*low) | zeros(x^';'*low) | zeros((x|low)^')'*low)) & high
}

// SkipInts reads the rest of the innermost open sequence if it is made of plain
// integers alone: it returns how many there are and the last one, and leaves the
// scanner after the closing bracket. Otherwise it returns !ok and does not move. It
// exists because list-append histories consist mostly of such lists.
func (s *Scanner) SkipInts() (n int, last int64, ok bool) {
	if s.err != nil || s.depth == 0 || s.owed > 0 {
		return 0, 0, false
	}
	top := s.top()
	if top == Map {
		return 0, 0, false
	}
	closer := closers[top]
	if s.json {
		n, last, ok = s.skipIntsJSON()
	} else {
		n, last, ok = s.skipIntsEDN(closer)
	}
	if ok {
		s.closed()
	}
	return n, last, ok
}

// closed makes the bracket before the position that which closes the innermost open one.
func (s *Scanner) closed() {
	s.leave(s.depth - 1)
	s.Start, s.End, s.Kind = s.pos-1, s.pos, Close
	s.afterValue()
}

func (s *Scanner) skipIntsEDN(closer byte) (n int, last int64, ok bool) {
	text, i := s.text, s.pos
	start, end := 0, 0
	for {
		for i < len(text) && class[text[i]]&isSpace != 0 {
			i++
		}
		if i < len(text) && text[i] == closer {
			break
		}
		start = i
		if end = smallIntEnd(text, i); end < 0 {
			return 0, 0, false
		}
		i = end
		n++
		if i >= len(text) {
			return 0, 0, false
		}
		if text[i] == closer {
			break
		}
		if class[text[i]]&isSpace == 0 {
			return 0, 0, false
		}
	}
	if n > 0 {
		last = smallInt(text[start:end])
	}
	s.pos = i + 1
	return n, last, true
}

func (s *Scanner) skipIntsJSON() (n int, last int64, ok bool) {
	text := s.text
	i := s.skipJSONSpace(s.pos)
	start, end := 0, 0
	if i < len(text) && text[i] == ']' {
		s.pos = i + 1
		return 0, 0, true
	}
	if s.state == jsonAfter {
		if i >= len(text) || text[i] != ',' {
			return 0, 0, false
		}
		i = s.skipJSONSpace(i + 1)
	}
	for {
		start = i
		if end = smallIntEnd(text, i); end < 0 {
			return 0, 0, false
		}
		i = s.skipJSONSpace(end)
		n++
		if i >= len(text) {
			return 0, 0, false
		}
		if text[i] == ']' {
			break
		}
		if text[i] != ',' {
			return 0, 0, false
		}
		i = s.skipJSONSpace(i + 1)
	}
	s.pos = i + 1
	return n, smallInt(text[start:end]), true
}

// smallIntEnd returns the offset behind the integer at i if it is an optional
// minus and at most 18 digits without leading zeros, otherwise -1.
func smallIntEnd(text []byte, i int) int {
	if i < len(text) && text[i] == '-' {
		i++
	}
	first := i
	for i < len(text) && class[text[i]]&isDigit != 0 {
		i++
	}
	if n := i - first; n == 0 || n > 18 || (n > 1 && text[first] == '0') {
		return -1
	}
	return i
}

// smallInt converts what smallIntEnd has found.
func smallInt(b []byte) int64 {
	n, neg := int64(0), b[0] == '-'
	if neg {
		b = b[1:]
	}
	for _, c := range b {
		n = n*10 + int64(c-'0')
	}
	if neg {
		return -n
	}
	return n
}
