package render

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/seed-c33ae711/jcheck/elle"
	"github.com/seed-c33ae711/jcheck/format"
)

// AboutAnomaly explains a type of anomaly: what it means, the weakest models that forbid
// it, and an example, if there is a history of one, with what a check says of it. It
// returns "" if there is no such anomaly.
func AboutAnomaly(ctx context.Context, name, example string) (string, error) {
	a := elle.Anomaly(name)
	if !slices.Contains(elle.AnomalyNames(), name) {
		return "", nil
	}
	var b strings.Builder
	meaning := elle.Gloss(a)
	if meaning == "" {
		meaning = "a class of anomalies"
	}
	fmt.Fprintf(&b, "%s  %s\n", name, meaning)
	if forbid := elle.RuledOut(a); len(forbid) > 0 {
		fmt.Fprintf(&b, "\nA database that promises any of these models, or a stronger one, must not show it:\n%s.\n", strings.Join(forbid, ", "))
	} else {
		b.WriteString("\nNo model of the lattice forbids it by itself.\n")
	}
	if example == "" {
		return b.String(), nil
	}
	h, err := format.ReadBytes(ctx, "example.edn", []byte(example), format.Options{})
	if err != nil {
		return "", err
	}
	res, err := elle.Check(ctx, h, elle.Options{})
	if err != nil {
		return "", err
	}
	fmt.Fprintf(&b, "\nFor example, this history:\n\n%s\n", indented(example))
	for i := range res.Anomalies {
		if found := &res.Anomalies[i]; found.Type == a {
			fmt.Fprintf(&b, "has this case:\n\n%s", indented(ElleCases(res, found)))
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
			b.WriteString("It forbids, besides what those forbid:\n")
			for _, a := range m.Prohibits {
				fmt.Fprintf(&b, "%s\n", strings.TrimRight(fmt.Sprintf("  %-26s %s", a, elle.Gloss(a)), " "))
			}
		}
		if !m.Checked {
			b.WriteString("jcheck does not check it: it speaks of something else than transactions.\n")
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
