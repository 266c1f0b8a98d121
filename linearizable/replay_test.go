package linearizable_test

import (
	"context"
	"slices"
	"testing"

	"github.com/seed-c33ae711/jcheck/format"
	"github.com/seed-c33ae711/jcheck/linearizable"
)

// What cannot follow a linearization is told with the object's reason; what is pending
// need not follow, and what began later is not tried.
func TestRefused(t *testing.T) {
	h, err := format.ReadBytes(context.Background(), "history.edn", []byte(`
{:process 0, :type :invoke, :f :write, :value 1}
{:process 0, :type :ok, :f :write, :value 1}
{:process 1, :type :invoke, :f :cas, :value [7 8]}
{:process 1, :type :info, :f :cas, :value [7 8]}
{:process 2, :type :invoke, :f :read, :value nil}
{:process 3, :type :invoke, :f :read, :value nil}
{:process 3, :type :ok, :f :read, :value 1}
{:process 2, :type :ok, :f :read, :value 5}
{:process 4, :type :invoke, :f :read, :value nil}
{:process 4, :type :ok, :f :read, :value 6}
`), format.Options{})
	if err != nil {
		t.Fatal(err)
	}
	m, err := linearizable.ByName("cas-register", "")
	if err != nil {
		t.Fatal(err)
	}
	r, err := linearizable.Check(context.Background(), h, m, linearizable.Options{})
	if err != nil || len(r.Failures()) != 1 {
		t.Fatalf("got %v, %v", r, err)
	}
	re, err := r.Replay(r.Failures()[0])
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		order []int
		want  []linearizable.Refusal
	}{
		{[]int{1, 6}, []linearizable.Refusal{{Op: 7, Why: "reading 5 is impossible when it is 1"}}},
		{nil, nil}, // only the write has begun
		{[]int{6}, nil},
		{[]int{99}, nil},
	} {
		if got := re.Refused(c.order); !slices.Equal(got, c.want) {
			t.Errorf("after %v: got %v, want %v", c.order, got, c.want)
		}
	}
}
