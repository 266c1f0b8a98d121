package command

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/seed-c33ae711/jcheck/checker"
	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/elle"
	"github.com/seed-c33ae711/jcheck/format"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/suggest"
	"github.com/seed-c33ae711/jcheck/render"
	"github.com/seed-c33ae711/jcheck/result"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// elleCLIModels are elle-cli's models and the checks that they are here.
var elleCLIModels = []struct{ model, check string }{
	{"list-append", "elle"}, {"rw-register", "elle"},
	{"bank", "bank"}, {"counter", "counter"}, {"set", "set"}, {"set-full", "set-full"}, {"long-fork", "long-fork"},
	{"cas-register", "linearizable"}, {"mutex", "linearizable"},
	{"comments", "causal-reverse"}, {"sequential", "sequential"},
}

type elleCLIFlags struct {
	checkFlags       // of which it has those that say how to read
	model, directory string
	negative         bool
	group            int
}

// elleCLI takes the command line of elle-cli 0.1.9, and writes what it writes.
func (a *app) elleCLI() *cobra.Command {
	f := &elleCLIFlags{}
	cmd := &cobra.Command{
		Use:   "elle-cli -m MODEL [FILE...]",
		Short: "Accept elle-cli's options and print what elle-cli prints",
		Long: `Elle-cli accepts the command line of the tool elle-cli and prints what that tool prints:
for each file a line with its name and true, false or unknown, or with -v the analysis as
JSON. The models are ` + strings.Join(elleCLINames(), ", ") + `.

Two things are jcheck's own: the exit status is 2, not 0, for unknown; and a history in which
nothing was judged, such as a counter without reads, is unknown, not true. Options for plots and for the time of
searches have no effect. The models comments and sequential work here, unlike in elle-cli.`,
		Example: "  jcheck elle-cli -m rw-register histories/rw-register.edn\n  jcheck elle-cli -m list-append -c serializable -d out histories/paper-example.json",
		RunE: func(cmd *cobra.Command, args []string) error {
			return ran(a.runElleCLI(cmd, args, f))
		},
	}
	fl := cmd.Flags()
	fl.StringVarP(&f.model, "model", "m", "", "`model` of the history: "+strings.Join(elleCLINames(), ", "))
	fl.StringVarP(&f.format, "format", "f", "", "edn or json (default: detected from the content)")
	fl.BoolVarP(&f.verbose, "verbose", "v", false, "write the analysis as JSON")
	fl.StringSliceVarP(&f.models, "consistency-models", "c", []string{elle.DefaultModel}, "consistency `models` that transactions must satisfy")
	fl.StringSliceVarP(&f.anomalies, "anomalies", "a", []string{"G0"}, "also prohibit these `anomalies`")
	fl.StringP("cycle-search-timeout", "s", "", "accepted and ignored: the search always ends")
	fl.StringVarP(&f.directory, "directory", "d", "", "`directory` for explanations of anomalies of transactions")
	fl.StringP("plot-format", "p", "", "accepted and ignored: diagrams are SVG")
	fl.StringP("plot-timeout", "t", "", "accepted and ignored")
	fl.StringP("max-plot-bytes", "b", "", "accepted and ignored")
	fl.IntVarP(&f.group, "group-size", "g", 0, "how many keys each read of a long-fork history covers (default: detected)")
	fl.BoolVarP(&f.negative, "allow-negative-balances", "n", false, "bank: allow balances below zero")
	fl.String("max-transfer", "", "accepted and ignored")
	fl.Int64VarP(&f.total, "total-amount", "o", 0, "bank: sum of all balances (default: the sum that most reads show)")
	return cmd
}

func elleCLINames() (names []string) {
	for _, m := range elleCLIModels {
		names = append(names, m.model)
	}
	return names
}

func (a *app) runElleCLI(cmd *cobra.Command, files []string, f *elleCLIFlags) error {
	f.inputFlags.maxBytes = format.DefaultMaxBytes
	check, err := f.check(cmd.Flags().Changed("total-amount"))
	if err != nil {
		return err
	}
	if err := f.inputFlags.validate(); err != nil {
		return err
	}
	if len(files) == 0 {
		return usagef("expected a file")
	}
	j := &job{checkFlags: &f.checkFlags, name: "elle-cli", check: check}
	return a.eachFile(files, &f.ciFlags, j.name, func(file string, _ bool) error {
		return a.answerElleCLI(cmd.Context(), file, f, j)
	})
}

