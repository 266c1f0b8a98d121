package render

import (
	"fmt"
	"strings"

	"github.com/seed-c33ae711/jcheck/elle"
)

// registerReason says why transaction a precedes b by what they did with a
// register.
func (p *prose) registerReason(s *elle.Step, names map[int]string) string {
	a, b := names[s.From], names[s.To]
	key := text(s.Key)
	switch s.Rel {
	case "ww":
		return fmt.Sprintf("%s wrote %s to key %s, %s wrote %s, a later version%s", a, text(s.Value), key, b, text(s.Next), p.because(s.Order))
	case "wr":
		return fmt.Sprintf("%s read key %s as %s, which %s wrote", b, key, text(s.Value), a)
	}
	if s.Value.IsZero() {
		return fmt.Sprintf("%s read key %s before anybody had written it, so before %s wrote %s", a, key, b, text(s.Next))
	}
	why := p.because(s.Order)
	if len(s.Path) > 0 {
		why = fmt.Sprintf(", since the writer of %s comes before %s: %s", text(s.Value), b, hops(s.Path, names))
	}
	return fmt.Sprintf("%s read key %s as %s, %s wrote %s, a later version%s", a, key, text(s.Value), b, text(s.Next), why)
}

// because says why a version is older than another.
func (p *prose) because(order []elle.VersionStep) string {
	var parts []string
	for i := range order {
		parts = append(parts, p.versionReason(&order[i]))
	}
	if len(parts) == 0 {
		return ""
	}
	return " (" + strings.Join(parts, "; ") + ")"
}

// versionReason says why one version is older than the next.
func (p *prose) versionReason(s *elle.VersionStep) string {
	from, to := text(s.Value), text(s.Next)
	switch s.Source {
	case "initial-state":
		return fmt.Sprintf("nil is what the key held before %s was written", to)
	case "transaction-order-keys":
		return fmt.Sprintf("by the order given, the writer of %s comes before that of %s", from, to)
	}
	if s.From == s.To {
		return fmt.Sprintf("one transaction, line %d, read %s and then wrote %s", p.places.line(s.From), from, to)
	}
	if s.Source == "sequential-keys" || s.Source == "process" {
		return fmt.Sprintf("process %s left %s behind, line %d, before it met %s, line %d",
			p.r.History.ProcessName(p.r.History.Process(s.From)), from, p.places.line(s.From), to, p.places.line(s.To))
	}
	return fmt.Sprintf("%s had been left behind by line %d, when the transaction of line %d began, which met %s", from, p.places.line(s.From), p.places.line(s.To), to)
}

// registerScan tells a case that is no cycle.
func (p *prose) registerScan(c *elle.Case) {
	key := text(c.Key)
	switch c.Type {
	case elle.G1a:
		p.two(c)
		p.f("  R committed, and read key %s as %s, which W wrote; but W failed, so it must not be visible.\n", key, text(c.Element))
	case elle.G1b:
		p.two(c)
		p.f("  R read key %s as %s, which W wrote before it wrote the key again: a state that was never committed.\n", key, text(c.Element))
	case elle.Internal:
		p.one(c)
		p.f("  Micro-op %d of T read key %s; by what T did before, it should have read %s.\n", c.Mop+1, key, text(c.Expected))
		p.f("  It read %s.\n", p.readText(c))
	case elle.FutureRead:
		p.one(c)
		p.f("  Micro-op %d of T read key %s as %s, which T itself wrote only later.\n", c.Mop+1, key, text(c.Element))
	case elle.GarbageRead:
		p.one(c)
		p.f("  T read key %s as %s, which no transaction of this history wrote (%s in all saw it).\n", key, text(c.Element), plural(c.Count, "read"))
	case elle.LostUpdate:
		p.lost(c)
		p.f("  All of them read key %s as %s and then wrote it: at most one built on that version.\n", key, text(c.Value))
	case elle.CyclicVersions:
		p.f("  Of key %s, the values %s must each be older than the next:\n", key, joined(c.Values))
		for i := range c.Order {
			s := &c.Order[i]
			p.f("    %s < %s  %s\n", text(s.Value), text(s.Next), p.versionReason(s))
		}
		p.f("  So an assumption on the order of versions (%s) does not hold for this key, and the last is not used for it.\n", strings.Join(c.Sources, ", "))
	}
}

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
		p.f("no two versions of a key that can be told apart")
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
