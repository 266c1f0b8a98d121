package edn

// jsonState is what JSON's grammar allows next.
type jsonState uint8

const (
	jsonTop      jsonState = iota // a value, or the end
	jsonFirst                     // a value, or the end of an empty array
	jsonFirstKey                  // a key, or the end of an empty object
	jsonMember                    // the value of a key
	jsonAfter                     // a comma or a closing bracket
)

// afterValue notes that a value is complete.
func (s *Scanner) afterValue() {
	s.state = jsonAfter
	if s.depth == 0 {
		s.state = jsonTop
	}
}

func (s *Scanner) skipJSONSpace(i int) int {
	for i < len(s.text) && class[s.text[i]]&isJSpace != 0 {
		i++
	}
	return i
}

func (s *Scanner) nextJSON() Kind {
	text, i := s.text, s.pos
	for i < len(text) && class[text[i]]&isJSpace != 0 {
		i++
	}
	if i >= len(text) {
		s.Start = i
		return s.end(i)
	}
	c, key := text[i], s.state == jsonFirstKey
	switch {
	case c == ']' || c == '}':
		s.Start = i
		return s.jsonClose(i, c)
	case s.state == jsonAfter:
		if c != ',' {
			return s.fail(i, "expected a comma or %q, found %q", closers[s.top()], c)
		}
		i++
		for i < len(text) && class[text[i]]&isJSpace != 0 {
			i++
		}
		if i >= len(text) {
			return s.failOpen(i)
		}
		key = s.top() == Map
		c = text[i]
	}
	s.Start = i
	if key {
		return s.jsonKey(i)
	}
	if class[c]&isDigit != 0 { // a plain integer, without a call, as in nextEDN
		n, j := int64(c-'0'), i+1
		for j < len(text) && class[text[j]]&isDigit != 0 {
			n = n*10 + int64(text[j]-'0')
			j++
		}
		if j-i <= 18 && (j == len(text) || class[text[j]]&isDelim != 0) && (c != '0' || j == i+1) {
			s.Int = n
			return s.jsonAtom(j, Int)
		}
	}
	return s.jsonValue(i)
}

func (s *Scanner) jsonClose(i int, c byte) Kind {
	d := s.depth - 1
	if d >= 0 && closers[kindAt(&s.stack, d)] == c && s.state != jsonMember {
		s.depth, s.End, s.pos = d, i+1, i+1
		s.afterValue()
		return Close
	}
	if s.state == jsonMember {
		return s.fail(i, "expected a value, found %q", c)
	}
	return s.wrongClose(i, c)
}

// jsonKey reads a key and the colon behind it.
func (s *Scanner) jsonKey(i int) Kind {
	if s.text[i] != '"' {
		return s.fail(i, "expected a key in quotes, found %q", s.text[i])
	}
	end := s.stringEnd(i)
	if end < 0 || (s.escaped && !s.checkEscapes(i, end)) {
		return Invalid
	}
	colon := s.skipJSONSpace(end)
	if colon >= len(s.text) || s.text[colon] != ':' {
		return s.fail(colon, "expected a colon after the key %s", s.quote(i+1, end-1))
	}
	s.End, s.pos, s.state = end, colon+1, jsonMember
	return String
}

func (s *Scanner) jsonValue(i int) Kind {
	switch c := s.text[i]; c {
	case '[':
		s.End, s.pos, s.state = i+1, i+1, jsonFirst
		return s.push(i, Vector)
	case '{':
		s.End, s.pos, s.state = i+1, i+1, jsonFirstKey
		return s.push(i, Map)
	case '"':
		end := s.stringEnd(i)
		if end < 0 || (s.escaped && !s.checkEscapes(i, end)) {
			return Invalid
		}
		return s.jsonAtom(end, String)
	case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
		return s.number(i)
	case ']', '}': // behind a comma
		return s.fail(i, "expected a value, found %q", c)
	}
	end := jsonTokenEnd(s.text, i)
	switch string(s.text[i:end]) {
	case "null":
		return s.jsonAtom(end, Nil)
	case "true", "false":
		return s.jsonAtom(end, Bool)
	}
	return s.fail(i, "expected a JSON value, found %s", s.quote(i, max(end, i+1)))
}

// jsonAtom completes a token that is a datum by itself.
func (s *Scanner) jsonAtom(end int, k Kind) Kind {
	s.End, s.pos = end, end
	s.afterValue()
	return k
}

func jsonTokenEnd(text []byte, i int) int {
	for i < len(text) && class[text[i]]&(isDelim|isJSpace) == 0 && text[i] != ':' {
		i++
	}
	return i
}
