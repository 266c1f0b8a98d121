package edn

import (
	"bytes"
	"fmt"
	"sync"
)

// Syntax is the notation that a text is written in.
type Syntax uint8

const (
	EDN  Syntax = iota // extensible data notation, as Clojure prints it
	JSON               // RFC 8259
)

func (s Syntax) String() string {
	if s == JSON {
		return "JSON"
	}
	return "EDN"
}

// A Source is a named text that values are views of: a mapped file, a decompressed
// buffer, or text that a program wrote. It must not change while a Value points into
// it, and it stays alive as long as one does.
type Source struct {
	Name   string // as the user gave it, for messages
	Text   []byte // may be mapped memory, which disappears with the Source: keep the Source, not a part of this
	Syntax Syntax

	// LinesOnly says that lines are those of the input but columns are not: errors name
	// only lines.
	LinesOnly bool

	mu    sync.Mutex
	marks []int // how many lines end before each lineStep bytes, as far as was needed
}

// NewSource makes a source of a text held in memory.
func NewSource(name string, text []byte, syntax Syntax) *Source {
	return &Source{Name: name, Text: text, Syntax: syntax}
}

// Position converts a byte offset into a line and a column, both counted from
// 1, the column in bytes.
func (s *Source) Position(off int) (line, col int) {
	off = min(max(off, 0), len(s.Text))
	return s.Line(off), off - bytes.LastIndexByte(s.Text[:off], '\n')
}

// lineStep is how far apart marks are.
const lineStep = 1 << 15

var newline = []byte{'\n'}

// Line returns the line that a byte offset is on, from 1. It scans the text once,
// however often it is called, and is safe for concurrent use.
func (s *Source) Line(off int) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.marks == nil {
		s.marks = []int{0}
	}
	k := off / lineStep
	for n := len(s.marks); n <= k; n++ {
		s.marks = append(s.marks, s.marks[n-1]+bytes.Count(s.Text[(n-1)*lineStep:n*lineStep], newline))
	}
	return 1 + s.marks[k] + bytes.Count(s.Text[k*lineStep:off], newline)
}

// Errorf returns a SyntaxError at a byte offset of the source.
func (s *Source) Errorf(off int, format string, args ...any) *SyntaxError {
	line, col := s.Position(off)
	if s.LinesOnly {
		col = 0
	}
	return &SyntaxError{File: s.Name, Line: line, Col: col, Msg: fmt.Sprintf(format, args...)}
}

// Value returns the datum that text[lo:hi] holds.
func (s *Source) Value(lo, hi int) Value { return Value{src: s, lo: lo, hi: hi} }

// A SyntaxError says where a text is wrong, and what was expected there. Line and Col
// count from 1, Col in bytes; both are 0 if the error concerns the whole input.
type SyntaxError struct {
	File      string
	Line, Col int
	Msg       string
}

func (e *SyntaxError) Error() string {
	switch {
	case e.Line == 0:
		return fmt.Sprintf("%s: %s", e.File, e.Msg)
	case e.Col == 0:
		return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Msg)
	}
	return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Col, e.Msg)
}
