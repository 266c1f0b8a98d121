package render

import (
	"strings"
	"testing"
)

func TestFileName(t *testing.T) {
	for key, want := range map[string]string{
		"12": "12", ":a-b_c.d": "%3aa-b_c.d", "..": "%2e.", ".": "%2e", "a/../b": "a%2f..%2fb", "é": "%c3%a9", "": "",
	} {
		if got := FileName(key); got != want {
			t.Errorf("%q: %q, want %q", key, got, want)
		}
	}
	a, b := FileName(strings.Repeat("x", 1000)), FileName(strings.Repeat("x", 1001))
	if len(a) != longestName || len(b) != longestName || a == b {
		t.Errorf("%q, %q", a, b)
	}
}
