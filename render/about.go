package render

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/seed-c33ae711/jcheck/elle"
	"github.com/seed-c33ae711/jcheck/format"
	"github.com/seed-c33ae711/jcheck/simulate"
)

// About is what there is to know of a type of anomaly.
type About struct {
	Name   string
	Gloss  string   // half a line
	Means  string   // in plain words, with Causes and Next "" for what has no notes
	Causes string   // faults of databases and tests that typically show it
	Next   string   // what to look at
	Forbid []string // the weakest models that forbid it
	// Example is a history that shows it, EDN with one op a line, and Flags are those
	// of jcheck elle that find it there. Both are "" if there is none.
	Example, Flags string
}

// AnomalyAbout returns what there is to know of an anomaly.
func AnomalyAbout(name string) (a About, ok bool) {
	if !slices.Contains(elle.AnomalyNames(), name) {
		return About{}, false
	}
	what := elle.Anomaly(name)
	n, own := anomalyNotes[what]
	if !own {
		base := strings.TrimSuffix(strings.TrimSuffix(name, "-process"), "-realtime")
		n = anomalyNotes[elle.Anomaly(base)]
	}
	a = About{Name: name, Gloss: elle.Gloss(what), Means: n.means, Causes: n.causes, Next: n.next, Forbid: elle.RuledOut(what)}
	if a.Gloss == "" {
		a.Gloss = "a class of anomalies"
	}
	if own {
		a.Example, a.Flags = simulate.Example(name), n.flags
	}
	return a, true
}

// Forbidden says in a sentence who forbids the anomaly.
func (a *About) Forbidden() string {
	if len(a.Forbid) == 0 {
		return "No model forbids it by itself."
	}
	return "A database that promises any of these models, or a stronger one, must not show it: " + strings.Join(a.Forbid, ", ") + "."
}

// AboutAnomaly explains a type of anomaly: what it means, the weakest models that forbid
// it, what causes it, and an example with what a check says of it. It returns "" if there
// is no such anomaly.
func AboutAnomaly(ctx context.Context, name string) (string, error) {
	a, ok := AnomalyAbout(name)
	if !ok {
		return "", nil
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s  %s\n", name, a.Gloss)
	for _, p := range [][2]string{{"", a.Means}, {"", a.Forbidden()}, {"Typical causes: ", a.Causes}, {"What to look at next: ", a.Next}} {
		if p[1] != "" {
			fmt.Fprintf(&b, "\n%s", folded(p[0]+p[1]))
		}
	}
	if a.Example == "" {
		return b.String(), nil
	}
	cases, err := a.cases(ctx)
	if err != nil {
		return "", err
	}
	fmt.Fprintf(&b, "\nFor example, this history:\n\n%s\nhas this case:\n\n%s", indented(a.Example), indented(cases))
	return b.String(), nil
}

// cases tells what a check finds in the example.
func (a *About) cases(ctx context.Context) (string, error) {
	h, err := format.ReadBytes(ctx, "example.edn", []byte(a.Example), format.Options{})
	if err != nil {
		return "", err
	}
	opt := elle.Options{Models: []string{}, Anomalies: []string{a.Name}, LinearizableKeys: strings.Contains(a.Flags, "--linearizable-keys")}
	res, err := elle.Check(ctx, h, opt)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for i := range res.Anomalies {
		if found := &res.Anomalies[i]; string(found.Type) == a.Name {
			b.WriteString(ElleCases(res, found))
		}
	}
	return b.String(), nil
}

// AboutModel explains a consistency model: its names, what it implies and what it
// forbids besides. It returns "" if there is no such model.
func AboutModel(name string) string {
	for _, m := range elle.Models() {
		if m.Name != name && m.Canonical != name && !slices.Contains(m.Aliases, name) {
			continue
		}
		var b strings.Builder
		fmt.Fprintf(&b, "%s  a consistency model of transactions\n\n", m.Name)
		if other := slices.DeleteFunc(append([]string{m.Canonical}, m.Aliases...), func(n string) bool { return n == m.Name }); len(other) > 0 {
			fmt.Fprintf(&b, "It is also called %s.\n", strings.Join(other, ", "))
		}
		if len(m.Implies) > 0 {
			fmt.Fprintf(&b, "It implies %s, and what they imply.\n", strings.Join(m.Implies, ", "))
		}
		if len(m.Prohibits) > 0 {
			b.WriteString("It also forbids:\n")
			for _, a := range m.Prohibits {
				fmt.Fprintf(&b, "%s\n", strings.TrimRight(fmt.Sprintf("  %-26s %s", a, elle.Gloss(a)), " "))
			}
		}
		if !m.Checked {
			b.WriteString("jcheck does not check it, since it is not about transactions.\n")
		}
		return b.String()
	}
	return ""
}

func indented(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		b.WriteString("  " + line)
	}
	return b.String()
}

// folded breaks a paragraph into lines.
func folded(text string) string {
	const width = 92
	var b strings.Builder
	at := 0
	for _, word := range strings.Fields(text) {
		if at > 0 && at+1+len(word) > width {
			b.WriteByte('\n')
			at = 0
		}
		if at > 0 {
			b.WriteByte(' ')
			at++
		}
		b.WriteString(word)
		at += len(word)
	}
	b.WriteByte('\n')
	return b.String()
}
