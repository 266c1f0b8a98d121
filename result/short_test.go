package result_test

import (
	"strings"
	"testing"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/result"
)

// A long value loses items, and no item is cut in two.
func TestShort(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"[[:poll {0 [[1 1] [2 2]]}] [:send 0 [3 3]]]", "[[:poll {0 [[1 1] [2 2]]}] [:send 0 [3 3]]]"},
		{"[[:poll {0 [[1 1] [2 2] [3 3] [4 4] [5 5] [6 6] [7 7] [8 8] [9 9]]}] [:send 0 [9 9]]]", "[[:poll {0 [[1 1] [2 2] ..5 more.. [8 8] [9 9]]}] [:send 0 [9 9]]]"},
		{"#{1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28}", "#{1 2 3 4 5 6 7 8 ..12 more.. 21 22 23 24 25 26 27 28}"},
		{`{:a "` + strings.Repeat("x", 80) + `"}`, `{:a "` + strings.Repeat("x", 80) + `"}`},
	} {
		if got := result.Short(edn.MustParse(c.in), 70); got != c.want {
			t.Errorf("%s\nbecomes %s\nwant %s", c.in, got, c.want)
		}
	}
	v, err := edn.Parse(`[["poll", {"0": [[1, 1], [2, 2], [3, 3], [4, 4], [5, 5], [6, 6]]}]]`, edn.JSON)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := result.Short(v, 40), `[[:poll {"0" [[1 1] [2 2] ..3 more.. [6 6]]}]]`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
