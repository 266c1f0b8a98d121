package page

import (
	"context"
	"fmt"
	"html/template"
	"slices"
	"strings"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/render"
	"github.com/seed-c33ae711/jcheck/result"
	"github.com/seed-c33ae711/jcheck/triage"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// How much of what is wrong is shown: types of faults, cases of each, cases of all, and
// marks of cases in the pictures.
const (
	mostFaults    = 60
	casesOfType   = 3
	mostCases     = 40
	mostMarks     = 2000
	excerptAround = 12
)

// generalChecks look at how operations ended.
var generalChecks = []string{"stats", "unhandled-exceptions"}

// A fault is one type of what is wrong, with its cases by cause.
type fault struct {
	ID, Type, Check, Key string
	Count                int
	What                 string // in half a line
	Impact               string // what somebody who uses the database sees
	Cause                string
	Mistakes             []string // codes of lint's findings that may explain it
	Groups               []group
	Cases                []kase
	More                 string
	h                    *history.History
	first, last          int // ops by which it showed; -1 if unknown
	meetings             []triage.Meeting
	grouped              int // cases that meetings speak of
	judged               int // objects, each up to its first failure; 0 if all of the history was judged
}

// A group is what cases have in common.
type group struct {
	Shape, Keys, Processes, First, Last, Faults string
	Count, Writers                              int
}

// A kase is one case of a fault.
type kase struct {
	ID, Title string
	Says      []string
	Steps     []step
	Cycle     bool // the steps lead back to where they began
	Diagram   template.HTML
	Rows      []row
	Excerpt   template.HTML
	Prose     string
}

// A step is why an op precedes another.
type step struct{ From, To, Relation, Name, Why string }

// faultMaker collects the faults of a result.
type faultMaker struct {
	r      *Report
	h      *history.History // of the result at hand: of a key it is a part of the whole
	v      *view
	m      *measured
	ids    map[string]int
	ops    map[string]bool // anchors of ops
	cases  int
	marks  []mark
	keys   []edn.Value // that faults are about, the first ones
	starts map[int]int // positions by where ops stand in the text
}

func (f *faultMaker) all(ctx context.Context) error {
	f.marks = []mark{}
	var leaves []leaf
	walk(f.r.Check, f.r.Result, func(l leaf) {
		if l.result.Verdict() == verdict.Invalid && l.result.About().History != nil {
			leaves = append(leaves, l)
		}
	})
	// Those of a result are in its order, the worst first. How operations ended in general says less than what a check
	// found of them.
	general := func(l leaf) bool { return slices.Contains(generalChecks, l.check) }
	leaves = append(slices.DeleteFunc(slices.Clone(leaves), general), slices.DeleteFunc(leaves, func(l leaf) bool { return !general(l) })...)
	left := 0
	for _, l := range leaves {
		if err := ctx.Err(); err != nil {
			return err
		}
		f.h = l.result.About().History
		if !l.of.IsZero() {
			f.keys = append(f.keys, l.of)
		}
		for _, x := range f.of(l) {
			if len(f.v.Faults) == mostFaults {
				left++
				continue
			}
			f.v.Faults = append(f.v.Faults, x)
		}
	}
	if left > 0 {
		f.v.MoreFaults = fmt.Sprintf("%s more kinds of faults are not shown; jcheck %s shows all.", thousands(left), f.r.Check)
	}
	return nil
}

// of lists the faults of a result.
func (f *faultMaker) of(l leaf) []fault {
	r, ok := l.result.(result.Finder)
	if !ok {
		return nil
	}
	if drawn, ok := r.(anomalous); ok {
		return f.anomalies(l, drawn)
	}
	if o, ok := r.(occurring); ok {
		return f.objects(l, o)
	}
	return f.findings(l, r)
}

// occurring is a result that lists its cases one by one.
type occurring interface {
	result.Finder
	result.Occurring
}

// anomalous is one that draws them, too.
type anomalous interface {
	occurring
	result.Drawn
}

// id makes a name of a fault that nothing else on the page has.
func (f *faultMaker) id(typ string) string {
	name := slug(typ)
	f.ids[name]++
	if n := f.ids[name]; n > 1 {
		name = fmt.Sprintf("%s.%d", name, n)
	}
	return name
}

// slug is a text as part of a URL fragment.
func slug(s string) string {
	var b strings.Builder
	for _, r := range s {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_' || r == '.' {
			b.WriteRune(r)
		} else {
			b.WriteByte('-')
		}
		if b.Len() > 60 {
			break
		}
	}
	if b.Len() == 0 {
		return "fault"
	}
	return b.String()
}

