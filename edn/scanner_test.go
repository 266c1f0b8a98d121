package edn

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// tokens renders what Next answers until the end: the text of every token, or
// the message that ends the walk.
func tokens(text string, syntax Syntax) string {
	src := NewSource("t", []byte(text), syntax)
	s := NewScanner(src, 0, len(src.Text))
	var out []string
	for {
		switch k := s.Next(); k {
		case EOF:
			return strings.Join(out, " ")
		case Invalid:
			return strings.Join(append(out, "!"+s.Err().Error()), " ")
		}
		out = append(out, string(s.Text()))
	}
}

// atoms are texts with their first token: what it is, and its value if it is an Int.
var atoms = []struct {
	text string
	want Kind
	n    int64 // the value, of an Int
}{
	{"nil", Nil, 0}, {"true", Bool, 0}, {"false", Bool, 0},
	{"nil?", Symbol, 0}, {"trueish", Symbol, 0}, {"False", Symbol, 0},

	{"0", Int, 0}, {"-0", Int, 0}, {"+0", Int, 0}, {"7", Int, 7}, {"-7", Int, -7}, {"+7", Int, 7},
	{"1N", Int, 1}, {"-1N", Int, -1}, {"0N", Int, 0},
	{"0x1F", Int, 31}, {"0X1f", Int, 31}, {"-0xff", Int, -255}, {"0x1FN", Int, 31},
	{"017", Int, 15}, {"-017", Int, -15}, {"00", Int, 0}, {"017N", Int, 15},
	{"36rZZ", Int, 1295}, {"2r1010", Int, 10}, {"-16Rff", Int, -255}, {"36rN", Int, 23}, {"8r17", Int, 15},
	{"999999999999999999", Int, 999999999999999999},
	{"9223372036854775807", Int, 9223372036854775807},
	{"-9223372036854775808", Int, -9223372036854775808},
	{"9223372036854775808", BigInt, 0}, {"-9223372036854775809", BigInt, 0},
	{"9223372036854775807N", Int, 9223372036854775807},
	{"12345678901234567890123", BigInt, 0}, {"0xFFFFFFFFFFFFFFFF", BigInt, 0},
	{"08", Invalid, 0}, {"09N", Invalid, 0}, {"1_000", Invalid, 0}, {"0x", Invalid, 0}, {"0xN", Invalid, 0},
	{"0xG", Invalid, 0}, {"2r2", Invalid, 0}, {"1r0", Invalid, 0}, {"37r0", Invalid, 0}, {"10r", Invalid, 0},
	{"10r12N", Invalid, 0}, {"036r1", Invalid, 0}, {"1a", Invalid, 0}, {"+-1", Symbol, 0}, {"1+", Invalid, 0},
	{"1'", Invalid, 0}, {"1:", Invalid, 0},

	{"22/7", Ratio, 0}, {"-22/7", Ratio, 0}, {"+1/3", Ratio, 0}, {"010/3", Ratio, 0},
	{"4/2", Int, 2}, {"-4/2", Int, -2}, {"0/5", Int, 0}, {"010/5", Int, 2},
	{"18446744073709551614/2", Int, 9223372036854775807}, {"36893488147419103232/2", BigInt, 0},
	{"36893488147419103232/36893488147419103232", Int, 1}, {"18446744073709551615/1", BigInt, 0},
	{"1/0", Invalid, 0}, {"1/00", Invalid, 0}, {"1/", Invalid, 0}, {"1/-2", Invalid, 0}, {"1/2/3", Invalid, 0},
	{"1/2N", Invalid, 0},

	{"1.5", Float, 0}, {"1.", Float, 0}, {"-1.5", Float, 0}, {"1e10", Float, 0}, {"1E-7", Float, 0},
	{"1.5e+3", Float, 0}, {"08.5", Float, 0}, {"0.0", Float, 0}, {"1e999", Float, 0},
	{"##Inf", Float, 0}, {"##-Inf", Float, 0}, {"##NaN", Float, 0},
	{"1e", Invalid, 0}, {"1e+", Invalid, 0}, {"1.5.2", Invalid, 0}, {"1.e", Invalid, 0}, {"1.5N", Invalid, 0},
	{"##Infinity", Invalid, 0}, {"##", Invalid, 0}, {"## Inf", Invalid, 0}, {".5", Symbol, 0}, {"-.5", Symbol, 0},

	{"1.5M", Decimal, 0}, {"2M", Decimal, 0}, {"-2M", Decimal, 0}, {"1.M", Decimal, 0}, {"1e5M", Decimal, 0},
	{"08M", Decimal, 0}, {"1e-999999999M", Decimal, 0},
	{"2m", Invalid, 0}, {"1MM", Invalid, 0}, {"M", Symbol, 0}, {"1e9999999999M", Invalid, 0}, {"0x1M", Invalid, 0},

	{`\a`, Char, 0}, {`\newline`, Char, 0}, {`\return`, Char, 0}, {`\space`, Char, 0}, {`\tab`, Char, 0},
	{`\backspace`, Char, 0}, {`\formfeed`, Char, 0}, {`\u20AC`, Char, 0}, {`\o101`, Char, 0}, {`\o377`, Char, 0},
	{`\{`, Char, 0}, {`\,`, Char, 0}, {`\"`, Char, 0}, {`\\`, Char, 0}, {`\;`, Char, 0}, {`\ `, Char, 0},
	{"\\\n", Char, 0}, {`\u`, Char, 0}, {`\o`, Char, 0}, {`\é`, Char, 0}, {`\😀`, Char, 0}, {"\\\uFFFD", Char, 0},
	{`\`, Invalid, 0}, {`\ab`, Invalid, 0}, {`\{a`, Invalid, 0}, {`\u20A`, Invalid, 0}, {`\u20ACC`, Invalid, 0},
	{`\uD800`, Invalid, 0}, {`\o400`, Invalid, 0}, {`\o8`, Invalid, 0}, {"\\\xff", Invalid, 0}, {`\Newline`, Invalid, 0},

	{`""`, String, 0}, {`"a b"`, String, 0}, {`"\t\r\n\\\"\b\f"`, String, 0}, {`"\u20ac\uD83D\uDE00"`, String, 0},
	{`"\0\7\12\101\377"`, String, 0}, {"\"a\nb\x01\tc\"", String, 0}, {"\"\xff\"", String, 0}, {`"[;{"`, String, 0},
	{`"`, Invalid, 0}, {`"\"`, Invalid, 0}, {`"\q"`, Invalid, 0}, {`"\u12"`, Invalid, 0}, {`"\u12G4"`, Invalid, 0},
	{`"\400"`, Invalid, 0}, {`"\8"`, Invalid, 0}, {`"\/"`, Invalid, 0},

	{`#"a.b"`, Regex, 0}, {`#"\d+\"\\"`, Regex, 0}, {"#\"a\nb\"", Regex, 0}, {`#"`, Invalid, 0},

	{":a", Keyword, 0}, {":a/b", Keyword, 0}, {":a.b/c", Keyword, 0}, {":g2-item?", Keyword, 0}, {":1", Keyword, 0},
	{":a:b", Keyword, 0}, {":can't-join-in-this-state", Keyword, 0}, {":a#b", Keyword, 0}, {":#", Keyword, 0},
	{":é", Keyword, 0}, {":a@b`c~d", Keyword, 0}, {":->x", Keyword, 0}, {":a%", Keyword, 0},
	{":", Invalid, 0}, {"::", Invalid, 0}, {"::a", Invalid, 0}, {"::a/b", Invalid, 0},

	{"foo", Symbol, 0}, {"a/b", Symbol, 0}, {"+", Symbol, 0}, {"-", Symbol, 0}, {"/", Symbol, 0}, {"-a", Symbol, 0},
	{"clojure.core$map$fn__5935", Symbol, 0}, {"<init>", Symbol, 0}, {"Foo$$Lambda$14/0x000000080", Symbol, 0},
	{"...", Symbol, 0}, {"a'", Symbol, 0}, {"a#", Symbol, 0}, {"%1", Symbol, 0}, {"@a", Symbol, 0}, {"`a", Symbol, 0},
	{"~a", Symbol, 0}, {"a@b", Symbol, 0}, {"é", Symbol, 0}, {"'a", Symbol, 0}, {"a\x01b", Symbol, 0},
	{"\x00", Invalid, 0}, {"\x01a", Invalid, 0}, {"\x7f", Invalid, 0},

	{"#'a", Invalid, 0}, {"#=(f)", Invalid, 0}, {"#(f)", Invalid, 0}, {"#?(:clj 1)", Invalid, 0}, {"#<Foo>", Invalid, 0},
	{"#", Invalid, 0}, {"# a", Invalid, 0}, {"#1 a", Invalid, 0}, {`#\a`, Invalid, 0}, {"#)", Invalid, 0}, {"#:", Invalid, 0},
	{"]", Invalid, 0}, {")", Invalid, 0}, {"}", Invalid, 0}, {"[", Vector, 0},
	{"", EOF, 0}, {" ,\t\r\n\f\v\x1c\x1f", EOF, 0}, {"; a", EOF, 0}, {"#!/usr/bin/env x\n", EOF, 0}, {"#_ a", EOF, 0},
	{"\xef\xbb\xbf#!x", Symbol, 0},
}

func TestAtoms(t *testing.T) {
	for _, tt := range atoms {
		s := NewScanner(NewSource("t", []byte(tt.text), EDN), 0, len(tt.text))
		if got := s.Next(); got != tt.want {
			t.Errorf("%q: got %v (%v), want %v", tt.text, got, s.Err(), tt.want)
			continue
		}
		if tt.want == Int && s.Int != tt.n {
			t.Errorf("%q: got %d, want %d", tt.text, s.Int, tt.n)
		}
		if tt.want > Invalid && tt.want != Vector && tt.want != EOF && s.End != len(tt.text) {
			t.Errorf("%q: the token is %q", tt.text, s.Text())
		}
	}
	// Behind a byte order mark, which the reader of the file has passed over.
	text := "\xef\xbb\xbf#!x\n1"
	s := NewScanner(NewSource("t", []byte(text), EDN), 3, len(text))
	if s.Next() != Int {
		t.Errorf("%q: %v", text, s.Err())
	}
}

// tokenTests are texts with their tokens, and with the error at which these end.
var tokenTests = []struct{ text, want string }{
	{"[1 2]", "[ 1 2 ]"},
	{"(a,b)", "( a b )"},
	{"{:a 1,:b[2]}", "{ :a 1 :b [ 2 ] }"},
	{"#{1 1}", "#{ 1 1 }"},
	{`[a"b"c\d;e` + "\n]", `[ a "b" c \d ]`},
	{`[\{\}\[]`, `[ \{ \} \[ ]`},
	{"a\r\nb", "a b"},

	{"; one\n1 ;two\n;three", "1"},
	{"#!/bin/sh\n1", "1"},
	{"1 #!x", `1 !t:1:3: expected a tag, found "#!x"`},

	{"#_ a b", "b"},
	{"#_a b", "b"},
	{"#_ #_ a b", ""},
	{"#_ #_ a b c", "c"},
	{"#_#_a b c", "c"},
	{"[1 #_ 2]", "[ 1 ]"},
	{"[#_ [1 {2 3}] #_ \"]\"]", "[ ]"},
	{"[#_]", "[ !t:1:4: expected a form after #_ or ^, found a closing bracket"},
	{"[#_ #_ 1]", "[ !t:1:9: expected a form after #_ or ^, found a closing bracket"},
	{"#_", "!t:1:3: expected a form after #_ or ^, found the end"},
	{"#_ #a b c", "c"},
	{"#_ ^a b c", "c"},
	{"#_ ; a\n b c", "c"},
	{"{:a #_ :b 1}", "{ :a 1 }"},
	{"{:a #_ :b}", "{ :a !t:1:10: expected a value for the map's last key, found '}'"},

	{"^:a b", "b"},
	{"^{:a 1} [b]", "[ b ]"},
	{"^a ^b c", "c"},
	{"^^a b c", "c"},
	{"#^:a b", "b"},
	{"^ #_ x :a b", "b"},
	{"[^:a]", "[ !t:1:5: expected a form after a tag or metadata, found ']'"},
	{"[^:a #_ b]", "[ !t:1:10: expected a form after a tag or metadata, found ']'"},
	{"^:a", "!t:1:4: expected a form after a tag or metadata, found the end of the text"},
	{"^", "!t:1:2: expected a form after #_ or ^, found the end"},

	{"#a b", "#a b"},
	{"#a[b]", "#a [ b ]"},
	{"#a ; c\n b", "#a b"},
	{"#a #_ c b", "#a b"},
	{"#a ^c b", "#a b"},
	{"#a #b c", "#a #b c"},
	{"#jepsen.history.Op{:index 0}", "#jepsen.history.Op { :index 0 }"},
	{`#object["[B" 0x14 "x"]`, `#object [ "[B" 0x14 "x" ]`},
	{`#object[X 0x1 {:status :ready, :val 1}]`, `#object [ X 0x1 { :status :ready :val 1 } ]`},
	{`#inst "2020-01-01"`, `#inst "2020-01-01"`},
	{"#error {\n :cause \"x\"\n :via\n [{:type T\n   :at [a.B c \"D.java\" 1]}]}", "#error { :cause \"x\" :via [ { :type T :at [ a.B c \"D.java\" 1 ] } ] }"},
	{"[#a]", "[ #a !t:1:4: expected a form after a tag or metadata, found ']'"},
	{"[#a #_ b]", "[ #a !t:1:9: expected a form after a tag or metadata, found ']'"},
	{"#a", "#a !t:1:3: expected a form after a tag or metadata, found the end of the text"},
	{"#:a{:b 1}", "#:a { :b 1 }"},
	{"#:a {:b 1}", "#:a { :b 1 }"},
	{"#:a [1]", `!t:1:1: expected a map after the namespace "#:a"`},
	{"#::a{}", `!t:1:1: expected a namespace, found "#::a"`},
	{"#:a/b{}", `!t:1:1: expected a namespace, found "#:a/b"`},

	{"{}", "{ }"},
	{"{1}", "{ 1 !t:1:3: expected a value for the map's last key, found '}'"},
	{"{1 [2] 3}", "{ 1 [ 2 ] 3 !t:1:9: expected a value for the map's last key, found '}'"},
	{"{1 {2 3}}", "{ 1 { 2 3 } }"},
	{"{{2 3} 1}", "{ { 2 3 } 1 }"},
	{"{#a b c}", "{ #a b c }"},

	{"[", "[ !t:1:2: expected ']', found the end of the text"},
	{"[1\n {", "[ 1 { !t:2:3: expected '}', found the end of the text"},
	{"[}", "[ !t:1:2: expected ']', found '}'"},
	{"(]", "( !t:1:2: expected ')', found ']'"},
	{"1 ]", "1 !t:1:3: unexpected ']': no bracket is open"},
	{"a\n\n \"b", "a !t:3:2: expected a closing quote for this string, found the end"},
	{`"ab\qc"`, `!t:1:4: expected an escape sequence, found "\\q"`},
}

func TestTokens(t *testing.T) {
	for _, tt := range tokenTests {
		if got := tokens(tt.text, EDN); got != tt.want {
			t.Errorf("%q:\n got %s\nwant %s", tt.text, got, tt.want)
		}
	}
}

func TestTokensJSON(t *testing.T) {
	tests := []struct{ text, want string }{
		{`null`, "null"}, {`true false`, "true false"}, {`-0`, "-0"}, {`1.5e+3`, "1.5e+3"},
		{`[]`, "[ ]"}, {`[1,2]`, "[ 1 2 ]"}, {` [ 1 , "a" ] `, `[ 1 "a" ]`},
		{`{}`, "{ }"}, {`{"a":1,"b":[{}]}`, `{ "a" 1 "b" [ { } ] }`},
		{`{"a":1}` + "\n" + `{"a":2}`, `{ "a" 1 } { "a" 2 }`},
		{`"\"\\\/\b\f\n\r\t\u12aB"`, `"\"\\\/\b\f\n\r\t\u12aB"`},

		{`[1 2]`, "[ 1 !t:1:4: expected a comma or ']', found '2'"},
		{`[1,]`, "[ 1 !t:1:4: expected a value, found ']'"},
		{`[,1]`, `[ !t:1:2: expected a JSON value, found ","`},
		{`,`, `!t:1:1: expected a JSON value, found ","`},
		{`[1`, "[ 1 !t:1:3: expected ']', found the end of the text"},
		{`[1,`, "[ 1 !t:1:4: expected ']', found the end of the text"},
		{`]`, "!t:1:1: unexpected ']': no bracket is open"},
		{`[}`, "[ !t:1:2: expected ']', found '}'"},
		{`{1:2}`, "{ !t:1:2: expected a key in quotes, found '1'"},
		{`{"a"}`, `{ !t:1:5: expected a colon after the key "a"`},
		{`{"a":}`, `{ "a" !t:1:6: expected a value, found '}'`},
		{`{"a":1,}`, `{ "a" 1 !t:1:8: expected a key in quotes, found '}'`},
		{`{"a":1 "b":2}`, `{ "a" 1 !t:1:8: expected a comma or '}', found '"'`},
		{`{"a":`, `{ "a" !t:1:6: expected '}', found the end of the text`},
		{`01`, `!t:1:1: expected a number, found "01"`}, {`+1`, `!t:1:1: expected a JSON value, found "+1"`},
		{`1.`, `!t:1:1: expected a number, found "1."`}, {`-`, `!t:1:1: expected a number, found "-"`},
		{`.5`, `!t:1:1: expected a JSON value, found ".5"`}, {`1N`, `!t:1:1: expected a number, found "1N"`},
		{`nil`, `!t:1:1: expected a JSON value, found "nil"`}, {`:a`, `!t:1:1: expected a JSON value, found ":"`},
		{"\"a\nb\"", `!t:1:3: expected no control character in a string, found '\n'`},
		{`"\q"`, `!t:1:2: expected an escape sequence, found "\\q"`},
		{`"\101"`, `!t:1:2: expected an escape sequence, found "\\1"`},
		{`"a`, "!t:1:1: expected a closing quote for this string, found the end"},
		{"1\f", `1 !t:1:2: expected a JSON value, found "\f"`},
		{`; a`, `!t:1:1: expected a JSON value, found ";"`},
	}
	for _, tt := range tests {
		if got := tokens(tt.text, JSON); got != tt.want {
			t.Errorf("%q:\n got %s\nwant %s", tt.text, got, tt.want)
		}
	}
}

func TestDatum(t *testing.T) {
	tests := []struct {
		text   string
		syntax Syntax
		want   string // kind and text of every datum
	}{
		{"1 [2 [3]] #a #b {4 5} :c", EDN, "an integer 1|a vector [2 [3]]|a tagged value #a #b {4 5}|a keyword :c"},
		{"^:m [1] #_ 2 x ; y", EDN, "a vector [1]|a symbol x"},
		{`[")" \] #_ ] ;]` + "\n] 1", EDN, `a vector [")" \] #_ ]|!t:2:1: unexpected ']': no bracket is open`},
		{"#:a {:b 1}", EDN, "a tagged value #:a {:b 1}"},
		{"[#a #_ b] c", EDN, "a vector [#a #_ b]|a symbol c"}, // seen when walked
		{"#a #_ b", EDN, "!t:1:8: expected a form after a tag or metadata, found the end of the text"},
		{"[(])", EDN, "!t:1:3: expected ')', found ']'"},
		{"[[", EDN, "!t:1:3: expected ']', found the end of the text"},
		{`{"a":[1,{"b":"]"}]} 2`, JSON, `a map {"a":[1,{"b":"]"}]}|an integer 2`},
		{`["\"]", ";"] 1`, JSON, `a vector ["\"]", ";"]|an integer 1`},
	}
	for _, tt := range tests {
		src := NewSource("t", []byte(tt.text), tt.syntax)
		s := NewScanner(src, 0, len(src.Text))
		var got []string
		for s.Datum() != EOF {
			if s.Kind == Invalid {
				got = append(got, "!"+s.Err().Error())
				break
			}
			got = append(got, s.Kind.String()+" "+s.Value().String())
		}
		if g := strings.Join(got, "|"); g != tt.want {
			t.Errorf("%q:\n got %s\nwant %s", tt.text, g, tt.want)
		}
	}
}

// TestDatumInside steps over the elements of a collection.
func TestDatumInside(t *testing.T) {
	for _, tt := range []struct {
		text   string
		syntax Syntax
	}{{`[1 [2] #a {3 4} x]`, EDN}, {`[1, [2], {"3":4}, "x"]`, JSON}} {
		s := NewScanner(NewSource("t", []byte(tt.text), tt.syntax), 0, len(tt.text))
		s.Next()
		n := 0
		for s.Datum() != Close {
			if s.Kind == Invalid {
				t.Fatal(s.Err())
			}
			if s.Depth() != 1 {
				t.Errorf("%s: depth %d after %s", tt.text, s.Depth(), s.Text())
			}
			n++
		}
		if n != 4 || s.Depth() != 0 || s.Next() != EOF {
			t.Errorf("%s: %d elements", tt.text, n)
		}
	}
}

// TestOddAround makes sure that a map counts its data right around everything
// that can stand in it.
func TestOddAround(t *testing.T) {
	for _, key := range []string{"1", "[1 2]", "{1 2}", "#{1}", "#a [1]", "#_ x 1", "^:m 1", "[1 {2 3} #_ {4 5}]", "#:a{:b 1}"} {
		for _, skip := range []bool{false, true} {
			for text, want := range map[string]Kind{"{" + key + " 0}": EOF, "{" + key + "}": Invalid, "{0 " + key + "}": EOF} {
				s := NewScanner(NewSource("t", []byte(text), EDN), 0, len(text))
				s.Next()
				for s.Kind != EOF && s.Kind != Invalid {
					if skip && s.Depth() > 0 {
						if _, _, ok := s.SkipInts(); !ok {
							s.Datum()
						}
					} else {
						s.Next()
					}
				}
				if s.Kind != want {
					t.Errorf("%s, skip %v: got %v, want %v", text, skip, s.Kind, want)
				}
			}
		}
	}
}

func TestDepth(t *testing.T) {
	for _, syntax := range []Syntax{EDN, JSON} {
		for _, deep := range []int{MaxDepth, MaxDepth + 1, 10 * MaxDepth} {
			text := strings.Repeat("[", deep) + strings.Repeat("]", deep)
			next := strings.Contains(tokens(text, syntax), "!")
			_, err := Parse(text, syntax)
			if want := deep > MaxDepth; next != want || (err != nil) != want {
				t.Errorf("%v, %d deep: Next fails: %v, Parse: %v", syntax, deep, next, err)
			}
		}
	}
	for text, want := range map[string]bool{
		strings.Repeat("#a ", MaxDepth) + "1":        true,
		strings.Repeat("#a ", MaxDepth+1) + "1":      false,
		strings.Repeat("#_ ", 1e6) + "1":             false,
		strings.Repeat("#_ 1 ", 1e6) + "1":           true,
		strings.Repeat("^a ", 1e6) + "1":             true,
		strings.Repeat("^", 1e6):                     false,
		strings.Repeat("[#a ", MaxDepth) + "1":       false,
		strings.Repeat("; a\n", 1e6) + "1":           true,
		strings.Repeat("[[]", MaxDepth-1):            false,
		strings.Repeat("[[]{}(", 10):                 false,
		"[" + strings.Repeat("[] {} () ", 1e5) + "]": true,
	} {
		if _, err := Parse(text, EDN); (err == nil) != want {
			t.Errorf("%.20s...: %v", text, err)
		}
	}
}

// TestAfterError makes sure that a scanner that has failed stays so.
func TestAfterError(t *testing.T) {
	s := NewScanner(NewSource("t", []byte("[1 :: 2] 3"), EDN), 0, 10)
	for s.Next() != Invalid {
	}
	first := s.Err()
	if s.Next() != Invalid || s.Datum() != Invalid || s.SkipToClose() || s.Kind != Invalid || s.Err() != first {
		t.Error("the scanner goes on after an error")
	}
	if _, _, ok := s.SkipInts(); ok {
		t.Error("SkipInts goes on after an error")
	}
	s.Reset(s.src, 9, 10)
	if s.Next() != Int || s.Err() != nil {
		t.Error("Reset does not forget the error")
	}
}

func TestName(t *testing.T) {
	tests := []struct {
		text   string
		syntax Syntax
		want   string
	}{
		{":append", EDN, "append"}, {"append", EDN, "append"}, {`"append"`, EDN, "append"}, {`":append"`, EDN, "append"},
		{`"append"`, JSON, "append"}, {`":append"`, JSON, "append"}, {`"\u0061ppend"`, JSON, "append"}, {`":"`, JSON, ":"},
		{`"\101\u00e9\ud83d\ude00\ud83d"`, EDN, "Aé😀\xed\xa0\xbd"}, {`"a\/b"`, JSON, "a/b"},
	}
	for _, tt := range tests {
		v, err := Parse(tt.text, tt.syntax)
		if err != nil {
			t.Fatal(err)
		}
		if got, ok := v.Name(); got != tt.want || !ok {
			t.Errorf("%s: got %q", tt.text, got)
		}
	}
}

func TestErrorsAreShort(t *testing.T) {
	long := strings.Repeat("x", 1e5)
	for _, text := range []string{"1" + long, "::" + long, `\` + long, "##" + long, "#:" + long} {
		_, err := Parse(text, EDN)
		var syntax *SyntaxError
		if !errors.As(err, &syntax) || len(err.Error()) > 200 {
			t.Errorf("%.10s...: a message of %d bytes", text, len(fmt.Sprint(err)))
		}
	}
	for _, text := range []string{"1" + long, long, `{"` + long + `"}`} {
		if got := tokens(text, JSON); !strings.Contains(got, "!") || len(got) > 200 {
			t.Errorf("%.10s...: a message of %d bytes", text, len(got))
		}
	}
}

func TestNoAllocs(t *testing.T) {
	edn := lineEDN + "[1N 0x1F 017 22/7 4/2 1.5 1e10 ##Inf 2.5M 12345678901234567890123N \\a \\newline \\u20ac \"a\\n\" #\"b\" ^:m x #_ [y] #t z #:n{:a 1}]"
	json := lineJSON + `[1.5e3, 12345678901234567890123, true, null, "\u0061"]`
	for _, tt := range []struct {
		text   string
		syntax Syntax
	}{{edn, EDN}, {json, JSON}} {
		src := NewSource("t", []byte(tt.text), tt.syntax)
		var s Scanner
		walks := map[string]func() Kind{
			"Next":  s.Next,
			"Datum": s.Datum,
			"SkipInts": func() Kind {
				if s.Depth() > 0 {
					s.SkipInts()
				}
				return s.Next()
			},
			"SkipToClose": func() Kind {
				if s.Depth() == 2 {
					s.SkipToClose()
				}
				return s.Next()
			},
		}
		for name, walk := range walks {
			allocs := testing.AllocsPerRun(10, func() {
				s.Reset(src, 0, len(src.Text))
				for walk() != EOF {
					if s.Kind == Invalid {
						t.Fatal(s.Err())
					}
				}
			})
			if allocs != 0 {
				t.Errorf("%v, %s: %v allocations", tt.syntax, name, allocs)
			}
		}
	}
}
