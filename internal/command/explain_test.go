package command

import "testing"

// Every name that jcheck uses can be explained.
func TestExplainAll(t *testing.T) {
	for _, name := range explained() {
		if text, err := about(t.Context(), name); err != nil || text == "" {
			t.Errorf("%s: %q, %v", name, text, err)
		}
	}
}
