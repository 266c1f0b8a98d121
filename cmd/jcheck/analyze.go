package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/elle"
	"github.com/seed-c33ae711/jcheck/render"
	"github.com/seed-c33ae711/jcheck/result"
	"github.com/seed-c33ae711/jcheck/store"
)

func (a *app) analyze() *cobra.Command {
	f := &checkFlags{}
	cmd := &cobra.Command{
		Use:   "analyze [RUN...]",
		Short: "Judge a stored run anew, and store the results with it",
		Long: `Analyze runs the checks that the operations of a stored run call for, as check does,
or those of --with, and stores what they find: in test.jepsen, in results.edn, as JSON
in results.json, and explained in the directory explanations. The history stays as it
is. Results of another program are kept as results.original.edn. What is stored under
:workload is the result of the check that the operations call for, or of each if there
are several. Without a run, the newest is judged.`,
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
		return a.eachFile(orNewest(args), &f.ciFlags, "check", func(run string, several bool) error {
			return a.analyzeRun(cmd.Context(), run, f, check, several)
		})
	}
	return cmd
}

func (a *app) analyzeRun(ctx context.Context, arg string, f *checkFlags, check checkFunc, several bool) error {
	path, err := a.resolve(arg)
	if err != nil {
		return err
	}
	dir, err := runDir(path)
	if err != nil {
		return err
	}
	p := a.progress()
	defer p.done()
	r, err := a.judge(ctx, dir, f, "check", check, p)
	if err != nil {
		return err
	}
	if ctx.Err() != nil {
		return interrupted{dir + ": interrupted: no results were stored"}
	}
	p.say("storing the results of "+dir, -1)
	a.worsen(f.resultStatus(ctx, r))
	f.take(dir, "check", r)
	saved := a.saveAnalysis(dir, r) // before anything is printed, which may fail
	p.done()
	if err := a.printResult(dir, "check", r, &f.outputFlags, several); err != nil {
		return err
	}
	if saved == nil && !f.quiet && !f.json && !f.edn {
		fmt.Fprintf(a.err, "jcheck: stored the results in %s\n", dir)
	}
	return saved
}

// saveAnalysis stores results: the verdict first, then what explains it.
func (a *app) saveAnalysis(dir string, r result.Result) error {
	text, err := render.EDN(nil, composed(r))
	if err != nil {
		return err
	}
	results, err := edn.Parse(string(text), edn.EDN)
	if err != nil {
		return err
	}
	asJSON, err := render.JSON(nil, runName(dir), "check", r)
	if err != nil {
		return err
	}
	files, err := explanations(runName(dir), r)
	if err != nil {
		return err
	}
	if err := keepOriginal(dir); err != nil {
		return err
	}
	err = store.SaveResults(dir, results)
	if beside := new(store.AppendError); errors.As(err, &beside) {
		a.complain(fmt.Errorf("%s: warning: %w", dir, beside)) // as is to be expected of a damaged run
	} else if err != nil {
		return err
	}
	if err := writeFile(filepath.Join(dir, resultsJSON), asJSON); err != nil {
		return err
	}
	return replaceDir(filepath.Join(dir, "explanations"), files)
}

func writeFile(path string, data []byte) error {
	return store.WriteFile(path, func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
}

const (
	resultsEDN  = "results.edn"
	resultsJSON = "results.json" // only jcheck writes this one
	originalEDN = "results.original.edn"
)

// keepOriginal keeps the results that another program stored, when they are about to be
// replaced for the first time.
func keepOriginal(dir string) error {
	for _, ours := range []string{resultsJSON, originalEDN} {
		if _, err := os.Stat(filepath.Join(dir, ours)); err == nil {
			return nil
		}
	}
	text, err := os.ReadFile(filepath.Join(dir, resultsEDN))
	if errors.Is(err, fs.ErrNotExist) {
		run, err := store.OpenRun(dir)
		if err != nil {
			return nil // nothing of it will be replaced
		}
		defer run.Close()
		results, err := run.Results()
		if err != nil || results.IsZero() {
			return nil
		}
		text, err = edn.AppendPretty(nil, results, 100)
		if err != nil {
			return err
		}
	} else if err != nil {
		return err
	}
	return writeFile(filepath.Join(dir, originalEDN), text)
}

// replaceDir writes files to a new directory, which then takes the place of the old
// one, so that nothing of an older analysis stays.
func replaceDir(dir string, files []render.File) error {
	work, err := os.MkdirTemp(filepath.Dir(dir), filepath.Base(dir)+".tmp-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	next, old := filepath.Join(work, "next"), filepath.Join(work, "old")
	for _, f := range files {
		name := filepath.Join(next, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			return err
		}
		if err := os.WriteFile(name, f.Data, 0o666); err != nil {
			return err
		}
	}
	if err := os.Rename(dir, old); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return os.Rename(next, dir)
}

// composed is a result as tests of Jepsen compose theirs: counts and exceptions
// under these names, the check of a property as the workload's.
func composed(r result.Result) result.Result {
	g, ok := r.(*result.Group)
	if !ok {
		return r
	}
	all := &result.Group{Reason: g.Reason, Warnings: g.Warnings}
	work := &result.Group{}
	for _, m := range g.Members {
		switch m.Name {
		case "stats":
			all.Members = append(all.Members, m)
		case "unhandled-exceptions":
			all.Members = append(all.Members, result.Member{Name: "exceptions", Result: m.Result})
		default:
			work.Members = append(work.Members, m)
		}
	}
	switch len(work.Members) {
	case 0:
	case 1:
		all.Members = append(all.Members, result.Member{Name: "workload", Result: work.Members[0].Result})
	default:
		all.Members = append(all.Members, result.Member{Name: "workload", Result: work})
	}
	return all
}

// runDir is the directory of the run that a path means.
func runDir(path string) (string, error) {
	if info, err := os.Stat(path); err != nil {
		return "", err
	} else if info.IsDir() {
		return path, nil
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

// explanations are files about a result: all of it in words, and the cases of each
// anomaly.
func explanations(name string, r result.Result) (files []render.File, err error) {
	files = append(files, render.File{Name: "results.txt", Data: []byte(render.Prose(name, "check", r, render.ProseOptions{Limit: 10, Verbose: true}))})
	var walk func(dir string, r result.Result)
	walk = func(dir string, r result.Result) {
		switch r := r.(type) {
		case *result.Group:
			for _, m := range r.Members {
				walk(dir, m.Result)
			}
		case *result.Keyed:
			for _, k := range r.Failures() {
				walk(dir+"independent/"+render.FileName(k.Key.String())+"/", k.Result)
			}
		case *elle.Result:
			cases, caseErr := caseFiles(r)
			if caseErr != nil {
				err = caseErr
			}
			for _, c := range cases {
				files = append(files, render.File{Name: dir + "elle/" + c.Name, Data: c.Data})
			}
		}
	}
	walk("", r)
	return files, err
}
