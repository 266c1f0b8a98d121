package render

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/linearizable"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// linearizableEDN is a result with the keys of Knossos, and a keyed one as that of
// Jepsen's independent checker: a result for each key. States are maps, without the
// names of Knossos' records; a final path is the last step of a longest linearizable
// prefix and the one that cannot follow.
func linearizableEDN(r *linearizable.Result) fields {
	out := fields{{"valid?", validity(r.Valid)}}
	switch {
	case r.Keyed:
		out = append(out, field{"results", keyedResults(r)}, field{"failures", failures(r)})
		if r.Reason != "" {
			out = append(out, field{"cause", r.Reason})
		}
	case len(r.Parts) == 1:
		out = append(out, knossosFields(r, &r.Parts[0])...)
	case r.Reason != "": // cancelled before there was a part
		out = append(out, field{"cause", r.Reason})
	}
	return out
}

// linearizableJSON is a summary, and the objects that are not valid or have a
// linearization to show. docs/json.md documents the keys.
func linearizableJSON(r *linearizable.Result) fields {
	results := list{}
	for i := range r.Parts {
		if p := &r.Parts[i]; p.Valid != verdict.Valid || p.Witness != nil {
			results = append(results, partTree(r, p))
		}
	}
	out := fields{
		{"model", r.Model},
		{"valid?", validity(r.Valid)},
		{"ops", r.Ops},
		{"keyed", r.Keyed},
		{"keys", len(r.Parts)},
		{"rungs", rungCounts(r)},
		{"failures", failures(r)},
		{"results", results},
		{"groups", groupTrees(r)},
		{"warnings", warnings(r.Warnings)},
	}
	if r.Reason != "" {
		out = append(out, field{"reason", r.Reason})
	}
	return out
}

// partTree is the judgement on one object.
func partTree(r *linearizable.Result, p *linearizable.Part) tree {
	out := fields{}
	if r.Keyed {
		out = append(out, field{"key", p.Key})
	}
	out = append(out, fields{
		{"valid?", validity(p.Valid)}, {"rung", p.Rung}, {"ops", p.Ops}, {"pending", p.Pending},
	}...)
	if p.Valid != verdict.Valid {
		out = append(out, field{"reached", p.Reached}, field{"steps", p.Steps})
	}
	switch p.Valid {
	case verdict.Invalid:
		out = append(out, fields{
			{"op", opOrNil(r, p.Culprit)}, {"previous-ok", opOrNil(r, p.PreviousOK)},
			{"window", ops(r.History, p.Window)}, {"beside", ops(r.History, p.Beside)}, {"conflict", ops(r.History, p.Conflict)}, {"configs", configs(r, p)},
		}...)
		if p.Law != nil {
			out = append(out, field{"law", fields{
				{"rule", string(p.Law.Rule)}, {"op", opOrNil(r, p.Law.Op)}, {"value", p.Law.Value}, {"other", opOrNil(r, p.Law.Other)}, {"other-value", p.Law.OtherValue},
				{"writers", ops(r.History, p.Law.Writers)}, {"takers", ops(r.History, p.Law.Takers)}, {"failed", ops(r.History, p.Law.Failed)}, {"initial", p.Law.Initial},
				{"count", p.Law.Count}, {"low", p.Law.Low}, {"high", p.Law.High},
			}})
		}
	case verdict.Unknown:
		out = append(out, field{"reason", p.Reason})
	}
	if p.Witness != nil {
		out = append(out, field{"linearization", indexes(r, p.Witness)})
	}
	return out
}

func configs(r *linearizable.Result, p *linearizable.Part) list {
	out := list{}
	for i := range p.Final {
		st := &p.Final[i]
		out = append(out, fields{{"model", st.Value}, {"last-op", opOrNil(r, st.Last)}, {"pending", invocations(r, st.Pending)}, {"why", st.Why}})
	}
	return out
}

// rungCounts tell how many objects each rung decided.
func rungCounts(r *linearizable.Result) fields {
	out := fields{}
	for i := range r.Parts {
		if r.Parts[i].Valid == verdict.Unknown {
			continue
		}
		name := r.Parts[i].Rung
		at := slices.IndexFunc(out, func(f field) bool { return f.name == name })
		if at < 0 {
			at = len(out)
			out = append(out, field{name, 0})
		}
		out[at].value = out[at].value.(int) + 1
	}
	slices.SortFunc(out, func(a, b field) int { return cmp.Compare(a.name, b.name) })
	return out
}

// failures are the keys that are not linearizable.
func failures(r *linearizable.Result) list {
	out := list{}
	if !r.Keyed {
		return out
	}
	for _, p := range byKey(r.Failures()) {
		out = append(out, p.Key)
	}
	return out
}

