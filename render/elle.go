package render

import (
	"slices"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/elle"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/result"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// elleEDN is Elle's result map: of a valid result {:valid? true} and nothing else. What Elle does not
// tell, it tells where it must: how many cases there are if not all are kept, and why a verdict is unknown.
func elleEDN(r *elle.Result) fields {
	out := fields{{"valid?", validity(r.Valid)}}
	if r.Valid != verdict.Valid {
		out = append(out,
			field{"anomaly-types", list(keywords(r.Types()))},
			field{"anomalies", anomalies(r)},
			field{"not", set(keywords(r.Not))},
			field{"also-not", set(keywords(r.AlsoNot))},
		)
		if cut(r) {
			out = append(out, field{"anomaly-counts", counts(r)})
		}
		if r.Reason != "" && !slices.Contains(r.Types(), elle.EmptyGraph) { // which says it all
			out = append(out, field{"reason", r.Reason})
		}
	}
	return out
}

// cut reports whether not all cases of an anomaly are kept.
func cut(r *elle.Result) bool {
	return slices.ContainsFunc(r.Anomalies, func(a elle.Anomalies) bool { return len(a.Cases) > 0 && a.Count > len(a.Cases) })
}

// elleJSON is Elle's result map with strings for keywords and plainer names, warnings and
// statistics. docs/json.md documents the keys.
func elleJSON(r *elle.Result) fields {
	out := fields{
		{"workload", string(r.Workload)},
		{"valid?", validity(r.Valid)},
		{"models", list(keywords(r.Models))},
		{"anomaly-types", list(keywords(r.Types()))},
		{"not", list(keywords(r.Not))},
		{"also-not", list(keywords(r.AlsoNot))},
		{"anomaly-counts", counts(r)},
		{"anomalies", anomalies(r)},
		{"groups", groupTrees(r)},
		{"tolerated-types", tolerated(r)},
		{"warnings", warnings(r.Warnings)},
		{"stats", stats(r.Stats)},
	}
	if len(r.Ignored) > 0 {
		out = append(out, field{"ignored", list(keywords(r.Ignored))})
	}
	if len(r.Keys) > 0 {
		out = append(out, field{"keys", list(keywords(r.Keys))})
	}
	if r.Ladder != nil {
		out = append(out, field{"ladder", ladderTree(r.Ladder)})
	}
	if r.Inference != nil {
		out = append(out, field{"inference", inference(r.Inference)})
	}
	if r.Reason != "" {
		out = append(out, field{"reason", r.Reason})
	}
	return out
}

func validity(v verdict.Verdict) tree {
	switch v {
	case verdict.Valid:
		return true
	case verdict.Invalid:
		return false
	}
	return keyword("unknown")
}

// counts tell how many cases there are of each type, also where not all of them
// are kept.
func counts(r *elle.Result) fields {
	out := fields{}
	for _, a := range r.Anomalies {
		out = append(out, field{string(a.Type), a.Count})
	}
	return out
}

func tolerated(r *elle.Result) list {
	out := list{}
	for _, a := range r.Tolerated {
		out = append(out, keyword(a.Type))
	}
	return out
}

func warnings(ws []verdict.Warning) list {
	out := list{}
	for _, w := range ws {
		out = append(out, fields{{"code", w.Code}, {"count", w.Count}, {"message", w.Msg}})
	}
	return out
}

func stats(s elle.Stats) fields {
	return fields{
		{"ops", s.Ops}, {"txns", s.Txns}, {"ok", s.OK}, {"fail", s.Failed}, {"info", s.Indeterminate},
		{"micro-ops", s.MicroOps}, {"keys", s.Keys}, {"edges", s.Edges},
		{"components", s.Components}, {"largest-component", s.LargestSCC},
	}
}

func inference(in *elle.Inference) fields {
	sources := list{}
	for _, s := range in.Sources {
		sources = append(sources, fields{{"name", s.Name}, {"orders", s.Orders}, {"contradicted-keys", s.Dropped}})
	}
	out := fields{{"sources", sources}, {"version-pairs", in.Pairs}, {"unordered-pairs", in.Unordered}}
	if in.Uncounted > 0 {
		out = append(out, field{"uncounted-keys", in.Uncounted})
	}
	if in.NotInTime > 0 {
		out = append(out, field{"keys-not-in-time", in.NotInTime})
	}
	return append(out, fields{{"forced-edges", in.Forced}, {"forced-skipped", in.Skipped}, {"written-twice", in.WrittenTwice}}...)
}

func anomalies(r *elle.Result) fields {
	out := fields{}
	for _, a := range r.Anomalies {
		if a.Type == elle.EmptyGraph {
			out = append(out, field{string(a.Type), true})
			continue
		}
		cases := list{}
		for i := range a.Cases {
			cases = append(cases, caseTree(r, &a.Cases[i]))
		}
		out = append(out, field{string(a.Type), cases})
	}
	return out
}

// caseTree has the keys of Elle's case maps.
func caseTree(r *elle.Result, c *elle.Case) tree {
	h := r.History
	switch c.Type {
	case elle.G1a, elle.G1b:
		out := fields{{"op", opTree(h, c.Op)}, {"mop", mopTree(r, c.Op, c.Mop)}, {"writer", opTree(h, c.Writer)}}
		if r.Workload == elle.ListAppend {
			out = append(out, field{"element", c.Element})
		}
		if r.Workload == elle.ClosedPredicate { // the micro-op may have read many
			out = append(out, field{"key", c.Key}, field{"element", c.Element})
		}
		return out
	case elle.CyclicVersions:
		return fields{{"key", c.Key}, {"scc", set(values(c.Values))}, {"sources", list(keywords(c.Sources))}}
	case elle.Internal:
		return fields{{"op", opTree(h, c.Op)}, {"mop", mopTree(r, c.Op, c.Mop)}, {"expected", c.Expected}}
	case elle.FutureRead:
		return fields{{"op", opTree(h, c.Op)}, {"mop", mopTree(r, c.Op, c.Mop)}, {"element", c.Element}}
	case elle.GarbageRead:
		return fields{{"op", opTree(h, c.Op)}, {"mop", mopTree(r, c.Op, c.Mop)}, {"key", c.Key}, {"element", c.Element}, {"reads", c.Count}}
	case elle.DuplicateElements:
		return fields{{"op", opTree(h, c.Op)}, {"mop", mopTree(r, c.Op, c.Mop)}, {"duplicates", duplicates(c.Duplicates)}}
	case elle.IncompatibleOrder:
		return fields{{"key", c.Key}, {"values", values(c.Values)}}
	case elle.DirtyUpdate:
		return fields{{"key", c.Key}, {"values", values(c.Values)}, {"txns", list{opTree(h, c.Ops[0]), dots, opTree(h, c.Ops[1])}}}
	case elle.LostUpdate:
		return fields{{"key", c.Key}, {"value", c.Value}, {"txns", ops(h, c.Ops)}}
	case elle.PredicateReadMiss:
		return fields{{"op", opTree(h, c.Op)}, {"mop", mopTree(r, c.Op, c.Mop)}, {"key", c.Key}, {"versions", values(c.Values)}}
	}
	if len(c.Steps) > 0 {
		return cycleTree(r, c)
	}
	return fields{{"type", keyword(c.Type)}}
}

// dots stand for ops that are left out.
var dots = either{
	edn:  func(dst []byte) ([]byte, error) { return append(dst, "..."...), nil },
	json: func(dst []byte) ([]byte, error) { return append(dst, `"..."`...), nil },
}

func cycleTree(r *elle.Result, c *elle.Case) tree {
	h := r.History
	cycle := list{}
	for _, op := range c.CycleOps() {
		cycle = append(cycle, stateTree(h, op))
	}
	cycle = append(cycle, cycle[0])
	steps := list{}
	for i := range c.Steps {
		steps = append(steps, stepTree(r, &c.Steps[i]))
	}
	out := fields{{"type", keyword(c.Type)}, {"cycle", cycle}, {"steps", steps}}
	if len(c.Because) > 0 {
		because := list{}
		for i := range c.Because {
			because = append(because, stepTree(r, &c.Because[i]))
		}
		out = append(out, field{"because", because})
	}
	return out
}

func stepTree(r *elle.Result, s *elle.Step) tree {
	h := r.History
	out := fields{{"type", keyword(s.Rel)}}
	if s.Why != "" {
		return append(out, field{"why", s.Why})
	}
	mops := fields{{"a-mop-index", s.FromMop}, {"b-mop-index", s.ToMop}}
	switch s.Rel {
	case "ww", "older":
		out = append(out, fields{{"key", s.Key}, {"value", s.Value}, {"value'", s.Next}}...)
		return append(out, mops...)
	case "rw":
		value := tree(s.Value)
		if s.Value.IsZero() && r.Workload == elle.ListAppend {
			value = keyword("elle.list-append/init")
		}
		out = append(out, fields{{"key", s.Key}, {"value", value}, {"value'", s.Next}}...)
		if len(s.Path) > 0 {
			out = append(out, field{"path", pathTree(r, s)})
		}
		return append(out, mops...)
	case "wr":
		return append(append(out, fields{{"key", s.Key}, {"value", s.Value}}...), mops...)
	case "wrp", "rwp":
		return append(append(out, predicateFields(s)...), mops...)
	case "visible", "direct", "update":
		out = append(out, fields{{"key", s.Key}, {"value", s.Value}, {"value'", s.Next}}...)
		if s.Rel != "direct" {
			out = append(out, field{"reader", stateTree(h, s.Reader)})
		}
		return append(out, field{"path", pathTree(r, s)})
	case "process":
		return append(out, field{"process", h.Process(s.From).Number()})
	}
	invoked := h.Pair(s.To)
	if invoked < 0 {
		invoked = s.To
	}
	return append(out, fields{{"a'", opTree(h, s.From)}, {"b", opTree(h, invoked)}}...)
}

func pathTree(r *elle.Result, s *elle.Step) (path list) {
	for i := range s.Path {
		path = append(path, stepTree(r, &s.Path[i]))
	}
	return path
}

// opTree is a whole op, as it was recorded.
func opTree(h *history.History, i int) tree {
	return result.Op{History: h, Pos: i}
}

// stateTree is an op, or of weak models the initial state.
func stateTree(h *history.History, i int) tree {
	if i < 0 {
		return keyword("init")
	}
	return opTree(h, i)
}

func ops(h *history.History, is []int) list {
	out := list{}
	for _, i := range is {
		out = append(out, opTree(h, i))
	}
	return out
}

// mopTree is the i-th micro-op of an op's transaction.
func mopTree(r *elle.Result, op, i int) tree {
	mops, err := r.Txn(op).Items(nil)
	if err != nil || i >= len(mops) {
		return nil
	}
	return mopValue(mops[i])
}

func mopValue(m edn.Value) tree {
	return either{
		edn:  func(dst []byte) ([]byte, error) { return edn.AppendMop(dst, m) },
		json: func(dst []byte) ([]byte, error) { return edn.AppendJSON(dst, m) },
	}
}

func values(vs []edn.Value) list {
	out := list{}
	for _, v := range vs {
		out = append(out, v)
	}
	return out
}

// duplicates is a map from element to count in EDN; in JSON, whose keys are
// strings, a list of pairs.
func duplicates(ds []elle.Duplicate) tree {
	return either{
		edn: func(dst []byte) (_ []byte, err error) {
			dst = append(dst, '{')
			for i, d := range ds {
				if i > 0 {
					dst = append(dst, ", "...)
				}
				if dst, err = edn.AppendEDN(dst, d.Element); err != nil {
					return dst, err
				}
				if dst, err = edn.Append(append(dst, ' '), d.Times); err != nil {
					return dst, err
				}
			}
			return append(dst, '}'), nil
		},
		json: func(dst []byte) ([]byte, error) {
			out := list{}
			for _, d := range ds {
				out = append(out, list{d.Element, d.Times})
			}
			return appendJSON(dst, out)
		},
	}
}
