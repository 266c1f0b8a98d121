package edn

import (
	"bytes"
	"strconv"
)

// A Scanner walks the tokens of a text, EDN or JSON, without allocating. It skips
// comments, discarded forms and metadata. After an error, every call returns Invalid.
//
// In JSON, the scanner requires commas and colons, and skips them.
type Scanner struct {
	Kind       Kind  // of the current token
	Start, End int   // its byte range in the source
	Int        int64 // its value, if its kind is Int

	src     *Source
	text    []byte // the source's text up to the end of what is scanned
	pos     int    // behind the current token
	depth   int    // open brackets
	json    bool
	state   jsonState
	escaped bool // the current string has escapes
	odd     bool // the innermost open bracket holds an odd number of data
	owed    int  // tags and metadata that wait for their form
	err     *SyntaxError
	room    int                     // how many brackets may be open
	stack   [MaxDepth/32 + 1]uint64 // the open brackets, two bits each
	odds    [MaxDepth/64 + 1]uint64 // odd of the brackets around them
}

// NewScanner returns a scanner over src.Text[lo:hi].
func NewScanner(src *Source, lo, hi int) Scanner {
	s := Scanner{}
	s.Reset(src, lo, hi)
	return s
}

// Reset sets the scanner on src.Text[lo:hi]. It is cheaper than a new one.
func (s *Scanner) Reset(src *Source, lo, hi int) {
	s.src, s.text, s.pos = src, src.Text[:hi], lo
	s.Kind, s.Start, s.End = EOF, lo, lo
	s.depth, s.json, s.state, s.err = 0, src.Syntax == JSON, jsonTop, nil
	s.escaped, s.odd, s.owed = false, false, 0
	s.room = MaxDepth
}

// Inside, called after Reset, sets how many brackets enclose the scanned text. They
// count towards [MaxDepth].
func (s *Scanner) Inside(depth int) { s.room = MaxDepth - depth }

// Pos returns the offset after the current token.
func (s *Scanner) Pos() int { return s.pos }

// Depth returns the number of open brackets, the current token's included.
func (s *Scanner) Depth() int { return s.depth }

// Err returns the error that made the scanner return Invalid, or nil.
func (s *Scanner) Err() error {
	if s.err == nil {
		return nil
	}
	return s.err
}

// Errorf makes an error at an offset, for callers that expected another token.
func (s *Scanner) Errorf(off int, format string, args ...any) error {
	return s.src.Errorf(off, format, args...)
}

// Text returns the current token's text, which must not be changed.
func (s *Scanner) Text() []byte { return s.text[s.Start:s.End] }

// Value returns the current token, or the datum that Datum has read.
func (s *Scanner) Value() Value { return s.src.Value(s.Start, s.End) }

// Name returns the name that the current token stands for: a keyword without its colon,
// or the content of a string, also without a leading colon, because some JSON histories
// write ":append". It allocates only if the string has escapes.
func (s *Scanner) Name() []byte {
	switch s.Kind {
	case Keyword:
		return s.text[s.Start+1 : s.End]
	case String:
		name := s.text[s.Start+1 : s.End-1]
		if s.escaped {
			name = unescape(nil, name, s.json)
		}
		if len(name) > 1 && name[0] == ':' {
			name = name[1:]
		}
		return name
	}
	return s.text[s.Start:s.End]
}

// Next advances to the next token and returns its kind.
func (s *Scanner) Next() Kind {
	if s.err != nil {
		return Invalid
	}
	if s.json {
		s.Kind = s.nextJSON()
		return s.Kind
	}
	k := s.nextEDN()
	for k >= discard {
		if !s.drop() {
			return Invalid
		}
		if k == meta {
			s.owed = max(s.owed, 1)
		}
		k = s.nextEDN()
	}
	s.Kind = k
	return k
}

// Datum advances over one whole datum, which [Start:End] then spans, and returns its
// kind: Vector for a vector with all its elements, Tag for a tagged datum with its
// tags. Brackets inside are matched; everything else inside is examined only when it is
// walked. It returns Close at the end of a collection, and EOF at the end of the text.
func (s *Scanner) Datum() Kind {
	k := s.Next()
	start, first := s.Start, k
	for k == Tag {
		k = s.Next()
	}
	switch k {
	case Invalid:
		return Invalid
	case List, Vector, Map, Set:
		if !s.SkipToClose() {
			return Invalid
		}
	}
	s.Start, s.Kind = start, first
	return first
}

