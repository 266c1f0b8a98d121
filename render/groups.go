package render

import (
	"fmt"
	"slices"
	"strings"

	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/result"
	"github.com/seed-c33ae711/jcheck/triage"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// groupsShown is how many groups of a type prose tells of.
const groupsShown = 5

// groupsOf lists the groups of an invalid result that has any.
func groupsOf(r result.Result) []triage.Group {
	if o, ok := r.(result.Occurring); ok && r.Verdict() == verdict.Invalid && r.About().History != nil {
		return triage.Groups(r.About().History, o)
	}
	return nil
}

// mistakes are the findings of lint that may explain an anomaly: then the client, not the
// database, is at fault.
var mistakes = map[string][]string{
	"G1a":                {"timeout-as-fail", "timeout-was-read"},
	"dirty-update":       {"timeout-as-fail", "timeout-was-read"},
	"garbage-read":       {"completion-differs"},
	"duplicate-elements": {"duplicate-writes"},
}

// Mistakes are the codes of lint's findings that may explain an anomaly of a type by how
// the history was recorded.
func Mistakes(typ string) []string { return slices.Clone(mistakes[typ]) }

// groups tells what the cases of a type have in common, if there are several, and what
// explains them. N is how many there are, of which perhaps not all are kept.
func (p *prose) groups(r result.Result, typ string, n int, all []triage.Group) {
	p.inGroups(typ, n, all)
	if o, ok := r.(result.Occurring); ok && r.Verdict() == verdict.Invalid {
		if cause := o.Cause(typ); cause != "" {
			p.f("  %s\n", cause)
		}
	}
	for _, w := range r.About().Warnings {
		if slices.Contains(mistakes[typ], w.Code) {
			p.f("  the recording may be at fault: see the warning %s\n", w.Code)
		}
	}
}

func (p *prose) inGroups(typ string, n int, all []triage.Group) {
	var of []triage.Group
	kept := 0
	for _, g := range all {
		if g.Type == typ {
			of = append(of, g)
			kept += g.Count
		}
	}
	which := "all"
	if kept < n {
		which = "the first"
	}
	switch {
	case len(of) == 0, len(of) == 1 && of[0].Count < 2:
		return
	case len(of) == 1:
		p.f("  %s %s: %s\n", which, thousands(of[0].Count), p.inCommon(&of[0]))
		p.meetings(&of[0], "")
	default:
		p.f("  %s of %s %s\n", plural(len(of), "group"), which, thousands(kept))
		for i := range of {
			if i == groupsShown {
				p.f("    and %s more\n", thousands(len(of)-i))
				break
			}
			g := &of[i]
			p.f("    %s %s: %s\n", thousands(g.Count), shapeWords(g.Shape), p.inCommon(g))
			p.meetings(g, "  ")
		}
	}
}

// inCommon says in a line whom and what the cases of a group concern, and when.
func (p *prose) inCommon(g *triage.Group) string {
	var parts []string
	if n := len(g.Writers); n > 0 {
		parts = append(parts, plural(n, "writer"))
	}
	parts = appendFew(parts, "key", "keys", len(g.Keys), func(i int) string { return abridge(result.Text(g.Keys[i])) })
	h := p.h
	names := processNames(h, g.Processes)
	parts = appendFew(parts, "process", "processes", len(names), func(i int) string { return names[i] })
	if g.First >= 0 {
		when := "at " + p.moment(g.First)
		if g.Last > g.First {
			when = "from " + p.moment(g.First) + " to " + p.moment(g.Last)
		}
		parts = append(parts, when)
	}
	return strings.Join(parts, ", ")
}

// processNames names the processes that are known.
func processNames(h *history.History, ps []history.Process) (names []string) {
	for _, x := range ps {
		if name := h.ProcessName(x); name != "" {
			names = append(names, name)
		}
	}
	return names
}

// appendFew adds how many of something there are, and which if they are few.
func appendFew(parts []string, one, several string, n int, at func(i int) string) []string {
	switch {
	case n == 0:
		return parts
	case n > 3:
		return append(parts, thousands(n)+" "+several)
	}
	var list []string
	for i := range n {
		list = append(list, at(i))
	}
	if n > 1 {
		one = several
	}
	return append(parts, one+" "+strings.Join(list, ", "))
}

// moment says where an op stands, and when it was.
func (p *prose) moment(op int) string {
	at := fmt.Sprintf("line %d", p.h.Line(op))
	if t := p.h.Time(op); t != history.NoTime {
		at += " (" + elapsed(t) + ")"
	}
	return at
}

// elapsed writes a time since the beginning of a test, in nanoseconds.
func elapsed(ns int64) string {
	switch t := float64(ns); {
	case ns < 1e3:
		return fmt.Sprintf("%d ns", ns)
	case ns < 1e6:
		return fmt.Sprintf("%.3g us", t/1e3)
	case ns < 1e9:
		return fmt.Sprintf("%.3g ms", t/1e6)
	default:
		return fmt.Sprintf("%.3f s", t/1e9)
	}
}

// meetings says which faults the cases of a group met more often than other operations.
func (p *prose) meetings(g *triage.Group, indent string) {
	for _, m := range g.Faults {
		if m.Notable(g.Count) {
			p.f("%s  %s of %s during a %s or within %d s after it, against %s of all operations\n", indent, thousands(m.Count), thousands(g.Count), m.Fault, int(triage.Aftermath.Seconds()), share(m.Share))
		}
	}
}

// share writes a part of a whole as a percentage.
func share(x float64) string {
	if p := 100 * x; p < 10 {
		return fmt.Sprintf("%.1f %%", p)
	}
	return fmt.Sprintf("%.0f %%", 100*x)
}

// groupTrees are groups for programs.
func groupTrees(r result.Result) list {
	out, h, groups := list{}, r.About().History, groupsOf(r)
	for i := range groups {
		g := &groups[i]
		keys, processes, faults := list{}, list{}, list{}
		for _, k := range g.Keys[:min(len(g.Keys), 100)] {
			keys = append(keys, k)
		}
		for _, name := range processNames(h, g.Processes) {
			processes = append(processes, name)
		}
		for _, m := range g.Faults {
			faults = append(faults, fields{{"fault", m.Fault}, {"count", m.Count}, {"share-of-all", m.Share}})
		}
		tree := fields{
			{"type", g.Type}, {"shape", g.Shape}, {"count", g.Count}, {"example", g.Example},
			{"key-count", len(g.Keys)}, {"keys", keys}, {"processes", processes}, {"writer-count", len(g.Writers)},
			{"first", momentTree(h, g.First)}, {"last", momentTree(h, g.Last)}, {"faults", faults},
		}
		if cause := r.(result.Occurring).Cause(g.Type); cause != "" {
			tree = append(tree, field{"cause", cause})
		}
		out = append(out, tree)
	}
	return out
}

// momentTree is where an op stands, and when it was; nil if there is no op.
func momentTree(h *history.History, op int) tree {
	if op < 0 {
		return nil
	}
	out := fields{{"op", h.Index(op)}, {"line", h.Line(op)}}
	if t := h.Time(op); t != history.NoTime {
		out = append(out, field{"time", t})
	}
	return out
}
