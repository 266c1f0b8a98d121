package render

import (
	"fmt"
	"strings"

	"github.com/seed-c33ae711/jcheck/elle"
)

// weakReason says why an order of two writes is forced.
func (p *prose) weakReason(s *elle.Step, names map[int]string) string {
	key, a, b := text(s.Key), names[s.From], names[s.To]
	switch {
	case s.From < 0:
		return fmt.Sprintf("%s wrote key %s, which the initial state precedes", b, key)
	case s.Rel == "direct":
		return fmt.Sprintf("both wrote key %s, %s as %s and %s as %s, and %s", key, a, text(s.Value), b, text(s.Next), hops(s.Path, names))
	case s.Rel == "update" && s.Reader < 0:
		return fmt.Sprintf("%s was the first to write key %s, as it read it before anybody had, and wrote %s; so %s's %s is later", a, key, text(s.Value), b, text(s.Next))
	case s.Rel == "update":
		return fmt.Sprintf("%s read key %s as %s wrote it and overwrote that with %s; %s's %s is later than what %s wrote, %s, so later than both",
			a, key, names[s.Reader], text(s.Value), b, text(s.Next), names[s.Reader], hops(s.Path, names))
	case s.To < 0:
		return fmt.Sprintf("%s saw key %s as nobody had written it, though %s's write of %s was visible to it: %s", names[s.Reader], key, a, text(s.Value), hops(s.Path, names))
	}
	return fmt.Sprintf("%s saw key %s as %s wrote it, %s, though %s's write of %s was visible to it, and so must be older: %s",
		names[s.Reader], key, b, text(s.Next), a, text(s.Value), hops(s.Path, names))
}

// hops tells a path.
func hops(path []elle.Step, names map[int]string) string {
	var b strings.Builder
	for i, s := range path {
		if i == 0 {
			b.WriteString(names[s.From])
		}
		fmt.Fprintf(&b, " -%s-> %s", strings.TrimSpace(relLabel(s.Rel)), names[s.To])
	}
	return b.String()
}
