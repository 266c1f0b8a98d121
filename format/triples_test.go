package format_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/format"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// TestTriples: what a cas on one of several registers was asked for is a vector of its
// own, whatever the text is written in, and everything else is as it was. Where other
// values are no tuples, a vector of three stays what it is.
func TestTriples(t *testing.T) {
	const (
		write  = `{:process 0, :type :invoke, :f :write, :value [:x 1]}` + "\n" + `{:process 0, :type :ok, :f :write, :value [:x 1]}` + "\n"
		cas    = `{:process 1, :type :invoke, :f :cas, :value [:x 1 2], :note "a"}` + "\n" + `{:process 1, :type :fail, :f :cas, :value [:x 1 2], :error :timeout}` + "\n"
		silent = `{:process 1, :type :invoke, :f :cas, :value [:x 1 [2 3]]}` + "\n\n" + `{:process 1, :type :ok, :f :cas, :value nil}` + "\n"
		nem    = `{:process :nemesis, :type :info, :f :kill, :value ["n1" "n2" "n3"]}` + "\n"
		plain  = `{:process 0, :type :invoke, :f :write, :value 1}` + "\n"
		deep   = `{:process 1, :type :invoke, :f :cas, :value [:x [1 2]]}` + "\n"
		json   = `{"process":0,"type":"invoke","f":"read","value":["k",null]}` + "\n" + `{"process":1,"type":"invoke","f":"cas","value":["k",1,"b"]}` + "\n"
	)
	for _, c := range []struct {
		text, want string // values
		keyed      bool
	}{
		{write + nem + cas, `[:x 1] [:x 1] ["n1" "n2" "n3"] [:x [1 2]] [:x [1 2]]`, true},
		{write + silent, `[:x 1] [:x 1] [:x [1 [2 3]]] nil`, true},
		{"[" + write + cas + "]", `[:x 1] [:x 1] [:x [1 2]] [:x [1 2]]`, true},
		{json, `["k" nil] ["k" [1 "b"]]`, true},
		{cas, `[:x 1 2] [:x 1 2]`, false},
		{plain + cas, `1 [:x 1 2] [:x 1 2]`, false},
		{write + deep, `[:x 1] [:x 1] [:x [1 2]]`, false},
	} {
		h, err := format.ReadBytes(context.Background(), "h", []byte(c.text), format.Options{})
		if err != nil {
			t.Fatalf("%s: %v", c.text, err)
		}
		var values []string
		for i := range h.Len() {
			values = append(values, h.Value(i).String())
			if want := strings.Count(c.text[:at(c.text, i)], "\n") + 1; h.Line(i) != want {
				t.Errorf("op %d is on line %d, want %d", i, h.Line(i), want)
			}
		}
		if got := strings.Join(values, " "); got != c.want || h.Keyed() != c.keyed {
			t.Errorf("%s%s (%v), want %s", c.text, got, h.Keyed(), c.want)
		}
		said := slices.ContainsFunc(h.Warnings(), func(w verdict.Warning) bool { return w.Code == "cas-triples" })
		if said != c.keyed {
			t.Errorf("%s: %v", c.text, h.Warnings())
		}
	}
	h, err := format.ReadBytes(context.Background(), "h", []byte(write+cas), format.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if note, _ := h.Text(2).Get("note"); !edn.Equal(note, edn.MustParse(`"a"`)) {
		t.Errorf("%s", h.Text(2))
	}
}

// at is where op i begins.
func at(text string, i int) int {
	from := 0
	for ; i >= 0; i-- {
		from += strings.Index(text[from:], "{") + 1
	}
	return from - 1
}
