package edn

import (
	"bytes"
	"fmt"
	"slices"
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

// A Source is a named text that values are views of: a mapped file, a
// decompressed buffer, or what a program wrote. It must not change while a
// Value points into it, and it stays alive as long as one does.
type Source struct {
	Name   string // as the user gave it, for messages
	Text   []byte // may be mapped memory, which is gone when the Source is: keep that, not a part of this
	Syntax Syntax

	// LinesOnly says that lines are those of what was read, but columns are not: errors name
	// lines alone.
	LinesOnly bool
}

// NewSource makes a source of a text held in memory.
func NewSource(name string, text []byte, syntax Syntax) *Source {
	return &Source{Name: name, Text: text, Syntax: syntax}
}

// Position converts a byte offset into a line and a column, both counted from
// 1, the column in bytes. It counts the lines before off, so it costs a pass
// over the text: for messages, not for loops.
func (s *Source) Position(off int) (line, col int) {
	off = min(max(off, 0), len(s.Text))
	before := s.Text[:off]
	return bytes.Count(before, newline) + 1, off - bytes.LastIndexByte(before, '\n')
}

var newline = []byte{'\n'}

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

// A SyntaxError says where a text is not what it should be, and what was
// expected there. Line and Col count from 1, Col in bytes; both are 0 where
// the input as a whole is meant.
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

// Lines returns the lines that some byte offsets are on, from 1. It passes over
// the text once, whatever the order of the offsets.
func (s *Source) Lines(offs []int) []int {
	order := make([]int, len(offs))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return offs[a] - offs[b] })
	lines := make([]int, len(offs))
	line, at := 1, 0
	for _, i := range order {
		line += bytes.Count(s.Text[at:offs[i]], newline)
		at, lines[i] = offs[i], line
	}
	return lines
}
