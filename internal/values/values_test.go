package values_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/internal/values"
)

// Equal values have one id, others have others, and whoever asks gets it.
func TestTable(t *testing.T) {
	texts := rapid.SampledFrom([]string{"1", "+1", "1N", "2", "-3", "70", "1.0", "nil", `"1"`, ":a", "[1 2]", "(1 2)", "#{1}", "99999999999999999999"})
	rapid.Check(t, func(t *rapid.T) {
		var table values.Table
		var seen []edn.Value
		for range rapid.IntRange(1, 20).Draw(t, "n") {
			v := edn.MustParse(texts.Draw(t, "value"))
			want := -1
			for i, s := range seen {
				if edn.Equal(s, v) {
					want = i
				}
			}
			if id, err := table.Lookup(v); err != nil || int(id) != want {
				t.Fatalf("%s has id %d, %v, want %d", v, id, err, want)
			}
			if want < 0 {
				want = len(seen)
				seen = append(seen, v)
			}
			if id, err := table.ID(v); err != nil || int(id) != want || !edn.Equal(table.Value(id), v) {
				t.Fatalf("%s gets id %d, %v, want %d", v, id, err, want)
			}
		}
		reader := table.Reader().Clone()
		v := edn.MustParse(texts.Draw(t, "value"))
		want, _ := table.Lookup(v)
		if id, err := reader.Lookup(v); err != nil || id != want {
			t.Fatalf("a reader gives %s id %d, %v, want %d", v, id, err, want)
		}
		list, err := edn.Parse("["+v.String()+" "+v.String()+"]", edn.EDN)
		if err != nil {
			t.Fatal(err)
		}
		ids, ok, err := reader.Elements(nil, list)
		if err != nil || !ok || len(ids) != 2 || ids[0] != want || ids[1] != want {
			t.Fatalf("a reader gives %s %v, %v, %v", list, ids, ok, err)
		}
		all := make([]int32, table.Len())
		for i := range all {
			all[i] = int32(i)
		}
		table.Sort(all)
		for i := 1; i < len(all); i++ {
			if edn.Compare(table.Value(all[i-1]), table.Value(all[i])) >= 0 {
				t.Fatalf("%s is not before %s", table.Value(all[i-1]), table.Value(all[i]))
			}
		}
	})
}
