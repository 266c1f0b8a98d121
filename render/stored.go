package render

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/elle"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// Limits of what is told of stored results, which may be large.
const (
	storedLine = 100 // characters of what a result holds
	storedKeys = 8   // results of keys
)

// storedIndent is as wide as a verdict.
const storedIndent = "         "

// Stored tells a result map as it was stored, by whatever checkers: the tree of its
// verdicts, with what each found in a few words. An anomaly is told with the path to
// its first case.
func Stored(results edn.Value, color bool) string {
	p := &storedProse{prose: prose{opt: ProseOptions{Color: color}}}
	p.node("", results, []string{":results"}, 0)
	return p.b.String()
}

type storedProse struct{ prose }

// entry is one of a map, in its order.
type entry struct{ key, value edn.Value }

func entriesOf(m edn.Value) (out []entry) {
	if m.Kind() != edn.Map {
		return nil
	}
	for s := startOf(m); s.Datum() != edn.Close && s.Kind != edn.Invalid; {
		key := s.Value()
		s.Datum()
		out = append(out, entry{key, s.Value()})
	}
	return out
}

func startOf(v edn.Value) edn.Scanner {
	s := v.Scanner()
	s.Next()
	return s
}

// node tells a map with :valid?, and those in it.
func (p *storedProse) node(name string, m edn.Value, path []string, depth int) {
	valid, _ := m.Get("valid?")
	v := verdict.Unknown
	switch valid.String() {
	case "true":
		v = verdict.Valid
	case "false":
		v = verdict.Invalid
	}
	indent := strings.Repeat("  ", depth)
	p.f("%s%s%s", indent, p.verdictColor(v, verdictWord(v)), after(storedIndent[len(verdictWord(v)):], name))
	var notes []string
	var inner, keyed []entry
	for _, e := range entriesOf(m) {
		switch key, _ := e.key.Name(); {
		case key == "valid?", key == "anomaly-types", key == "anomaly-counts", key == "anomalies" && e.value.Kind() == edn.Map:
		case isResult(e.value):
			inner = append(inner, e)
		case areResults(e.value):
			keyed = append(keyed, e)
		default:
			if note := noteOf(e, v == verdict.Valid); note != "" {
				notes = append(notes, note)
			}
		}
	}
	if v == verdict.Valid {
		p.f("%s\n", after("  ", abridged(strings.Join(notes, ", "), storedLine)))
	} else {
		p.f("\n")
		for _, note := range notes {
			p.f("%s%s%s\n", indent, storedIndent, abridged(note, storedLine))
		}
	}
	p.anomaliesOf(m, path, indent+storedIndent)
	for _, e := range inner {
		step := e.key.String()
		p.node(strings.TrimPrefix(step, ":"), e.value, append(path[:len(path):len(path)], step), depth+1)
	}
	for _, e := range keyed {
		step := e.key.String()
		name := ""
		if step != ":results" {
			name = strings.TrimPrefix(step, ":") + " "
		}
		p.keys(name, e.value, append(path[:len(path):len(path)], step), depth+1)
	}
}

// isResult reports whether a value is the result of a checker.
func isResult(v edn.Value) bool {
	if v.Kind() != edn.Map {
		return false
	}
	_, is := v.Get("valid?")
	return is
}

// areResults reports whether a value is a map of results: of each key, or each :f.
func areResults(v edn.Value) bool {
	entries := entriesOf(v)
	return len(entries) > 0 && !slices.ContainsFunc(entries, func(e entry) bool { return !isResult(e.value) })
}

// keys tells those of a map of results that are not valid.
func (p *storedProse) keys(name string, results edn.Value, path []string, depth int) {
	told := 0
	for _, e := range entriesOf(results) {
		if valid, _ := e.value.Get("valid?"); valid.String() == "true" {
			continue
		}
		if told++; told <= storedKeys {
			step := e.key.String()
			p.node(name+step, e.value, append(path[:len(path):len(path)], step), depth)
		}
	}
	if told > storedKeys {
		p.f("%s%sand %d more that are not valid\n", strings.Repeat("  ", depth), storedIndent, told-storedKeys)
	}
}

// anomaliesOf tells each type of anomaly, how many cases there are, and where.
func (p *storedProse) anomaliesOf(m edn.Value, path []string, indent string) {
	anomalies, ok := m.Get("anomalies")
	if !ok {
		return
	}
	counts, _ := m.Get("anomaly-counts") // if not all cases are kept
	for _, e := range entriesOf(anomalies) {
		name, named := e.key.Name()
		if !named {
			continue
		}
		count, step := "", ""
		if items, err := e.value.Items(nil); err == nil && e.value.Kind() != edn.Map {
			count, step = thousands(len(items)), " 0"
			if c, ok := counts.Get(name); ok {
				if n, ok := c.Int(); ok && n > int64(len(items)) {
					count, step = thousands(int(n)), fmt.Sprintf(" 0, the first of %s that are kept", thousands(len(items)))
				}
			}
		}
		line := fmt.Sprintf("%s%-20s %6s%s", indent, name, count, after("  ", elle.Gloss(elle.Anomaly(name))))
		p.f("%s\n", strings.TrimRight(line, " "))
		p.f("%s  at %s :anomalies %s%s\n", indent, strings.Join(path, " "), e.key, step)
	}
}

// noteOf is an entry of a result in a few words, or nothing if it tells nothing. Brief
// is for results that nobody needs to look into.
func noteOf(e entry, brief bool) string {
	name := strings.TrimPrefix(e.key.String(), ":")
	switch e.value.Kind() {
	case edn.Map, edn.Vector, edn.List, edn.Set, edn.Tag:
		if brief || isEmpty(e.value) {
			return ""
		}
		if n, ok := e.value.Get("count"); ok {
			return name + " " + n.String() + "  " + e.value.String()
		}
	}
	if e.value.IsNil() {
		return ""
	}
	return name + " " + e.value.String()
}

func isEmpty(v edn.Value) bool {
	s := startOf(v)
	return s.Kind != edn.Tag && s.Datum() == edn.Close
}

func abridged(s string, width int) string {
	s = strings.ReplaceAll(s, "\n", " ")
	if utf8.RuneCountInString(s) <= width {
		return s
	}
	return string([]rune(s)[:width-3]) + "..."
}

func (p *storedProse) verdictColor(v verdict.Verdict, word string) string {
	switch v {
	case verdict.Valid:
		return p.color(green, word)
	case verdict.Invalid:
		return p.color(red, word)
	}
	return p.color(yellow, word)
}
