package edn

import (
	"bytes"
	"unicode/utf8"
)

// nextEDN reads one token, discards and metadata markers included.
func (s *Scanner) nextEDN() Kind {
	text, i := s.text, s.pos
	for i < len(text) {
		c := text[i]
		if class[c]&isSpace != 0 {
			i++
		} else if c == ';' {
			i = lineEnd(text, i)
		} else {
			break
		}
	}
	s.Start = i
	if i >= len(text) {
		return s.end(i)
	}
	switch c := text[i]; c {
	case '[':
		return s.open(i+1, Vector)
	case '(':
		return s.open(i+1, List)
	case '{':
		return s.open(i+1, Map)
	case ']', ')', '}':
		return s.close(i, c)
	case '"':
		return s.str(i)
	case ':':
		return s.keyword(i)
	case '\\':
		return s.char(i)
	case '^':
		s.End, s.pos = i+1, i+1
		return meta
	case '#':
		return s.dispatch(i)
	case '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
		// Most tokens of most histories are these, so without a call.
		n, j := int64(c-'0'), i+1
		for j < len(text) && class[text[j]]&isDigit != 0 {
			n = n*10 + int64(text[j]-'0')
			j++
		}
		if j-i <= 18 && (j == len(text) || class[text[j]]&isDelim != 0) && (c != '0' || j == i+1) {
			s.Int, s.End, s.pos, s.owed, s.odd = n, j, j, 0, !s.odd
			return Int
		}
		return s.otherNumber(i)
	case '-', '+':
		if i+1 < len(text) && class[text[i+1]]&isDigit != 0 {
			return s.number(i)
		}
	}
	return s.symbol(i)
}

// close reads a closing bracket.
func (s *Scanner) close(i int, c byte) Kind {
	if s.owed > 0 {
		return s.fail(i, "expected a form after a tag or metadata, found %q", c)
	}
	if d := s.depth - 1; d >= 0 {
		if k := kindAt(&s.stack, d); closers[k] == c && !(s.odd && k == Map) {
			s.leave(d)
			s.End, s.pos = i+1, i+1
			return Close
		}
	}
	return s.wrongClose(i, c)
}

func (s *Scanner) str(i int) Kind {
	end := s.stringEnd(i)
	if end < 0 || (s.escaped && !s.checkEscapes(i, end)) {
		return Invalid
	}
	return s.atom(end, String)
}

// end answers at the end of the text.
func (s *Scanner) end(i int) Kind {
	s.End, s.pos = i, i
	if s.depth > 0 {
		return s.failOpen(i)
	}
	if s.owed > 0 {
		return s.fail(i, "expected a form after a tag or metadata, found the end of the text")
	}
	return EOF
}

// atom completes a token that is a datum by itself.
func (s *Scanner) atom(end int, k Kind) Kind {
	s.End, s.pos, s.owed, s.odd = end, end, 0, !s.odd
	return k
}

func (s *Scanner) open(end int, k Kind) Kind {
	s.End, s.pos, s.owed = end, end, 0
	return s.push(s.Start, k)
}

func tokenEnd(text []byte, i int) int {
	for i < len(text) && class[text[i]]&isDelim == 0 {
		i++
	}
	return i
}

func (s *Scanner) keyword(i int) Kind {
	end := tokenEnd(s.text, i+1)
	if end == i+1 || s.text[i+1] == ':' {
		return s.fail(i, "expected a keyword, found %s", s.quote(i, end))
	}
	return s.atom(end, Keyword)
}

func (s *Scanner) symbol(i int) Kind {
	end := tokenEnd(s.text, i+1)
	switch string(s.text[i:end]) {
	case "nil":
		return s.atom(end, Nil)
	case "true", "false":
		return s.atom(end, Bool)
	}
	if c := s.text[i]; c < 0x20 || c == 0x7f {
		return s.fail(i, "unexpected control character %q", c)
	}
	return s.atom(end, Symbol)
}

// char reads a character. The one after the backslash belongs to it even if it
// is a delimiter.
func (s *Scanner) char(i int) Kind {
	_, size := utf8.DecodeRune(s.text[i+1:])
	if size == 0 {
		return s.fail(i, "expected a character after the backslash, found the end of the text")
	}
	end := tokenEnd(s.text, i+1+size)
	if _, ok := charValue(s.text[i+1 : end]); !ok {
		return s.fail(i, "expected a character, found %s", s.quote(i, end))
	}
	return s.atom(end, Char)
}

// dispatch reads what begins with #.
func (s *Scanner) dispatch(i int) Kind {
	text := s.text
	if i+1 >= len(text) {
		return s.fail(i, "expected a tag, a set or a discard after #, found the end of the text")
	}
	switch c := text[i+1]; c {
	case '_':
		s.End, s.pos = i+2, i+2
		return discard
	case '{':
		return s.open(i+2, Set)
	case '"':
		end := s.stringEnd(i + 1)
		if end < 0 {
			return Invalid
		}
		return s.atom(end, Regex)
	case '^': // Clojure's old spelling of metadata
		s.End, s.pos = i+2, i+2
		return meta
	case '#':
		end := tokenEnd(text, i+2)
		switch string(text[i+2 : end]) {
		case "Inf", "-Inf", "NaN":
			return s.atom(end, Float)
		}
		return s.fail(i, "expected ##Inf, ##-Inf or ##NaN, found %s", s.quote(i, end))
	case '\'', '=', '(', '?', '<':
		return s.fail(i, "expected data, found the reader macro #%c, which is never evaluated", c)
	case '!': // not EDN, but files may begin like scripts
		if i == 0 || (i == len(bom) && string(text[:i]) == bom) {
			s.pos = lineEnd(text, i)
			return s.nextEDN()
		}
	case ':':
		return s.namespace(i)
	}
	end := tokenEnd(text, i+1)
	if !startsTag(text[i+1]) {
		return s.fail(i, "expected a tag, found %s", s.quote(i, max(end, i+2)))
	}
	return s.tag(i, end)
}

const bom = "\xef\xbb\xbf"

// namespace reads the #:a of #:a{:b 1}: the name qualifies the map's keys.
func (s *Scanner) namespace(i int) Kind {
	end := tokenEnd(s.text, i+2)
	if end == i+2 || !startsTag(s.text[i+2]) || bytes.IndexByte(s.text[i:end], '/') >= 0 {
		return s.fail(i, "expected a namespace, found %s", s.quote(i, end))
	}
	j := end
	for j < len(s.text) && class[s.text[j]]&isSpace != 0 {
		j++
	}
	if j >= len(s.text) || s.text[j] != '{' {
		return s.fail(i, "expected a map after the namespace %s", s.quote(i, end))
	}
	return s.tag(i, end)
}

func (s *Scanner) tag(i, end int) Kind {
	if s.owed >= MaxDepth {
		return s.fail(i, "expected at most %d tags before a form", MaxDepth)
	}
	s.End, s.pos = end, end
	s.owed++
	return Tag
}

// startsTag reports whether a tag may begin with c: with a letter, or with
// what the names of Java's classes may begin with.
func startsTag(c byte) bool {
	return c|0x20 >= 'a' && c|0x20 <= 'z' || c == '$' || c == '_' || c >= 0x80
}