func (a *app) answerElleCLI(ctx context.Context, file string, f *elleCLIFlags, j *job) error {
	p := a.progress()
	defer p.done()
	r, err := a.judge(ctx, file, j, p)
	if err != nil {
		return err
	}
	p.done()
	a.worsen(verdictStatus(r.Verdict()))
	if err := a.explainElleCLI(ctx, f, r); err != nil {
		return err
	}
	if r.Verdict() == verdict.Unknown && r.About().Reason != "" {
		a.complain(fmt.Errorf("%s: unknown: %s", nameOf(file), f.mismatch(r)))
	}
	text := fmt.Appendf(nil, "%s \t %s\n", nameOf(file), elleCLIWord(r.Verdict()))
	if f.verbose {
		if text, err = elleCLIAnalysis(r); err != nil {
			return err
		}
	}
	return a.writeResult(text, !f.verbose)
}

// mismatch says why the verdict is unknown, and whether the history may be one of another model.
func (f *elleCLIFlags) mismatch(r result.Result) string {
	for _, w := range r.About().Warnings {
		if w.Code == "other-ops" {
			return fmt.Sprintf("%s; %s. Is this a history for -m %s?", r.About().Reason, w.Msg, f.model)
		}
	}
	return r.About().Reason
}

func elleCLIWord(v verdict.Verdict) string {
	switch v {
	case verdict.Valid:
		return "true"
	case verdict.Invalid:
		return "false"
	}
	return "unknown"
}

// elleCLIAnalysis is a result map as indented JSON.
func elleCLIAnalysis(r result.Result) ([]byte, error) {
	text, err := render.EDN(nil, r)
	if err != nil {
		return nil, err
	}
	v, err := edn.Parse(string(text), edn.EDN)
	if err != nil {
		return nil, err
	}
	flat, err := edn.AppendJSON(nil, v)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := json.Indent(&out, flat, "", "  "); err != nil {
		return nil, err
	}
	return append(out.Bytes(), '\n'), nil
}

// explainElleCLI writes the explanations of anomalies of transactions, if that was asked for.
func (a *app) explainElleCLI(ctx context.Context, f *elleCLIFlags, r result.Result) error {
	if e, ok := r.(*elle.Result); ok && f.directory != "" {
		return a.writeExplanations(ctx, f.directory, "", "elle", e, "svg")
	}
	return nil
}

// check is the check that a model of elle-cli stands for.
func (f *elleCLIFlags) check(hasTotal bool) (checkFunc, error) {
	name := ""
	for _, m := range elleCLIModels {
		if m.model == f.model {
			name = m.check
		}
	}
	if name == "" {
		return nil, f.wrongModel()
	}
	c, err := checker.Named(name)
	if err != nil {
		return nil, err
	}
	opt := checker.Options{Model: f.model}
	opt.Elle = elle.Options{Workload: elle.Workload(f.model), Models: f.models, Anomalies: f.anomalies, MaxCases: 10_000, AssumedOnly: f.model == string(elle.RWRegister)}
	if f.model == string(elle.RWRegister) { // what Elle does not look for
		opt.Elle.Ignore = []string{"garbage-read"}
	}
	opt.Bank.NegativeBalances, opt.LongFork.Group = f.negative, f.group
	if hasTotal {
		opt.Bank.Total = &f.total
	}
	if name == "elle" {
		if err := opt.Elle.Validate(); err != nil {
			return nil, err
		}
	}
	if f.group < 0 {
		return nil, usagef("expected a --group-size of at least 1, found %d", f.group)
	}
	return func(ctx context.Context, h *history.History) (result.Result, error) {
		r, err := c.Check(ctx, h, opt)
		if err != nil {
			return nil, err
		}
		if failed, ok := r.(*result.Failed); ok {
			return nil, failed.Err
		}
		return r, nil
	}, nil
}

func (f *elleCLIFlags) wrongModel() error {
	if f.model == "" {
		return usagef("expected -m with one of %s", strings.Join(elleCLINames(), ", "))
	}
	return usagef("unknown model %q: expected one of %s%s", f.model, strings.Join(elleCLINames(), ", "), suggest.DidYouMean(f.model, elleCLINames()))
}
