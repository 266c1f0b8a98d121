package command

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/seed-c33ae711/jcheck/store"
)

// defaultStore is where Jepsen keeps its runs.
const defaultStore = "store"

// resolve returns the path that an argument means: what exists under that name, or
// else a run of the store: -1 is the newest and 0 the oldest, or a name, or name/time.
func (a *app) resolve(arg string) (string, error) {
	if arg == "-" {
		return arg, nil
	}
	info, missing := os.Stat(arg)
	if missing == nil && info.IsDir() && filepath.Base(arg) == arg && !store.Holds(arg) {
		return arg, a.notARun(arg)
	}
	if dir, ok := store.Follow(arg); ok {
		return dir, nil
	}
	if missing == nil || !errors.Is(missing, fs.ErrNotExist) {
		return arg, nil // whoever reads it says what is wrong with it
	}
	dir, err := store.Find(a.storeRoot, arg)
	if err == nil {
		return dir, nil
	}
	if _, numbered := strconv.Atoi(arg); numbered == nil {
		return "", usageError{err.Error()}
	}
	if errors.Is(err, fs.ErrNotExist) {
		return arg, nil // there is no store, so a file was meant
	}
	return "", fmt.Errorf("%w; nor is it a run: %v", missing, err)
}

// notARun refuses the name of a directory, which may be full of logs but is none of a run, if the newest
// run of a test may be meant by it: projects are often called like their test.
func (a *app) notARun(name string) error {
	if dir, err := store.Find(a.storeRoot, name); err == nil && store.Holds(dir) {
		return usagef("%s is a directory here, and a run in %s: expected .%c%s for the one, or %s for the other", name, a.storeRoot, filepath.Separator, name, dir)
	}
	return nil
}

// negative tells whether an argument is such a number.
func negative(arg string) bool {
	digits, ok := strings.CutPrefix(arg, "-")
	return ok && digits != "" && strings.Trim(digits, "0123456789") == ""
}

// withNumbers lets -1 be an argument, as the newest run is addressed, where the
// parser of flags would take it for a flag: arguments go behind a -- if there is such
// a number among them, and flags with their values before it.
func withNumbers(root *cobra.Command, args []string) []string {
	if n := len(args); n > 1 && (args[0] == cobra.ShellCompRequestCmd || args[0] == cobra.ShellCompNoDescRequestCmd) {
		return completedWithNumbers(root, args[0], args[1:n-1], args[n-1])
	}
	cmd, rest, err := root.Find(args)
	if err != nil {
		return args
	}
	var flags, plain []string
	found := false
	for i := 0; i < len(rest); i++ {
		switch arg := rest[i]; {
		case arg == "--":
			plain = append(plain, rest[i+1:]...)
			i = len(rest)
		case negative(arg):
			found = true
			plain = append(plain, arg)
		case arg == "-" || !strings.HasPrefix(arg, "-"):
			plain = append(plain, arg)
		default:
			flags = append(flags, arg)
			if takesNext(cmd, arg) && i+1 < len(rest) {
				i++
				flags = append(flags, rest[i])
			}
		}
	}
	if !found {
		return args
	}
	path := strings.Fields(cmd.CommandPath())[1:]
	return append(append(append(path, flags...), "--"), plain...)
}

// completedWithNumbers does so where the shell asks for what begins with the last word.
func completedWithNumbers(root *cobra.Command, request string, args []string, last string) []string {
	if strings.HasPrefix(last, "-") { // of a flag, which the numbers do not matter to
		args = slices.DeleteFunc(slices.Clone(args), negative)
	} else {
		args = withNumbers(root, args)
	}
	return append(append([]string{request}, args...), last)
}

// takesNext reports whether a flag's value is the argument behind it.
func takesNext(cmd *cobra.Command, arg string) bool {
	if strings.Contains(arg, "=") {
		return false
	}
	var f *pflag.Flag
	if name, long := strings.CutPrefix(arg, "--"); long {
		if f = cmd.Flags().Lookup(name); f == nil {
			f = cmd.InheritedFlags().Lookup(name)
		}
	} else {
		// Of shorthands in one argument, the first that takes a value takes the rest.
		for i := 1; i < len(arg); i++ {
			f = cmd.Flags().ShorthandLookup(arg[i : i+1])
			if f != nil && f.NoOptDefVal == "" {
				return i == len(arg)-1
			}
		}
	}
	return f != nil && f.NoOptDefVal == ""
}
