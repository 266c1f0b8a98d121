package edn

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// walk reads all of a text by advance and returns how many data stand at its
// top level. It fails the test if the scanner stands still or reports an error
// that is nowhere.
func walk(t *testing.T, src *Source, advance func(*Scanner) Kind) (data int, err error) {
	s := NewScanner(src, 0, len(src.Text))
	for pos := -1; ; {
		k := advance(&s)
		if len(s.Text()) > len(src.Text) {
			t.Fatal("a token is longer than its text")
		}
		switch k {
		case EOF:
			return data, nil
		case Invalid:
			checkPosition(t, src, s.Err())
			return data, s.Err()
		}
		if s.Pos() <= pos {
			t.Fatalf("%v at %d does not advance", k, pos)
		}
		pos = s.Pos()
		if d := s.Depth(); k != Tag && (d == 0 || (d == 1 && isOpen(k))) && k != Close {
			data++
		}
	}
}

func isOpen(k Kind) bool { return k == List || k == Vector || k == Map || k == Set }

func checkPosition(t *testing.T, src *Source, err error) {
	var syntax *SyntaxError
	if !errors.As(err, &syntax) || syntax.Line < 1 || syntax.Col < 1 || syntax.Msg == "" || len(syntax.Msg) > 500 {
		t.Fatalf("no good error: %v", err)
	}
	lines := bytes.Split(src.Text, newline)
	if syntax.Line > len(lines) || syntax.Col > len(lines[syntax.Line-1])+1 {
		t.Fatalf("an error outside of the text: %v", err)
	}
}

// checkWalks reads a text in every way there is and returns what reading every
// token says.
func checkWalks(t *testing.T, src *Source) (data int, err error) {
	data, err = walk(t, src, (*Scanner).Next)
	_, errDatum := walk(t, src, (*Scanner).Datum)
	_, errInts := walk(t, src, func(s *Scanner) Kind {
		if s.Depth() > 0 && isOpen(s.Kind) {
			if _, _, ok := s.SkipInts(); ok {
				return s.Kind
			}
		}
		return s.Next()
	})
	_, errSkip := walk(t, src, func(s *Scanner) Kind {
		if s.Depth() > 1 && isOpen(s.Kind) && s.Depth()%2 == 0 {
			s.SkipToClose()
			return s.Kind
		}
		return s.Next()
	})
	if err == nil && (errDatum != nil || errSkip != nil) || (err == nil) != (errInts == nil) {
		t.Fatalf("Next: %v\nDatum: %v\nSkipInts: %v\nSkipToClose: %v", err, errDatum, errInts, errSkip)
	}
	return data, err
}

// checkConversions converts one datum in every way there is.
func checkConversions(t *testing.T, v Value) {
	key, err := AppendCanonical(nil, v)
	if err != nil {
		t.Fatalf("AppendCanonical: %v", err)
	}
	if again, err := AppendCanonical(nil, MustParse(string(key))); err != nil || !bytes.Equal(key, again) {
		t.Fatalf("canonical is %q, of which canonical is %q, %v", key, again, err)
	}

	clean, err := AppendEDN(nil, v)
	if err != nil {
		t.Fatalf("AppendEDN: %v", err)
	}
	if bytes.ContainsAny(clean, "\n\r") {
		t.Fatalf("more than one line: %q", clean)
	}
	back, err := Parse(string(clean), EDN)
	if err != nil {
		t.Fatalf("AppendEDN wrote %q: %v", clean, err)
	}
	if !Equal(v, back) || Hash(v) != Hash(back) {
		t.Fatalf("AppendEDN wrote %q, which is not equal", clean)
	}
	if again, err := AppendEDN(nil, back); err != nil || !bytes.Equal(again, clean) {
		t.Fatalf("AppendEDN wrote %q, and then %q, %v", clean, again, err)
	}

	data, err := Decode(v)
	if err != nil {
		t.Fatalf("Decode: %v", err)
	}
	if text, err := Append(nil, data); err == nil {
		if !Equal(v, MustParse(string(text))) && !outOfRange(v) {
			t.Fatalf("Decode and Append gave %q, which is not equal", text)
		}
	} else if !strings.Contains(err.Error(), "nesting") {
		t.Fatalf("Append: %v", err)
	}

	text, err := AppendJSON(nil, v)
	if err != nil {
		if !strings.Contains(err.Error(), "nesting") {
			t.Fatalf("AppendJSON: %v", err)
		}
		return
	}
	if !json.Valid(text) || bytes.ContainsAny(text, "\n\r") {
		t.Fatalf("AppendJSON wrote %q", text)
	}
	back, err = Parse(string(text), JSON)
	if err != nil {
		t.Fatalf("AppendJSON wrote %q: %v", text, err)
	}
	if _, err := AppendEDN(nil, back); err != nil {
		t.Fatalf("AppendJSON wrote %q: %v", text, err)
	}
	if v.Syntax() == JSON && !Equal(v, back) {
		t.Fatalf("AppendJSON wrote %q, which is not equal", text)
	}
}

// outOfRange reports whether a value has a float that float64 cannot hold, which Decode makes 0
// or infinite.
func outOfRange(v Value) bool {
	w := newWalker(v)
	for w.next() != EOF && w.kind != Invalid {
		if f := w.float(); w.kind == Float && (f == 0 || math.IsInf(f, 0)) {
			return true
		}
	}
	return false
}

