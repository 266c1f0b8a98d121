package edn

import (
	"errors"
	"strings"
	"testing"
)

// mustParse is MustParse for both syntaxes.
func mustParse(t testing.TB, text string, syntax Syntax) Value {
	t.Helper()
	v, err := Parse(text, syntax)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return v
}

func TestParse(t *testing.T) {
	if got := MustParse(" #_ a [1 2] ; b").String(); got != "[1 2]" {
		t.Errorf("got %q", got)
	}
	for text, want := range map[string]string{
		"":      "text:1:1: expected a value, found nothing",
		"1 2":   "text:1:3: expected one value, found a second",
		"1\n ]": "text:2:2: unexpected ']': no bracket is open",
	} {
		if _, err := Parse(text, EDN); err == nil || err.Error() != want {
			t.Errorf("%q: got %v, want %s", text, err, want)
		}
	}
}

func TestAbsent(t *testing.T) {
	var v Value
	if !v.IsZero() || !v.IsNil() || v.Kind() != Nil || v.String() != "nil" || len(v.Bytes()) != 0 || v.Source() != nil {
		t.Error("an absent value does not read as nil")
	}
	if _, ok := v.Get("a"); ok {
		t.Error("an absent value has an entry")
	}
	if _, ok := v.Int(); ok {
		t.Error("an absent value is an integer")
	}
}

func TestInt(t *testing.T) {
	for text, want := range map[string]int64{"5": 5, "-5": -5, "0x10": 16, "#_ 1 7": 7, "9223372036854775807": 9223372036854775807} {
		if n, ok := MustParse(text).Int(); !ok || n != want {
			t.Errorf("%s: got %d, %v", text, n, ok)
		}
	}
	for _, text := range []string{"1.0", "a", "9223372036854775808", "[1]"} {
		if n, ok := MustParse(text).Int(); ok {
			t.Errorf("%s is the integer %d", text, n)
		}
	}
}

func TestItems(t *testing.T) {
	for _, text := range []string{"[1 [2] #a 3]", "(1 [2] #a 3)", "#{1 [2] #a 3}"} {
		items, err := MustParse(text).Items(nil)
		if err != nil || len(items) != 3 || items[1].String() != "[2]" || items[2].String() != "#a 3" {
			t.Errorf("%s: %v, %v", text, items, err)
		}
	}
	_, err := MustParse("{1 2}").Items(nil)
	var syntax *SyntaxError
	if !errors.As(err, &syntax) || syntax.Col != 1 {
		t.Errorf("a map has items: %v", err)
	}
}

func TestGet(t *testing.T) {
	tests := []struct {
		text   string
		syntax Syntax
		name   string
		want   string // "" if there is none
	}{
		{"{:a 1, :b [2]}", EDN, "b", "[2]"}, {`{"a" 1}`, EDN, "a", "1"}, {"{a 1}", EDN, "a", ""}, {"{}", EDN, "a", ""},
		{"{:x {:a 1} :y 2}", EDN, "a", ""}, {"{[:a] 1 :a #t 2}", EDN, "a", "#t 2"}, {"[:a 1]", EDN, "a", ""},
		{"{:a 1 :a 2}", EDN, "a", "2"}, {"#r.R{:a 1}", EDN, "a", "1"}, {"nil", EDN, "a", ""}, {"{:a", EDN, "a", ""},
		{"#:n{:a 1 :_/b 2 :m/c 3}", EDN, "n/a", "1"}, {"#:n{:a 1}", EDN, "a", ""}, {"#:n{:_/b 2}", EDN, "b", "2"},
		{"#:n{:m/c 3}", EDN, "m/c", "3"}, {"#:n{\"a\" 3}", EDN, "a", "3"},
		{`{"a":1,"\u0062":2}`, JSON, "b", "2"}, {`{"a":{"b":1}}`, JSON, "b", ""},
	}
	for _, tt := range tests {
		src := NewSource("t", []byte(tt.text), tt.syntax)
		v, ok := src.Value(0, len(src.Text)).Get(tt.name)
		if ok != (tt.want != "") || (ok && v.String() != tt.want) {
			t.Errorf("%s, %s: got %v, %v", tt.text, tt.name, v, ok)
		}
	}
}

func TestPosition(t *testing.T) {
	src := NewSource("h.edn", []byte("ab\ncd\n"), EDN)
	for off, want := range map[int][2]int{-1: {1, 1}, 0: {1, 1}, 2: {1, 3}, 3: {2, 1}, 5: {2, 3}, 6: {3, 1}, 99: {3, 1}} {
		if line, col := src.Position(off); [2]int{line, col} != want {
			t.Errorf("%d: got %d:%d, want %v", off, line, col, want)
		}
	}
	for want, err := range map[string]*SyntaxError{
		"h.edn: m": {File: "h.edn", Msg: "m"}, "h.edn:2: m": {File: "h.edn", Line: 2, Msg: "m"}, "h.edn:2:1: m": src.Errorf(3, "m"),
	} {
		if err.Error() != want {
			t.Errorf("got %s, want %s", err, want)
		}
	}
}

func TestKindNames(t *testing.T) {
	for k := EOF; k <= meta; k++ {
		if k.String() == "" {
			t.Errorf("kind %d has no name", k)
		}
	}
	if got := EDN.String() + strings.ToLower(JSON.String()); got != "EDNjson" {
		t.Error(got)
	}
}
