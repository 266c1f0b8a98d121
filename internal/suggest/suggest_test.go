package suggest

import "testing"

func TestDidYouMean(t *testing.T) {
	models := []string{"serializable", "strict-serializable", "snapshot-isolation", "read-committed", "G1a", "G2"}
	tests := []struct{ name, want string }{
		{"serialisable", "; did you mean serializable?"},
		{"Serializable", "; did you mean serializable?"},
		{"strict-serialisable", "; did you mean strict-serializable?"},
		{"snapshot", "; did you mean snapshot-isolation?"},
		{"si", ""},
		{"s", ""},
		{"snapshot-isolatoin", "; did you mean snapshot-isolation?"},
		{"g1A", "; did you mean G1a?"},
		{"G1", "; did you mean G1a?"}, // as near as G2, which comes later
		{"quorum", ""},
		{"", ""},
		{"a very long name that nothing is near to", ""},
	}
	for _, tt := range tests {
		if got := DidYouMean(tt.name, models); got != tt.want {
			t.Errorf("%q: got %q, want %q", tt.name, got, tt.want)
		}
	}
	if got := DidYouMean("x", nil); got != "" {
		t.Errorf("nothing known: got %q", got)
	}
}

func TestDistance(t *testing.T) {
	tests := []struct {
		a, b string
		want int
	}{{"", "", 0}, {"", "abc", 3}, {"abc", "", 3}, {"kitten", "sitting", 3}, {"flaw", "lawn", 2}, {"ab", "ba", 2}, {"same", "same", 0}}
	for _, tt := range tests {
		if got := distance(tt.a, tt.b); got != tt.want {
			t.Errorf("%q and %q: got %d, want %d", tt.a, tt.b, got, tt.want)
		}
		if got := distance(tt.b, tt.a); got != tt.want {
			t.Errorf("%q and %q: got %d, want %d", tt.b, tt.a, got, tt.want)
		}
	}
}
