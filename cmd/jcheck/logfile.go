package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"

	"github.com/spf13/cobra"

	"github.com/seed-c33ae711/jcheck/logfile"
	"github.com/seed-c33ae711/jcheck/render"
)

func (a *app) logFilePattern() *cobra.Command {
	var out outputFlags
	var ci ciFlags
	cmd := &cobra.Command{
		Use:   "log-file-pattern PATTERN FILE...",
		Short: "Find lines in the logs of nodes that match a pattern",
		Long: `Log-file-pattern looks for a pattern of Go's package regexp in each line of log
files, such as those that a run fetched from its nodes. A file's node is the name of its
directory. A file that is not there has no lines, as in Jepsen. Any match is invalid.`,
		Example: `  jcheck log-file-pattern 'panic|assertion failed' store/etcd/latest/n?/db.log`,
		GroupID: "checkers",
		Args:    cobra.MinimumNArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := errors.Join(out.validate(), ci.validate()); err != nil {
				return err
			}
			pattern, err := regexp.Compile(args[0])
			if err != nil {
				return usagef("pattern: %v", err)
			}
			logs, err := readLogs(args[1:])
			if err != nil {
				return ranError{err}
			}
			return a.checkLogs(cmd.Context(), logs, pattern, &out, &ci)
		},
	}
	out.add(cmd)
	ci.addTo(cmd)
	return cmd
}

func readLogs(files []string) (logs []logfile.Log, err error) {
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		abs, err := filepath.Abs(file)
		if err != nil {
			return nil, err
		}
		logs = append(logs, logfile.Log{Node: filepath.Base(filepath.Dir(abs)), Text: text})
	}
	return logs, nil
}

func (a *app) checkLogs(ctx context.Context, logs []logfile.Log, pattern *regexp.Regexp, out *outputFlags, ci *ciFlags) error {
	const name = "log-file-pattern"
	r, err := logfile.Check(ctx, logs, pattern)
	if err != nil {
		return ranError{err}
	}
	a.worsen(ci.status(ctx, verdictStatus(r.Valid)))
	if err := a.printResult("logs", name, r, out, false); err != nil {
		return err
	}
	if ci.github || ci.junit != "" {
		ci.cases = render.Cases("logs", name, r)
	}
	return ci.finish(a)
}
