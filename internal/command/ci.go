package command

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/seed-c33ae711/jcheck/render"
	"github.com/seed-c33ae711/jcheck/result"
)

// ciFlags say what systems of continuous integration should be told.
type ciFlags struct {
	junit  string
	github bool
	failOn string
	cases  []render.Case
	began  time.Time // when the file that is being checked was begun with
}

func (f *ciFlags) addTo(cmd *cobra.Command) {
	fl := cmd.Flags()
	fl.StringVar(&f.junit, "junit", "", "write a JUnit report to this `file`, or - for standard output")
	fl.BoolVar(&f.github, "github", os.Getenv("GITHUB_ACTIONS") == "true", "write GitHub annotations to standard error, and the job summary")
	fl.StringVar(&f.failOn, "fail-on", "unknown", "`verdict` that fails: unknown (and invalid), or invalid alone")
	completeFixed(cmd, "fail-on", "unknown", "invalid")
}

func (f *ciFlags) validate() error {
	if f.failOn != "unknown" && f.failOn != "invalid" {
		return usagef("expected --fail-on of unknown or invalid, found %q", f.failOn)
	}
	return nil
}

// status is what a verdict's status counts for. A check that was interrupted does
// not pass.
func (f *ciFlags) status(ctx context.Context, status int) int {
	if status == exitUnknown && f.failOn == "invalid" && ctx.Err() == nil {
		return exitValid
	}
	return status
}

// take notes a result, which took as long as has gone by since the last one.
func (f *ciFlags) take(file, name string, r result.Result) {
	if f.junit == "" && !f.github {
		return
	}
	cases := render.Cases(nameOf(file), name, r)
	if len(cases) == 1 && cases[0].Seconds == 0 && !f.began.IsZero() {
		cases[0].Seconds = time.Since(f.began).Seconds()
	}
	f.cases = append(f.cases, cases...)
}

// takeError notes a file that could not be checked.
func (f *ciFlags) takeError(file, name string, err error) {
	f.take(file, name, result.NewFailed(err))
}

// finish writes what was asked for.
func (f *ciFlags) finish(a *app) error {
	if f.github {
		fmt.Fprint(a.messages, render.GitHub(f.cases, f.failOn == "invalid"))
		if err := f.summarize(os.Getenv("GITHUB_STEP_SUMMARY")); err != nil {
			return err
		}
	}
	if f.junit == "" {
		return nil
	}
	text, err := render.JUnit(f.cases)
	if err != nil {
		return err
	}
	return a.save(f.junit, text)
}

// summarize appends the summary of a step to the file that GitHub shows on the page of
// the job.
func (f *ciFlags) summarize(path string) error {
	if path == "" {
		return nil
	}
	file, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o666)
	if err != nil {
		return err
	}
	_, err = file.WriteString(render.Summary(f.cases))
	return errors.Join(err, file.Close())
}
