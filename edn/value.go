package edn

import "bytes"

// A Value is a view of one datum inside a source. The zero Value is absent: it
// has no text, and reads as nil.
type Value struct {
	src    *Source
	lo, hi int
}

// Parse returns the single datum that text holds.
func Parse(text string, syntax Syntax) (Value, error) {
	src := NewSource("text", []byte(text), syntax)
	s := NewScanner(src, 0, len(src.Text))
	if k := s.Datum(); k == EOF {
		return Value{}, src.Errorf(0, "expected a value, found nothing")
	} else if k == Invalid {
		return Value{}, s.Err()
	}
	v := src.Value(s.Start, s.End)
	if k := s.Datum(); k == Invalid {
		return Value{}, s.Err()
	} else if k != EOF {
		return Value{}, src.Errorf(s.Start, "expected one value, found a second")
	}
	return v, nil
}

// MustParse is Parse for texts that are known to be well formed.
func MustParse(text string) Value {
	v, err := Parse(text, EDN)
	if err != nil {
		panic(err)
	}
	return v
}

// IsZero reports whether the value is absent.
func (v Value) IsZero() bool { return v.src == nil }

// Source returns the text that v is a view of, nil if v is absent.
func (v Value) Source() *Source { return v.src }

// Span returns the byte range of v in its source.
func (v Value) Span() (lo, hi int) { return v.lo, v.hi }

// Syntax returns the notation of v's text.
func (v Value) Syntax() Syntax {
	if v.src == nil {
		return EDN
	}
	return v.src.Syntax
}

// Bytes returns v's text. It must not be changed, and it is valid only as long
// as v is: keep v, or copy.
func (v Value) Bytes() []byte {
	if v.src == nil {
		return nil
	}
	return v.src.Text[v.lo:v.hi:v.hi]
}

// String returns v's text as it was read; an absent value reads as nil.
func (v Value) String() string {
	if v.src == nil {
		return "nil"
	}
	return string(v.Bytes())
}

// Scanner returns a scanner over v's text.
func (v Value) Scanner() Scanner {
	if v.src == nil {
		return NewScanner(nilSource, 0, len(nilSource.Text))
	}
	return NewScanner(v.src, v.lo, v.hi)
}

var nilSource = NewSource("nil", []byte("nil"), EDN)

// IsNil reports whether v is nil or absent.
func (v Value) IsNil() bool {
	s := v.Scanner()
	return s.Next() == Nil
}

// Kind returns the kind of v's first token, after comments and discarded
// forms: Vector for a vector, Tag for a tagged literal.
func (v Value) Kind() Kind {
	s := v.Scanner()
	return s.Next()
}

// Int returns v as an integer, if it is one that fits.
func (v Value) Int() (int64, bool) {
	if b := v.Bytes(); len(b) > 0 && smallIntEnd(b, 0) == len(b) {
		return smallInt(b), true
	}
	s := v.Scanner()
	if s.Next() != Int {
		return 0, false
	}
	return s.Int, true
}

// Name returns the name that v stands for, if it is a keyword, a symbol or a
// string: "append" for :append and for "append".
func (v Value) Name() (string, bool) {
	s := v.Scanner()
	switch s.Next() {
	case Keyword, Symbol, String:
		return string(s.Name()), true
	}
	return "", false
}

// Items appends the elements of a list, vector or set to dst. It fails if v is
// not a sequence.
func (v Value) Items(dst []Value) ([]Value, error) {
	s := v.Scanner()
	switch s.Next() {
	case List, Vector, Set:
	case Invalid:
		return dst, s.Err()
	default:
		return dst, s.Errorf(s.Start, "expected a sequence, found %s", s.Kind)
	}
	for {
		switch s.Datum() {
		case Close:
			return dst, nil
		case Invalid:
			return dst, s.Err()
		case EOF:
			return dst, s.Errorf(s.pos, "expected a closing bracket, found the end")
		}
		dst = append(dst, v.src.Value(s.Start, s.End))
	}
}

// Get returns the value under the given name in a map with keyword or string keys, and
// whether there is one. If a key occurs twice, the last one counts.
func (v Value) Get(name string) (found Value, ok bool) {
	s := v.Scanner()
	k, ns := s.Next(), []byte(nil)
	for ; k == Tag; k = s.Next() {
		ns, _ = bytes.CutPrefix(s.Text(), []byte("#:"))
		if len(ns) == s.End-s.Start {
			ns = nil // an ordinary tag
		}
	}
	if k != Map {
		return Value{}, false
	}
	for {
		switch s.Datum() {
		case Close:
			return found, ok
		case EOF, Invalid:
			return Value{}, false
		}
		match := false
		switch {
		case s.Kind == Keyword && ns != nil:
			match = string(qualify(Keyword, ns, s.Text())[1:]) == name
		case s.Kind == Keyword, s.Kind == String:
			match = string(s.Name()) == name
		}
		switch s.Datum() {
		case Close, EOF, Invalid:
			return Value{}, false
		}
		if match {
			found, ok = v.src.Value(s.Start, s.End), true
		}
	}
}
