package elle_test

import (
	"context"
	"errors"
	"testing"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/elle"
	"github.com/seed-c33ae711/jcheck/format"
	"github.com/seed-c33ae711/jcheck/internal/oracle"
	"github.com/seed-c33ae711/jcheck/render"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// FuzzCheck: whatever can be read is checked or refused at a place of the text,
// and an invalid verdict comes with a case of everything that decided it.
func FuzzCheck(f *testing.F) {
	for _, s := range []string{
		"P0{+x1 +y1} | P1{+x2 +y2} | P2{?x[1 2] ?y[2 1]}",
		"P0{?x[1] +x1} ; P1{+x2}! ; P1{?x[2 1 1 9]}~ ; P2{+y1 ?x_}?",
		"P0{x:=1 y=_} ; P0{x:=2 x:=3}! ; P1{x=1 y:=1} | P2{x=3 x:=4}~ | P3{y=1 x=2 x=9}",
	} {
		h, err := oracle.MustParse(s).History()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(h.Source().Text)
	}
	f.Add([]byte(`[{"type":"ok","process":1,"value":[["append","a",[1]],["r","a",[[1],{"k":null}]]]}]`))
	f.Add([]byte(`{:type :ok, :process 0, :f :init, :value {:x 0 :y 0}}
{:type :ok, :process 1, :f :txn, :value [[:rp [:= 1] {}] [:w :x 1] [:r :x 1]]}
{:type :info, :process 2, :f :txn, :value [[:delete :y] [:insert :z 3]]}
{:type :ok, :process 3, :f :txn, :value [[:rp [:mod 2 1] {:x 1 :z 3}] [:r :y nil]]}`))
	f.Add([]byte(`[{"type":"ok","process":0,"f":"init","value":{"1":0}},{"type":"ok","process":1,"f":"txn","value":[["rp",["=",0],{"1":0}],["r",1,0],["rp","true",{}]]}]`))
	f.Fuzz(func(t *testing.T, text []byte) {
		h, err := format.ReadBytes(context.Background(), "fuzz", text, format.Options{MaxBytes: 1 << 20})
		if err != nil {
			return
		}
		for _, model := range []string{"strict-serializable", "strong-session-serializable"} {
			res, err := elle.Check(context.Background(), h, elle.Options{Models: []string{model}})
			var syntax *edn.SyntaxError
			if errors.As(err, &syntax) && syntax.Line > 0 && syntax.Col > 0 {
				continue
			} else if err != nil {
				t.Fatalf("%v has no place", err)
			}
			if res.Valid == verdict.Invalid && (len(res.Anomalies) == 0 || len(res.Not) == 0) {
				t.Fatal("invalid, without a reason")
			}
			for _, a := range res.Anomalies {
				if a.Type != elle.EmptyGraph && (len(a.Cases) == 0 || a.Count != len(a.Cases)) {
					t.Fatalf("%s: %d cases of %d", a.Type, len(a.Cases), a.Count)
				}
			}
			// Fields that no check looks at may turn out to be malformed only here.
			if _, err := render.JSON(nil, render.Input{File: "fuzz"}, "elle", res); err != nil && !errors.As(err, &syntax) {
				t.Fatal(err)
			}
			if _, err := render.EDN(nil, res); err != nil && !errors.As(err, &syntax) {
				t.Fatal(err)
			}
			render.Prose("fuzz", "elle", res, render.ProseOptions{Limit: 10, Verbose: true})
		}
	})
}
