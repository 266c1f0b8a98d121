package edn

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// The order of a list of values that goes up.
func TestCompareOrder(t *testing.T) {
	up := []string{
		"nil", "false", "true", "-1e400M", "-3", "1/2", "1", "1.0", "1.5M", "2", "99999999999999999999", "1e400M", `\a`, `"a"`, `"b"`,
		":a", ":b", "a", "[]", "[2]", "[1 1]", "[1 2]", "#{1}", "{1 2}", "#t 1",
	}
	for i, a := range up {
		for j, b := range up {
			want := 0
			if i < j {
				want = -1
			} else if i > j {
				want = 1
			}
			if got := Compare(MustParse(a), MustParse(b)); got != want {
				t.Errorf("Compare(%s, %s) is %d, want %d", a, b, got, want)
			}
		}
	}
}

// Whatever the values, the order is total, and only equal values are level.
func TestCompareLaws(t *testing.T) {
	texts := rapid.SampledFrom([]string{
		"nil", "1", "1N", "1.0", "1.0M", "1.00M", "3/2", "1.5", "##Inf", "##NaN", "-0.0", "0", "true", `"x"`, ":x", "x", `\x`, "[1]", "(1)", "[1.0]",
		"[nil]", "#{1 2}", "#{2 1}", "{1 2}", "{1 3}", "#a 1", "#b 1", "1e999M", "1e998M", "123456789012345678901",
	})
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := MustParse(texts.Draw(t, "a")), MustParse(texts.Draw(t, "b")), MustParse(texts.Draw(t, "c"))
		if Compare(a, b) != -Compare(b, a) {
			t.Fatalf("Compare(%s, %s) is not the opposite of the other way round", a, b)
		}
		if (Compare(a, b) == 0) != Equal(a, b) {
			t.Fatalf("Compare(%s, %s) is %d, Equal %v", a, b, Compare(a, b), Equal(a, b))
		}
		abc := []Value{a, b, c}
		slices.SortFunc(abc, Compare)
		if Compare(abc[0], abc[2]) > 0 {
			t.Fatalf("%s is not before %s", abc[0], abc[2])
		}
	})
}
