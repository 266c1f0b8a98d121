package runner

import (
	"encoding/json"
	"io"

	"github.com/seed-c33ae711/jcheck/store"
)

// summaryFile is what became of a run, for programs.
const summaryFile = "run.json"

type summary struct {
	Name     string         `json:"name"`
	Seed     uint64         `json:"seed,string"`
	Complete bool           `json:"complete"`
	Error    string         `json:"error,omitempty"`
	Unclean  string         `json:"unclean,omitempty"`
	OK       int            `json:"ok"`
	Fail     int            `json:"fail"`
	Info     int            `json:"info"`
	Late     int            `json:"late"`
	Took     int64          `json:"nanoseconds"` // that the ops took, in sum
	Phases   []phaseSummary `json:"phases"`
	Warnings []string       `json:"warnings,omitempty"`
}

type phaseSummary struct {
	Name        string `json:"name"`
	Nanoseconds int64  `json:"nanoseconds"`
	Error       string `json:"error,omitempty"`
}

// summarize writes the summary of a run into its directory.
func summarize(path, name string, res *Result, crash error) error {
	text := func(err error) string {
		if err == nil {
			return ""
		}
		return err.Error()
	}
	s := summary{
		Name: name, Seed: res.Seed, Complete: res.Complete, Error: text(crash), Unclean: text(res.Unclean), Late: res.Late, Warnings: res.Warnings,
		OK: res.Stats.OK, Fail: res.Stats.Fail, Info: res.Stats.Info, Took: res.Stats.Nanoseconds,
	}
	for _, p := range res.Phases {
		s.Phases = append(s.Phases, phaseSummary{p.Name, p.Took.Nanoseconds(), text(p.Err)})
	}
	return store.WriteFile(path, func(w io.Writer) error {
		enc := json.NewEncoder(w)
		enc.SetIndent("", "  ")
		return enc.Encode(s)
	})
}
