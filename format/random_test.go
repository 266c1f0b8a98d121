package format

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
)

// bait is text that looks like ops and stands where no op is.
var bait = []string{`{:index`, "\n{:index 1, :type :ok}\n", `{"index"`, "\n{\"index\":1,\"type\":\"ok\"}", `\"`, "{", "}", "]", ",", "#_", ";", "é", "\n", " "}

// genText generates the text of a history, or of what nearly is one.
func genText(t *rapid.T) string {
	json := rapid.Bool().Draw(t, "json")
	n := rapid.IntRange(0, 8).Draw(t, "ops")
	ops := make([]string, n)
	open := map[int]bool{}
	for i := range ops {
		p := rapid.IntRange(0, 2).Draw(t, "process")
		ops[i] = genOp(t, json, i, p, !open[p])
		open[p] = !open[p]
	}
	text := genContainer(t, json, ops)
	if len(text) > 0 && rapid.IntRange(0, 3).Draw(t, "break") == 0 {
		at := rapid.IntRange(0, len(text)-1).Draw(t, "at")
		with := rapid.SampledFrom([]string{"", "\xff", "}", "]", ")", `"`, "nil", ",", "#_", "{:index 0}", ";"}).Draw(t, "with")
		cut := rapid.IntRange(0, 1).Draw(t, "cut")
		text = text[:at] + with + text[at+cut:]
	}
	return text
}

func genOp(t *rapid.T, json bool, i, p int, invoke bool) string {
	typ := "invoke"
	if !invoke {
		typ = rapid.SampledFrom([]string{"ok", "fail", "info"}).Draw(t, "type")
	}
	f := rapid.SampledFrom([]string{"txn", "read", "write"}).Draw(t, "f")
	var value string
	for range rapid.IntRange(0, 3).Draw(t, "baits") {
		value += rapid.SampledFrom(bait).Draw(t, "bait")
	}
	// Numbers have spellings that are not plain, fields occur twice or have other names.
	more := rapid.SampledFrom([]string{"", "", "", "", ":time 7, ", ":time -3, ", ":time nil, ", ":time 1.5, ", ":f :x, ", ":key 7, ", ":key nil, ", ":client 9, ", ":k nil, ", ":error [1], "}).Draw(t, "more")
	if json {
		more = strings.NewReplacer("nil", "null", ":x", `"x"`, ":index", `"index":`, ":time", `"time":`, ":f", `"f":`, ":value", `"value":`, ":process", `"process":`, ":error", `"error":`, ":key", `"key":`, ":client", `"client":`, ":k", `"k":`).Replace(more)
		quoted, err := edn.AppendJSON(nil, edn.MustParse(quote(value)))
		if err != nil {
			t.Fatal(err)
		}
		value = string(quoted)
		if rapid.Bool().Draw(t, "map") {
			value = fmt.Sprintf(`{"index":%s,"a":{"index":[1]}}`, value)
		}
		break_ := rapid.SampledFrom([]string{"", "\n  ", " "}).Draw(t, "space")
		return fmt.Sprintf(`{%s%s"index":%d,%s"type":"%s","process":%d,"f":"%s",%s"value":%s}`, break_, more, i, break_, typ, p, f, break_, value)
	}
	value = quote(value)
	if rapid.Bool().Draw(t, "map") {
		value = fmt.Sprintf("[{:index %s} #_ {:index 2} ; {:index\n]", value)
	}
	if rapid.IntRange(0, 4).Draw(t, "nemesis") == 0 {
		return fmt.Sprintf("{%s:index %d, :type :info, :process :n%d, :f :%s, :value %s}", more, i, p, f, value)
	}
	return fmt.Sprintf("{%s:index %d, :type :%s, :process %d, :f :%s, :value %s}", more, i, typ, p, f, value)
}

