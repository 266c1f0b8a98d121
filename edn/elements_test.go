package edn

import "testing"

func TestElements(t *testing.T) {
	for _, c := range []struct {
		text   string
		syntax Syntax
		want   string
	}{
		{`{"#set":[1,{"#set":[]}]}`, JSON, `[1,{"#set":[]}]`}, {` { "#set" : [ 2 ] }`, JSON, `[ 2 ]`}, {`{"#set":[]}`, JSON, `[]`},
		{`{"#set":[1],"a":2}`, JSON, ""}, {`{"#set":1}`, JSON, ""}, {`{"a":[1]}`, JSON, ""}, {`{}`, JSON, ""}, {`[1]`, JSON, ""}, {`1`, JSON, ""},
		{`#{1}`, EDN, ""}, {`{"#set" [1]}`, EDN, ""},
	} {
		v, err := Parse(c.text, c.syntax)
		if err != nil {
			t.Fatal(err)
		}
		want := c.want
		if want == "" {
			want = v.String()
		}
		if got := v.Elements().String(); got != want {
			t.Errorf("%s: %s, want %s", c.text, got, want)
		}
	}
	if !(Value{}).Elements().IsZero() {
		t.Error("the absent value has elements")
	}
}
