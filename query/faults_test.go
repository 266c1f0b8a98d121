package query

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// TestBetween compares with the definition: of all windows, those that begin before
// the end and end after the beginning.
func TestBetween(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var windows []window
		begin := 0
		for range rapid.IntRange(0, 8).Draw(t, "windows") {
			begin += rapid.IntRange(1, 5).Draw(t, "after")
			windows = append(windows, window{begin: begin, end: begin + rapid.IntRange(1, 20).Draw(t, "takes")})
		}
		setLasts(windows)
		from := rapid.IntRange(0, 40).Draw(t, "from")
		to := from + rapid.IntRange(0, 10).Draw(t, "to")
		want := slices.DeleteFunc(slices.Clone(windows), func(w window) bool { return w.begin > to || w.end <= from })
		if got := between(windows, from, to); !slices.Equal(got, want) {
			t.Errorf("%d to %d: got %v, want %v, of %v", from, to, got, want, windows)
		}
	})
}
