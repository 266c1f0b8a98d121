package page

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"html/template"
	"slices"
	"strconv"
	"strings"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/svg"
	"github.com/seed-c33ae711/jcheck/render"
	"github.com/seed-c33ae711/jcheck/result"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// A view is what the template shows. Strings in it are clean, and text.
type view struct {
	Title, Verdict, Word, Glyph string
	Meaning, Doubts             []string
	About                       [][2]string
	Faults                      []fault
	MoreFaults                  string
	Pictures                    []picture
	NoPictures                  string
	PlotNotes                   []string // what the plots leave out
	Strip                       []lane
	Tables                      []table
	Series                      []table
	Remarks                     []string
	Lint                        []finding
	Warnings                    []string
	Checks                      []check
	Test                        [][2]string
	Timeline                    string // why there is none for the script
	Overview                    template.HTML

	Sheet  template.CSS
	Script template.JS
	Policy string
	Data   template.JS // JSON for the script
}

// Short reports whether a diagram has the steps of an argument below it, so that only those who cannot see it
// need them as a list.
func (*view) Short(steps []step) bool { return len(steps) <= 6 }

// A check is one of those that ran.
type check struct {
	Name, Verdict, Glyph, Note string
}

// A finding is one of lint's.
type finding struct {
	Code, Severity, Msg, Why, Fix string
	Ops                           []row
}

// How much of a text is shown: of a value in a table, and of one anywhere.
const (
	shortText = 300
	longText  = 2000
)

// clean makes a text of a history fit to be shown: of at most about n bytes, without
// what would be obeyed rather than shown.
func clean(s string, n int) string {
	return svg.Printable(strings.ToValidUTF8(result.Clip(s, n), "\uFFFD"))
}

func (r *Report) view(ctx context.Context, m *measured) (*view, error) {
	v := &view{Title: clean(cmp.Or(r.Title, r.Input.File), 200)}
	v.Verdict, v.Word, v.Glyph = words(r.Result.Verdict())
	v.about(r)
	f := faultMaker{r: r, v: v, m: m, ids: map[string]int{}, ops: map[string]bool{}}
	if err := f.all(ctx); err != nil {
		return nil, err
	}
	v.Meaning, v.Doubts = r.meaning(v.Faults), r.doubts()
	if err := v.draw(ctx, r, m); err != nil {
		return nil, err
	}
	v.statistics(m.summary)
	v.advise(r, m)
	v.checks(r)
	v.Sheet, v.Script, v.Policy = assets().sheet, assets().script, assets().policy
	return v, v.embed(ctx, r, m, &f)
}

func words(v verdict.Verdict) (class, word, glyph string) {
	switch v {
	case verdict.Valid:
		return "valid", "Valid", "✓"
	case verdict.Invalid:
		return "invalid", "Invalid", "✗"
	}
	return "unknown", "Unknown", "?"
}

// about says where the page comes from.
func (v *view) about(r *Report) {
	add := func(name, s string) {
		if s != "" {
			v.About = append(v.About, [2]string{name, clean(s, longText)})
		}
	}
	add("Input", r.Input.File)
	if source := r.History.Source().Name; source != r.Input.File {
		add("History", source)
	}
	add("SHA-256", r.Input.SHA256)
	add("Test began", r.Started)
	add("Made by", r.Command)
	add("jcheck", r.Input.Version)
}

// mostTest is how many entries of the test's map are shown.
const mostTest = 500

// mostChecks is how many checks, or keys of them, the table has.
const mostChecks = 100

