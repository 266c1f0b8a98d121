package page

import (
	"fmt"
	"slices"
	"strings"

	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/render"
	"github.com/seed-c33ae711/jcheck/result"
	"github.com/seed-c33ae711/jcheck/triage"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// relations are what the relations between ops are called.
var relations = map[string]string{
	"ww": "write, overwritten", "wr": "write, read", "rw": "read, then overwritten",
	"wwp": "write, overwritten in a predicate", "wrp": "write, read by predicate", "rwp": "read by predicate, then changed",
	"lacks": "showed what the other lacks", "passed": "wrote what the other went past", "same": "got, or holds, the same thing",
	"rt": "ended before the other began", "p": "earlier in the same process",
}

// doubtful are codes of warnings that say how a verdict may be wrong, so they stand beside it.
var doubtful = []string{"never-written", "inferred-total"}

// doubts are the warnings of what was found to be invalid that may turn the verdict.
func (r *Report) doubts() (out []string) {
	walk(r.Check, r.Result, func(l leaf) {
		if l.result.Verdict() != verdict.Invalid {
			return
		}
		for _, w := range l.result.About().Warnings {
			if s := capital(clean(w.Msg, longText)); slices.Contains(doubtful, w.Code) && !slices.Contains(out, s) && len(out) < 3 {
				out = append(out, s)
			}
		}
	})
	return out
}

// meaning tells the verdict in two or three sentences.
func (r *Report) meaning(faults []fault) (out []string) {
	switch r.Result.Verdict() {
	case verdict.Valid:
		return []string{"No check found anything wrong.", "This holds for this history and for what was checked, not for every history: see the checks and warnings below."}
	case verdict.Unknown:
		reason := ""
		walk(r.Check, r.Result, func(l leaf) {
			if reason == "" && l.result.Verdict() == verdict.Unknown {
				reason = l.result.About().Reason
			}
		})
		if reason != "" {
			reason = ": " + clean(reason, longText)
		}
		return []string{"Nobody can say whether the database kept its promises" + reason + ".", "This is no pass: the checks below say what they could not judge."}
	}
	if len(faults) == 0 {
		return []string{"A check found a fault that it cannot show."}
	}
	x := &faults[0]
	out = append(out, r.broken(x))
	if x.Impact != "" {
		out = append(out, x.Impact)
	}
	return append(out, r.when(x))
}

// broken says which promise was: that of the check that found the fault, if it is about one.
func (r *Report) broken(x *fault) string {
	s := ""
	walk(r.Check, r.Result, func(l leaf) {
		if broken := render.Broken(l.result); s == "" && broken != "" && l.check == x.Check {
			s = "The database is " + broken
		}
	})
	what := strings.TrimSuffix(x.What, ".")
	if s == "" {
		return fmt.Sprintf("The check %s found %s of %s. %s.", x.Check, result.Count(x.Count, "case"), x.Type, what)
	}
	return fmt.Sprintf("%s. %s.", s, what)
}

// capital makes the beginning of a sentence.
func capital(s string) string {
	if s != "" && s[0] >= 'a' && s[0] <= 'z' {
		return string(s[0]-'a'+'A') + s[1:]
	}
	return s
}

// when says how often a fault showed, from when to when, and under what.
func (r *Report) when(x *fault) string {
	h := x.h
	s, after := "It showed once", ""
	if x.Count > 1 {
		s = fmt.Sprintf("It showed %s times", thousands(x.Count))
	}
	switch {
	case x.judged > 1:
		s = fmt.Sprintf("It showed in %s of %s keys", thousands(x.Count), thousands(x.judged))
		after = " What came after the first failure of a key was not judged."
		if x.first >= 0 {
			s += ", the first at " + instant(h, x.first)
		}
	case x.judged == 1:
		s, after = "It showed first", " What came after that was not judged."
		if x.first >= 0 {
			s += " at " + instant(h, x.first)
		}
	case x.first < 0:
	case x.Count > 1 && x.last > x.first:
		s += fmt.Sprintf(", first at %s, last at %s", instant(h, x.first), instant(h, x.last))
	case x.Count > 1:
		s += ", such as at " + instant(h, x.last)
	default:
		s += ", at " + instant(h, x.last)
	}
	under := x.under()
	switch {
	case under != "":
		s += ": " + under
	case len(x.meetings) == 0 && r.faultless():
		s += ", and no fault was injected in this test"
	case slices.ContainsFunc(x.meetings, func(m triage.Meeting) bool { return m.Count > 0 }):
		s += "; no fault stands out"
	default:
		s += ", while no fault was active"
	}
	return s + "." + after
}

// mostUnder is how many kinds of faults the first lines of a page name.
const mostUnder = 3

// under says during which faults of the nemesis a fault showed.
func (x *fault) under() string {
	var met []string
	for _, m := range x.meetings {
		if m.Count == 0 || !m.Notable(x.grouped) && x.grouped != m.Count {
			continue
		}
		s := "during a " + clean(m.Fault, 60)
		if x.grouped > 1 {
			s = fmt.Sprintf("%s of %s %s", thousands(m.Count), thousands(x.grouped), s)
		}
		met = append(met, fmt.Sprintf("%s or within %d s after it", s, int(triage.Aftermath.Seconds())))
	}
	if n := len(met); n > mostUnder {
		return strings.Join(met[:mostUnder], ", ") + fmt.Sprintf(", and %d more kinds of faults", n-mostUnder)
	}
	return strings.Join(met, ", ")
}

func instant(h *history.History, op int) string {
	if t := h.Time(op); t != history.NoTime {
		return fmt.Sprintf("%s (line %d)", seconds(t), h.Line(op))
	}
	return fmt.Sprintf("line %d", h.Line(op))
}

// faultless reports whether no nemesis did anything.
func (r *Report) faultless() bool {
	for i := range r.History.Len() {
		if p := r.History.Process(i); !p.IsClient() && p != history.NoProcess {
			return false
		}
	}
	return true
}
