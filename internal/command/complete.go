package command

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/store"
)

// completeArguments makes the shell complete runs, beside files, wherever an argument may be
// one.
func (a *app) completeArguments(cmd *cobra.Command) {
	for _, c := range cmd.Commands() {
		if c.ValidArgsFunction == nil && (strings.Contains(c.Use, "FILE") || strings.Contains(c.Use, "RUN")) {
			c.ValidArgsFunction = a.completeRuns
		}
		a.completeArguments(c)
	}
}

// completeRuns completes names of runs, and behind a slash their times.
func (a *app) completeRuns(_ *cobra.Command, _ []string, begun string) ([]string, cobra.ShellCompDirective) {
	runs, _ := store.Runs(a.storeRoot) // those that can be told of
	var words []string
	for _, r := range slices.Backward(runs) {
		word := r.Name
		if strings.Contains(begun, "/") {
			word += "/" + filepath.Base(r.Dir)
		}
		if strings.HasPrefix(word, begun) && !slices.Contains(words, word) {
			words = append(words, word)
		}
	}
	return words, cobra.ShellCompDirectiveDefault
}

// completePath completes the steps of a path into a run: the keys of what it leads to so far.
func (a *app) completePath(cmd *cobra.Command, args []string, begun string) ([]string, cobra.ShellCompDirective) {
	if len(args) == 0 {
		return a.completeRuns(cmd, args, begun)
	}
	const none = cobra.ShellCompDirectiveNoFileComp
	path, err := a.resolve(args[0])
	if err != nil {
		return nil, none
	}
	run, err := store.OpenRun(path)
	if err != nil {
		return nil, none
	}
	defer run.Close()
	v, err := part(run, args[1:])
	if err != nil {
		return nil, none
	}
	words := []string{}
	if len(args) == 1 {
		words = append(words, ":results")
	}
	for _, e := range elements(v) {
		if k := e.key.Kind(); k == edn.Keyword || k == edn.Int {
			words = append(words, e.key.String())
		}
	}
	return slices.DeleteFunc(words, func(w string) bool { return !strings.HasPrefix(w, begun) }), none
}

func completeFixed(cmd *cobra.Command, flag string, values ...string) {
	completeFrom(cmd, flag, func() []string { return values })
}

// completeFrom completes a flag from words that take long to list.
func completeFrom(cmd *cobra.Command, flag string, values func() []string) {
	err := cmd.RegisterFlagCompletionFunc(flag, func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return values(), cobra.ShellCompDirectiveNoFileComp
	})
	if err != nil {
		panic(err)
	}
}
