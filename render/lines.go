package render

import (
	"fmt"

	"github.com/seed-c33ae711/jcheck/history"
)

// places tells where ops stand in their file, counting lines once for all of
// them.
type places struct {
	h     *history.History
	lines map[int]int
}

func newPlaces(h *history.History, ops []int) *places {
	p := &places{h: h, lines: map[int]int{}}
	for i, line := range h.Lines(ops) {
		p.lines[ops[i]] = line
	}
	return p
}

// at names an op and its place: op 12, history.edn:13.
func (p *places) at(op int) string {
	return fmt.Sprintf("op %d, %s:%d", p.h.Index(op), p.h.Source().Name, p.line(op))
}

func (p *places) line(op int) int {
	if line, ok := p.lines[op]; ok {
		return line
	}
	return p.h.Line(op)
}
