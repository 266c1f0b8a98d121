package format

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/seed-c33ae711/jcheck/edn"
)

// What is copied is byte for byte what is written token by token.
func TestPlain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		json := rapid.Bool().Draw(t, "json")
		text := "{" + randomOpText(t, json) + "}\n"
		h, err := readString(text, Options{})
		if err != nil {
			t.Skip(err)
		}
		for i := range h.Len() {
			want, wantErr := appendOpEDN(nil, h, i, spelling{edn.AppendTxn, indexOf(h, i), edn.AppendKeyword, edn.AppendEDN})
			if got, ok := appendPlain(nil, h, i, false); ok && (wantErr != nil || string(got) != string(want)) {
				t.Fatalf("EDN of %s\n got %s\nwant %s, %v", text, got, want, wantErr)
			}
			want, wantErr = appendOpJSON(nil, h, i)
			if got, ok := appendPlain(nil, h, i, true); ok && (wantErr != nil || string(got) != string(want)) {
				t.Fatalf("JSON of %s\n got %s\nwant %s, %v", text, got, want, wantErr)
			}
		}
	})
	h := mustRead(t, `{:type :ok, :process 0, :f :txn, :value [[:append :x 1] [:r "y" nil]], :time 5}`)
	for _, json := range []bool{false, true} {
		if got, ok := appendPlain(nil, h, 0, json); !ok {
			t.Errorf("a plain op is not copied, after %s", got)
		}
	}
}

// randomOpText makes the fields of an op, many of them odd, some of them wrong.
func randomOpText(t *rapid.T, json bool) string {
	space := rapid.SampledFrom([]string{"", "", " ", "\n", "\t "})
	atoms := []string{"1", "0", "-5", "-0", "007", "+5", "1.5", "1e3", "123456789012345678901", "true", "false", "nil", "null", "nul",
		`"a"`, `"r"`, `"rp"`, `"a b"`, `"é"`, `"\n"`, `""`, `":a"`, `"1"`, `"<&>"`}
	if !json {
		atoms = append(atoms, ":r", ":rp", ":a/b", ":é", "x", `\a`, "#{1}", "()", "5N", "; x\n 5", "#_ 5 6", "#inst \"2020\"", ":a5", "{:a 1}")
	} else {
		atoms = append(atoms, `{"#set":[1]}`, `{}`, `{"a":1}`)
	}
	atom := rapid.SampledFrom(atoms)
	comma := func() string {
		s := space.Draw(t, "space") + "," + space.Draw(t, "space")
		if !json && rapid.Bool().Draw(t, "no comma") {
			s = " "
		}
		return s
	}
	var value func(depth int) string
	value = func(depth int) string {
		if depth == 0 || rapid.IntRange(0, 2).Draw(t, "atom") == 0 {
			return atom.Draw(t, "atom")
		}
		var b strings.Builder
		for i := range rapid.IntRange(0, 3).Draw(t, "items") {
			if i > 0 {
				b.WriteString(comma())
			}
			b.WriteString(space.Draw(t, "space") + value(depth-1))
		}
		return "[" + b.String() + space.Draw(t, "space") + "]"
	}
	name := func(s string) string {
		if json {
			return fmt.Sprintf("%q%s:%s", s, space.Draw(t, "space"), space.Draw(t, "space"))
		}
		return ":" + s + " " + space.Draw(t, "space")
	}
	word := func(s ...string) string {
		w := rapid.SampledFrom(s).Draw(t, "word")
		if json || rapid.IntRange(0, 9).Draw(t, "string") == 0 {
			return `"` + w + `"`
		}
		return ":" + w
	}
	fields := []string{
		name("type") + word("ok", "info", "fail"), name("f") + word("txn", "read", "a b", "x/y"),
		name("value") + value(3), name("process") + rapid.SampledFrom([]string{"0", "17", word("nemesis")}).Draw(t, "process"),
	}
	for _, extra := range []string{"index", "time", "error", "X-y_Z2", "a.b"} {
		switch rapid.IntRange(0, 2).Draw(t, extra) {
		case 0:
			fields = append(fields, name(extra)+rapid.SampledFrom([]string{"0", "5", "100"}).Draw(t, "n"))
		case 1:
			if extra != "index" && extra != "time" {
				fields = append(fields, name(extra)+value(2))
			}
		}
	}
	return space.Draw(t, "space") + strings.Join(rapid.Permutation(fields).Draw(t, "fields"), comma()) + space.Draw(t, "space")
}
