package command

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/format"
	"github.com/seed-c33ae711/jcheck/render"
	"github.com/seed-c33ae711/jcheck/render/page"
	"github.com/seed-c33ae711/jcheck/result"
	"github.com/seed-c33ae711/jcheck/store"
)

// pageFile is the name of a page, unless somebody wants another, and in the directory of a run.
const pageFile = "report.html"

func (a *app) report() *cobra.Command {
	f := &checkFlags{}
	out := output{path: pageFile}
	cmd := &cobra.Command{
		Use:   "report [RUN|FILE...]",
		Short: "Write one HTML page: what broke, when, and under which fault",
		Long: `Report checks a history as check does, and writes what it finds as one HTML file that opens
anywhere, without a network: the verdict and what it means, the faults grouped by cause with
their diagrams and operations, plots and a timeline to zoom into, statistics, findings of
lint, and the command, version and hash of the input.

The exit status is the verdict. Report replaces a page that jcheck wrote, but any other file
only with --force. If there are several histories, -o names a directory for their pages.`,
		Example: "  jcheck report history.jsonl\n  jcheck report -o etcd.html store/etcd/latest\n  jcheck report --model snapshot-isolation -o - history.edn > report.html",
	}
	f.addChecks(a, cmd, "")
	f.addOutput(a, cmd, checkTimeout)
	for _, name := range []string{"json", "edn", "limit", "verbose"} {
		_ = cmd.Flags().MarkHidden(name)
	}
	cmd.Flags().StringVarP(&out.path, "output", "o", pageFile, "write the page to this `file` (a directory if there are several histories), or - for standard output")
	cmd.Flags().BoolVar(&out.force, "force", false, "replace the output file even if jcheck did not write it")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		check, err := f.chosen()
		if err != nil {
			return err
		}
		if err := f.validate(cmd); err != nil {
			return err
		}
		return a.reports(cmd.Context(), args, out, &job{checkFlags: f, name: "check", check: check})
	}
	return cmd
}

// reports writes a page for each file.
func (a *app) reports(ctx context.Context, args []string, out output, j *job) error {
	several := len(args) > 1
	if several && (out.path == pageFile || out.isStdout()) {
		return usagef("%d files: expected -o with the name of a directory for their pages", len(args))
	}
	out.force = out.force || isPage(out.path)
	if err := out.check(several, "several pages"); err != nil {
		return err
	}
	x := &format.Output{Dir: several}
	names := map[string]int{}
	err := a.eachFile(args, &j.ciFlags, j.name, func(file string, several bool) error {
		text, err := a.page(ctx, file, j)
		if err != nil {
			return err
		}
		name := pageFile
		if several {
			name = render.FileName(pageTitle(file))
			if names[name]++; names[name] > 1 {
				name = fmt.Sprintf("%s-%d", name, names[name])
			}
			name += ".html"
		}
		x.Files = append(x.Files, format.OutputFile{Name: name, Write: func(w io.Writer) error {
			_, err := w.Write(text)
			return err
		}})
		return nil
	})
	if len(x.Files) == 0 {
		return err
	}
	if wrong := out.write(a.out, x); wrong != nil {
		return ranError{wrong}
	}
	if !out.isStdout() && !j.quiet {
		for _, f := range x.Files {
			path := out.path
			if several {
				path = filepath.Join(path, f.Name)
			}
			fmt.Fprintf(a.messages, "jcheck: wrote %s\n", path)
		}
	}
	return err
}

// isPage reports whether a file is a page of ours.
func isPage(path string) bool {
	return startsWith(path, page.Generator)
}

// startsWith reports whether a text is among the first few hundred bytes of a file.
func startsWith(path, text string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	head := make([]byte, 300)
	n, _ := io.ReadFull(f, head)
	return bytes.Contains(head[:n], []byte(text))
}

// page judges a history and makes its page. It tells the verdict in a line.
func (a *app) page(ctx context.Context, file string, j *job) ([]byte, error) {
	p := a.progress()
	defer p.done()
	r, err := a.judge(ctx, file, j, p)
	if err != nil {
		return nil, err
	}
	p.say("drawing "+file, -1)
	text, err := a.pageOf(ctx, file, r, j, nil)
	p.done()
	if ctx.Err() != nil {
		return nil, interrupted{nameOf(file) + ": interrupted: no page was written"}
	}
	a.worsen(j.resultStatus(ctx, r))
	j.take(file, j.name, r)
	if err != nil {
		return nil, err
	}
	if !j.quiet {
		fmt.Fprint(a.messages, render.Line(nameOf(file), j.name, r, false))
	}
	return text, nil
}

// pageOf makes the page of a result. What was measured of the history is nil if nothing was yet.
func (a *app) pageOf(ctx context.Context, file string, r result.Result, j *job, m *measured) ([]byte, error) {
	in := j.input(file)
	in.File = nameOf(file)
	about := page.Report{
		Title: pageTitle(file), Check: j.name, Result: r, History: j.history, Input: in,
		Command: a.commandLine(), Perf: j.plot, Keyed: j.tuples,
	}
	if m != nil {
		about.Summary, about.Charts = m.summary, m.charts
	}
	if isStored(file) {
		if run, err := store.OpenRun(file); err == nil {
			about.Test, _ = run.Test() // of a test that cannot be read nothing is told
			defer run.Close()
			about.Started = startOf(about.Test)
			about.Begun = beganAt(about.Started)
		}
	}
	var b bytes.Buffer
	err := about.Write(ctx, &b)
	return b.Bytes(), err
}

// pageTitle is what a page calls a history.
func pageTitle(file string) string {
	if isStored(file) {
		return runName(file)
	}
	if t := titleOf(file); t != "" {
		return t
	}
	return nameOf(file)
}

// startOf is when a test began, as its map says.
func startOf(test edn.Value) string {
	if v, ok := test.Get("start-time"); ok && !v.IsNil() {
		_, s, tagged := strings.Cut(v.String(), `"`) // #inst "2026-11-22T01:02:03Z", say
		if !tagged {
			return v.String()
		}
		return strings.TrimSuffix(s, `"`)
	}
	return ""
}

// beganAt reads when a test began; zero if that is no time.
func beganAt(s string) time.Time {
	for _, layout := range []string{time.RFC3339Nano, "20060102T150405.000Z0700", "20060102T150405.000Z"} {
		if t, err := time.Parse(layout, s); err == nil && t.Year() > 0 && t.Year() < 10_000 {
			return t
		}
	}
	return time.Time{}
}

// beganRun is when the test of a stored run began; zero if that is unknown.
func beganRun(file string) time.Time {
	if !isStored(file) {
		return time.Time{}
	}
	run, err := store.OpenRun(file)
	if err != nil {
		return time.Time{}
	}
	defer run.Close()
	test, _ := run.Test() // of a test that cannot be read nothing is told
	return beganAt(startOf(test))
}

// commandLine is how this program was called.
func (a *app) commandLine() string {
	words := []string{"jcheck"}
	for _, arg := range a.args {
		words = append(words, shellWord(arg))
	}
	return strings.Join(words, " ")
}