func (f *faultMaker) newFault(l leaf, typ string, n int) fault {
	return fault{ID: f.id(typ), Type: clean(typ, 80), Check: clean(l.check, 80), Key: clean(l.key, 80), Count: n, Impact: render.Impact(l.check, typ), h: f.h, first: -1, last: -1}
}

// anomalies are the faults of transactions: a few cases of each type, each with its diagram.
func (f *faultMaker) anomalies(l leaf, r anomalous) (out []fault) {
	all := r.Occurrences() // of which there may be very many
	groups := triage.Groups(f.h, cases{r, all})
	scenes := map[string][]result.Scene{}
	for _, s := range r.Scenes(200) {
		scenes[s.Kind] = append(scenes[s.Kind], s)
	}
	ofType := func(typ string) []result.Occurrence {
		is := func(o result.Occurrence) bool { return o.Type == typ }
		from := max(slices.IndexFunc(all, is), 0)
		to := from
		for to < len(all) && is(all[to]) {
			to++
		}
		return all[from:to]
	}
	for _, found := range r.Findings() {
		typ := found.Type
		x := f.newFault(l, typ, found.Count)
		x.What = capital(clean(found.Msg, longText))
		x.Cause = clean(r.Cause(typ), longText)
		f.group(&x, typ, groups)
		f.mistakes(&x, typ, r)
		for _, n := range chosen(typ, groups, scenes[typ]) {
			if f.cases == mostCases {
				break
			}
			f.cases++
			x.Cases = append(x.Cases, f.scene(&x, &scenes[typ][n]))
		}
		f.mark(&x, ofType(typ))
		f.more(&x)
		if len(x.Groups) == 1 && x.Count == 1 {
			x.Groups = nil // the case says it all
		}
		out = append(out, x)
	}
	return out
}

