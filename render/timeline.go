package render

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/seed-c33ae711/jcheck/history"
)

// maxBars is how many operations a timeline shows.
const maxBars = 12

// timeline draws operations below each other, each as a bar from its invocation
// to its completion; what never completed goes on for ever. Moments are as far
// apart as there are invocations and completions of the others between them. The
// culprit is shown always, and marked.
func timeline(p *linProse, ops []int, culprit int) (lines []string) {
	left := 0
	if len(ops) > maxBars {
		left = len(ops) - maxBars
		ops = slices.Clone(ops)
		slices.SortStableFunc(ops, func(a, b int) int { return at(a == culprit) - at(b == culprit) })
		ops = ops[:maxBars]
	}
	h := p.r.History
	ops = slices.Clone(ops)
	slices.SortFunc(ops, func(a, b int) int { return invocation(p.r, a) - invocation(p.r, b) })
	var moments []int
	who, what := 0, 0
	for _, op := range ops {
		moments = append(moments, invocation(p.r, op))
		if h.Type(op) == history.OK {
			moments = append(moments, op)
		}
		who = max(who, width(h.ProcessName(h.Process(op))))
		what = max(what, width(p.operation(op)))
	}
	slices.Sort(moments)
	end := 2*len(moments) + 1
	for _, op := range ops {
		from, _ := slices.BinarySearch(moments, invocation(p.r, op))
		bar := strings.Repeat(" ", 2*from) + "|"
		lasts := fmt.Sprintf("line %d on", p.h.Line(invocation(p.r, op)))
		if h.Type(op) == history.OK {
			to, _ := slices.BinarySearch(moments, op)
			bar += strings.Repeat("-", 2*(to-from)-1) + "|"
			lasts = fmt.Sprintf("lines %d to %d", p.h.Line(invocation(p.r, op)), p.h.Line(op))
		} else {
			bar += strings.Repeat("-", end-len(bar)-1) + ">"
		}
		line := fmt.Sprintf("%s  %s  %s  %s", pad(h.ProcessName(h.Process(op)), who), pad(p.operation(op), what), pad(bar, end), p.color(dim, lasts))
		if op == culprit {
			line += "  " + p.color(bold, "<- it")
		}
		lines = append(lines, line)
	}
	if left > 0 {
		lines = append(lines, fmt.Sprintf("..%d more..", left))
	}
	return lines
}

// at sorts what is true first.
func at(b bool) int {
	if b {
		return 0
	}
	return 1
}

func width(s string) int { return utf8.RuneCountInString(s) }

func pad(s string, wide int) string { return s + strings.Repeat(" ", max(wide-width(s), 0)) }
