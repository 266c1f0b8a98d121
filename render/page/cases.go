package page

import (
	"fmt"
	"html/template"
	"slices"
	"strconv"
	"strings"

	"github.com/seed-c33ae711/jcheck/render"
	"github.com/seed-c33ae711/jcheck/render/diagram"
	"github.com/seed-c33ae711/jcheck/render/linear"
	"github.com/seed-c33ae711/jcheck/render/timeline"
	"github.com/seed-c33ae711/jcheck/result"
	"github.com/seed-c33ae711/jcheck/triage"
)

// scene tells a case that can be drawn.
func (f *faultMaker) scene(x *fault, s *result.Scene) kase {
	c := kase{ID: fmt.Sprintf("%s-%d", x.ID, s.Number+1), Title: "The case"}
	if s.Of > 1 {
		c.Title = fmt.Sprintf("Case %s of %s", thousands(s.Number+1), thousands(s.Of))
	}
	for _, say := range s.Says {
		c.Says = append(c.Says, clean(say, longText))
	}
	names := map[int]string{}
	for i := range s.Nodes {
		names[s.Nodes[i].Op] = clean(s.Nodes[i].Name, 40)
	}
	node := func(e result.End) string {
		if e.Node < 0 || e.Node >= len(s.Nodes) {
			return ""
		}
		return names[s.Nodes[e.Node].Op]
	}
	for _, e := range s.Edges {
		for _, rel := range e.Relations {
			if slices.Contains(s.Says, rel.Why) {
				continue // said already
			}
			c.Steps = append(c.Steps, step{node(e.From), node(e.To), rel.Rel, relations[rel.Rel], clean(rel.Why, longText)})
		}
	}
	c.Cycle = len(s.Says) == 0 && len(s.Edges) > 1
	bare := *s // the page says the rest
	bare.Title, bare.Says = "", nil
	c.Diagram = f.linked(diagram.SVG(&bare, diagram.Options{Embedded: true}))
	f.witnesses(&c, s.Ops(), names)
	return c
}

// witnesses adds the ops of a case: a table, and what ran around them.
func (f *faultMaker) witnesses(c *kase, ops []int, names map[int]string) {
	c.Rows = rows(f.h, ops, names)
	for i := range c.Rows {
		if f.ops[c.Rows[i].Anchor] {
			c.Rows[i].Anchor = ""
		}
		f.ops[c.Rows[i].Anchor] = true
	}
	if len(ops) > 0 {
		c.Excerpt = f.linked(timeline.SVG(f.h, timeline.Options{Title: "What ran around it", Focus: ops, Around: excerptAround, Embedded: true}))
	}
}

// drawn is a picture of ours, which cannot hold markup that came from a value.
func drawn(picture []byte) template.HTML { return template.HTML(picture) } // see package svg

// ofOp is how pictures name the op that a part of them is of: by position.
var ofOp = lazily(` data-op="(-?[0-9]+)"`)

// linked is a picture whose parts name ops by their index, as all of the page does: of a key, positions
// are others than in the whole history.
func (f *faultMaker) linked(picture []byte) template.HTML {
	return drawn(ofOp().ReplaceAllFunc(picture, func(attr []byte) []byte {
		pos, err := strconv.Atoi(string(ofOp().FindSubmatch(attr)[1]))
		if err != nil || pos < 0 || pos >= f.h.Len() {
			return nil
		}
		return fmt.Appendf(nil, ` data-op="%d"`, f.h.Index(pos))
	}))
}

// objects are the faults of objects that are wrong by themselves: one type, a case an object.
func (f *faultMaker) objects(l leaf, r occurring) []fault {
	occurrences, found := r.Occurrences(), r.Findings()
	if len(found) == 0 {
		return nil
	}
	typ := found[0].Type
	x := f.newFault(l, typ, len(occurrences))
	x.What = capital(clean(found[0].Msg, longText))
	f.group(&x, typ, triage.Groups(f.h, cases{r, occurrences}))
	x.Impact, x.judged = render.ImpactOfObjects(occurrences), found[0].Objects
	if len(occurrences) == 1 {
		x.Groups = nil
	}
	c := kase{ID: x.ID + "-1", Title: "Where it fails"}
	if picture, err := linear.Draw(r, linear.Options{Limit: casesOfType, Embedded: true}); err == nil && picture != nil {
		c.Diagram = f.linked(picture)
	}
	_, c.Prose, _ = strings.Cut(render.Prose(f.r.Input.File, l.check, r, render.ProseOptions{Limit: casesOfType}), "\n")
	c.Prose = clean(c.Prose, 40_000)
	var ops []int
	names := map[int]string{}
	for _, o := range occurrences[:min(len(occurrences), casesOfType)] {
		for i, op := range slices.Concat(o.Ops, o.Context) {
			if names[op] == "" {
				ops = append(ops, op)
				names[op] = []string{"✗", "later"}[min(i, 1)]
			}
		}
		from := max(len(o.Writers)-4, 0)
		for i, op := range o.Writers[from:] {
			if names[op] == "" {
				ops = append(ops, op)
				names[op] = "wrote it"
				if n := len(o.Writers); n > 1 {
					names[op] = fmt.Sprintf("wrote it, %s of %s", thousands(from+i+1), thousands(n))
				}
			}
		}
	}
	f.witnesses(&c, ops, names)
	x.Cases = append(x.Cases, c)
	f.mark(&x, occurrences)
	return []fault{x}
}

// cases are those of a result that are at hand, or findings as cases, so that they can be grouped.
type cases struct {
	result.Result
	of []result.Occurrence
}

func (c cases) Occurrences() []result.Occurrence { return c.of }
func (c cases) Cause(string) string              { return "" }

// findings are the faults of all other checks: a case each, its witness.
func (f *faultMaker) findings(l leaf, r result.Finder) (out []fault) {
	for _, found := range r.Findings() {
		x := f.newFault(l, found.Type, found.Count)
		x.What, x.Impact = capital(clean(found.Msg, longText)), render.Impact(l.check, found.Type)
		of := []result.Occurrence{{Type: found.Type, Ops: found.Ops}}
		f.group(&x, found.Type, triage.Groups(r.About().History, cases{r, of}))
		x.Groups = nil // one case has nothing in common with others
		if f.cases < mostCases {
			f.cases++
			x.Cases = append(x.Cases, f.witness(&x, found))
		}
		f.mark(&x, of)
		f.more(&x)
		out = append(out, x)
	}
	return out
}

// witness is the case of a finding: its ops, and in which order they were if there are several.
func (f *faultMaker) witness(x *fault, found result.Finding) kase {
	s := diagram.OfFinding(f.h, found)
	c := kase{ID: x.ID + "-1", Title: "Where it shows"}
	names := map[int]string{}
	for i := range s.Nodes {
		names[s.Nodes[i].Op] = clean(s.Nodes[i].Name, 40)
	}
	if len(s.Nodes) > 0 {
		s.Says = nil // the page says it
		c.Diagram = f.linked(diagram.SVG(&s, diagram.Options{Embedded: true}))
	}
	f.witnesses(&c, found.Ops, names)
	return c
}
