package render

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"maps"
	"slices"
	"testing"

	"github.com/seed-c33ae711/jcheck/result"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// junitElement is what Jenkins' schema (xunit plugin, junit-10.xsd) allows in an element.
type junitElement struct {
	must, may []string // attributes
	children  []string
}

var junitSchema = map[string]junitElement{
	"testsuites": {may: []string{"name", "time", "tests", "failures", "errors"}, children: []string{"testsuite"}},
	"testsuite": {must: []string{"name"}, may: []string{"tests", "failures", "errors", "group", "time", "skipped", "timestamp", "hostname", "id", "package", "file", "log", "url", "version"},
		children: []string{"testsuite", "properties", "testcase", "system-out", "system-err"}},
	"testcase": {must: []string{"name"}, may: []string{"time", "classname", "group"}, children: []string{"skipped", "error", "failure", "system-out", "system-err"}},
	"failure":  {may: []string{"message", "type"}},
	"error":    {may: []string{"message", "type"}},
}

// A report is one that Jenkins takes, whatever the texts in it, and shows the argument as
// the body of a failure.
func TestJUnitSchema(t *testing.T) {
	hostile := "<b>&\x00\x1b[31m]]>\u202e\xff"
	invalid := &result.Keyed{}
	invalid.Valid = verdict.Invalid
	cases := append(Cases(hostile, "set", invalid),
		Case{File: "b", Name: hostile, Verdict: verdict.Unknown, Reason: hostile, Text: hostile},
		Case{File: "b", Name: "stats", Verdict: verdict.Valid, Seconds: 1.5},
		Case{File: "b", Name: "elle", Verdict: verdict.Invalid, Found: []Found{{"G1a", hostile, 3}}, Text: "the argument"})
	text, err := JUnit(cases)
	if err != nil {
		t.Fatal(err)
	}
	d := xml.NewDecoder(bytes.NewReader(text))
	var path []string
	bodies := map[string]string{}
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		switch x := token.(type) {
		case xml.StartElement:
			name := x.Name.Local
			if len(path) == 0 && name != "testsuites" || len(path) > 0 && !slices.Contains(junitSchema[path[len(path)-1]].children, name) {
				t.Errorf("<%s> in %v", name, path)
			}
			checkAttributes(t, x)
			path = append(path, name)
		case xml.EndElement:
			path = path[:len(path)-1]
		case xml.CharData:
			if len(path) > 0 {
				bodies[path[len(path)-1]] += string(x)
			}
		}
	}
	if !bytes.Contains([]byte(bodies["failure"]), []byte("the argument")) {
		t.Errorf("the body of a failure is %q", bodies["failure"])
	}
}

func checkAttributes(t *testing.T, x xml.StartElement) {
	t.Helper()
	allowed := junitSchema[x.Name.Local]
	has := map[string]bool{}
	for _, a := range x.Attr {
		has[a.Name.Local] = true
		if !slices.Contains(allowed.must, a.Name.Local) && !slices.Contains(allowed.may, a.Name.Local) {
			t.Errorf("<%s> has an attribute %s", x.Name.Local, a.Name.Local)
		}
	}
	for _, must := range allowed.must {
		if !has[must] {
			t.Errorf("<%s> lacks %s, it has %v", x.Name.Local, must, slices.Sorted(maps.Keys(has)))
		}
	}
}
