package edn

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestPretty(t *testing.T) {
	for _, c := range []struct {
		text  string
		width int
		want  string
	}{
		{"[1 2 3]", 7, "[1 2 3]"},
		{"[1 2 3]", 6, "[1\n 2\n 3]"},
		{"[[1 2] 3]", 7, "[[1 2]\n 3]"},
		{"{:a 1, :b [10 20 30]}", 14, "{:a 1\n :b [10\n     20\n     30]}"},
		{"{[1 2 3] {:x 1}}", 10, "{[1 2 3] {:x 1}}"},
		{"{[1 22 333] :v}", 8, "{[1\n  22\n  333] :v}"},
		{"#error {:cause \"x\", :via []}", 20, "#error {:cause \"x\"\n        :via []}"},
		{"#{é 2}", 6, "#{é 2}"},
		{"#{é 2}", 5, "#{é\n  2}"},
		{"()", 1, "()"},
		{"\"long text\"", 1, "\"long text\""},
	} {
		got, err := AppendPretty(nil, MustParse(c.text), c.width)
		if err != nil || string(got) != c.want {
			t.Errorf("%s in %d:\n%s\nwant\n%s\n%v", c.text, c.width, got, c.want, err)
		}
	}
	deep := MustParse(strings.Repeat("[", MaxDepth) + strings.Repeat("]", MaxDepth))
	if got, err := AppendPretty(nil, deep, 10); err != nil || !Equal(MustParse(string(got)), deep) {
		t.Errorf("%s, %v", got, err)
	}
}

// What is written is the same value, and no line is longer than it must be.
func TestPrettyRandom(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text, err := Append(nil, genData(4).Draw(t, "value"))
		if err != nil {
			t.Fatal(err)
		}
		v := MustParse(string(text))
		width := rapid.IntRange(1, 60).Draw(t, "width")
		flat, err := AppendEDN(nil, v)
		if err != nil {
			t.Fatal(err)
		}
		got, err := AppendPretty(nil, v, width)
		if err != nil {
			t.Fatal(err)
		}
		again, err := AppendEDN(nil, MustParse(string(got)))
		if err != nil || string(again) != string(flat) {
			t.Fatalf("%s in %d becomes\n%s\n%v", flat, width, got, err)
		}
		if utf8.RuneCount(flat) <= width && string(got) != string(flat) {
			t.Fatalf("%s fits into %d, but is written as\n%s", flat, width, got)
		}
	})
}
