package page

import (
	"bytes"
	"context"
	"io"
	"time"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/par"
	"github.com/seed-c33ae711/jcheck/lint"
	"github.com/seed-c33ae711/jcheck/perf"
	"github.com/seed-c33ae711/jcheck/perf/states"
	"github.com/seed-c33ae711/jcheck/render"
	"github.com/seed-c33ae711/jcheck/result"
)

// Generator is what a page says of who made it, at its beginning.
const Generator = `<meta name="generator" content="jcheck report">`

// A Report is what a page tells.
type Report struct {
	Title   string // of the test, or the name of the file
	Check   string // the name of the check, such as check
	Result  result.Result
	History *history.History
	Input   render.Input
	Command string    // that makes the page again
	Started string    // when the test began, as the test says; empty if unknown
	Begun   time.Time // the same as a time; zero if unknown
	Test    edn.Value // the map of the test; absent if there is none
	Perf    perf.Options
	Keyed   bool // values are tuples [key value]

	// Summary and Charts are what was measured with Perf already; nil if nothing was.
	Summary *perf.Summary
	Charts  []perf.Chart
}

// measured is what the page needs to know besides the result.
type measured struct {
	summary *perf.Summary
	charts  []perf.Chart
	lint    *lint.Result
	columns *columns
}

func (r *Report) measure(ctx context.Context) (*measured, error) {
	m := &measured{summary: r.Summary, charts: r.Charts}
	opt := r.Perf
	opt.Tuples = r.Keyed
	keying := lint.Detected
	if r.Keyed {
		keying = lint.Keyed
	}
	jobs := []func() error{
		func() (err error) { m.columns, err = encode(r.History); return err },
		func() (err error) { // what lint cannot read, the check has told of
			m.lint, _ = lint.Check(ctx, r.History, lint.Options{Keyed: keying})
			return ctx.Err()
		},
	}
	if r.Summary == nil {
		jobs = append(jobs,
			func() (err error) { m.summary, err = perf.Measure(ctx, r.History, opt); return err },
			func() (err error) { m.charts, err = states.Charts(ctx, r.History, opt); return err })
	}
	err := par.Do(ctx, len(jobs), func(i int) error { return jobs[i]() })
	return m, err
}

// Write writes the page. It fails if w does, or if ctx ends.
func (r *Report) Write(ctx context.Context, w io.Writer) error {
	m, err := r.measure(ctx)
	if err != nil {
		return err
	}
	v, err := r.view(ctx, m)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := sheet().Execute(&b, v); err != nil {
		return err
	}
	_, err = w.Write(b.Bytes())
	return err
}
