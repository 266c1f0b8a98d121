package elle_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/seed-c33ae711/jcheck/elle"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/simulate"
)

// What explains aborted reads is what the ops say: failed transactions that appended, and
// those whose element a committed read has.
func TestCauseOfAbortedReads(t *testing.T) {
	for seed := range uint64(20) {
		h, err := simulate.Config{DB: "aborted-read", Txns: 300, FailRate: 0.05, Seed: seed}.History()
		if err != nil {
			t.Fatal(err)
		}
		r, err := elle.Check(context.Background(), h, elle.Options{})
		if err != nil {
			t.Fatal(err)
		}
		failed, read := abortedNaively(h)
		if _, ok := r.Case(elle.G1a); !ok {
			if read > 0 {
				t.Errorf("seed %d: %d failed transactions were read, but there is no G1a", seed, read)
			}
			continue
		}
		got := r.Cause("G1a")
		if want := fmt.Sprintf("%d of %d failed transaction", read, failed); !strings.HasPrefix(got, want) || strings.Contains(got, "rolled back") != (read == failed && failed > 2) {
			t.Errorf("seed %d: %s, want %s...", seed, got, want)
		}
	}
}

// abortedNaively counts the failed transactions that appended, and those of them of which
// a committed transaction read an element.
func abortedNaively(h *history.History) (failed, read int) {
	writer, seen := map[string]int{}, map[int]bool{}
	each := func(i int, f func(mop []string)) {
		mops, _ := h.Value(i).Items(nil)
		for _, m := range mops {
			parts, _ := m.Items(nil)
			name, _ := parts[0].Name()
			f([]string{name, parts[1].String(), parts[2].String()})
		}
	}
	for i := range h.Len() {
		if h.Type(i) == history.Fail {
			appends := false
			each(i, func(m []string) {
				if m[0] == "append" {
					appends = true
					writer[m[1]+"/"+m[2]] = i
				}
			})
			if appends {
				failed++
			}
		}
	}
	for i := range h.Len() {
		if h.Type(i) != history.OK {
			continue
		}
		each(i, func(m []string) {
			for element := range strings.FieldsSeq(strings.Trim(m[2], "[]")) {
				if w, ok := writer[m[1]+"/"+element]; ok && m[0] == "r" {
					seen[w] = true
				}
			}
		})
	}
	return failed, len(seen)
}
