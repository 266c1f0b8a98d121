package render

import (
	"fmt"
	"strings"
)

// inference tells where the order of versions came from, and how far it goes.
func (p *prose) inference() {
	in := p.r.Inference
	if in == nil {
		return
	}
	var parts []string
	for _, s := range in.Sources {
		part := s.Name
		if s.Orders > 0 {
			part += fmt.Sprintf(" (%s)", plural(s.Orders, "order"))
		}
		if s.Dropped > 0 {
			part += fmt.Sprintf(" (contradicted for %s)", plural(s.Dropped, "key"))
		}
		parts = append(parts, part)
	}
	p.f("  order of versions from %s; ", strings.Join(parts, ", "))
	switch {
	case in.Pairs == 0 && in.Uncounted > 0:
	case in.Pairs == 0 && in.WrittenTwice > 0:
		p.f("no key with two versions that can be told apart")
	case in.Pairs == 0:
		p.f("no key is known to have been written twice")
	case in.Unordered == 0:
		p.f("%s of versions, all ordered", plural(int(in.Pairs), "pair"))
	default:
		p.f("%s of versions, %s left unordered", plural(int(in.Pairs), "pair"), thousands(int(in.Unordered)))
	}
	if in.Uncounted > 0 {
		if in.Pairs > 0 {
			p.f("; ")
		}
		p.f("pairs of versions not counted for %s, with too many written at a time", plural(in.Uncounted, "key"))
	}
	switch {
	case in.Forced > 0:
		p.f("; %s forced besides", plural(in.Forced, "dependency edge"))
	case in.Skipped && in.Unordered+int64(in.Uncounted) > 0:
		p.f("; with so many transactions, what is forced besides is looked for by causes only")
	}
	if in.WrittenTwice > 0 {
		p.f("; %s written to a key by several transactions, so reads of such a value tell nothing", plural(in.WrittenTwice, "value"))
	}
	p.f("\n")
}
