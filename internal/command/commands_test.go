package command

import (
	"bytes"
	"strings"
	"testing"
)

// Whoever names a command gets that one alone, and as it is among all others.
func TestOneCommand(t *testing.T) {
	build := func(args ...string) *app {
		return newApp(args, strings.NewReader(""), new(bytes.Buffer), new(bytes.Buffer))
	}
	all := build().root().Commands()
	if len(all) < 20 {
		t.Fatalf("%d commands", len(all))
	}
	for _, want := range all {
		got := build(want.Name(), "--help").root().Commands()
		if len(got) != 1 || got[0].UsageString() != want.UsageString() {
			t.Errorf("%s: %d commands", want.Name(), len(got))
		}
	}
}
