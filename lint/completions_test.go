package lint_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/lint"
)

// What looks like an answer at a glance is one: the invocation with its nils filled in.
func TestAnswers(t *testing.T) {
	quick := 0
	rapid.Check(t, func(rt *rapid.T) {
		value := rapid.SampledFrom([]string{"nil", "1", "12", "[1 2]", "[]", "[1 [2]]", ":a"})
		asked, got := "[", "["
		for range rapid.IntRange(0, 3).Draw(rt, "mops") {
			name, key := rapid.SampledFrom([]string{":r", ":w", ":append", ":rp"}).Draw(rt, "name"), rapid.SampledFrom([]string{"1", "12", ":a", "[1 2]"}).Draw(rt, "key")
			was, is := "nil", value.Draw(rt, "is")
			if name != ":r" && rapid.IntRange(0, 3).Draw(rt, "as it was") > 0 {
				was = is
			}
			asked += "[" + name + " " + key + " " + was + "] "
			got += "[" + rapid.SampledFrom([]string{name, name, name, ":r"}).Draw(rt, "name again") + " " + rapid.SampledFrom([]string{key, key, key, "1"}).Draw(rt, "key again") + " " + is + "] "
		}
		asked, got = asked+"]", got+"]"
		same, err := lint.SameTxn(edn.MustParse(asked), edn.MustParse(got))
		if err != nil {
			rt.Fatal(err)
		}
		if lint.Answers([]byte(asked), []byte(got)) {
			quick++
			if !same {
				rt.Fatalf("%s after %s", got, asked)
			}
		}
	})
	if quick == 0 {
		t.Error("nothing was quick")
	}
}
