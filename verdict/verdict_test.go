package verdict

import "testing"

func TestMerge(t *testing.T) {
	tests := []struct {
		in   []Verdict
		want Verdict
	}{
		{nil, Unknown},
		{[]Verdict{Valid}, Valid},
		{[]Verdict{Unknown}, Unknown},
		{[]Verdict{Invalid}, Invalid},
		{[]Verdict{Valid, Valid}, Valid},
		{[]Verdict{Valid, Unknown, Valid}, Unknown},
		{[]Verdict{Unknown, Valid, Invalid}, Invalid},
		{[]Verdict{Invalid, Unknown}, Invalid},
	}
	for _, tt := range tests {
		if got := Merge(tt.in...); got != tt.want {
			t.Errorf("%v: got %v, want %v", tt.in, got, tt.want)
		}
	}
}

// Merging in pieces and in any order gives the same.
func TestMergeLaws(t *testing.T) {
	all := []Verdict{Unknown, Valid, Invalid}
	for _, a := range all {
		for _, b := range all {
			if Merge(a, b) != Merge(b, a) {
				t.Errorf("%v and %v", a, b)
			}
			for _, c := range all {
				if Merge(Merge(a, b), c) != Merge(a, b, c) {
					t.Errorf("%v, %v and %v", a, b, c)
				}
			}
		}
	}
}

func TestString(t *testing.T) {
	var zero Verdict
	for v, want := range map[Verdict]string{zero: "unknown", Valid: "true", Invalid: "false", 77: "unknown"} {
		if got := v.String(); got != want {
			t.Errorf("%d: got %s, want %s", v, got, want)
		}
	}
	w := Warning{Code: "unfinished", Count: 2, Msg: "2 of 9 ops never completed"}
	if got, want := w.String(), "2 of 9 ops never completed (unfinished)"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