// drop passes over the datum that a #_ or ^ refers to, and over the data of
// further #_ and ^ before it.
func (s *Scanner) drop() bool {
	odd, owed := s.odd, s.owed // a dropped datum neither counts nor is what a tag waits for
	for need := 1; need > 0; {
		switch k := s.nextEDN(); k {
		case Invalid:
			return false
		case EOF, Close:
			s.fail(s.Start, "expected a form after #_ or ^, found %s", k)
			return false
		case discard, meta:
			need++
		case Tag:
		case List, Vector, Map, Set:
			if !s.SkipToClose() {
				return false
			}
			need--
		default:
			need--
		}
	}
	s.odd, s.owed = odd, owed
	return true
}

func lineEnd(text []byte, i int) int {
	if n := bytes.IndexByte(text[i:], '\n'); n >= 0 {
		return i + n
	}
	return len(text)
}

// stringEnd returns the offset behind the string whose opening quote is at i,
// or -1 and an error. It does not look into escapes, see checkEscapes.
func (s *Scanner) stringEnd(i int) int {
	s.escaped = false
	text, stop := s.text, uint8(isQuote)
	if s.json {
		stop |= isControl
	}
	for j := i + 1; j < len(text); j++ {
		c := text[j]
		if class[c]&stop == 0 {
			continue
		}
		switch c {
		case '"':
			return j + 1
		case '\\':
			s.escaped = true
			j++
		default:
			s.fail(j, "expected no control character in a string, found %q", c)
			return -1
		}
	}
	s.fail(i, "expected a closing quote for this string, found the end")
	return -1
}

// checkEscapes reports whether the escapes of the string text[i:end] are sound.
func (s *Scanner) checkEscapes(i, end int) bool {
	if at := badEscape(s.text[i+1:end-1], s.json); at >= 0 {
		at += i + 1
		s.fail(at, "expected an escape sequence, found %s", s.quote(at, min(at+2, end-1)))
		return false
	}
	return true
}

// fail notes the first error. The scanner stays there, on an empty token.
func (s *Scanner) fail(off int, format string, args ...any) Kind {
	if s.err == nil {
		s.err = s.src.Errorf(off, format, args...)
	}
	s.Kind, s.Start, s.End = Invalid, off, off
	return Invalid
}

// failOpen reports a text that ends inside brackets.
func (s *Scanner) failOpen(off int) Kind {
	return s.fail(off, "expected %q, found the end of the text", closers[s.top()])
}

// quote quotes a piece of the text for a message, not at any length.
func (s *Scanner) quote(lo, hi int) string {
	const most = 60
	if hi-lo > most {
		return strconv.Quote(string(s.text[lo:lo+most])) + "..."
	}
	return strconv.Quote(string(s.text[lo:hi]))
}

var closers = [...]byte{List: ')', Vector: ']', Map: '}', Set: '}'}

func (s *Scanner) push(off int, k Kind) Kind {
	d := s.depth
	if d >= s.room {
		return s.fail(off, "expected at most %d levels of nesting", MaxDepth)
	}
	setKind(&s.stack, d, k)
	bit := uint64(1) << (d % 64)
	s.odds[d/64] &^= bit
	if !s.odd { // it will be, with this datum
		s.odds[d/64] |= bit
	}
	s.odd = false
	s.depth = d + 1
	return k
}

func setKind(stack *[MaxDepth/32 + 1]uint64, d int, k Kind) {
	shift := uint(d%32) * 2
	word := &stack[uint(d)/32]
	*word = *word&^(3<<shift) | uint64(k-List)<<shift
}

// kindAt returns the kind of the bracket at depth d.
func kindAt(stack *[MaxDepth/32 + 1]uint64, d int) Kind {
	return List + Kind(stack[uint(d)/32]>>(uint(d%32)*2)&3)
}

// top returns the kind of the innermost open bracket; there must be one.
func (s *Scanner) top() Kind { return kindAt(&s.stack, s.depth-1) }

// wrongClose says why c cannot close the innermost bracket.
func (s *Scanner) wrongClose(off int, c byte) Kind {
	if s.depth == 0 {
		return s.fail(off, "unexpected %q: no bracket is open", c)
	}
	if want := closers[s.top()]; c != want {
		return s.fail(off, "expected %q, found %q", want, c)
	}
	return s.fail(off, "expected a value for the map's last key, found %q", c)
}

// leave goes back to an outer depth.
func (s *Scanner) leave(depth int) {
	s.depth = depth
	s.odd = s.odds[depth/64]>>(depth%64)&1 != 0
}
