package elle

import (
	"fmt"
	"strings"

	"github.com/seed-c33ae711/jcheck/result"
)

// A Teller describes a result in sentences, for prose, pictures and pages.
type Teller struct {
	Result *Result
	Names  map[int]string   // what the ops are called, by position; -1 is the initial state
	Line   func(op int) int // the line that an op stands on; History.Line if nil
}

func (t *Teller) name(op int) string { return t.Names[op] }

func (t *Teller) line(op int) int {
	if t.Line == nil {
		return t.Result.History.Line(op)
	}
	return t.Line(op)
}

// invoked returns where an op was invoked.
func (t *Teller) invoked(op int) int {
	if inv := t.Result.History.Pair(op); inv >= 0 {
		return min(op, inv)
	}
	return op
}

// RelLabel is the short name of a relation.
func RelLabel(rel string) string {
	switch rel {
	case "realtime":
		return "rt"
	case "process":
		return "p"
	}
	return rel
}

// Reason says why a step's first op precedes its second.
func (t *Teller) Reason(s *Step) string {
	h := t.Result.History
	a, b := t.name(s.From), t.name(s.To)
	switch {
	case s.Why != "":
		return s.Why
	case s.Rel == "visible" || s.Rel == "direct" || s.Rel == "update" || s.From < 0:
		return t.weakReason(s)
	}
	isValue := s.Rel != "process" && s.Rel != "realtime"
	if isValue && t.Result.Workload == RWRegister {
		return t.registerReason(s)
	}
	if isValue && t.Result.Workload == ClosedPredicate {
		return t.itemReason(s)
	}
	switch key := result.Text(s.Key); s.Rel {
	case "ww":
		if s.Disputed {
			return fmt.Sprintf("%s appended %s to key %s; the longest read of the key lacks it, so it came after %s's %s, the last that this read has (another read, which contradicts this one, has it)", b, result.Text(s.Next), key, a, result.Text(s.Value))
		}
		if s.Unread {
			return fmt.Sprintf("%s appended %s to key %s, which nobody saw, so it came after %s's %s, the last that was seen", b, result.Text(s.Next), key, a, result.Text(s.Value))
		}
		return fmt.Sprintf("%s appended %s to key %s right after %s's %s", b, result.Text(s.Next), key, a, result.Text(s.Value))
	case "wr":
		return fmt.Sprintf("%s saw %s's append of %s to key %s", b, a, result.Text(s.Value), key)
	case "rw":
		if s.Value.IsZero() {
			return fmt.Sprintf("%s saw key %s when it was still empty, before %s appended %s", a, key, b, result.Text(s.Next))
		}
		return fmt.Sprintf("%s saw key %s end with %s, before %s appended %s", a, key, result.Text(s.Value), b, result.Text(s.Next))
	case "process":
		return fmt.Sprintf("process %s ran %s before %s", h.ProcessName(h.Process(s.From)), a, b) + alsoTouched(s)
	}
	inv := t.invoked(s.To)
	gap := ""
	if from, to := h.Time(s.From), h.Time(inv); from >= 0 && to-from >= 1000 {
		gap = fmt.Sprintf(", %.3f ms later", float64(to-from)/1e6)
	}
	return fmt.Sprintf("%s had completed (line %d) before %s was invoked (line %d)%s", a, t.line(s.From), b, t.line(inv), gap) + alsoTouched(s)
}

// alsoTouched names the list that keeps an order in time, if it is not that of all.
func alsoTouched(s *Step) string {
	if s.Key.IsZero() {
		return ""
	}
	return ", and both touched key " + result.Text(s.Key)
}

// weakReason says why an order of two writes is forced.
func (t *Teller) weakReason(s *Step) string {
	key, a, b := result.Text(s.Key), t.name(s.From), t.name(s.To)
	switch {
	case s.From < 0:
		return fmt.Sprintf("%s wrote key %s, which the initial state precedes", b, key)
	case s.Rel == "direct":
		return fmt.Sprintf("both wrote key %s, %s as %s and %s as %s, and %s", key, a, result.Text(s.Value), b, result.Text(s.Next), t.hops(s.Path))
	case s.Rel == "update" && s.Reader < 0:
		return fmt.Sprintf("%s was the first to write key %s, since it read the key before anyone had written it, and wrote %s; so %s's %s is later", a, key, result.Text(s.Value), b, result.Text(s.Next))
	case s.Rel == "update":
		return fmt.Sprintf("%s read key %s as %s wrote it and overwrote that with %s; %s's %s came after %s's write (%s), so it came after %s, too",
			a, key, t.name(s.Reader), result.Text(s.Value), b, result.Text(s.Next), t.name(s.Reader), t.hops(s.Path), result.Text(s.Value))
	case s.To < 0:
		return fmt.Sprintf("%s saw key %s in its initial state, though %s's write of %s was visible to it (%s)", t.name(s.Reader), key, a, result.Text(s.Value), t.hops(s.Path))
	}
	return fmt.Sprintf("%s saw key %s as %s, which %s wrote, though %s's write of %s was visible to it (%s); so %s is older than %s",
		t.name(s.Reader), key, result.Text(s.Next), b, a, result.Text(s.Value), t.hops(s.Path), result.Text(s.Value), result.Text(s.Next))
}

// hops describes a path.
func (t *Teller) hops(path []Step) string {
	var b strings.Builder
	for i, s := range path {
		if i == 0 {
			b.WriteString(t.name(s.From))
		}
		fmt.Fprintf(&b, " -%s-> %s", RelLabel(s.Rel), t.name(s.To))
	}
	return b.String()
}