// chosen picks which scenes to show: the example of each group, then the first ones.
func chosen(typ string, groups []triage.Group, scenes []result.Scene) (out []int) {
	at := func(number int) int {
		return slices.IndexFunc(scenes, func(s result.Scene) bool { return s.Number == number })
	}
	for i := range groups {
		if groups[i].Type != typ || len(out) == casesOfType {
			continue
		}
		if n := at(groups[i].Example); n >= 0 && !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	for n := range scenes {
		if len(out) < min(casesOfType, 2) && !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	slices.Sort(out)
	return out
}

func (f *faultMaker) more(x *fault) {
	if n := x.Count - len(x.Cases); n > 0 && len(x.Cases) > 0 {
		file := f.r.Input.File
		if strings.ContainsFunc(file, func(r rune) bool { return !safe(r) }) {
			file = "'" + strings.ReplaceAll(file, "'", `'\''`) + "'"
		}
		x.More = clean(fmt.Sprintf("%s more of this type; jcheck %s --limit %d %s shows them.", thousands(n), x.Check, x.Count, file), longText)
	}
}

// safe reports whether a shell takes a character for itself.
func safe(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("/._-+@:", r)
}

// mark notes when cases showed.
func (f *faultMaker) mark(x *fault, of []result.Occurrence) {
	for i, o := range of {
		if len(f.keys) < 4*mostKeys {
			f.keys = append(f.keys, o.Keys...)
		}
		if len(f.marks) == mostMarks {
			return
		}
		id := fmt.Sprintf("%s-%d", x.ID, i+1)
		if !slices.ContainsFunc(x.Cases, func(c kase) bool { return c.ID == id }) {
			id = x.ID
		}
		ops := slices.DeleteFunc(slices.Clone(o.Ops), func(op int) bool { return op < 0 })
		if len(ops) > 0 {
			f.marks = append(f.marks, mark{ID: id, Label: x.Type, Ops: f.whole(ops[:min(len(ops), 20)])})
		}
	}
}

// whole are the positions in the whole history of ops of a part of it.
func (f *faultMaker) whole(ops []int) (out []int) {
	if f.h == f.r.History {
		return ops
	}
	if f.starts == nil {
		f.starts = make(map[int]int, f.r.History.Len())
		for i := range f.r.History.Len() {
			f.starts[f.r.History.Start(i)] = i
		}
	}
	for _, op := range ops {
		if i, ok := f.starts[f.h.Start(op)]; ok {
			out = append(out, i)
		}
	}
	return out
}

// group fills in what the cases of a type have in common.
func (f *faultMaker) group(x *fault, typ string, groups []triage.Group) {
	h := f.h
	met := map[string]int{}
	for i := range groups {
		g := &groups[i]
		if g.Type != typ {
			continue
		}
		if g.First >= 0 && (x.first < 0 || g.First < x.first) {
			x.first = g.First
		}
		x.last = max(x.last, g.Last)
		x.grouped += g.Count
		for _, m := range g.Faults {
			if k, ok := met[m.Fault]; ok {
				x.meetings[k].Count += m.Count
			} else {
				met[m.Fault] = len(x.meetings)
				x.meetings = append(x.meetings, m)
			}
		}
		if len(x.Groups) == 12 {
			continue
		}
		t := group{Shape: clean(g.Shape, 120), Count: g.Count, Writers: len(g.Writers), First: moment(h, g.First), Last: moment(h, g.Last)}
		t.Keys = few(len(g.Keys), "keys", func(i int) string { return clean(result.Text(g.Keys[i]), 40) })
		t.Processes = few(len(g.Processes), "processes", func(i int) string { return clean(h.ProcessName(g.Processes[i]), 40) })
		for _, m := range g.Faults {
			if m.Count > 0 {
				t.Faults += fmt.Sprintf("%s%s %s of %s", comma(t.Faults), clean(m.Fault, 60), thousands(m.Count), thousands(g.Count))
			}
		}
		x.Groups = append(x.Groups, t)
	}
}

func comma(s string) string {
	if s == "" {
		return ""
	}
	return ", "
}

// few lists what there is, or says how many that are.
func few(n int, what string, at func(i int) string) string {
	if n > 6 {
		return thousands(n) + " " + what
	}
	var b strings.Builder
	for i := range n {
		b.WriteString(comma(b.String()) + at(i))
	}
	return b.String()
}

// mistakes lists warnings that may explain a type by how the history was recorded.
func (f *faultMaker) mistakes(x *fault, typ string, r result.Result) {
	codes := render.Mistakes(typ)
	for _, w := range r.About().Warnings {
		if slices.Contains(codes, w.Code) && !slices.Contains(x.Mistakes, w.Code) {
			x.Mistakes = append(x.Mistakes, w.Code)
		}
	}
	if f.m.lint == nil {
		return
	}
	for _, p := range f.m.lint.Problems {
		if slices.Contains(codes, p.Code) && !slices.Contains(x.Mistakes, p.Code) {
			x.Mistakes = append(x.Mistakes, p.Code)
		}
	}
}

// moment says where an op stands, and when it was.
func moment(h *history.History, op int) string {
	if op < 0 {
		return ""
	}
	at := fmt.Sprintf("line %d", h.Line(op))
	if t := h.Time(op); t != history.NoTime {
		at = seconds(t) + ", " + at
	}
	return at
}
