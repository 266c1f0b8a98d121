package command

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/seed-c33ae711/jcheck/store"
)

// lsFlags say which runs to list, and how.
type lsFlags struct {
	name, valid  string
	since, until string
	json         bool
}

func (a *app) ls() *cobra.Command {
	var f lsFlags
	cmd := &cobra.Command{
		Use:   "ls [STORE]",
		Short: "List the runs of a store, the newest first",
		Long: `Ls lists the runs of a store, the newest first. Each line has the number by which other
commands find the run (-1 is the newest, too), when it began, its stored verdict, the number
of ops, the size in bytes, and the directory.`,
		Example: "  jcheck ls\n  jcheck ls --valid false --name etcd\n  jcheck ls --since 7d --json",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			root := a.storeRoot
			if len(args) == 1 {
				root = args[0]
			}
			since, until, err := f.validate(time.Now())
			if err != nil {
				return err
			}
			runs, err := store.Runs(root)
			if runs == nil && err != nil {
				return ranError{err}
			}
			unread := err // and all else is listed
			if len(runs) == 0 && err == nil {
				a.complain(fmt.Errorf("no runs in %s: expected directories in it such as etcd%c20261121T031200.000Z", root, filepath.Separator))
			}
			for i := len(runs) - 1; i >= 0; i-- {
				r := runs[i]
				if !strings.Contains(r.Name, f.name) || r.Time.Before(since) || !until.IsZero() && !r.Time.Before(until) {
					continue
				}
				row := listed(i, r)
				if f.valid != "" && f.valid != string(row.Valid) {
					continue
				}
				if err := a.list(row, f.json); err != nil {
					return ranError{err}
				}
			}
			return ran(unread)
		},
	}
	fl := cmd.Flags()
	fl.StringVar(&f.name, "name", "", "only runs whose `name` contains this")
	fl.StringVar(&f.valid, "valid", "", "only runs with this `verdict`: true, false, unknown, none (not judged) or damaged")
	fl.StringVar(&f.since, "since", "", "only runs that began at this `time` or later: 2026-11-21, 2026-11-21T03:12, or 7d or 12h ago")
	fl.StringVar(&f.until, "until", "", "only runs that began before this `time`; a day without a time includes that day")
	fl.BoolVar(&f.json, "json", false, "write one JSON object per run")
	completeFixed(cmd, "valid", verdictWords...)
	return cmd
}

// verdictWords are what can be known of a run's verdict.
var verdictWords = []string{"true", "false", "unknown", "none", "damaged"}

func (f *lsFlags) validate(now time.Time) (since, until time.Time, err error) {
	if f.valid != "" && !slices.Contains(verdictWords, f.valid) {
		return since, until, usagef("expected --valid of %s, found %q", strings.Join(verdictWords, ", "), f.valid)
	}
	if f.since != "" {
		if since, _, err = parseTime(f.since, now); err != nil {
			return since, until, usagef("--since: %v", err)
		}
	}
	if f.until != "" {
		var day bool
		if until, day, err = parseTime(f.until, now); err != nil {
			return since, until, usagef("--until: %v", err)
		}
		if day {
			until = until.AddDate(0, 0, 1)
		}
	}
	return since, until, nil
}

// parseTime reads a time in the local zone, or one with its own, or how long ago
// it was. It tells whether it was a day.
func parseTime(text string, now time.Time) (t time.Time, day bool, err error) {
	if t, err := time.ParseInLocation(time.DateOnly, text, time.Local); err == nil {
		return t, true, nil
	}
	for _, layout := range []string{"2006-01-02T15:04", "2006-01-02T15:04:05", time.RFC3339} {
		if t, err := time.ParseInLocation(layout, text, time.Local); err == nil {
			return t, false, nil
		}
	}
	if days, ok := strings.CutSuffix(text, "d"); ok {
		if n, err := strconv.Atoi(days); err == nil && n >= 0 {
			return now.AddDate(0, 0, -n), false, nil
		}
	}
	if ago, err := time.ParseDuration(text); err == nil && ago >= 0 {
		return now.Add(-ago), false, nil
	}
	return t, false, fmt.Errorf("expected a time such as 2026-11-21, 2026-11-21T03:12, 7d or 12h, found %q", text)
}

// row is what is listed of a run.
type row struct {
	Run   int          `json:"run"` // its number, from the oldest
	Name  string       `json:"name"`
	Time  time.Time    `json:"time"`
	Valid knownVerdict `json:"valid"`
	Ops   *int         `json:"ops"` // nil if it cannot be told
	Bytes int64        `json:"bytes"`
	Dir   string       `json:"dir"`
}

// knownVerdict is one of verdictWords.
type knownVerdict string

// MarshalJSON writes true and false as the results of checks have them.
func (v knownVerdict) MarshalJSON() ([]byte, error) {
	if v == "true" || v == "false" {
		return []byte(v), nil
	}
	return json.Marshal(string(v))
}

// listed reads what is listed of a run, which takes neither its history nor all of its
// results.
func listed(i int, r store.Run) row {
	l := row{Run: i, Name: r.Name, Time: r.Time, Valid: "none", Dir: r.Dir}
	run, err := store.OpenRun(r.Dir)
	if errors.Is(err, fs.ErrNotExist) {
		return l
	} else if err != nil {
		l.Valid = "damaged"
		return l
	}
	defer run.Close()
	if info, err := os.Stat(run.Path()); err == nil {
		l.Bytes = info.Size()
	}
	if f := run.File(); f != nil {
		if n, err := f.Len(); err == nil {
			l.Ops = &n
		}
	}
	v, saved, err := run.Verdict()
	switch {
	case err != nil, saved && len(run.Losses()) > 0: // an older index may tell an older verdict
		l.Valid = "damaged"
	case saved:
		l.Valid = knownVerdict(v.String())
	}
	return l
}

func (a *app) list(r row, asJSON bool) error {
	if asJSON {
		line, err := json.Marshal(r)
		if err != nil {
			return err
		}
		_, err = a.data.Write(append(line, '\n'))
		return err
	}
	ops := "-"
	if r.Ops != nil {
		ops = strconv.Itoa(*r.Ops)
	}
	_, err := fmt.Fprintf(a.text, "%4d  %s  %-8s %9s ops %10d bytes  %s\n", r.Run, r.Time.Format(time.RFC3339), r.Valid, ops, r.Bytes, printableName(r.Dir))
	return err
}
