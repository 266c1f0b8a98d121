package page

import (
	"fmt"
	"slices"
	"strings"

	"github.com/seed-c33ae711/jcheck/elle"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/nemesis"
	"github.com/seed-c33ae711/jcheck/linearizable"
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

// impacts say what somebody sees who uses a database that shows an anomaly.
var impacts = map[string]string{
	"G0":                    "Updates of several rows that belong together end up mixed: one row from one client, another row from the other.",
	"G1a":                   "A client can see data of a transaction that was rolled back, and act upon what never happened.",
	"G1b":                   "A client can see a half-finished transaction: a value that its writer replaced before it committed.",
	"G1c":                   "Two transactions can each have seen the other's effects, so there is no order in which they could have happened.",
	"G-single":              "A client can see one part of another's transaction without the rest of it: inconsistent data.",
	"G-nonadjacent":         "Two clients can see two updates in opposite orders, and so disagree about what happened first.",
	"G2-item":               "Two clients can each check a condition and then write, and together break what each had made sure of.",
	"G2":                    "Two clients can each check a condition and then write, and together break what each had made sure of.",
	"lost-update":           "A client's update was acknowledged and then silently overwritten by a client that had not seen it: it is lost.",
	"dirty-update":          "A committed update was made from data that was rolled back, and so keeps it alive.",
	"garbage-read":          "A client can read data that nobody wrote.",
	"internal":              "A transaction can read something else than it has just written itself.",
	"duplicate-elements":    "A write can take effect twice.",
	"incompatible-order":    "Two clients can see the same list with different contents at the same place: data was replaced or lost.",
	"future-read":           "A transaction can read what it writes only later.",
	"fractured-read":        "A client can see one part of another's transaction without the rest of it.",
	"not-linearizable":      "A client can read something that no order of the operations explains, such as a value that had been overwritten before.",
	"wrong-total":           "Money appeared or disappeared: the accounts did not add up at the moment of a read.",
	"negative-value":        "An account went below zero, which the database was to prevent.",
	"lost":                  "Data that was acknowledged is gone.",
	"lost-write":            "A message that was acknowledged is gone.",
	"stale":                 "A read did not show data that had been acknowledged before it began.",
	"duplicate":             "The same message stands in the log several times.",
	"duplicated":            "Something that was written once is there more than once.",
	"unexpected":            "A client read something that nobody wrote.",
	"recovered":             "Data whose write was not acknowledged turned up.",
	"unseen":                "A message that was acknowledged had not been polled by the end of the test.",
	"poll-skip":             "A consumer skipped messages: they were in the log, and it never saw them.",
	"int-poll-skip":         "A consumer skipped messages within one poll.",
	"nonmonotonic-poll":     "A consumer was given messages again, or in another order.",
	"int-nonmonotonic-poll": "A consumer was given messages again, or in another order, within one poll.",
	"nonmonotonic-send":     "A producer's messages stand in the log in another order than it sent them.",
	"int-nonmonotonic-send": "A producer's messages stand in the log in another order than it sent them, within one transaction.",
	"inconsistent-offsets":  "Two clients saw different messages at the same place of the log.",
	"out-of-bounds":         "A client can read a count without additions that were acknowledged, or with some that were never made.",
	"impossible-sum":        "A client can read a count that no choice of the additions gives.",
	"fork":                  "Two clients can see two updates in opposite orders, and so disagree about what happened first.",
	"precommitted-read":     "A consumer was given a message of a transaction that had not committed.",
}

// shapes say the same of what is not linearizable.
var shapes = map[string]string{
	"a value that nobody had written":                   "A client can read a value that nobody had written by then.",
	"a stale value":                                     "A client can read an old value after a newer one was acknowledged.",
	"an acquire of a lock that was held":                "Two clients can hold the lock at the same time.",
	"a release of a lock that was free":                 "A client can release a lock that it does not hold.",
	"an element taken more often than it was put there": "Two clients can take the same element.",
	"an element that overtook another":                  "A client can take an element before an older one: the queue does not keep its order.",
	"an element from below the top":                     "A client can take an element from below the top of the stack.",
	"an element that was not the smallest":              "A client can take an element though a smaller one is there.",
	"an empty answer while there was an element":        "A client can find nothing though an element is there.",
	"a read without an element that was there":          "A client can read without seeing what was acknowledged before.",
	"a count out of bounds":                             "A client can read a count that no order of the additions gives.",
}

// impactIn says what somebody sees of a type of fault that a check found.
func impactIn(check, typ string) string {
	if check == "unique-ids" && typ == "duplicated" {
		return "Two clients can be given the same id: an id was given out more than once."
	}
	return impactOf(typ)
}

// impactOfObject says it of an object that is not linearizable.
func impactOfObject(r *linearizable.Result) string {
	for _, o := range r.Occurrences() {
		if said := shapes[o.Shape]; said != "" {
			return said
		}
		if len(o.Ops) == 0 || !strings.HasSuffix(r.Model, "mutex") {
			continue
		}
		switch r.History.F(o.Ops[0]) { // what the search found, which names no rule
		case "acquire":
			return shapes["an acquire of a lock that was held"]
		case "release":
			return shapes["a release of a lock that was free"]
		}
	}
	if strings.HasSuffix(r.Model, "register") {
		return impacts[linearizable.NotLinearizable]
	}
	return "A client can be given an answer that no order of the operations explains."
}

// impactOf says it of an anomaly that is like another but for the order in time.
func impactOf(typ string) string {
	base := strings.TrimSuffix(strings.TrimSuffix(typ, "-realtime"), "-process")
	s := impacts[base]
	if s == "" {
		s = impacts[strings.TrimSuffix(strings.TrimSuffix(base, "-item"), "-predicate")]
	}
	if base == "G-single" || base == "G-single-item" {
		switch {
		case strings.HasSuffix(typ, "-realtime"):
			return "A client can miss what was acknowledged before it asked: a stale read."
		case strings.HasSuffix(typ, "-process"):
			return "A client can miss what it has itself seen or written before."
		}
	}
	return s
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

// broken says which promise was.
func (r *Report) broken(x *fault) string {
	what := strings.TrimSuffix(x.What, ".")
	s := ""
	walk(r.Check, r.Result, func(l leaf) {
		switch of := l.result.(type) {
		case *elle.Result:
			if s == "" && of.Valid == verdict.Invalid && len(of.Not) > 0 {
				s = "The database is not " + strings.Join(of.Not, ", not ") + ". " + what + "."
			}
		case *linearizable.Result:
			if s == "" && of.Valid == verdict.Invalid {
				s = "The database is not linearizable as " + article(of.Model) + ": " + r.culprit(of)
			}
		}
	})
	if x.Check != "elle" && x.Type != linearizable.NotLinearizable || s == "" {
		s = fmt.Sprintf("The check %s found %s of %s. %s.", x.Check, result.Count(x.Count, "case"), x.Type, what)
	}
	return s
}

// culprit names the operation that nothing explains.
func (r *Report) culprit(of *linearizable.Result) string {
	for _, p := range of.Failures() {
		if p.Unexplained() < 0 {
			continue
		}
		x := rowOf(of.History, p.Unexplained(), "")
		what := x.F
		if x.Value != "" && x.Value != "nil" {
			what += " " + clean(x.Value, 80)
		}
		where := ""
		if of.Keyed {
			where = ", key " + clean(result.Text(p.Key), 60)
		}
		return fmt.Sprintf("no order of the operations explains %s by process %s (op %s%s).", what, x.Process, x.Index, where)
	}
	return "no order of the operations explains what they returned."
}

// capital makes the beginning of a sentence.
func capital(s string) string {
	if s != "" && s[0] >= 'a' && s[0] <= 'z' {
		return string(s[0]-'a'+'A') + s[1:]
	}
	return s
}

func article(s string) string {
	if s != "" && strings.ContainsRune("aeiou", rune(s[0])) {
		return "an " + s
	}
	return "a " + s
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
	under := ""
	for _, m := range x.meetings {
		if m.Count > 0 && (m.Notable(x.grouped) || x.grouped == m.Count) {
			under += fmt.Sprintf("%s%s of %s during a %s or within %d s after it", comma(under), thousands(m.Count), thousands(x.grouped), clean(m.Fault, 60), int(triage.Aftermath.Seconds()))
		}
	}
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

func instant(h *history.History, op int) string {
	if t := h.Time(op); t != history.NoTime {
		return fmt.Sprintf("%s (line %d)", seconds(t), h.Line(op))
	}
	return fmt.Sprintf("line %d", h.Line(op))
}

// faultless reports whether no nemesis did anything.
func (r *Report) faultless() bool {
	var t nemesis.Tracker
	for i := range r.History.Len() {
		if p := r.History.Process(i); !p.IsClient() && p != history.NoProcess && t.See(int64(p), r.History.F(i)).Begins {
			return false
		}
	}
	return true
}
