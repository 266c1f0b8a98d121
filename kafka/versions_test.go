package kafka

import (
	"context"
	"slices"
	"testing"

	"github.com/seed-c33ae711/jcheck/format"
)

// TestVersions: a log is made of all polls, and of sends that must have committed. A
// message at several offsets has several places.
func TestVersions(t *testing.T) {
	text := `{:type :invoke, :process 0, :f :send, :value [[:send :x :c] [:send :x :b] [:send :x :d]]}
{:type :info, :process 0, :f :send, :value [[:send :x [1 :c]] [:send :x [3 :b]] [:send :x [4 :d]]]}
{:type :invoke, :process 1, :f :poll, :value [[:poll]]}
{:type :ok, :process 1, :f :poll, :value [[:poll {:x [[0 :a] [1 :b]]}]]}
{:type :invoke, :process 2, :f :send, :value [[:send :x :z]]}
{:type :info, :process 2, :f :send, :value [[:send :x [2 :z]]]}
`
	h, err := format.ReadBytes(context.Background(), "versions", []byte(text), format.Options{})
	if err != nil {
		t.Fatal(err)
	}
	x, err := decode(context.Background(), h)
	if err != nil {
		t.Fatal(err)
	}
	f, err := learn(context.Background(), x)
	if err != nil {
		t.Fatal(err)
	}
	places := map[string][2]int32{}
	for m := range f.key {
		places[f.messageValue(int32(m)).String()] = [2]int32{f.first[m], f.last[m]}
	}
	for v, want := range map[string][2]int32{":a": {0, 0}, ":b": {1, 2}, ":c": {1, 1}, ":d": {3, 3}, ":z": {-1, -1}} {
		if places[v] != want {
			t.Errorf("%s is at %v, want %v", v, places[v], want)
		}
	}
	if got := f.offsets[f.start[0]:f.end[0]]; !slices.Equal(got, []int64{0, 1, 3, 4}) {
		t.Errorf("offsets are %v", got)
	}
	if len(f.conflicts) != 1 || f.conflicts[0].offset != 1 || f.conflicts[0].index != 1 || len(f.conflicts[0].msgs) != 2 {
		t.Errorf("conflicts are %v", f.conflicts)
	}
}
