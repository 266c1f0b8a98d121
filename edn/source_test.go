package edn

import (
	"math/rand/v2"
	"strings"
	"testing"
)

// Lines are counted once, whatever the order of calls.
func TestLine(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var text strings.Builder
	for text.Len() < 3*lineStep+17 {
		text.WriteString(strings.Repeat("x", r.IntN(90)))
		text.WriteByte('\n')
	}
	s := NewSource("t", []byte(text.String()), EDN)
	for range 2000 {
		off := r.IntN(text.Len() + 1)
		if r.IntN(10) == 0 {
			off = off / lineStep * lineStep
		}
		if got, want := s.Line(off), 1+strings.Count(text.String()[:off], "\n"); got != want {
			t.Fatalf("offset %d is on line %d, got %d", off, want, got)
		}
	}
	if s := NewSource("t", nil, EDN); s.Line(0) != 1 {
		t.Error("an empty text has a line 1")
	}
}
