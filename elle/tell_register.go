package elle

import (
	"fmt"
	"strings"

	"github.com/seed-c33ae711/jcheck/result"
)

// registerReason says why transaction a precedes b by what they did with a
// register.
func (t *Teller) registerReason(s *Step) string {
	a, b := t.name(s.From), t.name(s.To)
	key := result.Text(s.Key)
	switch s.Rel {
	case "ww":
		return fmt.Sprintf("%s wrote %s to key %s, %s wrote %s, a later version%s", a, result.Text(s.Value), key, b, result.Text(s.Next), t.because(s.Order))
	case "wr":
		return fmt.Sprintf("%s read key %s as %s, which %s wrote", b, key, result.Text(s.Value), a)
	}
	if s.Value.IsZero() {
		return fmt.Sprintf("%s read key %s before anyone had written it, so before %s wrote %s", a, key, b, result.Text(s.Next))
	}
	why := t.because(s.Order)
	if len(s.Path) > 0 {
		why = fmt.Sprintf(", since the writer of %s comes before %s: %s", result.Text(s.Value), b, t.hops(s.Path))
	}
	return fmt.Sprintf("%s read key %s as %s, %s wrote %s, a later version%s", a, key, result.Text(s.Value), b, result.Text(s.Next), why)
}

// because says why a version is older than another.
func (t *Teller) because(order []VersionStep) string {
	var parts []string
	for i := range order {
		parts = append(parts, t.VersionReason(&order[i]))
	}
	if len(parts) == 0 {
		return ""
	}
	return " (" + strings.Join(parts, "; ") + ")"
}

// VersionReason says why one version is older than the next.
func (t *Teller) VersionReason(s *VersionStep) string {
	from, to := result.Text(s.Value), result.Text(s.Next)
	switch s.Source {
	case "initial-state":
		return fmt.Sprintf("nil is what the key held before %s was written", to)
	case "transaction-order-keys":
		return fmt.Sprintf("by the order given, the writer of %s comes before that of %s", from, to)
	}
	if s.From == s.To {
		return fmt.Sprintf("one transaction, line %d, read %s and then wrote %s", t.line(s.From), from, to)
	}
	if s.Source == "sequential-keys" || s.Source == "process" {
		return fmt.Sprintf("process %s read or wrote %s (line %d) before it read or wrote %s (line %d)",
			t.Result.History.ProcessName(t.Result.History.Process(s.From)), from, t.line(s.From), to, t.line(s.To))
	}
	return fmt.Sprintf("the transaction of line %d read or wrote %s and completed before that of line %d began, which read or wrote %s", t.line(s.From), from, t.line(s.To), to)
}
