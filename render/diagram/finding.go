package diagram

import (
	"fmt"
	"slices"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/result"
)

// How much of a finding is drawn: ops, parts of an op, bytes of a part and of a key.
const (
	findingOps   = 6
	findingParts = 8
	partText     = 40
	keyText      = 24
)

// A claim is what a finding of a type says of two of its ops, by their places among
// them.
type claim struct {
	from, to int
	rel, why string
}

// claims are those of findings whose ops mean something by their places. Of all others
// the picture shows what happened, and in which order.
var claims = map[string][]claim{
	"lost":       {{0, 1, "lacks", "had shown the element, which the other lacks"}},
	"stale":      {{0, 1, "lacks", "had shown the element, which the other lacks"}},
	"lost-write": {{0, 1, "passed", "sent the message, which the other went past"}},
	"G1a":        {{0, 1, "wr", "failed, and yet the other saw what it had written"}},
	"reversed": {
		{0, 1, "rt", "completed before the other was invoked"},
		{1, 2, "wr", "wrote what the other saw"},
		{2, 0, "rw", "missed what the other wrote"},
	},
	"fork":         {{0, 1, "contradicts", "saw a write that the other missed, and missed one that the other saw"}},
	"out-of-order": {{0, 1, "lacks", "had shown what was written later than what the other lacks"}},
	"G2": {
		{0, 1, "rw", "did not see what the other inserted"},
		{1, 0, "rw", "did not see what the other inserted"},
	},
	"duplicated":           {{0, 1, "same", "was given the same"}},
	"duplicate":            {{0, 1, "same", "has the same message at another offset"}},
	"inconsistent-offsets": {{0, 1, "contradicts", "has another message at the same offset"}},
	"bad-dequeue":          {{0, 1, "same", "took the element before"}},
}

// Scenes returns what to draw of a result: what it tells of its faults if it can
// (result.Drawn), else the witness of each of its findings, at most limit of each kind.
func Scenes(r result.Result, limit int) (scenes []result.Scene) {
	switch r := r.(type) {
	case result.Drawn:
		return r.Scenes(limit)
	case result.Report:
		h := r.About().History
		if h == nil {
			return nil
		}
		number := map[string]int{}
		for _, f := range r.Findings() {
			s := OfFinding(h, f)
			if len(s.Nodes) == 0 || limit > 0 && number[f.Type] == limit {
				continue
			}
			s.Number = number[f.Type]
			number[f.Type]++
			scenes = append(scenes, s)
		}
	}
	return scenes
}

// OfFinding is the witness of a finding as a scene: its ops, what the history says of
// their order, and what the finding says of them.
func OfFinding(h *history.History, f result.Finding) result.Scene {
	s := result.Scene{Kind: f.Type, Of: 1, Says: []string{f.Msg}}
	var ops []int
	for _, op := range f.Ops {
		if op >= 0 && op < h.Len() && !slices.Contains(ops, op) && len(ops) < findingOps {
			ops = append(ops, op)
		}
	}
	for i, op := range ops {
		s.Nodes = append(s.Nodes, nodeOf(h, op, nameOf(h, ops, i)))
	}
	if len(ops) == 1 {
		s.Nodes[0].Parts[0].Bad = true // there is nothing else that it could contradict
	}
	edges := map[[2]int]int{}
	add := func(from, to int, rel, why string, heavy bool) {
		k, ok := edges[[2]int{from, to}]
		if !ok {
			k = len(s.Edges)
			edges[[2]int{from, to}] = k
			s.Edges = append(s.Edges, result.Edge{From: result.End{Node: from, Part: -1}, To: result.End{Node: to, Part: -1}})
		}
		e := &s.Edges[k]
		if slices.ContainsFunc(e.Relations, func(r result.Relation) bool { return r.Rel == rel }) {
			return
		}
		e.Heavy = e.Heavy || heavy
		e.Relations = append(e.Relations, result.Relation{Rel: rel, Why: why})
	}
	for _, c := range claims[f.Type] {
		if len(f.Ops) == len(ops) && c.from < len(ops) && c.to < len(ops) {
			add(c.from, c.to, c.rel, c.why, c.rel != "rt")
		}
	}
	byTime := inOrder(s.Nodes)
	for k := 1; k < len(byTime) && len(claims[f.Type]) < 2; k++ {
		a, b := byTime[k-1], byTime[k]
		if rel, why := precedes(&s.Nodes[a], &s.Nodes[b]); rel != "" {
			add(a, b, rel, why, false)
		}
	}
	return s
}

