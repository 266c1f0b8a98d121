package edn

import (
	"bytes"
	"encoding/binary"
	"testing"
)

func TestSkipInts(t *testing.T) {
	tests := []struct {
		text   string
		syntax Syntax
		next   int // how many tokens are read before
		n      int // -1: refused
		last   int64
	}{
		{"[]", EDN, 1, 0, 0}, {"[ ]", EDN, 1, 0, 0}, {"[1]", EDN, 1, 1, 1}, {"[1 -2,3 ] ", EDN, 1, 3, 3},
		{"(1 2)", EDN, 1, 2, 2}, {"#{1 2}", EDN, 1, 2, 2}, {"[-7]", EDN, 1, 1, -7}, {"[1 2 3]", EDN, 2, 2, 3},
		{"[x 2 3]", EDN, 2, 2, 3}, {"[999999999999999999]", EDN, 1, 1, 999999999999999999},
		{"{1 2}", EDN, 1, -1, 0}, {"[1 2}", EDN, 1, -1, 0}, {"[1 2)", EDN, 1, -1, 0}, {"(1]", EDN, 1, -1, 0},
		{"[01]", EDN, 1, -1, 0}, {"[1N]", EDN, 1, -1, 0}, {"[1 nil]", EDN, 1, -1, 0}, {"[1;\n]", EDN, 1, -1, 0},
		{"[-]", EDN, 1, -1, 0}, {"[+1]", EDN, 1, -1, 0}, {"[1", EDN, 1, -1, 0}, {"[", EDN, 1, -1, 0}, {"]", EDN, 0, -1, 0},
		{"1 2]", EDN, 0, -1, 0}, {"[1000000000000000000]", EDN, 1, -1, 0}, {"[#a 1]", EDN, 2, -1, 0}, {"[1[2]]", EDN, 1, -1, 0},
		{"[]", JSON, 1, 0, 0}, {"[1]", JSON, 1, 1, 1}, {"[1, 2 ,-3 ]", JSON, 1, 3, -3}, {"[0,1,2]", JSON, 2, 2, 2},
		{"[0]", JSON, 2, 0, 0}, {"[0 1]", JSON, 2, -1, 0}, {"[0,]", JSON, 2, -1, 0},
		{"[1,]", JSON, 1, -1, 0}, {"[1 2]", JSON, 1, -1, 0}, {"[,1]", JSON, 1, -1, 0}, {"[1,,2]", JSON, 1, -1, 0},
		{"[1", JSON, 1, -1, 0}, {"[1,", JSON, 1, -1, 0}, {"[1.5]", JSON, 1, -1, 0}, {"[1}", JSON, 1, -1, 0},
		{"{}", JSON, 1, -1, 0}, {`{"a":1}`, JSON, 2, -1, 0},
	}
	for _, tt := range tests {
		s := NewScanner(NewSource("t", []byte(tt.text), tt.syntax), 0, len(tt.text))
		for range tt.next {
			s.Next()
		}
		before := s
		n, last, ok := s.SkipInts()
		if !ok {
			n = -1
		}
		if n != tt.n || last != tt.last {
			t.Errorf("%s after %d: got %d, %d, want %d, %d", tt.text, tt.next, n, last, tt.n, tt.last)
		}
		switch {
		case !ok && (s.Pos() != before.Pos() || s.Kind != before.Kind || s.Depth() != before.Depth() || s.Next() != before.Next()):
			t.Errorf("%s: refused, but moved", tt.text)
		case ok && (s.Kind != Close || s.Depth() != 0 || s.Next() != EOF):
			t.Errorf("%s: not at the end: %v", tt.text, s.Err())
		}
	}
}

func TestSkipToCloseOutside(t *testing.T) {
	s := NewScanner(NewSource("t", []byte("1]"), EDN), 0, 2)
	if s.SkipToClose() || s.Err() == nil {
		t.Error("skipped to a bracket that was never opened")
	}
}

// Of eight bytes, interrupts may point to some too many, but misses no bracket.
func TestInterrupts(t *testing.T) {
	for c := range 256 {
		for _, fill := range []byte{' ', '1', 'z', 0, 0xff, '[', '"', '!', '(', ';', ':'} {
			for at := range 8 {
				b := bytes.Repeat([]byte{fill}, 8)
				b[at] = byte(c)
				m := interrupts(binary.LittleEndian.Uint64(b))
				if class[c]&isBracket != 0 && m>>(8*at+7)&1 == 0 {
					t.Errorf("%q at %d among %q was missed", rune(c), at, rune(fill))
				}
				if m&^0x8080808080808080 != 0 {
					t.Errorf("%x: more than the high bits", m)
				}
			}
		}
	}
}
