package elle

import (
	"fmt"
	"strings"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/result"
)

// itemReason says why transaction a precedes b by what they did with an item.
func (t *Teller) itemReason(s *Step) string {
	key, a, b := result.Text(s.Key), t.name(s.From), t.name(s.To)
	switch s.Rel {
	case "ww":
		return fmt.Sprintf("%s %s, %s %s later", a, wroteItem(s.Value, "key "+key), b, wroteItem(s.Next, "it"))
	case "wr":
		return fmt.Sprintf("%s %s", b, sawItem(s, a))
	case "rw":
		return fmt.Sprintf("%s %s, before %s %s", a, sawItem(s, ""), b, wroteItem(s.Next, "it"))
	case "wrp":
		return fmt.Sprintf("%s's %s %s", b, result.PredicateText(s.PredicateRead), answered(s, a))
	}
	return fmt.Sprintf("%s's %s %s, before %s %s, which changes what matches", a, result.PredicateText(s.PredicateRead), answered(s, ""), b, wroteItem(s.Next, "it"))
}

// wroteItem says how a version of an item came about.
func wroteItem(v edn.Value, key string) string {
	if isDead(v) {
		return "deleted " + key
	}
	return "wrote " + result.Text(v) + " to " + key
}

// sawItem says what a read saw of an item, and who made it so, if that is given.
func sawItem(s *Step, writer string) string {
	v, key := s.Value, result.Text(s.Key)
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
		return "found key " + key + " as " + result.Text(v) + by(" wrote") + ", by " + result.PredicateText(s.PredicateRead)
	}
	return "read key " + key + " as " + result.Text(v) + by(" wrote")
}

// answered says what a read by predicate, which left an item out, saw of it, and who
// made it so, if that is given.
func answered(s *Step, writer string) string {
	so := "did not return key " + result.Text(s.Key) + ", so it "
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
	return so + "saw it as " + result.Text(s.Value) + strings.TrimSuffix(writer+later, ",")
}

func isUnborn(v edn.Value) bool { return v.Kind() == edn.Keyword && v.String() == ":elle/unborn" }

func isDead(v edn.Value) bool { return v.Kind() == edn.Keyword && v.String() == ":elle/dead" }
