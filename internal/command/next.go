package command

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/seed-c33ae711/jcheck/result"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// next says which commands show more of an invalid result, with the flags that lead to
// the same verdict.
func (a *app) next(j *job, file string, r result.Result) string {
	op, of := witness(r)
	if r.Verdict() != verdict.Invalid || of == nil || file == "-" || j.name == "lint" || j.name == "log-file-pattern" {
		return ""
	}
	input, checks := &cobra.Command{}, &cobra.Command{}
	other := &checkFlags{}
	a.addInputFlags(input, &other.inputFlags)
	other.addChecks(a, checks, "")
	reading := given(j.cmd, input)
	judging := given(j.cmd, checks) + reading
	if j.name != "check" && j.name != "elle" {
		judging = " --with " + j.name + judging
	}
	name := shellWord(file)
	return fmt.Sprintf("\n  next: jcheck report%s %s\n        jcheck ops --around %d%s %s\n        jcheck shrink%s %s -o small.edn\n",
		judging, name, of.About().History.Index(op), reading, name, judging, name)
}

// given are the flags that a command was called with and that another command has, too.
func given(cmd, other *cobra.Command) string {
	var b strings.Builder
	cmd.Flags().Visit(func(fl *pflag.Flag) {
		if other.Flags().Lookup(fl.Name) == nil {
			return
		}
		name := " --" + fl.Name
		if fl.Shorthand != "" {
			name = " -" + fl.Shorthand
		}
		values := []string{fl.Value.String()}
		if list, ok := fl.Value.(pflag.SliceValue); ok {
			values = list.GetSlice()
		}
		for _, v := range values {
			switch {
			case fl.Value.Type() != "bool":
				fmt.Fprintf(&b, "%s %s", name, shellWord(v))
			case v == "true":
				b.WriteString(name)
			default:
				fmt.Fprintf(&b, "%s=%s", name, v)
			}
		}
	})
	return b.String()
}

// witness is an op that shows what is wrong, and the result that found it.
func witness(r result.Result) (op int, of result.Result) {
	switch r := r.(type) {
	case *result.Group:
		for _, m := range r.Members {
			if m.Result.Verdict() != verdict.Invalid {
				continue
			}
			if op, of = witness(m.Result); of != nil {
				return op, of
			}
		}
	case *result.Keyed:
		for _, k := range r.Failures() {
			if op, of = witness(k.Result); of != nil {
				return op, of
			}
		}
	case result.Finder:
		_, told := r.(result.Occurring) // and its first op is what a case is about
		for _, f := range r.Findings() {
			switch {
			case len(f.Ops) > 0 && told:
				return f.Ops[0], r
			case len(f.Ops) > 0:
				return f.Ops[len(f.Ops)-1], r // which saw what is wrong
			}
		}
	}
	return 0, nil
}

// plain tells whether a shell reads a word as it stands.
func plain(word string) bool {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	return word != "" && strings.Trim(word, "-+.,/:=@_0123456789"+letters) == ""
}

// shellWord quotes a word where a shell would read something else.
func shellWord(s string) string {
	switch {
	case plain(s):
		return s
	case strings.ContainsFunc(s, unicode.IsControl): // as bash and zsh read it
		quoted := strconv.Quote(s)
		return "$'" + strings.ReplaceAll(strings.ReplaceAll(quoted[1:len(quoted)-1], `\"`, `"`), "'", `\'`) + "'"
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
