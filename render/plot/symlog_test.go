package plot

import (
	"math"
	"testing"
)

// TestSymmetric: the axis is logarithmic only where it must be, keeps the order of values, and has 0 and powers of ten.
func TestSymmetric(t *testing.T) {
	if a := symmetric(-2, 5, []float64{1, 2, 5, -2, 0}); a.sym != 0 {
		t.Errorf("of one decade: %+v", a)
	}
	if a := symmetric(0, 0, []float64{0, 0}); a.sym != 0 {
		t.Errorf("of nothing: %+v", a)
	}
	if a := symmetric(0, math.Inf(1), []float64{1, math.Inf(1), 1000, 1}); a.sym != 0 {
		t.Errorf("of what has no end: %+v", a)
	}
	values := []float64{-300, -0.02, -0.01, 0, 0.01, 0.013, 0.02, 0.03, 4, 2000}
	a := symmetric(-300, 2000, values)
	a.from, a.to = 0, 100
	if a.sym != 0.01 {
		t.Fatalf("%+v", a)
	}
	last := a.from
	for _, v := range values {
		at := a.at(v)
		if at <= last || at >= a.to {
			t.Errorf("%v is at %v, after %v", v, at, last)
		}
		last = at
		if got := a.unsymlog(a.symlog(v)); math.Abs(got-v) > 1e-9*math.Abs(v) {
			t.Errorf("%v goes to %v", v, got)
		}
	}
	var labels []string
	for _, tick := range a.symTicks() {
		labels = append(labels, tick.label)
	}
	want := []string{"-100", "-10", "-1", "-0.1", "-0.01", "0", "0.01", "0.1", "1", "10", "100", "1000"}
	if len(labels) != len(want) {
		t.Fatalf("%q", labels)
	}
	for i := range want {
		if labels[i] != want[i] {
			t.Errorf("%q, want %q", labels, want)
		}
	}
}
