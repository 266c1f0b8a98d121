package linearizable

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/histtest"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// What a law says is true of the ops, read one by one.
func TestLaw(t *testing.T) {
	m, err := ByName("cas-register", "")
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(rt *rapid.T) {
		tb, t := t, rt
		value := rapid.SampledFrom([]string{"nil", "1", "2", "3"})
		text := histtest.Random(t, func() histtest.Call {
			v, w := value.Draw(t, "v"), value.Draw(t, "w")
			switch rapid.IntRange(0, 4).Draw(t, "f") {
			case 0, 1:
				return histtest.Call{F: "write", In: v, Out: v}
			case 2:
				return histtest.Call{F: "cas", In: "[" + v + " " + w + "]", Out: "[" + v + " " + w + "]"}
			}
			return histtest.Call{F: "read", In: "nil", Out: v}
		})
		holdLaws(tb, rt, m, text, falseLaw)
	})
}

// holdLaws checks a history, and holds the laws of what fails to its ops: untrue says what
// is wrong with a law.
func holdLaws(t *testing.T, rt *rapid.T, m Model, text string, untrue func(h *history.History, law *Law) string) {
	h := histtest.Parse(t, text)
	res, err := Check(t.Context(), h, m, Options{})
	if err != nil {
		rt.Fatal(err)
	}
	for _, p := range res.Failures() {
		if p.Law == nil {
			continue
		}
		why := untrue(h, p.Law)
		if want := failedPuts(h, p.Law); p.Law.Rule == Absent && !slices.Equal(p.Law.Failed, want) {
			why += fmt.Sprintf("failed operations that would have put it there: want %v", want)
		}
		if why != "" {
			rt.Fatalf("%s: %+v\n%s", why, p.Law, text)
		}
	}
	if res.Valid == verdict.Valid && len(res.Failures()) > 0 {
		rt.Fatal(res)
	}
}

// failedPuts are the completions of failed operations that would have put a law's value
// there before its operation ended.
func failedPuts(h *history.History, law *Law) (ops []int) {
	for i := range law.Op {
		done := h.Pair(i)
		if h.Type(i) != history.Invoke || done < 0 || h.Type(done) != history.Fail {
			continue
		}
		value := h.Value(i)
		switch h.F(i) {
		case "cas":
			parts, _ := value.Items(nil)
			value = parts[1]
		case "write", "enqueue", "push", "add", "append":
		default:
			continue
		}
		if value.String() == law.Value.String() {
			ops = append(ops, done)
		}
	}
	return ops
}

// The law is found where it is as simple as that, and nowhere else.
func TestLawCases(t *testing.T) {
	const stale = "i 0 write 1\no 0 write 1\ni 0 write 2\no 0 write 2\ni 1 read nil\no 1 read 1"
	for _, c := range []struct {
		history string
		want    string // Rule, Op, Writers, Other, Initial
	}{
		{stale, "overwritten 5 [1] 3 false"},
		{"i 0 write 1\no 0 write 1\ni 1 read nil\no 1 read 7", "absent 3 [] -1 false"},
		{"i 0 write 1\no 0 write 1\ni 1 write 1\no 1 write 1\ni 0 cas [1 2]\no 0 cas [1 2]\ni 1 read nil\no 1 read 1", "overwritten 7 [1 3] 5 false"},
		{"i 0 write 1\no 0 write 1\ni 1 cas [5 6]\no 1 cas [5 6]", "absent 3 [] -1 false"},
		// Of two reads that disagree neither is wrong by itself.
		{"i 0 write 1\ni 1 write 2\no 0 write 1\no 1 write 2\ni 0 read nil\no 0 read 1\ni 1 read nil\no 1 read 2", ""},
	} {
		m, err := ByName("cas-register", "")
		if err != nil {
			t.Fatal(err)
		}
		res, err := Check(t.Context(), histtest.Parse(t, c.history), m, Options{})
		if err != nil || res.Valid != verdict.Invalid {
			t.Fatalf("%s: %v, %v", c.history, res, err)
		}
		got := ""
		if law := res.Parts[0].Law; law != nil {
			got = fmt.Sprint(law.Rule, " ", law.Op, law.Writers, law.Other, law.Initial)
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.history, got, c.want)
		}
	}
}

