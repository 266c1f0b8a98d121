package command

import (
	"context"
	"errors"
	"fmt"
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
		Use:   "log-file-pattern PATTERN FILE|RUN...",
		Short: "Find lines in the logs of nodes that match a pattern",
		Long: `Log-file-pattern searches each line of log files, or of all logs that a run fetched from
its nodes, for a pattern in the syntax of Go's package regexp. The name of a file's directory
is the name of its node. A missing file has no lines, as in Jepsen, but if all files are
missing, the verdict is unknown. Any match makes the verdict invalid.`,
		Example: `  jcheck log-file-pattern 'panic|assertion failed' -1
  jcheck log-file-pattern 'panic|assertion failed' store/etcd/latest/n?/db.log`,
		Args: cobra.MinimumNArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := errors.Join(out.validate(), ci.validate()); err != nil {
				return err
			}
			pattern, err := regexp.Compile(args[0])
			if err != nil {
				return usagef("pattern: %v", err)
			}
			logs, err := a.readLogs(args[1:])
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

// readLogs reads logs, and those of runs.
func (a *app) readLogs(args []string) (logs []logfile.Log, err error) {
	for _, arg := range args {
		path, err := a.resolve(arg)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		} else if err != nil {
			a.complain(fmt.Errorf("warning: %w", err))
			continue
		}
		files := []nodeFile{{node: filepath.Base(filepath.Dir(absolute(path))), path: path}}
		if info, err := os.Stat(path); err == nil && info.IsDir() {
			if files, err = a.logsOf(path); err != nil {
				return nil, err
			}
		}
		for _, f := range files {
			text, err := os.ReadFile(f.path)
			if errors.Is(err, fs.ErrNotExist) {
				a.complain(fmt.Errorf("warning: %w", err))
				continue
			} else if err != nil {
				return nil, err
			}
			logs = append(logs, logfile.Log{Node: f.node, Text: text})
		}
	}
	return logs, nil
}

type nodeFile struct{ node, path string }

// logsOf lists the files that a run fetched from the nodes of its test.
func (a *app) logsOf(dir string) (files []nodeFile, err error) {
	run, err := a.openRun(dir)
	if err != nil {
		return nil, err
	}
	defer run.Close()
	test, err := run.Test()
	if err != nil {
		return nil, err
	}
	nodes, _ := test.Get("nodes")
	names, err := nodes.Items(nil)
	if err != nil {
		return nil, usagef("%s: expected :nodes in the test, whose logs are in directories of their names; give the files instead", dir)
	}
	for _, n := range names {
		node, ok := n.Name()
		if !ok || !filepath.IsLocal(node) {
			continue
		}
		err := filepath.WalkDir(filepath.Join(dir, node), func(path string, e fs.DirEntry, err error) error {
			if errors.Is(err, fs.ErrNotExist) {
				return nil
			}
			if err == nil && e.Type().IsRegular() {
				files = append(files, nodeFile{node, path})
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return files, nil
}

// absolute is a path from the root, if that can be told.
func absolute(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return path
}

func (a *app) checkLogs(ctx context.Context, logs []logfile.Log, pattern *regexp.Regexp, out *outputFlags, ci *ciFlags) error {
	const name = "log-file-pattern"
	r, err := logfile.Check(ctx, logs, pattern)
	if err != nil {
		return ranError{err}
	}
	a.worsen(ci.status(ctx, verdictStatus(r.Valid)))
	if err := a.printResult("logs", r, &job{checkFlags: &checkFlags{outputFlags: *out}, name: name}, false); err != nil {
		return err
	}
	if ci.github || ci.junit != "" {
		ci.cases = render.Cases("logs", name, r)
	}
	return ci.finish(a)
}
