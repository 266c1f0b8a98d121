package render

import (
	"fmt"
	"strings"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/elle"
	"github.com/seed-c33ae711/jcheck/format"
)

// assumption says on what order of versions of items the verdict rests.
func (p *prose) assumption() {
	if p.r.Workload == elle.ClosedPredicate {
		p.f("  versions are assumed to come in the order in which their writers completed\n")
	}
}

// itemReason says why transaction a precedes b by what they did with an item.
func (p *prose) itemReason(s *elle.Step, names map[int]string) string {
	key, a, b := text(s.Key), names[s.From], names[s.To]
	switch s.Rel {
	case "ww":
		return fmt.Sprintf("%s %s, %s %s later", a, wroteItem(s.Value, "key "+key), b, wroteItem(s.Next, "it"))
	case "wr":
		return fmt.Sprintf("%s %s", b, sawItem(s, a))
	case "rw":
		return fmt.Sprintf("%s %s, before %s %s", a, sawItem(s, ""), b, wroteItem(s.Next, "it"))
	case "wrp":
		return fmt.Sprintf("%s's %s %s", b, predicateText(s.PredicateRead), answered(s, a))
	}
	return fmt.Sprintf("%s's %s %s, before %s %s, which changes what matches", a, predicateText(s.PredicateRead), answered(s, ""), b, wroteItem(s.Next, "it"))
}

// wroteItem says how a version of an item came about.
func wroteItem(v edn.Value, key string) string {
	if isDead(v) {
		return "deleted " + key
	}
	return "wrote " + text(v) + " to " + key
}

// sawItem says what a read saw of an item, and who made it so, if that is given.
func sawItem(s *elle.Step, writer string) string {
	v, key := s.Value, text(s.Key)
	by := func(did string) string {
		if writer == "" {
			return ""
		}
		return ", which " + writer + did
	}
	switch {
	case isUnborn(v) && s.OrLater:
		return "did not find key " + key + ", which did not exist yet or was deleted"
	case isUnborn(v):
		return "did not find key " + key + ", which did not exist yet"
	case isDead(v) && s.OrLater:
		return "did not find key " + key + by(" had deleted first")
	case isDead(v):
		return "did not find key " + key + by(" had deleted")
	case !s.PredicateRead.IsZero():
		return "found key " + key + " as " + text(v) + by(" wrote") + ", by " + predicateText(s.PredicateRead)
	}
	return "read key " + key + " as " + text(v) + by(" wrote")
}

// answered says what a read by predicate, which left an item out, saw of it, and who
// made it so, if that is given.
func answered(s *elle.Step, writer string) string {
	so := "did not return key " + text(s.Key) + ", so it "
	later := ""
	if s.OrLater {
		later = " or as a later version that does not match"
	}
	switch {
	case isUnborn(s.Value):
		return so + "saw it unborn" + later
	case isDead(s.Value) && writer != "":
		return so + "saw it after " + writer + " deleted it" + later
	case isDead(s.Value):
		return so + "saw it deleted" + later
	case writer != "":
		writer = ", which " + writer + " wrote,"
	}
	return so + "saw it as " + text(s.Value) + strings.TrimSuffix(writer+later, ",")
}

func isUnborn(v edn.Value) bool { return v.Kind() == edn.Keyword && v.String() == ":elle/unborn" }
func isDead(v edn.Value) bool   { return v.Kind() == edn.Keyword && v.String() == ":elle/dead" }

// itemScan tells a case that is no cycle.
func (p *prose) itemScan(c *elle.Case) {
	key := text(c.Key)
	switch {
	case c.Type == elle.PredicateReadMiss && c.PredicateRead.IsZero():
		p.one(c)
		p.f("  Micro-op %d of T did not find key %s. But that was made before everything else, and nobody deleted it: it was %s.\n", c.Mop+1, key, joined(c.Values))
	case c.Type == elle.PredicateReadMiss:
		p.one(c)
		p.f("  Micro-op %d of T, %s, did not return key %s. But that was made before everything else, and all that it may have been matches: %s.\n",
			c.Mop+1, predicateText(c.PredicateRead), key, joined(c.Values))
	case c.Type == elle.Internal && !c.PredicateRead.IsZero() && c.Element.IsZero():
		p.one(c)
		p.f("  Micro-op %d of T, %s, did not return key %s, which T had read as %s.\n", c.Mop+1, predicateText(c.PredicateRead), key, text(c.Expected))
	case c.Type == elle.Internal && !c.PredicateRead.IsZero() && !c.Expected.IsZero():
		p.one(c)
		p.f("  Micro-op %d of T, %s, returned key %s as %s; by what T did before, that was %s.\n", c.Mop+1, predicateText(c.PredicateRead), key, text(c.Element), text(c.Expected))
	case c.Type == elle.Internal && !c.PredicateRead.IsZero():
		p.one(c)
		p.f("  Micro-op %d of T, %s, returned key %s as %s, which its predicate does not match.\n", c.Mop+1, predicateText(c.PredicateRead), key, text(c.Element))
	default:
		p.registerScan(c)
	}
}

// predicateText is a read by predicate without what it returned.
func predicateText(mop edn.Value) string {
	short, _, _ := predicateParts(mop)
	return short + "]"
}

// predicateParts is a read by predicate up to what it returned, which comes
// after that.
func predicateParts(mop edn.Value) (short string, returned edn.Value, ok bool) {
	parts, err := mop.Items(nil)
	if err != nil || len(parts) < 2 {
		return "", returned, false
	}
	if name, _ := parts[0].Name(); name != "rp" {
		return "", returned, false
	}
	if len(parts) > 2 {
		returned = parts[2]
	}
	b, err := format.AppendNamed(nil, parts[1])
	if err != nil {
		b = parts[1].Bytes()
	}
	return "[:rp " + string(b), returned, true
}

// itemMopText writes a micro-op that only closed-predicate has, with what it
// returned abridged.
func itemMopText(m edn.Value) (string, bool) {
	if short, returned, ok := predicateParts(m); ok {
		return short + " " + itemsText(returned) + "]", true
	}
	parts, err := m.Items(nil)
	if err != nil || len(parts) != 2 {
		return "", false
	}
	name, _ := parts[0].Name()
	return "[:" + name + " " + text(parts[1]) + "]", name == "delete"
}

// maxItems is how many items are shown of a map.
const maxItems = 8

// itemsText writes a map of items; of a long one the beginning.
func itemsText(v edn.Value) string {
	if v.Kind() != edn.Map {
		return text(v)
	}
	var parts []string
	s := v.Scanner()
	s.Next()
	n := 0
	for ; more(&s); n++ {
		key := s.Value()
		s.Datum()
		if n < maxItems {
			parts = append(parts, text(key)+" "+text(s.Value()))
		}
	}
	return "{" + strings.Join(appendLeft(parts, n-len(parts)), ", ") + "}"
}

// more advances to the next key of a map, and reports whether there is one.
func more(s *edn.Scanner) bool {
	k := s.Datum()
	return k != edn.Close && k != edn.EOF && k != edn.Invalid
}

// predicateFields are the keys of a step by a read by predicate.
func predicateFields(s *elle.Step) fields {
	out := fields{{"key", s.Key}, {"value", s.Value}}
	if s.Rel == "rwp" {
		out = append(out, field{"value'", s.Next}, field{"predicate?", true})
	}
	return append(out, field{"predicate-read", mopValue(s.PredicateRead)})
}
