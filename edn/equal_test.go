package edn

import "testing"

// canonicalClasses are texts by what they mean: those of one class are equal, those of
// different classes are not. What begins with j: is JSON.
var canonicalClasses = [][]string{
	{"nil", "#_ 1 nil", "j:null", "^:a nil"},
	{"false", "j:false"},
	{"1", "+1", "1N", "0x1", "01", "2r1", "2/2", "j:1", "j:1.0", "j:1E0", "j:10e-1", "j:0.01E+2", "; c\n1", "^:a 1", "#_ 2 1"},
	{"-1", "-1N", "-2/2", "j:-1", "j:-1.00"},
	{"0", "-0", "+0", "0N", "0/7", "00", "j:-0", "j:0", "j:-0.0", "j:0e99999999999"},
	{"255", "0xff", "0XFFN", "0377", "16rFF"},
	{"9223372036854775808", "9223372036854775808N", "+9223372036854775808", "0x8000000000000000", "18446744073709551616/2", "j:9223372036854775808", "j:9223372036854775808.0", "j:9.223372036854775808e18"},
	{"-9223372036854775809", "-9223372036854775809N", "-0x8000000000000001", "j:-9223372036854775809"},
	{"9223372036854775809", "0x8000000000000001"},
	{"1.0", "1.", "+1.0", "1e0", "10E-1"},
	{"1.5", "15e-1", "j:1.5", "j:15E-1"},
	{"0.0", "-0.0", "0e5", "0e99999999999999999999"},
	{"1e21", "1000000000000000000000.0"},
	{"1000000000000000000000", "j:1e21", "j:1e+21", "j:1000000000000000000000.0"},
	{"##Inf", `j:{"#tag":"float","value":"Inf"}`},
	{"##-Inf"},
	{"1e400", "10e399", "+1.00e400"}, {"-1e400"}, {"1e401", "j:1e401", "j:10e400"},
	{"1e-400", "j:1e-400", "10e-401"}, {"1e-401"}, {"1e99999999999999999999"}, {"1e99999999999999999998"},
	{"##NaN"},
	{"1M", "1.M", "01M", "1.00M", "100e-2M", "1.0M", "+1.0M", "10e-1M", "01.0M", `j:{"#tag":"decimal","value":"1.0"}`},
	{"0M", "-0M", "0.00M"},
	{"1e3M", "1E+3M", "1000M"},
	{"1/2", "2/4", "+1/2", "01/2", `j:{"#tag":"ratio","value":"1/2"}`},
	{"-1/2"},
	{`"a"`, `"\u0061"`, `"\141"`, `j:"a"`, `j:"\u0061"`},
	{`"1"`, `j:"1"`},
	{":a", ":a #_ b"},
	{"a"},
	{`\a`, `\u0061`, `\o141`, `j:{"#tag":"char","value":"a"}`},
	{`\newline`, "\\\n", `\u000a`},
	{`#"a"`, `j:{"#tag":"regex","value":"a"}`},
	{`"é"`, `"\u00e9"`, `j:"\u00E9"`, `"\351"`},
	{`"😀"`, `"\ud83d\ude00"`, `j:"\uD83D\uDE00"`},
	{`"\ud83d"`, `j:"\uD83D"`}, {`"\ud83e"`}, {`"\ude00"`}, {`"\ude00\ud83d"`}, {`"\ufffd"`, `"�"`},
	{`{"\ud83d" 1}`, `j:{"\uD83D":1}`}, {`{"\ud83e" 1}`},
	{`#inst "2020"`, `#inst "2020-01-01T00:00:00.000-00:00"`, `#inst "2020-01-01T00:00:00Z"`, `#inst "2020-01-01T01:00+01:00"`, `j:{"#tag":"inst","value":"2020-01"}`},
	{`#inst "2020-01-01T00:00:00.000000001Z"`}, {`#inst "2020-13"`}, {`#inst "soon"`}, {`#inst 1`}, {`#a #inst "2020"`, `#a #inst "2020-01-01"`},
	{`#uuid "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"`, `#uuid "F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6"`}, {`#uuid "A"`}, {`#uuid "a"`},
	{"\"\\n\"", "\"\n\"", `j:"\n"`, `j:"\u000a"`},
	{"[1 2]", "(1 2)", "[1,2]", "[1 #_ x 2N]", "j:[1,2]", "^:a [1 ^b 2]"},
	{"[2 1]"},
	{"[]", "()", "j:[]"},
	{"{}", "j:{}", "#:a{}"},
	{"#{}", `j:{"#set":[]}`},
	{"#{1 2}", "#{2 1}", "#{2N 0x1}", `j:{"#set":[2,1]}`},
	{"#{1 1 2}", "#{1 2 1}"},
	{"#{#{1 2} #{3}}", "#{#{3} #{2 1}}"},
	{"{:a 1, :b 2}", "{:b 2 :a 1}", "{:a 3 :b 2 :a 1}"},
	{`{"a" 1}`, `j:{"a":1}`, `j:{"a":2,"a":1}`},
	{"{1 2}", "{1N 2, 0x1 2}"},
	{"{[1] 2}", "{(1) 2}"},
	{"{:a/b 1, :c 2}", "#:a{:b 1, :_/c 2}", "#:a {:_/c 2 :a/b 1}"},
	{"{a/b 1}", "#:a{b 1}"},
	{"#a 1", "#a ;x\n 1N", `j:{"#tag":"a","value":1}`},
	{"#b 1"},
	{"#a #a 1"},
	{"#jepsen.history.Op{:index 0, :f :r}", "#jepsen.history.Op {:f :r :index 0}"},
	{"{:index 0, :f :r}"},
	{"[[1] 2]"}, {"[[1 2]]"}, {"[1 [2]]", "j:[1,[2]]"},
	{"{:a [1 2]}"}, {"#{:a [1 2]}"},
}