// byKey sorts parts by their keys, numbers first.
func byKey(parts []*linearizable.Part) []*linearizable.Part {
	slices.SortStableFunc(parts, func(a, b *linearizable.Part) int {
		m, isInt := a.Key.Int()
		n, isInt2 := b.Key.Int()
		switch {
		case isInt && isInt2:
			return cmp.Compare(m, n)
		case isInt != isInt2:
			return map[bool]int{true: -1, false: 1}[isInt]
		}
		return cmp.Compare(a.Key.String(), b.Key.String())
	})
	return parts
}

// keyedResults is a map from key to Knossos' result.
func keyedResults(r *linearizable.Result) tree {
	var parts []*linearizable.Part
	for i := range r.Parts {
		parts = append(parts, &r.Parts[i])
	}
	parts = byKey(parts)
	write := func(dst []byte) (_ []byte, err error) {
		dst = append(dst, '{')
		for i, p := range parts {
			if i > 0 {
				dst = append(dst, ", "...)
			}
			if dst, err = edn.AppendEDN(dst, p.Key); err != nil {
				return dst, err
			}
			out := append(fields{{"valid?", validity(p.Valid)}}, knossosFields(r, p)...)
			if dst, err = appendEDN(append(dst, ' '), out); err != nil {
				return dst, err
			}
		}
		return append(dst, '}'), nil
	}
	return either{edn: write}
}

// knossosFields are what Knossos says of one object, besides the verdict.
func knossosFields(r *linearizable.Result, p *linearizable.Part) fields {
	switch p.Valid {
	case verdict.Unknown:
		return fields{{"cause", cmp.Or(p.Reason, r.Reason)}}
	case verdict.Valid:
		out := fields{{"configs", list{}}, {"final-paths", list{}}}
		if p.Witness != nil {
			out = append(out, field{"linearization", indexes(r, p.Witness)})
		}
		return out
	}
	configs, paths, last := list{}, list{}, -1
	for i := range p.Final {
		st := &p.Final[i]
		last = max(last, st.Last)
		configs = append(configs, fields{{"model", modelTree(r.Model, st.Value)}, {"last-op", opOrNil(r, st.Last)}, {"pending", invocations(r, st.Pending)}})
		path := list{}
		if st.Last >= 0 {
			path = append(path, fields{{"op", opOrNil(r, st.Last)}, {"model", modelTree(r.Model, st.Value)}})
		}
		paths = append(paths, append(path, fields{{"op", opOrNil(r, p.Culprit)}, {"model", fields{{"msg", st.Why}}}}))
	}
	if r.Knossos() {
		last = p.LastOp
	}
	return fields{
		{"op", opOrNil(r, p.Culprit)}, {"previous-ok", opOrNil(r, p.PreviousOK)}, {"last-op", opOrNil(r, last)},
		{"configs", configs}, {"final-paths", paths},
	}
}

// modelTree is a state with the fields that it has in Knossos.
func modelTree(model, value string) tree {
	raw := func(s string) tree { return edn.Raw(s) }
	inside := strings.TrimSuffix(strings.TrimPrefix(value, "["), "]")
	switch model {
	case "mutex":
		return fields{{"locked?", value == "held"}}
	case "multi-register":
		return raw(value)
	case "set":
		return fields{{"s", raw("#{" + inside + "}")}}
	case "owner-mutex", "reentrant-mutex", "fenced-mutex", "semaphore":
		return fields{{"value", value}} // as text
	case "unordered-queue", "fifo-queue", "stack", "priority-queue":
		return fields{{"pending", raw("[" + inside + "]")}}
	case "kv":
		if s, err := strconv.Unquote(value); err == nil {
			return fields{{"value", s}}
		}
	}
	return fields{{"value", raw(value)}}
}

func opOrNil(r *linearizable.Result, op int) tree {
	if op < 0 {
		return nil
	}
	return opTree(r.History, op)
}

// invocations are operations as they were invoked, as Knossos shows what is pending.
func invocations(r *linearizable.Result, completions []int) list {
	out := list{}
	for _, op := range completions {
		out = append(out, opTree(r.History, invocation(r, op)))
	}
	return out
}

// invocation returns where an operation was invoked, which may never have
// completed.
func invocation(r *linearizable.Result, op int) int {
	if inv := r.History.Pair(op); inv >= 0 {
		return min(op, inv)
	}
	return op
}

// indexes name ops by their :index.
func indexes(r *linearizable.Result, is []int) list {
	out := list{}
	for _, i := range is {
		out = append(out, r.History.Index(i))
	}
	return out
}