// quote quotes s as EDN, with its line breaks as they are.
func quote(s string) string { return `"` + strings.NewReplacer(`"`, `\"`, `\`, `\\`).Replace(s) + `"` }

func genContainer(t *rapid.T, json bool, ops []string) string {
	list := rapid.Bool().Draw(t, "list")
	var between []string
	switch {
	case json && list:
		between = []string{",", ",\n", "\n,\n  "}
	case json:
		between = []string{"\n", "", "\r\n", "\n\n"}
	default:
		between = []string{"\n", " ", "", ",\n", "\n#_ {:index 5} ", " ; {:index 3}\n", "#_\n{:index 7}\n", "\n;; é {:index\n"}
	}
	var b strings.Builder
	if list {
		b.WriteString(rapid.SampledFrom([]string{"[", "[\n  ", " ["}).Draw(t, "open"))
	}
	for i, op := range ops {
		if i > 0 {
			b.WriteString(rapid.SampledFrom(between).Draw(t, "between"))
		}
		b.WriteString(op)
	}
	if list {
		b.WriteString("]")
	}
	b.WriteString(rapid.SampledFrom([]string{"", "\n", " \n"}).Draw(t, "end"))
	return b.String()
}

func inPieces(text string, piece int) (*history.History, error) {
	return readInPieces(context.Background(), "h", &input{Text: []byte(text)}, Options{}, piece)
}

// However the text is split, the outcome is the same: ops, warnings, errors.
func TestSplit(t *testing.T) {
	for _, procs := range []int{1, 4} {
		t.Run(fmt.Sprint("procs=", procs), func(t *testing.T) {
			defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(procs))
			rapid.Check(t, func(t *rapid.T) {
				text := genText(t)
				whole, wantErr := inPieces(text, len(text)+1)
				for _, piece := range []int{1, rapid.IntRange(1, 400).Draw(t, "piece")} {
					h, err := inPieces(text, piece)
					if message(err) != message(wantErr) {
						t.Fatalf("in pieces of %d: %v, at once: %v\n%s", piece, err, wantErr, text)
					}
					if err == nil {
						same(t, whole, h)
					}
				}
			})
		})
	}
}

// same checks that two histories of the same text are the same.
func same(t rapid.TB, want, got *history.History) {
	t.Helper()
	if diff := cmp.Diff(rows(want), rows(got)); diff != "" {
		t.Fatalf("(-want +got)\n%s", diff)
	}
	if diff := cmp.Diff(want.Warnings(), got.Warnings()); diff != "" {
		t.Fatalf("warnings: (-want +got)\n%s", diff)
	}
	for i := range want.Len() {
		if w, g := want.Text(i).String(), got.Text(i).String(); w != g {
			t.Fatalf("op %d: want %s, got %s", i, w, g)
		}
		if w, g := want.SymbolName(want.Symbol(i)), got.SymbolName(got.Symbol(i)); w != g || want.Symbol(i) != got.Symbol(i) {
			t.Fatalf("op %d: want :f %s, got %s", i, w, g)
		}
	}
}

// The number of different :f has its limit at the same op, and an earlier
// error goes before it.
func TestSplitManyF(t *testing.T) {
	var b strings.Builder
	for i := range 1<<16 + 10 {
		fmt.Fprintf(&b, "{:type :info :process :n :f :f%d}\n", i)
	}
	for _, text := range []string{b.String(), okEDN + okEDN + b.String()} {
		_, want := inPieces(text, len(text))
		if want == nil {
			t.Fatal("no error")
		}
		for _, piece := range []int{1, 1000, 1 << 20} {
			if _, err := inPieces(text, piece); message(err) != message(want) {
				t.Errorf("in pieces of %d: %v, at once: %v", piece, err, want)
			}
		}
		t.Log(want)
	}
}

// What is written reads back as the same history.
func TestWriteRandom(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h, err := readString(genText(t), Options{})
		if err != nil {
			t.Skip()
		}
		roundTrip(t, h, EDN, JSONL)
	})
}

// roundTrip writes a history and reads it again. A value that turns out to be
// broken when it is written must be reported with its position.
func roundTrip(t rapid.TB, h *history.History, formats ...Format) {
	t.Helper()
	for _, f := range formats {
		text, err := written(h, f)
		var syntax *edn.SyntaxError
		if errors.As(err, &syntax) && syntax.Line > 0 {
			continue
		} else if err != nil {
			t.Fatal(err)
		}
		back, err := readString(text, Options{})
		if err != nil {
			t.Fatalf("written as %s: %v\n%s", f, err, text)
		}
		if diff := cmp.Diff(rows(h), rows(back)); diff != "" {
			t.Fatalf("written as %s: %s\n(-want +got)\n%s", f, text, diff)
		}
		if again, err := written(back, f); err != nil || again != text {
			t.Fatalf("written as %s: %s\nthen: %s, %v", f, text, again, err)
		}
		if !slices.Equal(lasting(h), lasting(back)) {
			t.Fatalf("warnings: %v, then %v", h.Warnings(), back.Warnings())
		}
	}
}

// lasting are the codes of warnings that a history has when it is written, too.
func lasting(h *history.History) []string {
	return slices.DeleteFunc(codes(h), func(code string) bool {
		switch code {
		case "process-field", "field-unused", "index-shared", "index-sorted", history.Concatenated:
			return true
		}
		return false
	})
}

func codes(h *history.History) (out []string) {
	for _, w := range h.Warnings() {
		out = append(out, w.Code)
	}
	return out
}

func written(h *history.History, f Format) (string, error) {
	var buf bytes.Buffer
	err := Write(context.Background(), &buf, h, f)
	return buf.String(), err
}
