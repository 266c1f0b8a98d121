package render

import (
	"context"
	"strings"
	"testing"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/format"
	ofops "github.com/seed-c33ae711/jcheck/stats"
)

// Names of operations that no keyword can have are strings in EDN, so that what is written can be read.
func TestNamesThatAreNoKeywords(t *testing.T) {
	for _, f := range []string{`a b`, `"`, `}`, `:x`, `x\u0007=cmd()`, `_'<&>\\`} {
		f = strings.ReplaceAll(f, `"`, `\"`)
		h, err := format.ReadBytes(context.Background(), "h.jsonl", []byte(`{"type":"invoke","process":0,"f":"`+f+`"}`+"\n"+`{"type":"ok","process":0,"f":"`+f+`"}`+"\n"), format.Options{})
		if err != nil {
			t.Fatal(err)
		}
		r, err := ofops.Check(context.Background(), h)
		if err != nil {
			t.Fatal(err)
		}
		text, err := EDN(nil, r)
		if err != nil {
			t.Fatal(err)
		}
		v, err := edn.Parse(string(text), edn.EDN)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if by, ok := v.Get("by-f"); !ok || by.Kind() != edn.Map {
			t.Errorf("%s has no map by-f", text)
		}
	}
}