// falseLaw says what is wrong with a law.
func falseLaw(h *history.History, law *Law) string {
	value := law.Value.String()
	writes := func(i int) string { // what the operation that op i invokes would write
		switch parts, _ := h.Value(i).Items(nil); h.F(i) {
		case "write":
			return h.Value(i).String()
		case "cas":
			return parts[1].String()
		}
		return "nothing"
	}
	found := h.Value(law.Op)
	if h.F(law.Op) == "cas" {
		parts, _ := found.Items(nil)
		found = parts[0]
	}
	if found.String() != value || h.Type(law.Op) != history.OK {
		return "the operation did not find the value"
	}
	over := law.Other
	if over >= 0 && (h.Type(over) != history.OK || writes(h.Pair(over)) == value || writes(h.Pair(over)) == "nothing" || over > h.Pair(law.Op)) {
		return "the overwriter did not write something else before the operation began"
	}
	if over < 0 && len(law.Writers)+map[bool]int{true: 1}[law.Initial] > 0 {
		return "somebody wrote the value, or it was there"
	}
	if law.Initial != (value == "nil") {
		return "the initial value is nil"
	}
	for i := range h.Len() {
		if h.Type(i) != history.Invoke || writes(i) != value || i > law.Op || i == h.Pair(law.Op) {
			continue
		}
		done := h.Pair(i)
		if done >= 0 && h.Type(done) == history.Fail {
			continue
		}
		if done < 0 || h.Type(done) != history.OK || !slices.Contains(law.Writers, done) || over < 0 || done > h.Pair(over) {
			return fmt.Sprintf("op %d may have written the value again", i)
		}
	}
	return ""
}

// What a failed operation would explain, had it taken effect after all, the law names.
func TestFailedAfterAll(t *testing.T) {
	for _, c := range []struct {
		model, history string
		want           []int
	}{
		{"register", "i 0 write 1\no 0 write 1\ni 0 write 2\no 0 write 2\ni 1 write 1\nx 1 write 1\ni 2 read nil\no 2 read 1", []int{5}},
		{"register", "i 1 write 1\nx 1 write 1\ni 0 write 1\no 0 write 1\ni 0 write 2\no 0 write 2\ni 2 read nil\no 2 read 1", nil},
		{"mutex", "i 0 acquire nil\no 0 acquire nil\ni 0 release nil\nx 0 release nil\ni 1 acquire nil\no 1 acquire nil", []int{3}},
		{"mutex", "i 0 release nil\nx 0 release nil\ni 0 acquire nil\no 0 acquire nil\ni 1 acquire nil\no 1 acquire nil", nil},
		{"mutex", "i 0 acquire nil\nx 0 acquire nil\ni 1 release nil\no 1 release nil", []int{1}},
	} {
		m, err := ByName(c.model, "")
		if err != nil {
			t.Fatal(err)
		}
		res, err := Check(t.Context(), histtest.Parse(t, c.history), m, Options{})
		if err != nil || res.Valid != verdict.Invalid || res.Parts[0].Law == nil {
			t.Fatalf("%s: %v, %v", c.history, res, err)
		}
		if got := res.Parts[0].Law.Failed; !slices.Equal(got, c.want) {
			t.Errorf("%s: failed %v, want %v", c.history, got, c.want)
		}
	}
}

// Reads of nil after a write are counted, those before it and beside it are not.
func TestNilReads(t *testing.T) {
	m, err := ByName("register", "")
	if err != nil {
		t.Fatal(err)
	}
	res, err := Check(t.Context(), histtest.Parse(t, "i 1 read nil\no 1 read nil\ni 0 write 1\ni 1 read nil\no 1 read nil\no 0 write 1\ni 1 read nil\no 1 read nil\ni 1 read nil\no 1 read 1"), m, Options{})
	if err != nil || res.Valid != verdict.Valid {
		t.Fatal(res, err)
	}
	if n := slices.IndexFunc(res.Warnings, func(w verdict.Warning) bool { return w.Code == "nil-reads" && w.Count == 1 }); n < 0 {
		t.Errorf("%v", res.Warnings)
	}
}
