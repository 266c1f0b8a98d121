package checker

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/result"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// harmless are operations that change nothing, whatever is checked: those with which
// tests of logs crash and debug their clients.
var harmless = []string{"crash", "debug-topic-partitions"}

// unknownTo lists the operations that may change what a check looks at and that it
// does not know: what it says may then be wrong either way.
func (s *seen) unknownTo(c *Checker) (fs []string) {
	acting := s.acting
	switch {
	case c.knows == nil: // it looks at values, whatever operations are called
		acting = nil
	case c.overTxns:
		acting = slices.DeleteFunc(slices.Clone(acting), func(f string) bool { return !slices.Contains(s.others, f) })
	}
	for _, f := range acting {
		if !slices.Contains(c.knows, f) && !slices.Contains(harmless, f) {
			fs = append(fs, f)
		}
	}
	return fs
}

// unknownToAll lists the operations that no check of the table knows.
func (s *seen) unknownToAll() (fs []string) {
	for _, f := range s.acting {
		if !slices.Contains(harmless, f) && !slices.ContainsFunc(table, func(c Checker) bool { return slices.Contains(c.knows, f) }) {
			fs = append(fs, f)
		}
	}
	return fs
}

// advice is what to do about operations that are not known.
func advice(fs []string) string {
	return fmt.Sprintf("; rename %s (--map f=%s:NAME) or choose the checks (--with)", them(fs), named(fs[0]))
}

// doubt makes the result of a check that does not know some operations unknown.
func doubt(c *Checker, r result.Result, fs []string) {
	r.Unknown(fmt.Sprintf("%s may change what %s checks, and %s does not support %s%s",
		names(fs), c.Name, c.Name, them(fs), advice(fs)))
}

// names lists operations.
func names(fs []string) string {
	shown := make([]string, len(fs))
	for i, f := range fs {
		shown[i] = named(f)
	}
	return strings.Join(shown, ", ")
}

// named is the name of an operation, on one line whatever is in it.
func named(f string) string {
	if strings.ContainsFunc(f, unicode.IsControl) {
		return strconv.Quote(f)
	}
	return f
}

func them(fs []string) string {
	if len(fs) == 1 {
		return "it"
	}
	return "them"
}

// warnOfOthers says which operations a check that was asked for by name does not
// know.
func warnOfOthers(c *Checker, h *history.History, r result.Result) {
	if c.knows == nil || c.overTxns {
		return
	}
	acts := make([]bool, len(h.Fs())+1)
	for i := range h.Len() {
		if f := h.Symbol(i); f != 0 && !acts[f] && h.Process(i).IsClient() && h.Acts(i) {
			acts[f] = true
		}
	}
	var others []string
	for f, is := range acts {
		if name := h.SymbolName(history.Symbol(f)); is && !slices.Contains(c.knows, name) && !slices.Contains(harmless, name) {
			others = append(others, name)
		}
	}
	if len(others) > 0 {
		warn(r, verdict.Warning{Code: "other-ops", Count: len(others), Msg: fmt.Sprintf("%s does not support %s, which may change what it checks", c.Name, strings.Join(others, ", "))})
	}
}

// warn adds a warning to a result, unless one of its code is there.
func warn(r result.Result, w verdict.Warning) {
	ws := &r.About().Warnings
	if !slices.ContainsFunc(*ws, func(other verdict.Warning) bool { return other.Code == w.Code }) {
		*ws = append(*ws, w)
	}
}