func TestCanonical(t *testing.T) {
	type member struct {
		class int
		text  string
		v     Value
		key   string
	}
	var all []member
	for i, class := range canonicalClasses {
		for _, text := range class {
			syntax, body := EDN, text
			if len(text) > 2 && text[:2] == "j:" {
				syntax, body = JSON, text[2:]
			}
			v := mustParse(t, body, syntax)
			key, err := AppendCanonical(nil, v)
			if err != nil {
				t.Fatalf("%s: %v", text, err)
			}
			all = append(all, member{i, text, v, string(key)})
		}
	}
	all = append(all, member{0, "absent", Value{}, "nil"})
	for _, a := range all {
		for _, b := range all {
			want := a.class == b.class
			if (a.key == b.key) != want || Equal(a.v, b.v) != want {
				t.Errorf("%s (%s), %s (%s): equal is %v, want %v", a.text, a.key, b.text, b.key, Equal(a.v, b.v), want)
			}
			if (Hash(a.v) == Hash(b.v)) != want {
				t.Errorf("%s, %s: hashes %x, %x", a.text, b.text, Hash(a.v), Hash(b.v))
			}
		}
		again, err := AppendCanonical(nil, MustParse(a.key))
		if err != nil || string(again) != a.key {
			t.Errorf("%s: canonical %s, again %s, %v", a.text, a.key, again, err)
		}
	}
}

// TestHashStays pins the hash: results must not depend on the machine.
func TestHashStays(t *testing.T) {
	for text, want := range map[string]uint64{"1": 0x5692161d100b05e5, "[:a \"b\"]": 0xfd5c4c674f19d25} {
		if got := Hash(MustParse(text)); got != want {
			t.Errorf("%s: %#x", text, got)
		}
	}
}

func TestEqualMalformed(t *testing.T) {
	src := NewSource("t", []byte("[08] [08] [09]"), EDN)
	a, b, c := src.Value(0, 4), src.Value(5, 9), src.Value(10, 14)
	if !Equal(a, b) || Equal(a, c) || Hash(a) != Hash(b) || Equal(a, MustParse("[8]")) {
		t.Error("malformed values are not compared as texts")
	}
}

// TestEqualAllocs: plain values are compared as they are, and a canonical text
// needs no more room than its own.
func TestEqualAllocs(t *testing.T) {
	for _, pair := range [][2]string{{"123", "123"}, {"123", "124"}, {":append", ":append"}, {`"a"`, `"b"`}} {
		a, b := MustParse(pair[0]), MustParse(pair[1])
		if n := testing.AllocsPerRun(10, func() { Equal(a, b); Hash(a) }); n != 0 {
			t.Errorf("%s, %s: %v allocations", pair[0], pair[1], n)
		}
	}
	buf := make([]byte, 0, 64)
	for _, text := range []string{"123", "0x1F", ":a", "[1 (2 :a) \"b\"]"} {
		v := MustParse(text)
		if n := testing.AllocsPerRun(10, func() { AppendCanonical(buf, v) }); n != 0 {
			t.Errorf("%s: %v allocations", text, n)
		}
	}
}