// checks lists what was checked: of each key those that are not valid.
func (v *view) checks(r *Report) {
	left := 0
	walk(r.Check, r.Result, func(l leaf) {
		switch of := l.result.(type) {
		case *result.Group:
			if of.Reason == "" {
				return
			}
		case *result.Keyed:
		default:
			if l.key != "" && of.Verdict() == verdict.Valid {
				return
			}
		}
		if len(v.Checks) == mostChecks {
			left++
			return
		}
		_, word, glyph := words(l.result.Verdict())
		name := l.check
		if l.key != "" {
			name += ", key " + l.key
		}
		v.Checks = append(v.Checks, check{Name: clean(name, 120), Verdict: word, Glyph: glyph, Note: clean(note(l), longText)})
	})
	if left > 0 {
		v.Checks = append(v.Checks, check{Name: thousands(left) + " more"})
	}
}

// note says what a check looked at, or what it found.
func note(l leaf) string {
	about := l.result.About()
	if l.result.Verdict() == verdict.Valid {
		return render.Scope(l.result)
	}
	_, said, _ := strings.Cut(render.Line("", l.check, l.result, false), "  ")
	said = strings.TrimSpace(strings.TrimPrefix(said, l.check+": "))
	if about.Summary != "" {
		said += " (" + about.Summary + ")"
	}
	return said
}

// advise has what weakens the verdict, what lint found, and the map of the test.
func (v *view) advise(r *Report, m *measured) {
	seen := map[string]bool{}
	walk(r.Check, r.Result, func(l leaf) {
		for _, w := range l.result.About().Warnings {
			if s := clean(w.String(), longText); !seen[s] {
				seen[s] = true
				v.Warnings = append(v.Warnings, s)
			}
		}
	})
	if m.lint != nil {
		for _, p := range m.lint.Problems {
			f := finding{Code: p.Code, Severity: p.Severity.String(), Msg: clean(p.Msg, longText), Why: p.Why, Fix: p.Fix}
			f.Ops = rows(r.History, p.Ops, nil)
			for i := range f.Ops {
				f.Ops[i].Anchor = "" // those of faults are the ones to link to
			}
			v.Lint = append(v.Lint, f)
		}
	}
	pairs, all := result.Pairs(r.Test, mostTest)
	for _, p := range pairs {
		v.Test = append(v.Test, [2]string{clean(p[0].String(), shortText), clean(p[1].String(), longText)})
	}
	if n := all - len(pairs); n > 0 {
		v.Test = append(v.Test, [2]string{thousands(n) + " more", ""})
	}
}

// A leaf is a result that is not made of others.
type leaf struct {
	check, key string
	result     result.Result
	of         edn.Value // the key, absent if there is none
}

// walk visits a result and those that it is made of, in order.
func walk(check string, r result.Result, visit func(leaf)) {
	walkKey(leaf{check: check, result: r}, visit)
}

func walkKey(l leaf, visit func(leaf)) {
	visit(l)
	switch r := l.result.(type) {
	case *result.Group:
		for _, m := range r.Members {
			walkKey(leaf{m.Name, l.key, m.Result, l.of}, visit)
		}
	case *result.Keyed:
		for _, k := range r.Keys {
			walkKey(leaf{l.check, result.Text(k.Key), k.Result, k.Key}, visit)
		}
	}
}

// A mark is a case for the script: where it is told, and when it showed.
type mark struct {
	ID    string `json:"id"`
	Label string `json:"label"`
	Ops   []int  `json:"ops"` // by position
}

// data is what the script is told, apart from the columns.
type data struct {
	*columns
	Ops    int      `json:"ops"`
	Names  []string `json:"names"` // of nodes, by what process talks to which
	Strip  []lane   `json:"strip"`
	Marks  []mark   `json:"marks"`
	Cases  int      `json:"cases"` // that were found: not all have marks
	Texts  [][2]any `json:"texts"` // position and value, ...
	Errors [][2]any `json:"errors"`
	Whole  bool     `json:"whole"` // Texts has all values
	Keys   *keyRows `json:"keys"`
	Begun  int64    `json:"begun,omitempty"` // when the test began, in ms since 1970; 0 if unknown
	File   string   `json:"file"`
}