func checkAll(t *testing.T, src *Source) {
	s := NewScanner(src, 0, len(src.Text))
	for s.Datum() != EOF {
		checkConversions(t, s.Value())
	}
}

func FuzzScanEDN(f *testing.F) {
	for _, text := range []string{
		lineEDN, "[1 #_ 2]", "#_ #_ a b", "^:m #a {b c}", `"\u00e9\101\n"`, `#"a\d"`, "\\newline \\u20ac \\o101 \\{",
		"22/7 4/2 1N 0x1F 017 36rZZ 08 1.5 1e10 2M ##Inf 12345678901234567890", "#:a{:b 1 :_/c 2 d 3}", "#{1 1}", "#'a", "::a",
		"#error {\n :cause \"x\"\n :via [a.B c]}", "; c\n1", "#!/x\n1", "\xef\xbb\xbf1", "#a #b c", "{:a}", "(\\\n)", "#inst \"2020\"",
		"#_", "[}", "\"", "a@b `c ~d 'e", "Foo$$Lambda$14/0x000000080 <init> ...", "\x1c\x00\x7f\xff", "#{[1] (1)} {(1) 2 [1] 3}",
		`"\ud800" "\udc00\ud800" #inst "2020-1" #uuid "A"`, "1e400 1.e-400 0e99999999999999999999 1e99999999999999999999", "36893488147419103232/2 -1e999 -0.0 1.e5M 0e-5M", "#\"a\nb\\\nc\"", "{1 2 1N 3}", "#:n{:_/nil 1 _/nil 2 :_/:x 3}", "#object[\"[B\" 0x1 \"x\"]",
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		src := NewSource("fuzz", text, EDN)
		if _, err := checkWalks(t, src); err == nil {
			checkAll(t, src)
		}
	})
}

func FuzzScanJSON(f *testing.F) {
	for _, text := range []string{
		lineJSON, `[]`, `{}`, `[1,2]`, `{"a":[null,true,1.5e-3]}`, `"\u00e9\ud83d\ude00\ud800\/"`, "[1.0,10e-1,1e21,-0.0,1e400,1e401,1e-400,0e99999999999999999999,1e99999999999999999999]", `[1,]`, `{"a" 1}`, `01`, `-`, `-0`, `1.`,
		`{"#set":[1,{"#set":[]}]}`, `{"#tag":"ratio","value":"1/2"}`, `{"#tag":"a","value":{"#tag":"b","value":[1]}}`, `{"#tag":"char","value":"\n"}`,
		`{"#tag":"regex","value":"\\d"}`, `{"#tag":"decimal","value":"1.0"}`, `{"#tag":"float","value":"NaN"}`, `{"#tag":":a","value":{"b":1}}`,
		`{"#set":[1],"a":2}`, `{"#tag":"a","value":1,"value":2}`, `[[[]]]`, "[\"\x01\"]", "\"\xff\"", "1 2", "12345678901234567890", `{"a":1,"a":2}`, "1\f", "[(])",
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		src := NewSource("fuzz", text, JSON)
		data, err := checkWalks(t, src)
		if valid := json.Valid(text); valid != (err == nil && data == 1) && !isTooDeep(err) {
			t.Fatalf("encoding/json accepts: %v; here %d data, %v", valid, data, err)
		}
		if err != nil {
			return
		}
		checkAll(t, src)
		if data == 1 && !bytes.Contains(text, []byte("#")) {
			checkMeaning(t, src)
		}
	})
}

func isTooDeep(err error) bool {
	return err != nil && strings.Contains(err.Error(), "levels of nesting")
}

// checkMeaning compares what a text of JSON decodes to with encoding/json.
func checkMeaning(t *testing.T, src *Source) {
	dec := json.NewDecoder(bytes.NewReader(src.Text))
	dec.UseNumber()
	var want any
	if err := dec.Decode(&want); err != nil {
		t.Fatal(err)
	}
	v, err := Parse(string(src.Text), JSON)
	if err != nil {
		t.Fatal(err)
	}
	got, err := Decode(v)
	if err != nil {
		t.Fatal(err)
	}
	same := func(json, edn json.Number) bool {
		return Equal(mustParse(t, json.String(), JSON), MustParse(edn.String()))
	}
	number := cmp.Comparer(func(a, b json.Number) bool {
		return outOfRange(MustParse(a.String())) || outOfRange(MustParse(b.String())) || same(a, b) || same(b, a)
	})
	text := cmp.Comparer(func(a, b string) bool { // encoding/json knows no surrogates
		return a == b || strings.ToValidUTF8(strings.ReplaceAll(a, "\uFFFD", ""), "") == strings.ToValidUTF8(strings.ReplaceAll(b, "\uFFFD", ""), "")
	})
	if diff := cmp.Diff(want, likeJSON(t, got), number, text); diff != "" {
		t.Fatalf("(-encoding/json +Decode)\n%s", diff)
	}
}

// likeJSON turns what Decode returns into what encoding/json does.
func likeJSON(t *testing.T, data any) any {
	switch data := data.(type) {
	case []any:
		out := []any{}
		for _, x := range data {
			out = append(out, likeJSON(t, x))
		}
		return out
	case Entries:
		out := map[string]any{}
		for _, e := range data {
			out[e[0].(string)] = likeJSON(t, e[1])
		}
		return out
	case nil, bool, string:
		return data
	}
	text, err := Append(nil, data)
	if err != nil {
		t.Fatal(err)
	}
	return json.Number(text)
}
