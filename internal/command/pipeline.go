package command

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/seed-c33ae711/jcheck/checker"
	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/elle"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/independent"
	"github.com/seed-c33ae711/jcheck/internal/par"
	"github.com/seed-c33ae711/jcheck/linearizable"
	"github.com/seed-c33ae711/jcheck/lint"
	"github.com/seed-c33ae711/jcheck/render"
	"github.com/seed-c33ae711/jcheck/result"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// checkFunc judges a history.
type checkFunc func(ctx context.Context, h *history.History) (result.Result, error)

// A job is what a command does with each of its files: it reads a history, judges
// it, prints the result, and writes the files that were asked for beside it.
type job struct {
	*checkFlags
	cmd   *cobra.Command
	name  string // of the check
	check checkFunc
}

// do does a job with each file, standard input if there is none.
func (a *app) do(cmd *cobra.Command, files []string, j *job) error {
	j.cmd, files = cmd, a.meant(files)
	if err := j.validate(cmd); err != nil {
		return err
	}
	if err := j.extras.validate(files); err != nil {
		return err
	}
	if err := j.spare(files); err != nil {
		return err
	}
	return a.eachFile(files, &j.ciFlags, j.name, func(file string, several bool) error {
		return a.doOne(cmd.Context(), file, several, j)
	})
}

// eachFile checks each file, standard input if there is none. A file that cannot be
// checked leaves the others alone.
func (a *app) eachFile(files []string, ci *ciFlags, name string, check func(file string, several bool) error) error {
	files = a.meant(files)
	for _, file := range files {
		ci.began = time.Now()
		if err := check(file, len(files) > 1); err != nil {
			a.complain(err)
			a.worsen(statusOf(ranError{err}))
			ci.takeError(file, name, err)
		}
	}
	return ci.finish(a)
}

// meant are the paths that arguments mean, standard input if there is none: what is told of a run has to
// make sense when -1 is another. What means nothing stays, and is told of when it is read.
func (a *app) meant(args []string) []string {
	if len(args) == 0 {
		return []string{"-"}
	}
	files := slices.Clone(args)
	for i, arg := range args {
		if path, err := a.resolve(arg); err == nil {
			files[i] = path
		}
	}
	return files
}

func (a *app) doOne(ctx context.Context, file string, several bool, j *job) error {
	p := a.progress()
	defer p.done()
	r, err := a.judge(ctx, file, j, p)
	if err != nil {
		return err
	}
	p.done()
	a.worsen(j.resultStatus(ctx, r)) // before anything is printed
	j.take(file, j.name, r)
	if err := a.printResult(file, r, j, several); err != nil {
		return err
	}
	return a.writeExtras(ctx, file, several, r, j, p)
}

// ownKeys are the checks that find out for themselves whether values are tuples
// [key value], or never take them for such.
var ownKeys = []string{"lint", "sequential", "elle", "linearizable", "elle-cli"}

// judge reads a history and checks it. What weakens the verdict is in the result.
func (a *app) judge(ctx context.Context, file string, j *job, p *progress) (result.Result, error) {
	f := j.checkFlags
	h, err := a.read(ctx, file, &f.inputFlags, p)
	if err != nil {
		return nil, err
	}
	p.say("checking "+file, -1)
	phase := func(phase string) { p.say("checking "+file+": "+phase, -1) }
	f.opt.Elle.Progress, f.opt.Linear.Progress = phase, phase
	looks := !f.independentSet && !f.tuples && !slices.Contains(ownKeys, j.name) && independent.Looks(h)
	f.opt.Keyed = f.independent || f.tuples && !f.independentSet || looks
	f.opt.Promised = f.promised
	ctx, cancel := f.within(ctx)
	defer cancel()
	r, err := j.check(ctx, h)
	if errors.As(err, new(*par.FaultError)) || errors.As(err, new(*linearizable.OptionError)) {
		return nil, fmt.Errorf("%s: %w", nameOf(file), err)
	} else if err != nil {
		return nil, err
	}
	if j.name == "lint" {
		if r, err = checker.Distrust(h, r, nil); err != nil {
			return nil, err
		}
	}
	warn(h, r)
	if looks {
		c := r.About()
		c.Warnings = append(c.Warnings, verdict.Warning{Code: "tuples", Msg: "all values are of the form [key value], so each key was checked by itself; --independent=false takes them as they are"})
	}
	return r, nil
}

// resultStatus is a verdict's status. Where a check broke, the file could not be
// read to its end, or nothing but errors of the input came out, that is told.
func (f *ciFlags) resultStatus(ctx context.Context, r result.Result) int {
	errs := result.Errors(r)
	broken, fault, syntax := new(result.PanicError), new(par.FaultError), new(edn.SyntaxError)
	for _, err := range errs {
		if errors.As(err, &broken) {
			return exitInternal
		}
		if errors.As(err, &fault) || errors.As(err, new(*elle.OptionError)) || errors.As(err, new(*linearizable.OptionError)) {
			return exitBadInput
		}
	}
	switch {
	case len(errs) == 0:
		return f.status(ctx, verdictStatus(r.Verdict()))
	case onlyErrors(r) && errors.As(errs[0], &syntax):
		return exitBadInput
	}
	return verdictStatus(r.Verdict()) // what failed does not pass, whatever --fail-on says
}

// onlyErrors reports whether every check failed.
func onlyErrors(r result.Result) bool {
	switch r := r.(type) {
	case *result.Failed:
		return true
	case *result.Group:
		return !slices.ContainsFunc(r.Members, func(m result.Member) bool { return !onlyErrors(m.Result) })
	case *result.Keyed:
		return len(r.Keys) > 0 && !slices.ContainsFunc(r.Keys, func(k result.Key) bool { return !onlyErrors(k.Result) })
	}
	return false
}

func (a *app) printResult(file string, r result.Result, j *job, several bool) error {
	var text []byte
	var err error
	linted, isLint := r.(*lint.Result)
	opt := render.ProseOptions{Color: a.useColor(), Limit: j.limit, Verbose: j.verbose}
	switch {
	case j.quiet:
		return nil
	case j.json:
		text, err = render.JSON(nil, j.input(file), j.name, r)
	case j.edn:
		text, err = render.EDN(nil, r)
	case isLint && !several:
		text = []byte(render.LintProse(nameOf(file), linted, opt))
	case several && !j.verbose:
		text = []byte(render.Line(nameOf(file), j.name, r, opt.Color))
	default:
		text = []byte(render.Prose(nameOf(file), j.name, r, opt) + a.next(j, file, r))
	}
	if err != nil {
		return err
	}
	if !j.json && !j.edn {
		text = cutWords(text)
	}
	if len(j.toStdout()) > 0 { // which has to stay what was asked for
		_, err = a.messages.Write(text)
		return err
	}
	return a.writeResult(text, !j.json && !j.edn)
}
