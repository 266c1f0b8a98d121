package logorder

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/histtest"
	"github.com/seed-c33ae711/jcheck/kafka"
)

func order(t *testing.T, h *history.History) *kafka.Order {
	t.Helper()
	r, err := kafka.Check(context.Background(), h, kafka.Options{})
	if err != nil {
		t.Fatal(err)
	}
	list, err := r.Orders(context.Background(), 12)
	if err != nil || len(list) == 0 {
		t.Fatalf("%d orders, %v", len(list), err)
	}
	return &list[0]
}

func wellFormed(t *testing.T, picture []byte) {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(picture))
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatal(err)
		}
	}
}

// TestSVG: cells, conflicts, duplicates and rows of all types, of values that would be markup.
func TestSVG(t *testing.T) {
	h := histtest.Parse(t, `
i 0 send [[:send 7 "<b>"]]
o 0 send [[:send 7 [0 "<b>"]]]
i 1 send [[:send 7 "c"]]
n 1 send [[:send 7 [0 "c"]]]
i 2 poll [[:poll]]
o 2 poll [[:poll {7 [[0 "c"] [3 "d"]]}]]
i 3 send [[:send 7 "d"]]
o 3 send [[:send 7 [4 "d"]]]
i 4 poll [[:poll]]
x 4 poll [[:poll {7 [[0 "<b>"]]}]]`)
	got := SVG(h, order(t, h))
	wellFormed(t, got)
	if again := SVG(h, order(t, h)); !bytes.Equal(got, again) {
		t.Error("two pictures differ")
	}
	for want, n := range map[string]int{
		">w&quot;&lt;b&gt;&quot;<":              1,
		">r&quot;c&quot;<":                      1,
		"<b>":                                   0,
		"url(#hatch0)":                          3, // of the legend, "<b>" twice
		"url(#hatch1)":                          3, // of the legend, "c" twice
		`class="e"`:                             3, // of the legend, "d" twice
		`class="t-info"`:                        2,
		`class="t-fail"`:                        2,
		`class="torn"`:                          1, // from offset 0 to 3
		"Several values: offset 0":              1,
		"op 5: ok poll by process 2 at 0.005 s": 1,
	} {
		if found := strings.Count(string(got), want); found != n {
			t.Errorf("%q occurs %d times, want %d", want, found, n)
		}
	}
}

// TestLarge: of a large log the picture shows the part with the conflict, and says so.
func TestLarge(t *testing.T) {
	var ops strings.Builder
	const n, wrong = 3000, 2000
	for i := range n {
		fmt.Fprintf(&ops, "i 0 send [[:send 0 %d]]\no 0 send [[:send 0 [%d %d]]]\n", i, i, i)
	}
	for i := range n {
		v := i
		if i == wrong {
			v = 9999
		}
		fmt.Fprintf(&ops, "i 1 poll [[:poll]]\no 1 poll [[:poll {0 [[%d %d]]}]]\n", i, v)
	}
	h := histtest.Parse(t, ops.String())
	o := order(t, h)
	low, high := o.Offsets[0], o.Offsets[len(o.Offsets)-1]
	if len(o.Offsets) != 200 || low > wrong || high < wrong || len(o.Rows) > 500 || o.AllRows != 2*n || o.AllOffsets != n || o.Offset != wrong || o.Why != kafka.Conflicting {
		t.Errorf("%d rows of %d, %d offsets from %d to %d of %d, around %d", len(o.Rows), o.AllRows, len(o.Offsets), low, high, o.AllOffsets, o.Offset)
	}
	got := SVG(h, o)
	wellFormed(t, got)
	if want := fmt.Sprintf("The part around what is wrong: %d of 6000 ops, 200 of 3000 offsets", len(o.Rows)); !strings.Contains(string(got), want) {
		t.Errorf("nothing says %q", want)
	}
}

func TestFileName(t *testing.T) {
	for text, want := range map[string]string{
		"0": "000.svg", "12": "012.svg", "1234": "1234.svg", "-5": "-05.svg", `"../../etc"`: "etc.svg", `"😀"`: "key.svg", ":a-b": "a-b.svg",
	} {
		v, err := edn.Parse(text, edn.EDN)
		if err != nil {
			t.Fatal(err)
		}
		if got := FileName(v); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}
