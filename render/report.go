package render

import (
	"slices"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/elle"
	"github.com/seed-c33ae711/jcheck/linearizable"
	"github.com/seed-c33ae711/jcheck/result"
)

// EDN writes any result as Jepsen's result map, on one line: of several checks
// a map of their results, of a lifted one a map with :results and :failures.
func EDN(dst []byte, r result.Result) ([]byte, error) {
	dst, err := appendEDN(dst, resultEDN(r))
	return append(dst, '\n'), err
}

// An Input says where a result comes from, so that it can be found again.
type Input struct {
	File    string // as it was given, of a run its directory
	Version string // of the tool; empty if unknown
	SHA256  string // of the file, as hex digits; empty if unknown
}

// JSON writes any result as a JSON object on one line, with its input and the
// name of the checker first. docs/json.md documents the keys.
func JSON(dst []byte, in Input, checker string, r result.Result) ([]byte, error) {
	out := append(fields{{"file", in.File}, {"checker", checker}}, resultJSON(r)...)
	if in.Version != "" {
		out = append(out, field{"version", in.Version})
	}
	if in.SHA256 != "" {
		out = append(out, field{"sha256", in.SHA256})
	}
	dst, err := appendJSON(dst, out)
	return append(dst, '\n'), err
}

// resultEDN is any result, as Jepsen knows it.
func resultEDN(r result.Result) fields {
	switch r := r.(type) {
	case *elle.Result:
		return elleEDN(r)
	case *linearizable.Result:
		return linearizableEDN(r)
	}
	out := fields{{"valid?", validity(r.Verdict())}}
	switch r := r.(type) {
	case *result.Group:
		for _, m := range r.Members {
			out = append(out, field{m.Name, m.Result})
		}
		if r.Reason != "" {
			out = append(out, field{"error", r.Reason})
		}
	case *result.Keyed:
		out = append(out, keyedFields(r)...)
	case result.Report:
		out = append(out, reportFields(r)...)
		if reason := r.About().Reason; reason != "" && !slices.ContainsFunc(out, func(f field) bool { return f.name == "error" }) {
			out = append(out, field{"error", reason}) // as Jepsen says why it does not know
		}
	}
	return out
}

// reportFields are Jepsen's keys of a report.
func reportFields(r result.Report) (out fields) {
	for _, f := range r.Fields() {
		out = append(out, field{f[0].(string), f[1]})
	}
	return out
}

func keyedFields(r *result.Keyed) fields {
	results, failures := edn.Entries{}, []any{}
	for _, k := range r.Keys {
		results = append(results, [2]any{k.Key, k.Result})
	}
	for _, k := range r.Failures() {
		failures = append(failures, k.Key)
	}
	out := fields{{"results", results}, {"failures", failures}}
	if r.Reason != "" {
		out = append(out, field{"error", r.Reason})
	}
	return out
}

// resultJSON is any result, with what people are told besides Jepsen's keys.
func resultJSON(r result.Result) fields {
	switch r := r.(type) {
	case *elle.Result:
		return elleJSON(r)
	case *linearizable.Result:
		return linearizableJSON(r)
	}
	out := fields{{"valid?", validity(r.Verdict())}}
	switch r := r.(type) {
	case *result.Group:
		members := fields{}
		for _, m := range r.Members {
			members = append(members, field{m.Name, m.Result})
		}
		if r.Reason != "" {
			out = append(out, field{"reason", r.Reason})
		}
		return append(out, field{"results", members}, field{"warnings", warnings(r.Warnings)})
	case *result.Keyed:
		out = append(out, keyedFields(r)...)
		return append(out, field{"warnings", warnings(r.Warnings)})
	case result.Report:
		out = append(out, reportFields(r)...)
		c := r.About()
		if c.Reason != "" {
			out = append(out, field{"reason", c.Reason})
		}
		out = append(out, field{"findings", findings(r)}, field{"warnings", warnings(c.Warnings)})
	}
	return out
}

func findings(r result.Report) list {
	out := list{}
	h := r.About().History
	for _, f := range r.Findings() {
		indexes, lines := list{}, list{}
		for _, op := range f.Ops {
			indexes = append(indexes, h.Index(op))
			lines = append(lines, h.Line(op))
		}
		out = append(out, fields{{"type", f.Type}, {"count", f.Count}, {"message", f.Msg}, {"ops", indexes}, {"lines", lines}})
	}
	return out
}
