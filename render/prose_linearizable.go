package render

import (
	"fmt"
	"slices"
	"strings"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/linearizable"
	"github.com/seed-c33ae711/jcheck/result"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// body tells what was judged, where each object fails, or how it can be linearized.
func (p *linProse) body() {
	r, limit := p.r, max(p.opt.Limit, 1)
	failing := byKey(r.Failures())
	told := failing[:min(limit, len(failing))]
	p.summary(failing)
	for _, part := range told {
		p.failure(part)
	}
	if n := len(failing) - len(told); n > 0 {
		p.f("\n  and %s: --limit shows more\n", failingKeys(n))
	}
	p.groups(r, linearizable.NotLinearizable, len(failing), groupsOf(r))
	p.unknowns(limit)
	p.witnesses()
	p.warned(r.Warnings)
}

// line tells a result behind the word for its verdict, where there is one line.
func (p *linProse) line() string {
	r, failing := p.r, byKey(p.r.Failures())
	switch r.Valid {
	case verdict.Valid:
		return ""
	case verdict.Unknown:
		return "  " + p.reason()
	}
	text := fmt.Sprintf("  not linearizable as %s: %s", withArticle(r.Model), p.blame(failing[0]))
	if n := len(failing) - 1; n > 0 {
		text += ", and " + plural(n, "more key")
	}
	return text
}

// linProse writes prose on a result; of prose it uses the pen only.
type linProse struct {
	prose
	r *linearizable.Result
}

func newLinProse(r *linearizable.Result, opt ProseOptions) *linProse {
	return &linProse{r: r, prose: prose{opt: opt, h: r.History}}
}

// verdict says what the verdict is about.
func (p *linProse) verdict() string {
	switch r := p.r; r.Valid {
	case verdict.Valid:
		return "linearizable as " + withArticle(r.Model)
	case verdict.Invalid:
		return "not linearizable as " + withArticle(r.Model)
	}
	return p.reason()
}

// reason says why a result is unknown, with the key if it is one key's fault.
func (p *linProse) reason() string {
	for i := range p.r.Parts {
		part := &p.r.Parts[i]
		if p.r.Keyed && part.Valid == verdict.Unknown && part.Reason != "" && part.Reason == p.r.Reason {
			return "key " + result.Text(part.Key) + ": " + part.Reason
		}
	}
	return p.r.Reason
}

func withArticle(model string) string {
	if strings.Contains("aeiou", model[:1]) {
		return "an " + model
	}
	return "a " + model
}

// summary says what was judged, and which rungs decided it.
func (p *linProse) summary(failing []*linearizable.Part) {
	r := p.r
	pending := 0
	for i := range r.Parts {
		pending += r.Parts[i].Pending
	}
	p.f("  %s", plural(r.Ops, "operation"))
	if pending > 0 {
		p.f(" (%s pending)", thousands(pending))
	}
	if r.Keyed {
		p.f(" on %s", plural(len(r.Parts), "key"))
		if len(failing) > 0 {
			p.f(", %s", p.keys(failing))
		}
	}
	var rungs []string
	for _, f := range rungCounts(r) {
		s := f.name
		if r.Keyed {
			s += " " + thousands(f.value.(int))
		}
		rungs = append(rungs, s)
	}
	if len(rungs) > 0 {
		p.f("; decided by %s", strings.Join(rungs, ", "))
	}
	p.f("\n")
}

// keys lists the first few keys that fail.
func (p *linProse) keys(failing []*linearizable.Part) string {
	var names []string
	for i, part := range failing {
		if i == 10 {
			names = append(names, "...")
			break
		}
		names = append(names, result.Text(part.Key))
	}
	verb := "fail"
	if len(failing) == 1 {
		verb = "fails"
	}
	return fmt.Sprintf("of which %s %s: %s", thousands(len(failing)), verb, strings.Join(names, ", "))
}

// blame says in half a line what fails in a part.
func (p *linProse) blame(part *linearizable.Part) string {
	op := part.Unexplained()
	what := p.operation(op)
	if op >= 0 {
		what += fmt.Sprintf(" on line %d", p.h.Line(op))
	}
	if p.r.Keyed {
		return "key " + result.Text(part.Key) + ", " + what
	}
	return what
}

// operation writes what an operation did, as f and value.
func (p *linProse) operation(op int) string {
	if op < 0 {
		return "a contradiction"
	}
	h := p.r.History
	v := h.Value(op)
	if h.Type(op) != history.OK || v.IsNil() {
		if in := h.Value(invocation(p.r, op)); !in.IsNil() {
			v = in
		}
	}
	if parts, err := v.Items(nil); p.r.Keyed && err == nil && len(parts) == 2 {
		v = parts[1]
	}
	f := h.F(op)
	switch {
	case v.IsNil() && (f == "acquire" || f == "release"):
		return f
	case v.IsNil() && h.Type(op) != history.OK:
		return f + " ?"
	}
	return f + " " + valueText(v)
}

// valueText writes a value, long ones abridged.
func valueText(v edn.Value) string {
	if v.Kind() == edn.Set {
		items, err := v.Items(nil)
		if err == nil && len(items) > 10 {
			return fmt.Sprintf("#{%s %s ..%d more..}", result.Text(items[0]), result.Text(items[1]), len(items)-2)
		}
	}
	text := result.ListText(v, -1)
	if len(text) > maxText {
		if text = result.Short(v, maxText); len(text) <= 2*maxText {
			return text
		}
	}
	return abridge(text)
}

const maxText = 100 // bytes of a value or a state that are shown

func abridge(s string) string {
	if len(s) <= maxText {
		return s
	}
	head := strings.ToValidUTF8(s[:maxText/2], "")
	tail := strings.ToValidUTF8(s[len(s)-maxText/4:], "")
	return fmt.Sprintf("%s..%d bytes more..%s", head, len(s)-len(head)-len(tail), tail)
}

// about tells of an operation who ran it, how it ended, and where.
func (p *linProse) about(op int) string {
	return p.color(dim, fmt.Sprintf("%s%s, %s", p.who(op), ending(p.r.History, op), place(p.h, op)))
}

func (p *linProse) who(op int) string {
	if name := p.r.History.ProcessName(p.r.History.Process(op)); name != "" {
		return "process " + name + ", "
	}
	return ""
}

func ending(h *history.History, op int) string {
	if h.Type(op) == history.Invoke {
		return "never completed"
	}
	return h.Type(op).String()
}

// failure tells where an object fails, and why.
func (p *linProse) failure(part *linearizable.Part) {
	p.f("\n")
	if p.r.Keyed {
		p.f("%s\n", p.color(bold, "key "+result.Text(part.Key)))
	}
	p.unexplained(part)
	p.beside(part)
	p.states(part)
	p.prefix(part)
}

// unexplained names the operation that no order explains, with the law that it breaks, or the
// operations that contradict each other.
func (p *linProse) unexplained(part *linearizable.Part) {
	explains := func(op int) {
		p.f("  no order of the operations explains\n    %s  %s\n", p.color(bold, p.operation(op)), p.about(op))
	}
	if part.Law == nil {
		if part.Culprit >= 0 {
			explains(part.Culprit)
		}
		p.conflict(part)
		return
	}
	explains(part.Law.Op)
	p.law(part)
	if part.Law.Op != part.Culprit && part.Culprit >= 0 {
		p.f("  that is one violation; the first one, of which the rest tells, is that no linearization gets as far as\n    %s  %s\n", p.operation(part.Culprit), p.about(part.Culprit))
	}
}

// conflict lists the operations that a monitor found to contradict each other.
func (p *linProse) conflict(part *linearizable.Part) {
	const most = 12
	if len(part.Conflict) < 2 { // one is the culprit
		return
	}
	if slices.Contains(part.Conflict, part.Culprit) {
		p.f("  since these contradict each other\n")
	} else {
		p.f("  and these contradict each other, whatever else happened\n")
	}
	if len(part.Conflict) > most {
		p.list(part.Conflict, most)
		return
	}
	for _, line := range timeline(p, part.Conflict, part.Culprit) {
		p.f("    %s\n", line)
	}
}

// list writes operations below each other.
func (p *linProse) list(ops []int, most int) {
	wide := 0
	for i, op := range ops {
		if i < most {
			wide = max(wide, width(p.operation(op)))
		}
	}
	for i, op := range ops {
		if i == most {
			p.f("    ..%d more..\n", len(ops)-i)
			break
		}
		p.f("    %s  %s\n", pad(p.operation(op), wide), p.about(op))
	}
}

// beside draws what overlapped the culprit.
func (p *linProse) beside(part *linearizable.Part) {
	if part.Culprit < 0 || len(part.Beside) < 2 {
		return
	}
	p.f("  operations that overlapped it\n")
	for _, line := range timeline(p, part.Beside, part.Culprit) {
		p.f("    %s\n", line)
	}
}

// states tells what the object is when the culprit has to take effect.
func (p *linProse) states(part *linearizable.Part) {
	seen := map[string]bool{}
	for i := range part.Final {
		st := &part.Final[i]
		if i == 0 {
			what := strings.TrimSuffix(st.Why, " when it is "+st.Value)
			p.f("  %s in every state that the operations before it may have left, such as\n", abridge(what))
		}
		if !seen[st.Value] {
			seen[st.Value] = true
			p.f("    %s\n", abridge(st.Value))
		}
	}
}

// prefix tells the end of a longest linearizable prefix.
func (p *linProse) prefix(part *linearizable.Part) {
	if len(part.Final) == 0 {
		return
	}
	st := &part.Final[0]
	for i := range part.Final {
		if len(part.Final[i].Order) > len(st.Order) {
			st = &part.Final[i]
		}
	}
	if len(st.Order) == 0 {
		p.f("  nothing took effect before it\n")
		return
	}
	p.f("  a longest linearization ends with\n")
	if n := len(st.Order) - len(st.Tail); n > 0 {
		p.f("    ..%s before..\n", thousands(n))
	}
	ops, states := 0, 0
	for _, s := range st.Tail {
		ops = max(ops, width(p.operation(s.Op)))
		states = max(states, width(abridge(s.Value)))
	}
	for _, s := range st.Tail {
		p.f("    %s  -> %s  %s\n", pad(p.operation(s.Op), ops), pad(abridge(s.Value), states), p.about(s.Op))
	}
}

// unknowns tells of the first objects that could not be judged how far it got.
func (p *linProse) unknowns(limit int) {
	n := 0
	for i := range p.r.Parts {
		part := &p.r.Parts[i]
		if part.Valid != verdict.Unknown || part.Rung == "" || part.Vacuous {
			continue
		}
		if n++; n > limit {
			continue
		}
		name := "the longest linearization found"
		if p.r.Keyed {
			name = "key " + result.Text(part.Key) + ": the longest linearization found"
		}
		p.f("  %s has %s of %s completed operations", name, thousands(part.Reached), thousands(part.Ops-part.Pending))
		if part.Reason != "" && part.Reason != p.r.Reason {
			p.f("; %s", part.Reason)
		}
		p.f("\n")
	}
	if n > limit {
		p.f("  %s more could not be judged\n", plural(n-limit, "key"))
	}
}

// witnesses tells how each object can be linearized.
func (p *linProse) witnesses() {
	for i := range p.r.Parts {
		part := &p.r.Parts[i]
		if part.Witness == nil {
			continue
		}
		p.f("\n")
		if p.r.Keyed {
			p.f("%s\n", p.color(bold, "key "+result.Text(part.Key)))
		}
		p.f("  the operations may have taken effect in this order\n")
		p.list(part.Witness, len(part.Witness))
	}
}

func (p *linProse) warned(ws []verdict.Warning) {
	for i, w := range ws {
		if i == 0 {
			p.f("\n")
		}
		p.f("  %s %s\n", p.color(yellow, "warning:"), w)
	}
}
