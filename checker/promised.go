package checker

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/seed-c33ae711/jcheck/bank"
	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/elle"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/linearizable"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// Promised holds the settings of a stored run's test. They apply where Options leave
// something open, and results say so. Settings that the test does not have are empty.
type Promised struct {
	Workload  string      // such as append or broadcast
	Models    []string    // consistency models that the database should satisfy
	Anomalies []string    // also prohibited
	Accounts  []edn.Value // of a bank
	Total     *int64      // on them
	Init      edn.Value   // the initial value of registers
}

// workloads are the checks that the workloads of Jepsen and Maelstrom call for.
var workloads = map[string][]string{
	"append": {"elle"}, "list-append": {"elle"}, "txn-list-append": {"elle"},
	"wr": {"elle"}, "rw-register": {"elle"}, "txn-rw-register": {"elle"},
	"register": {"linearizable"}, "linearizable-register": {"linearizable"}, "lin-kv": {"linearizable"},
	"set": {"set", "set-full"}, "g-set": {"set-full"}, "broadcast": {"set-full"},
	"counter": {"counter"}, "g-counter": {"counter"}, "pn-counter": {"counter"},
	"unique-ids": {"unique-ids"}, "echo": {"echo"}, "kafka": {"kafka"}, "bank": {"bank"},
	"long-fork": {"long-fork"}, "causal": {"causal"}, "causal-reverse": {"causal-reverse"},
	"adya": {"adya"}, "g2": {"adya"}, "sequential": {"sequential"},
}

// chosen returns the checks of the workload, nil if it has none, or if the operations
// are not those that its checks look at.
func (p *Promised) chosen(s *seen) (out []*Checker) {
	for i := range table {
		c := &table[i]
		if c.counts || slices.Contains(workloads[p.Workload], c.Name) && c.canJudge(s) {
			out = append(out, c)
		}
	}
	if slices.ContainsFunc(out, func(c *Checker) bool { return !c.counts }) {
		return out
	}
	return nil
}

// canJudge reports whether the operations are those that a check looks at.
func (c *Checker) canJudge(s *seen) bool {
	return c.fits(s) || c.overTxns && s.txns && !s.is("send", "poll")
}

// bank checks a bank with what Options say, or else the test. Accounts that no read
// keeps to are those of another test.
func (p *Promised) bank(ctx context.Context, h *history.History, opt bank.Options) (*bank.Result, error) {
	var said []string
	if opt.Total == nil && p.Total != nil {
		opt.Total = p.Total
		said = append(said, fmt.Sprintf("a total of %d", *p.Total))
	}
	if opt.Accounts != nil || len(p.Accounts) == 0 {
		r, err := bank.Check(ctx, h, opt)
		return warned(r, err, promised(said, "--total overrides them")...)
	}
	with := opt
	with.Accounts = p.Accounts
	r, err := bank.Check(ctx, h, with)
	if err == nil && len(r.Errors) > 0 && r.Errors[0].Type == bank.UnexpectedKey && r.Errors[0].Count == r.Reads {
		r, err = bank.Check(ctx, h, opt)
		return warned(r, err, append(promised(said, "--total overrides them"), verdict.Warning{
			Code: "promise-unknown", Msg: fmt.Sprintf("the accounts of the test, %s, were not used, because every read shows others", list(p.Accounts))})...)
	}
	said = append(said, fmt.Sprintf("accounts %s", list(p.Accounts)))
	return warned(r, err, promised(said, "--accounts and --total override them")...)
}

func warned(r *bank.Result, err error, ws ...verdict.Warning) (*bank.Result, error) {
	if err == nil {
		r.Warnings = append(r.Warnings, ws...)
	}
	return r, err
}

// Elle completes the options of elle, and returns warnings that say how.
func (p *Promised) Elle(opt elle.Options) (elle.Options, []verdict.Warning) {
	var said []string
	var warnings []verdict.Warning
	if opt.Models == nil && opt.Anomalies == nil {
		with := opt
		with.Models, with.Anomalies = p.Models, p.Anomalies
		if err := with.Validate(); err != nil {
			warnings = append(warnings, verdict.Warning{Code: "promise-unknown", Msg: fmt.Sprintf("the models and anomalies of the test were not used: %v", err)})
		} else {
			opt = with
			if len(p.Models) > 0 {
				said = append(said, strings.Join(p.Models, ", "))
			}
			if len(p.Anomalies) > 0 {
				said = append(said, "no "+strings.Join(p.Anomalies, ", "))
			}
		}
	}
	if p.Workload == "txn-rw-register" && !opt.WFRKeys && opt.Workload != elle.ListAppend {
		opt.WFRKeys = true // as Maelstrom has it
		said = append(said, "writes follow reads within transactions (wfr-keys)")
	}
	if registers := opt.Workload == elle.RWRegister || slices.Contains([]string{"wr", "rw-register", "txn-rw-register"}, p.Workload); registers && opt.Init.IsNil() && !p.Init.IsNil() {
		opt.Init = p.Init
		said = append(said, "registers start at "+p.Init.String())
	}
	return opt, append(warnings, promised(said, "--model overrides them")...)
}

// Model returns a model of linearizable with its initial value, or with that of the
// test if it has one and init is empty. The warnings say so.
func (p *Promised) Model(name, init string) (m linearizable.Model, said []verdict.Warning, err error) {
	if init == "" && !p.Init.IsNil() {
		if m, err = linearizable.ByName(name, p.Init.String()); err == nil {
			return m, promised([]string{"registers start at " + p.Init.String()}, "--init overrides them"), nil
		} // an object of another kind
	}
	m, err = linearizable.ByName(name, init)
	return m, nil, err
}

// promised is the warning that says what the test promises.
func promised(said []string, otherwise string) []verdict.Warning {
	if len(said) == 0 {
		return nil
	}
	return []verdict.Warning{{Code: "promised", Msg: fmt.Sprintf("following the test's settings: %s; %s", strings.Join(said, "; "), otherwise)}}
}

func list(vs []edn.Value) string {
	parts := make([]string, len(vs))
	for i, v := range vs {
		parts[i] = v.String()
	}
	return strings.Join(parts, ", ")
}