// inOrder are the places of nodes by when they began.
func inOrder(nodes []result.Node) (places []int) {
	for i := range nodes {
		places = append(places, i)
	}
	began := func(i int) int {
		if nodes[i].Invoked >= 0 {
			return nodes[i].Invoked
		}
		return nodes[i].Completed
	}
	slices.SortStableFunc(places, func(a, b int) int { return began(a) - began(b) })
	return places
}

// precedes says why an op comes before another that began later, as far as the history
// tells.
func precedes(a, b *result.Node) (rel, why string) {
	switch {
	case a.Process != "" && a.Process == b.Process:
		return "p", "ran before, in the same process"
	case a.Completed >= 0 && b.Invoked > a.Completed && a.Type != history.Info:
		return "rt", "completed before the other was invoked"
	}
	return "", ""
}

// nameOf names an op by its operation, with a number if several are alike.
func nameOf(h *history.History, ops []int, i int) string {
	name := h.F(ops[i])
	if name == "" {
		name = "op"
	}
	same, before := 0, 0
	for j, op := range ops {
		if h.F(op) == h.F(ops[i]) {
			same++
			if j <= i {
				before++
			}
		}
	}
	name = result.Clip(name, 30)
	if same > 1 {
		name += fmt.Sprintf(" %d", before)
	}
	return name
}

// nodeOf is an op as a node.
func nodeOf(h *history.History, op int, name string) result.Node {
	n := result.Node{Op: op, Name: name, Type: h.Type(op), Invoked: -1, Completed: -1, Start: history.NoTime, End: history.NoTime}
	if p := h.Process(op); p != history.NoProcess {
		n.Process = result.Clip(h.ProcessName(p), keyText)
	}
	if n.Type == history.Invoke {
		n.Invoked, n.Completed = op, h.Pair(op)
	} else {
		n.Invoked, n.Completed = h.Pair(op), op
	}
	tells := op
	if n.Invoked >= 0 {
		n.Start = h.Time(n.Invoked)
	}
	if n.Completed >= 0 {
		n.Type, n.End = h.Type(n.Completed), h.Time(n.Completed)
		if tells = n.Completed; h.Value(tells).IsNil() && n.Invoked >= 0 {
			tells = n.Invoked
		}
	} else {
		n.Type = history.Info // its outcome is unknown
	}
	n.Parts = partsOf(h.F(op), h.Value(tells))
	n.Full = result.Clip(h.Op(op).String(), result.MaxFull)
	return n
}

// partsOf are the parts of a value: micro-ops, or what a map has; else all of it is one.
func partsOf(f string, v edn.Value) (parts []result.Part) {
	f = result.Clip(f, keyText)
	if v.IsNil() {
		return []result.Part{{Mop: -1, Text: f}}
	}
	left := 0
	if pairs, all := result.Pairs(v, findingParts); all > 0 && all <= 4*findingParts {
		parts = append(parts, result.Part{Mop: -1, Text: f})
		for _, p := range pairs {
			key := result.Text(p[0])
			parts = append(parts, result.Part{Mop: -1, Key: result.Clip(key, keyText), Text: result.Clip(key+" "+result.Text(p[1]), partText)})
		}
		left = all - len(pairs)
	}
	if items, err := v.Items(nil); err == nil && v.Kind() == edn.Vector && len(items) > 0 && items[0].Kind() == edn.Vector {
		for i, m := range items[:min(len(items), findingParts)] {
			parts = append(parts, mopPart(i, m))
		}
		left = len(items) - len(parts)
	}
	if len(parts) == 0 {
		text := result.Text(v)
		if kind := v.Kind(); (kind == edn.Vector || kind == edn.Set || kind == edn.List) && len(text) > partText {
			text = result.ListText(v, -1)
		}
		return []result.Part{{Mop: -1, Text: result.Clip(f+" "+text, partText+len(f)), Full: result.Clip(result.Text(v), result.MaxFull)}}
	}
	if left > 0 {
		parts = append(parts, result.Part{Mop: -1, Text: fmt.Sprintf("... %d more ...", left)})
	}
	return parts
}

func mopPart(i int, m edn.Value) result.Part {
	p := result.Part{Mop: i, Text: result.Clip(bare(result.MopText(m)), partText), Full: result.Clip(result.Text(m), result.MaxFull)}
	if mop, err := m.Items(nil); err == nil && len(mop) > 1 {
		p.Key = result.Clip(result.Text(mop[1]), keyText)
	}
	return p
}

// bare is a micro-op without its brackets.
func bare(s string) string {
	if len(s) > 2 && s[0] == '[' && s[len(s)-1] == ']' {
		s = s[1 : len(s)-1]
	}
	if s != "" && s[0] == ':' {
		s = s[1:]
	}
	return s
}
