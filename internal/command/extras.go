package command

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/seed-c33ae711/jcheck/elle"
	"github.com/seed-c33ae711/jcheck/linearizable"
	"github.com/seed-c33ae711/jcheck/render"
	"github.com/seed-c33ae711/jcheck/render/linear"
	"github.com/seed-c33ae711/jcheck/result"
)

// extraFlags ask for files beside the result.
type extraFlags struct {
	out, diagram string // explanations, and how they are drawn
	shrink       string // the smallest history that still fails
	html, svg    string // pictures of objects
}

// add adds the flags that make sense for a check, all of them if name is empty.
func (f *extraFlags) add(cmd *cobra.Command, name string) {
	fl := cmd.Flags()
	fl.StringVar(&f.out, "out", "", "write explanations into this `directory`: a text per type of anomaly, a diagram per case")
	addDiagramFlag(cmd, &f.diagram)
	fl.StringVar(&f.shrink, "shrink", "", "write the smallest history that still fails to this `file`, or - for standard output")
	if name == "" || name == "linearizable" {
		fl.StringVar(&f.html, "html", "", "objects: write Porcupine's interactive page to this `file`, or - for standard output")
		fl.StringVar(&f.svg, "svg", "", "objects: draw the longest linearizations, and what cannot follow them, to this `file`, or - for standard output")
	}
}

// validate finds mistakes in the flags before any file is read.
func (f *extraFlags) validate(files []string) error {
	if err := validateDiagram(f.diagram); f.diagram != "" && err != nil {
		return err
	}
	for _, x := range f.files() {
		if x.file != "" && len(files) > 1 {
			return usagef("--%s writes one file: check histories one by one", x.flag)
		}
	}
	if f.out == "-" {
		return usagef("explanations are not written to standard output: expected --out with the name of a directory")
	}
	return apart(f.out, files)
}

// A fileFlag names a file to write.
type fileFlag struct{ flag, file string }

// files are the flags that each write one file, about one history.
func (f *extraFlags) files() []fileFlag {
	return []fileFlag{{"shrink", f.shrink}, {"html", f.html}, {"svg", f.svg}}
}

// written are all flags that write a file.
func (f *checkFlags) written() []fileFlag {
	return append([]fileFlag{{"junit", f.junit}}, f.extras.files()...)
}

// spare finds out whether a file that is to be written is one that is read.
func (f *checkFlags) spare(files []string) error {
	for _, x := range f.written() {
		written, err := os.Stat(x.file)
		if err != nil || x.file == "-" || !written.Mode().IsRegular() {
			continue
		}
		for _, file := range files {
			if read, err := os.Stat(file); err == nil && os.SameFile(read, written) {
				return usagef("--%s would overwrite the history %s", x.flag, file)
			}
		}
	}
	return nil
}

// toStdout lists the flags of files that go to standard output.
func (f *checkFlags) toStdout() (flags []string) {
	for _, x := range f.written() {
		if x.file == "-" {
			flags = append(flags, "--"+x.flag+" -")
		}
	}
	return flags
}

// oneStdout finds out whether several things would go to standard output.
func (f *checkFlags) oneStdout() error {
	flags := f.toStdout()
	if f.json && len(flags) > 0 {
		flags = append(flags, "--json")
	}
	if f.edn && len(flags) > 0 {
		flags = append(flags, "--edn")
	}
	if len(flags) > 1 {
		return usagef("%s both write to standard output: give one of them a file", strings.Join(flags[:2], " and "))
	}
	return nil
}

// apart finds out whether the explanations of several files would go to one place.
func apart(out string, files []string) error {
	if out == "" || len(files) < 2 {
		return nil
	}
	taken := map[string]string{}
	for _, file := range files {
		dir := outDir(out, file, true)
		if other, ok := taken[dir]; ok {
			return usagef("the explanations of %s and %s would both go to %s: check them one by one", other, file, dir)
		}
		taken[dir] = file
	}
	return nil
}

// outDir is where the explanations of a file go: one folder each if there are
// several files.
func outDir(out, file string, several bool) string {
	if !several {
		return out
	}
	return filepath.Join(out, filepath.Base(nameOf(file)))
}

// writeExtras writes what was asked for beside a result.
func (a *app) writeExtras(ctx context.Context, file string, several bool, r result.Result, j *job, p *progress) error {
	f := &j.extras
	if f.out != "" {
		if err := a.writeExplanations(ctx, outDir(f.out, file, several), nameOf(file), j.name, r, f.diagram); err != nil {
			return err
		}
	}
	if f.html != "" || f.svg != "" {
		if err := a.drawObjects(ctx, r, j); err != nil {
			return err
		}
	}
	failed := failures(j.name, r)
	if f.shrink == "" || len(failed) == 0 {
		return nil
	}
	p.say("shrinking "+nameOf(file), -1)
	small, comment, err := a.smallest(ctx, file, failed[0], j.checkFlags, nil)
	if err != nil {
		return err
	}
	p.done()
	out := output{path: f.shrink, force: true}
	return a.writeShrunk(context.WithoutCancel(ctx), file, small, comment, out, out.formatOr("edn"))
}

// writeExplanations writes the explanations of a result into a directory: those of elle by
// itself, as elle-cli's --directory has them, or of each check under its name.
func (a *app) writeExplanations(ctx context.Context, dir, name, check string, r result.Result, kind string) error {
	var files, pictures []render.File
	var err error
	if res, ok := r.(*elle.Result); ok {
		if files, err = render.CaseFiles(res); err != nil {
			return err
		}
		pictures, err = a.diagrams(ctx, res, kind, mostDiagrams)
	} else {
		if files, err = render.Explanations(name, check, r); err != nil {
			return err
		}
		pictures, err = a.pictures(ctx, r, kind, mostDiagrams)
	}
	if err != nil {
		return err
	}
	return writeFiles(dir, append(files, pictures...))
}

// drawObjects writes the pictures that were asked for: of what fails, or else of how it can be
// linearized.
func (a *app) drawObjects(ctx context.Context, r result.Result, j *job) error {
	res := objectsOf(r)
	if res == nil {
		return usagef("--html and --svg draw objects, and linearizable did not run: add --with linearizable")
	}
	if len(res.Failures()) == 0 && !j.opt.Linear.Witness {
		m, _, err := j.opt.Promised.Model(res.Model, j.opt.Initial)
		if err != nil {
			return err
		}
		opt := j.opt.Linear
		opt.Witness = true
		if res, err = linearizable.Check(ctx, res.History, m, opt); err != nil {
			return err
		}
	}
	if j.extras.html != "" {
		var page bytes.Buffer
		if err := render.LinearizableHTML(&page, res, j.limit); err != nil {
			return err
		}
		if err := a.save(j.extras.html, page.Bytes()); err != nil {
			return err
		}
	}
	if j.extras.svg == "" {
		return nil
	}
	picture, err := linear.SVG(res, linear.Options{Limit: j.limit})
	if err != nil {
		return err
	}
	return a.save(j.extras.svg, picture)
}

// objectsOf is the result about single objects, nil if there is none.
func objectsOf(r result.Result) *linearizable.Result {
	switch r := r.(type) {
	case *linearizable.Result:
		return r
	case *result.Group:
		for _, m := range r.Members {
			if res := objectsOf(m.Result); res != nil {
				return res
			}
		}
	}
	return nil
}