// A lane of faults, for the script and for the table.
type lane struct {
	Name      string       `json:"name"`
	Color     string       `json:"color"`
	Intervals [][4]float64 `json:"intervals"` // from, begun, ending, to in ms; open ones end at -1
	Rows      []string     `json:"-"`
}

// embed writes what the script needs.
func (v *view) embed(ctx context.Context, r *Report, m *measured, f *faultMaker) error {
	d := data{columns: m.columns, Ops: r.History.Len(), Strip: v.Strip, Marks: f.marks, File: clean(r.History.Source().Name, 200)}
	if !r.Begun.IsZero() {
		d.Begun = r.Begun.UnixMilli()
	}
	if m.columns.Events > 0 {
		var err error
		if d.Keys, err = keysOf(ctx, r.History, f.keys); err != nil {
			return err
		}
	}
	for i := range v.Faults {
		d.Cases += v.Faults[i].Count
	}
	for _, n := range r.Perf.Nodes {
		d.Names = append(d.Names, clean(n, 80))
	}
	d.texts(r.History, f.marks)
	var b bytes.Buffer
	if err := json.NewEncoder(&b).Encode(d); err != nil { // it escapes <, > and &
		return err
	}
	v.Data = template.JS(b.String()) // JSON without markup
	if m.columns.Events < r.History.Len() {
		v.Timeline = "The history has " + thousands(r.History.Len()) + " ops, more than a page holds (" + thousands(mostEvents) + "): the pictures are not interactive. jcheck ops looks at any part of it."
	}
	return nil
}

// How many bytes of values a page holds, and how many events on either side of a fault have theirs where
// that is too little for all.
const (
	mostText   = 600_000
	nearEvents = 150
)

// texts embeds values and errors: all of a small history, else those near to faults.
func (d *data) texts(h *history.History, marks []mark) {
	d.Texts, d.Errors = [][2]any{}, [][2]any{}
	if d.Events == 0 {
		return
	}
	total := 0
	d.Whole = h.Len() <= 20_000
	for i := 0; d.Whole && i < h.Len(); i++ {
		lo, hi := h.ValueSpan(i)
		total += min(hi-lo, shortText) + 8
		d.Whole = total <= mostText
	}
	var near []int
	if d.Whole {
		for i := range h.Len() {
			near = append(near, i)
		}
	} else {
		for _, m := range marks {
			for _, op := range m.Ops {
				for i := max(op-nearEvents, 0); i < min(op+nearEvents, h.Len()); i++ {
					near = append(near, i)
				}
			}
			if len(near) > 20_000 {
				break
			}
		}
		slices.Sort(near)
		near = slices.Compact(near)
	}
	total = 0
	for _, i := range near {
		if x := h.Value(i); !x.IsNil() {
			s := valueText(h, i, shortText)
			if total += len(s); total > 2*mostText {
				break
			}
			d.Texts = append(d.Texts, [2]any{i, s})
		}
		if e := errorOf(h, i); e != "" {
			total += len(e)
			d.Errors = append(d.Errors, [2]any{i, e})
		}
	}
}

// valueText is the value of an op in at most about n bytes.
func valueText(h *history.History, i, n int) string {
	lo, hi := h.ValueSpan(i)
	if lo == hi {
		return ""
	}
	if hi-lo > 20*n { // to parse megabytes for a few letters takes long
		return clean(string(h.Source().Text[lo:lo+n]), n) + "… (" + thousands(hi-lo) + " bytes)"
	}
	return clean(result.Text(h.Value(i)), n)
}

// errorOf is what an op has for an error.
func errorOf(h *history.History, i int) string {
	if t := h.Type(i); t != history.Fail && t != history.Info {
		return ""
	}
	for _, name := range []string{"error", "exception"} {
		if e, ok := h.Text(i).Get(name); ok && !e.IsNil() {
			return clean(e.String(), shortText)
		}
	}
	return ""
}

func thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
