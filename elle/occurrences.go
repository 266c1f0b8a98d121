package elle

import (
	"fmt"
	"slices"
	"strings"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/result"
)

// mostShown is how many ops an Occurrence has at most, and from how many steps on the
// shape of a cycle consists only of its relations.
const mostShown = 12

// Occurrences lists the kept cases of the anomalies that decided the verdict.
func (r *Result) Occurrences() (out []result.Occurrence) {
	n := 0
	for i := range r.Anomalies {
		n += len(r.Anomalies[i].Cases)
	}
	out = make([]result.Occurrence, 0, n)
	for i := range r.Anomalies {
		a := &r.Anomalies[i]
		for j := range a.Cases {
			out = append(out, a.Cases[j].occurrence())
		}
	}
	return out
}

func (c *Case) occurrence() result.Occurrence {
	o := result.Occurrence{Type: string(c.Type), Shape: c.shape()}
	if len(c.Steps) > 0 {
		for _, s := range c.Steps[:min(len(c.Steps), mostShown)] {
			if s.From >= 0 {
				o.Ops = append(o.Ops, s.From)
			}
			if !s.Key.IsZero() && s.Rel != "realtime" && s.Rel != "process" {
				o.Keys = append(o.Keys, s.Key)
			}
			if s.Rel == "rw" && s.To >= 0 { // whose effects the reader missed
				o.Writers = append(o.Writers, s.To)
			}
		}
		return o
	}
	ops := c.Witnesses()
	o.Ops = ops[:min(len(ops), mostShown)]
	if !c.Key.IsZero() {
		o.Keys = []edn.Value{c.Key}
	}
	switch c.Type {
	case G1a, G1b:
		o.Writers = []int{c.Writer}
	case DirtyUpdate:
		o.Writers = c.Ops[:min(len(c.Ops), 1)]
	case LostUpdate:
		o.Writers = c.Ops
	}
	return o
}

// shape distinguishes cycles by the relations of their steps: in their order, from the
// least rotation of it, of short ones; which there are, of others.
func (c *Case) shape() string {
	n := len(c.Steps)
	if n == 0 {
		return ""
	}
	rels := make([]string, 0, min(n, mostShown))
	for _, s := range c.Steps {
		if label := RelLabel(s.Rel); n <= 4 || !slices.Contains(rels, label) {
			rels = append(rels, label)
		}
	}
	if n > 4 {
		slices.Sort(rels)
		return strings.Join(rels, ", ") + " over 5 or more transactions"
	}
	least := rels
	for i := range rels {
		if turned := slices.Concat(rels[i:], rels[:i]); slices.Compare(turned, least) < 0 {
			least = turned
		}
	}
	return strings.Join(least, " ")
}

// Cause says what explains all cases of an anomaly: for aborted reads, how many of the
// failed transactions that wrote something were read.
func (r *Result) Cause(typ string) string {
	i := slices.IndexFunc(r.Anomalies, func(a Anomalies) bool { return string(a.Type) == typ })
	if i < 0 || Anomaly(typ) != G1a || r.Anomalies[i].Count > len(r.Anomalies[i].Cases) {
		return ""
	}
	var read []int
	for _, c := range r.Anomalies[i].Cases {
		read = append(read, c.Writer)
	}
	slices.Sort(read)
	read = slices.Compact(read)
	wrote := r.failedWriters()
	if len(read) < 2 { // which the case says
		return ""
	}
	did := "wrote"
	if r.Workload == ListAppend {
		did = "appended"
	}
	text := fmt.Sprintf("%d of %s that %s %s read by others", len(read), result.Count(wrote, "failed transaction"), did, wasOrWere(len(read)))
	if len(read) == wrote && wrote > 2 {
		text += ": failed transactions are not rolled back"
	}
	return text
}

func wasOrWere(n int) string {
	if n == 1 {
		return "was"
	}
	return "were"
}

// failedWriters counts the failed transactions that wrote something.
func (r *Result) failedWriters() (n int) {
	h := r.History
	for i := range h.Len() {
		if h.Type(i) != history.Fail || !h.Process(i).IsClient() {
			continue
		}
		mops, err := r.Txn(i).Items(nil)
		if err == nil && slices.ContainsFunc(mops, writesMop) {
			n++
		}
	}
	return n
}

// writesMop reports whether a micro-op is none of those that only read.
func writesMop(mop edn.Value) bool {
	parts, err := mop.Items(nil)
	if err != nil || len(parts) == 0 {
		return false
	}
	name, _ := parts[0].Name()
	return !slices.Contains([]string{"r", "read", "rp"}, strings.TrimPrefix(name, ":"))
}
