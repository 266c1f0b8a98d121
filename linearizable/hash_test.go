package linearizable

import (
	"hash/maphash"
	"testing"
)

// TestHasher: what is alike has the same hash, whatever it points to and in whatever
// order it was made; what differs mostly has another.
func TestHasher(t *testing.T) {
	type state struct {
		N    int
		Text string
		List []any
		Map  map[string][]int
		Next *state
		Zero float64
	}
	make := func() state {
		m := map[string][]int{}
		for _, k := range []string{"a", "b", "c", "d", "e"} {
			m[k] = []int{len(m), 2}
		}
		return state{1, "x", []any{1, "y", nil, true}, m, &state{N: 2}, 0}
	}
	h := hasher{maphash.MakeSeed()}
	want := h.hash(make())
	for range 20 {
		if h.hash(make()) != want {
			t.Fatal("the same state has two hashes")
		}
	}
	change := []func(*state){
		func(s *state) { s.N++ }, func(s *state) { s.Text = "z" }, func(s *state) { s.List[3] = false },
		func(s *state) { s.Map["c"][1] = 3 }, func(s *state) { s.Next.N = 3 }, func(s *state) { s.Zero = 1 },
	}
	for i, f := range change {
		s := make()
		if f(&s); h.hash(s) == want {
			t.Errorf("change %d makes no difference", i)
		}
	}
	ring := &state{}
	ring.Next = ring
	h.hash(ring) // ends
	for _, s := range []any{"text", []byte("text"), []int{1, 2}, []int32{1, 2}, []int64{1, 2}, map[string]string{"a": "b", "c": "d"}, nil, func() {}} {
		first, again := h.hash(s), h.hash(s)
		if first != again {
			t.Errorf("%v", s)
		}
	}
}
