package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/seed-c33ae711/jcheck/checker"
	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/render"
	"github.com/seed-c33ae711/jcheck/render/plot"
	"github.com/seed-c33ae711/jcheck/result"
	"github.com/seed-c33ae711/jcheck/store"
	"github.com/seed-c33ae711/jcheck/verdict"
)

func (a *app) analyze() *cobra.Command {
	f := &checkFlags{}
	cmd := &cobra.Command{
		Use:   "analyze [RUN...]",
		Short: "Check a stored run and store the results and pictures with it",
		Long: `Analyze checks a stored run, the newest by default. It detects which checks fit the
operations, as check does, unless --with names them. It stores

  the results          in test.jepsen, results.edn and results.json
  explanations         in the directory explanations, with diagrams
  the pictures of perf under the names that Jepsen gives them
  one page with it all in report.html

Analyze never changes the history. It keeps the results of another program as
results.original.edn.

If one check fits the operations, its result is stored under :workload; if several do, each
has its own key there. At most 1,000 cases of each anomaly of transactions are stored, with
the number of all cases.`,
		Example: "  jcheck analyze\n  jcheck analyze -2\n  jcheck analyze --model snapshot-isolation store/etcd/latest",
	}
	f.addTo(a, cmd, "")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		check, err := f.chosen()
		if err != nil {
			return err
		}
		if err := f.validate(cmd); err != nil {
			return err
		}
		f.opt.Elle.MaxCases = storedCases
		runs := a.meant(orNewest(args))
		if err := f.extras.validate(runs); err != nil {
			return err
		}
		return a.eachFile(runs, &f.ciFlags, "check", func(run string, several bool) error {
			return a.analyzeRun(cmd.Context(), run, &job{checkFlags: f, cmd: cmd, name: "check", check: check}, several)
		})
	}
	return cmd
}

func (a *app) analyzeRun(ctx context.Context, arg string, j *job, several bool) error {
	f := j.checkFlags
	path, err := a.resolve(arg)
	if err != nil {
		return err
	}
	dir, err := runDir(path)
	if err != nil {
		return err
	}
	// A link such as latest moves on when another test begins, and then the results would be stored
	// with that one.
	if dir, err = filepath.EvalSymlinks(dir); err != nil {
		return err
	}
	p := a.progress()
	defer p.done()
	r, err := a.judge(ctx, dir, j, p)
	if err != nil {
		return err
	}
	if ctx.Err() != nil {
		return interrupted{dir + ": interrupted: no results were stored"}
	}
	before := storedVerdict(dir)
	p.say("storing the results of "+dir, -1)
	a.worsen(f.resultStatus(ctx, r))
	f.take(dir, "check", r)
	saved := a.saveAnalysis(ctx, dir, r, f) // before anything is printed, which may fail
	switch {
	case errors.Is(saved, context.Canceled):
		saved = interrupted{dir + ": interrupted: no results were stored"}
	case errors.Is(saved, store.ErrBusy): // of a test that still runs they would be of its first part
		saved = fmt.Errorf("no results were stored: %w", saved)
	}
	var drawn error
	if saved == nil && store.Explains(dir) {
		p.say("drawing "+dir, -1)
		drawn = a.drawRun(ctx, dir, r, j)
	}
	p.done()
	if err := a.printResult(dir, r, j, several); err != nil {
		return err
	}
	if err := a.writeExtras(ctx, dir, several, r, j, p); err != nil {
		return err
	}
	if drawn != nil {
		return fmt.Errorf("the results were stored, but not all pictures: %w", drawn)
	}
	if saved == nil && before != verdict.Unknown && r.Verdict() == verdict.Unknown {
		a.complain(fmt.Errorf("%s: warning: the stored verdict was %s and is now unknown; the results of another program are kept in results.original.edn", dir, before))
	}
	if saved == nil && !f.quiet && !f.json && !f.edn {
		fmt.Fprintf(a.messages, "jcheck: stored the results in %s\n", dir)
	}
	return saved
}

// drawRun draws the pictures of a run into its directory, under the names that Jepsen gives them, and writes its page.
func (a *app) drawRun(ctx context.Context, dir string, r result.Result, j *job) error {
	opt := j.plot
	opt.Tuples = j.tuples
	m, err := measureAll(ctx, j.history, opt, r)
	if err != nil {
		return err
	}
	if _, err = drawInto(ctx, dir, m, plot.Options{Title: titleOf(dir), Start: beganRun(dir)}); err != nil {
		return err
	}
	text, err := a.pageOf(ctx, dir, r, j, &m)
	if err != nil {
		return err
	}
	return store.WriteFile(filepath.Join(dir, pageFile), func(w io.Writer) error {
		_, err := w.Write(text)
		return err
	})
}

// storedVerdict is the verdict that is stored with a run, unknown if there is none.
func storedVerdict(dir string) verdict.Verdict {
	run, err := store.OpenRun(dir)
	if err != nil {
		return verdict.Unknown
	}
	defer run.Close()
	v, _, err := run.Verdict()
	if err != nil {
		return verdict.Unknown
	}
	return v
}

// storedCases is how many cases of an anomaly are stored: each has the ops that it consists of, which are
// some kilobytes as Jepsen prints results.
const storedCases = 1000

// saveAnalysis stores results with a run.
func (a *app) saveAnalysis(ctx context.Context, dir string, r result.Result, f *checkFlags) error {
	text, err := render.EDN(nil, checker.Composed(r))
	if err != nil {
		return err
	}
	results, err := edn.Parse(string(text), edn.EDN)
	if err != nil {
		return err
	}
	name := runName(dir)
	in := f.input(dir)
	in.File = name
	asJSON, err := render.JSON(nil, in, "check", r)
	if err != nil {
		return err
	}
	err = store.SaveAnalysis(ctx, dir, store.Analysis{Results: results, JSON: asJSON, Explain: func(dir string) error {
		files, err := render.Explanations(name, "check", r)
		if err != nil {
			return err
		}
		pictures, err := a.pictures(ctx, r, "svg", storedDiagrams)
		if err != nil {
			return err
		}
		return writeFiles(dir, append(files, pictures...))
	}})
	if beside := new(store.AppendError); errors.As(err, &beside) { // as is to be expected of a damaged run
		a.complain(fmt.Errorf("%s: warning: %w", dir, beside))
		return nil
	}
	return err
}

// runDir is the directory of the run that a path means.
func runDir(path string) (string, error) {
	info, err := os.Stat(path)
	if err == nil && info.IsDir() {
		if !store.Holds(path) {
			return "", usagef("%s: expected the directory of a run, with test.jepsen, test.fressian or history.edn in it", path)
		}
		return path, nil
	} else if err != nil && path != "-" {
		return "", err
	}
	if name := filepath.Base(path); name == "test.jepsen" || name == "test.fressian" || name == "history.edn" {
		return filepath.Dir(path), nil
	}
	return "", usagef("%s: expected the directory of a run, in which results can be stored", path)
}

// runName is a run's name and time, whatever path led to it.
func runName(dir string) string {
	if abs, err := filepath.Abs(dir); err == nil {
		dir = abs
	}
	if real, err := filepath.EvalSymlinks(dir); err == nil {
		dir = real
	}
	return filepath.ToSlash(filepath.Join(filepath.Base(filepath.Dir(dir)), filepath.Base(dir)))
}
