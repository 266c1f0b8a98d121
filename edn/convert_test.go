package edn

import (
	"encoding/json"
	"math"
	"math/big"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAppendEDN(t *testing.T) {
	tests := []struct {
		text   string
		syntax Syntax
		want   string
	}{
		{" [1,  2 ;x\n 3]", EDN, "[1 2 3]"}, {"{:a 1 :b #_ x (2)}", EDN, "{:a 1, :b (2)}"}, {"#{ 1 1 }", EDN, "#{1 1}"},
		{"^:m [^{:a 1} b]", EDN, "[b]"}, {"#a\n#b[1]", EDN, "#a #b [1]"}, {"#:n {:a #:m{b 1} :_/b 2}", EDN, "{:n/a {m/b 1}, :b 2}"},
		{"[0x1F 1N 22/7 1. 2M ##Inf nil true]", EDN, "[0x1F 1N 22/7 1. 2M ##Inf nil true]"},
		{"\"a\n\tb\\u00e9\\101\\u0001\"", EDN, `"a\n\tbéA\u0001"`}, {"[\\\n \\u0041 \\, \\o101]", EDN, `[\newline \A \, \A]`},
		{"#\"a\n\\\n\\d\"", EDN, `#"a\n\n\d"`}, {"[\"\xff\" :\xff]", EDN, "[\"\uFFFD\" :\uFFFD]"},
		{`{"a": [1, -0.05e1, null, true, "b\/\u00e9"]}`, JSON, `{"a" [1 -0.05e1 nil true "b/é"]}`},
		{`{"#set":[1,{"#set":[]}]}`, JSON, "#{1 #{}}"}, {`{"#tag":"inst","value":"2020"}`, JSON, `#inst "2020"`},
		{`[{"#tag":"a","value":{"#tag":"b","value":[{"#set":[2]},3]}},4]`, JSON, `[#a #b [#{2} 3] 4]`},
		{`{"#tag":"a","value":1}`, JSON, "#a 1"}, {`{"k":{"#tag":"a","value":{"x":{"#tag":"b","value":{}}}},"l":2}`, JSON, `{"k" #a {"x" #b {}}, "l" 2}`},
		{`[{"#tag":"ratio","value":"22/7"},{"#tag":"decimal","value":"1.50"},{"#tag":"float","value":"-Inf"}]`, JSON, "[22/7 1.50M ##-Inf]"},
		{`[{"#tag":"char","value":"\n"},{"#tag":"char","value":"\""},{"#tag":"regex","value":"\\d+\\\""}]`, JSON, `[\newline \" #"\d+\""]`},
		// What only looks like our conventions.
		{`{"#set":[1],"a":2}`, JSON, `{"#set" [1], "a" 2}`}, {`{"#set":1}`, JSON, `{"#set" 1}`}, {`{"#set":{}}`, JSON, `{"#set" {}}`},
		{`{"#tag":"a b","value":1}`, JSON, `{"#tag" "a b", "value" 1}`}, {`{"#tag":1,"value":1}`, JSON, `{"#tag" 1, "value" 1}`},
		{`{"#tag":"a","val":1}`, JSON, `{"#tag" "a", "val" 1}`}, {`{"#tag":"a","value":1,"value":2}`, JSON, `{"#tag" "a", "value" 1, "value" 2}`},
		{`{"#tag":":a","value":{}}`, JSON, `{"#tag" ":a", "value" {}}`}, {`{"#tag":"a"}`, JSON, `{"#tag" "a"}`}, {`{"#":[]}`, JSON, `{"#" []}`},
		{`{"#tag":"ratio","value":"4/2"}`, JSON, `#ratio "4/2"`}, {`{"#tag":"char","value":"ab"}`, JSON, `#char "ab"`},
		{`{"#tag":"regex","value":"\""}`, JSON, `#regex "\""`}, {`{"#tag":"float","value":1.5}`, JSON, `#float 1.5`},
		{`{"#set" [1]}`, EDN, `{"#set" [1]}`},
		{`{:a/b 1}`, EDN, `{:a/b 1}`}, {"#:n{:_/nil 1 _/nil 2 :/ 3 :m/x 4 \"s\" 5 s 6}", EDN, `{:nil 1, _/nil 2, :n// 3, :m/x 4, "s" 5, n/s 6}`},
	}
	for _, tt := range tests {
		got, err := AppendEDN([]byte("> "), mustParse(t, tt.text, tt.syntax))
		if err != nil || string(got) != "> "+tt.want {
			t.Errorf("%q:\n got %s, %v\nwant > %s", tt.text, got, err, tt.want)
		}
	}
}

func TestAppendJSON(t *testing.T) {
	tests := []struct {
		text   string
		syntax Syntax
		want   string
	}{
		{"nil", EDN, "null"}, {"[true false]", EDN, "[true,false]"}, {"(1 :a b \"c\")", EDN, `[1,"a","b","c"]`},
		{"[+1 1N 0x1F 017 4/2 -0]", EDN, "[1,1,31,15,2,0]"}, {"[12345678901234567890N 0xFFFFFFFFFFFFFFFF]", EDN, "[12345678901234567890,18446744073709551615]"},
		{"[1.5 1. +1.5 08.5 1e3 1E+3 1e999]", EDN, "[1.5,1.0,1.5,8.5,1e3,1E+3,1e999]"},
		{"[1.e999 1.e-999]", EDN, `[1E999,1E-999]`}, {"[##Inf ##-Inf ##NaN]", EDN, `[{"#tag":"float","value":"Inf"},{"#tag":"float","value":"-Inf"},{"#tag":"float","value":"NaN"}]`},
		{"[4/6 1.50M \\a \\newline #\"a\\d\"]", EDN, `[{"#tag":"ratio","value":"2/3"},{"#tag":"decimal","value":"1.50"},{"#tag":"char","value":"a"},{"#tag":"char","value":"\n"},{"#tag":"regex","value":"a\\d"}]`},
		{"#{1 #{}}", EDN, `{"#set":[1,{"#set":[]}]}`}, {"#a #b [1]", EDN, `{"#tag":"a","value":{"#tag":"b","value":[1]}}`},
		{`{:a 1, "b" 2, c 3, 4 5, [6 :x] 7, nil 8, #{"q"} 9, #t x 10}`, EDN, `{"a":1,"b":2,"c":3,"4":5,"[6 :x]":7,"nil":8,"#{\"q\"}":9,"#t x":10}`},
		{"#:n{:a 1 b 2}", EDN, `{"n/a":1,"n/b":2}`}, {"\"a\\u00e9\\101\n\x01\xff\"", EDN, `"aéA\n\u0001` + "\uFFFD\""}, {":\xff", EDN, "\"\uFFFD\""},
		{`{"a" : [1 , 2.501e1, "\u0061\/\ud800"]}`, JSON, `{"a":[1,2.501e1,"a/\ud800"]}`},
		{`{"#set":[1]}`, JSON, `{"#set":[1]}`}, {`{"#tag":"ratio","value":"2/4"}`, JSON, `{"#tag":"ratio","value":"1/2"}`},
	}
	for _, tt := range tests {
		got, err := AppendJSON([]byte("> "), mustParse(t, tt.text, tt.syntax))
		if err != nil || string(got) != "> "+tt.want {
			t.Errorf("%q:\n got %s, %v\nwant > %s", tt.text, got, err, tt.want)
		} else if !json.Valid(got[2:]) {
			t.Errorf("%q: %s is not JSON", tt.text, got[2:])
		}
	}
	var absent Value
	if got, err := AppendJSON(nil, absent); err != nil || string(got) != "null" {
		t.Errorf("absent: %s, %v", got, err)
	}
}

// TestAppendJSONDeep: what comes out can be read back, so it does not nest
// deeper than that.
func TestAppendJSONDeep(t *testing.T) {
	for text, want := range map[string]bool{
		strings.Repeat("[", MaxDepth) + strings.Repeat("]", MaxDepth):          true,
		strings.Repeat("#{", MaxDepth/2) + strings.Repeat("}", MaxDepth/2):     true,
		strings.Repeat("#{", MaxDepth/2+1) + strings.Repeat("}", MaxDepth/2+1): false,
		strings.Repeat("#a ", MaxDepth) + "1":                                  true,
		strings.Repeat("#a ", MaxDepth) + "[]":                                 false,
		strings.Repeat("[", MaxDepth) + "1/2" + strings.Repeat("]", MaxDepth):  false,
	} {
		v := MustParse(text)
		got, err := AppendJSON(nil, v)
		if (err == nil) != want {
			t.Errorf("%.10s...: %v", text, err)
			continue
		}
		if back, err := Parse(string(got), JSON); want && (err != nil || !Equal(v, back)) {
			t.Errorf("%.10s...: not read back: %v", text, err)
		}
	}
}

func TestConvertRefuses(t *testing.T) {
	for _, text := range []string{"", "[1 08]", "{1}", "{:a \"\\q\"}", "1 2", "]", "[#a]", "#{::a}", "#:a{::b 1}", "#:a{b ::b}", "#a 08", "[", "{[08] 1}"} {
		src := NewSource("t", []byte(text), EDN)
		v := src.Value(0, len(text))
		_, err1 := AppendEDN(nil, v)
		_, err2 := AppendJSON(nil, v)
		_, err3 := AppendCanonical(nil, v)
		_, err4 := Decode(v)
		for i, err := range []error{err1, err2, err3, err4} {
			if err, ok := err.(*SyntaxError); !ok || err.Line < 1 || err.Col < 1 {
				t.Errorf("%q, %d: got %v", text, i, err)
			}
		}
	}
}

func TestDecode(t *testing.T) {
	big1, _ := new(big.Int).SetString("12345678901234567890", 10)
	tests := []struct {
		text   string
		syntax Syntax
		want   any
	}{
		{"[nil true false 1 0x10 4/2]", EDN, []any{nil, true, false, int64(1), int64(16), int64(2)}},
		{"(12345678901234567890 -22/7 1.5 ##-Inf)", EDN, []any{big1, big.NewRat(-22, 7), 1.5, math.Inf(-1)}},
		{`[:a a \a "a\n" #"a" 1.50M]`, EDN, []any{Kw("a"), Sym("a"), Rune('a'), "a\n", Re("a"), Dec("1.50")}},
		{"[[] () #{} {} #{1 1} {:a 1 [2] 3}]", EDN, []any{[]any{}, []any{}, Bag{}, Entries{}, Bag{int64(1), int64(1)}, Entries{{Kw("a"), int64(1)}, {[]any{int64(2)}, int64(3)}}}},
		{"#a #b.c [#:n{:x y}]", EDN, Tagged{"a", Tagged{"b.c", []any{Entries{{Kw("n/x"), Sym("y")}}}}}},
		{`{"a":[null,1.5,"b"],"c":{"#set":[{"#tag":"ratio","value":"1/2"}]}}`, JSON, Entries{{"a", []any{nil, 1.5, "b"}}, {"c", Bag{big.NewRat(1, 2)}}}},
	}
	compare := cmp.Options{
		cmp.Comparer(func(a, b *big.Int) bool { return a.Cmp(b) == 0 }),
		cmp.Comparer(func(a, b *big.Rat) bool { return a.Cmp(b) == 0 }),
	}
	for _, tt := range tests {
		got, err := Decode(mustParse(t, tt.text, tt.syntax))
		if err != nil {
			t.Errorf("%s: %v", tt.text, err)
		} else if diff := cmp.Diff(tt.want, got, compare); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", tt.text, diff)
		}
	}
	if got, err := Decode(Value{}); got != nil || err != nil {
		t.Errorf("absent: %v, %v", got, err)
	}
}
