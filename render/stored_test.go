package render

import (
	"strings"
	"testing"

	"github.com/seed-c33ae711/jcheck/edn"
)

func TestStored(t *testing.T) {
	for _, c := range []struct{ results, want string }{
		{`{:valid? true, :count 3, :nothing nil, :lost #{}, :read {:valid true}}`, "VALID  count 3\n"},
		{`{:valid? :unknown, :error "out of
memory", :a-b/c [1 2]}`, `UNKNOWN
         error "out of memory"
         a-b/c [1 2]
`},
		{`{:valid? false
		  :stats {:valid? false, :count 5, :by-f {:read {:valid? true, :count 5}, :cas {:valid? false, :ok-count 0}}}
		  :workload {:valid? false, :not [:read-committed], :anomaly-types [:G1a :G9]
		             :anomalies {:G1a [{:op 1} {:op 2}], :G9 {:odd 1}}}}`, `INVALID
  INVALID  stats
           count 5
    INVALID  by-f :cas
             ok-count 0
  INVALID  workload
           not [:read-committed]
           G1a                       2  aborted read: a committed transaction saw what an aborted one wrote
             at :results :workload :anomalies :G1a 0
           G9
             at :results :workload :anomalies :G9
`},
		{`{:valid? false, :duplicate {:count 4, :errs [1]}, :failures ["a"], :results {"a" {:valid? false, :lost [7]}, "b" {:valid? true}}}`, `INVALID
         duplicate 4  {:count 4, :errs [1]}
         failures ["a"]
  INVALID  "a"
           lost [7]
`},
		{`{:valid? false, :long "` + strings.Repeat("x", 200) + `"}`, "INVALID\n         long \"" + strings.Repeat("x", 91) + "...\n"},
		{`[1 2]`, "UNKNOWN\n"},
		{`{:valid? false, :anomalies {:G1a [{:op 1}]}, :anomaly-counts {:G1a 12345}}`, `INVALID
         G1a                  12,345  aborted read: a committed transaction saw what an aborted one wrote
           at :results :anomalies :G1a 0, the first of 1 that are kept
`},
	} {
		if got := Stored(edn.MustParse(c.results), false); got != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", c.results, got, c.want)
		}
	}
	var many strings.Builder
	for i := range 20 {
		many.WriteString(strings.Repeat(" ", i+1) + string(rune('a'+i)) + " {:valid? :unknown}")
	}
	if got := Stored(edn.MustParse("{:valid? false, :results {"+many.String()+"}}"), false); !strings.HasSuffix(got, "  UNKNOWN  h\n           and 12 more that are not valid\n") {
		t.Error(got)
	}
}

// FuzzStored tells anything as if it were results, since other programs write them.
func FuzzStored(f *testing.F) {
	f.Add(`{:valid? false, :results {1 {:valid? false}}, :anomalies {:G0 [1]}, :x #a #b {:valid? 1}}`)
	f.Add(`{:anomalies [1], :by-f {:a {:valid? nil}}}`)
	f.Fuzz(func(t *testing.T, text string) {
		v, err := edn.Parse(text, edn.EDN)
		if err != nil {
			return
		}
		if got := Stored(v, false); got == "" {
			t.Errorf("nothing is told of %s", text)
		}
	})
}
