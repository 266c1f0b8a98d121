package histtest

import (
	"fmt"
	"strings"

	"pgregory.net/rapid"
)

// A Call is how one operation of a random history may look: what it is invoked
// with, and what it returns if it is ok.
type Call struct{ F, In, Out string }

// Random draws a history of four processes in the notation of Parse, of at least
// one op; call draws each operation as it is invoked. A process goes on after an
// indeterminate operation.
func Random(t *rapid.T, call func() Call) string {
	var b strings.Builder
	open := map[int]Call{}
	for range rapid.IntRange(1, 24).Draw(t, "ops") {
		p := rapid.IntRange(0, 3).Draw(t, "process")
		c, running := open[p]
		if !running {
			open[p] = call()
			fmt.Fprintf(&b, "i %d %s %s\n", p, open[p].F, open[p].In)
			continue
		}
		delete(open, p)
		typ := rapid.SampledFrom([]string{"o", "o", "o", "x", "n"}).Draw(t, "type")
		v := c.In
		if typ == "o" {
			v = c.Out
		}
		fmt.Fprintf(&b, "%s %d %s %s\n", typ, p, c.F, v)
	}
	return b.String()
}
