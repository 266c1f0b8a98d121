package main

import (
	"context"
	"fmt"
	"os"

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
}

func (f *ciFlags) addTo(cmd *cobra.Command) {
	fl := cmd.Flags()
	fl.StringVar(&f.junit, "junit", "", "`file` for a report in JUnit's format")
	fl.BoolVar(&f.github, "github", os.Getenv("GITHUB_ACTIONS") == "true", "write annotations for GitHub's workflows to standard error")
	fl.StringVar(&f.failOn, "fail-on", "unknown", "the least verdict that the exit status tells: unknown or invalid, which lets unknown pass")
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

// take notes a result.
func (f *ciFlags) take(file, name string, r result.Result) {
	if f.junit != "" || f.github {
		f.cases = append(f.cases, render.Cases(nameOf(file), name, r)...)
	}
}

// takeError notes a file that could not be checked.
func (f *ciFlags) takeError(file, name string, err error) {
	f.take(file, name, result.NewFailed(err))
}

// finish writes what was asked for.
func (f *ciFlags) finish(a *app) error {
	if f.github {
		fmt.Fprint(a.messages, render.GitHub(f.cases))
	}
	if f.junit == "" {
		return nil
	}
	text, err := render.JUnit(f.cases)
	if err != nil {
		return err
	}
	return os.WriteFile(f.junit, text, 0o666)
}
