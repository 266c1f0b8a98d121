package command

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/seed-c33ae711/jcheck/checker"
	"github.com/seed-c33ae711/jcheck/elle"
	"github.com/seed-c33ae711/jcheck/internal/suggest"
	"github.com/seed-c33ae711/jcheck/linearizable"
)

// otherFlags are what other tools call flags of ours.
var otherFlags = map[string]string{
	"consistency-models": "--model", "consistency-model": "--model", "c": "--model", "anomalies": "--anomaly",
	"directory": "--out", "d": "--out", "a": "--anomaly", "f": "--format", "models": "--model", "time-limit": "--timeout", "output": "--out", "o": "--out",
}

// flagError is the error of a wrong flag, with the one that was probably meant.
func flagError(cmd *cobra.Command, err error) error {
	msg := err.Error()
	name, ok := strings.CutPrefix(msg, "unknown flag: --")
	if !ok {
		if _, rest, found := strings.Cut(msg, "unknown shorthand flag: '"); found {
			name, _, ok = strings.Cut(rest, "'")
		}
	}
	if !ok {
		if strings.Contains(msg, "missing unit in duration") {
			msg += " (write 5s or 5m, for example)"
		}
		return usageError{msg}
	}
	if ours := otherFlags[name]; ours != "" && cmd.Flags().Lookup(strings.TrimPrefix(ours, "--")) != nil {
		return usageError{msg + "; here it is " + ours}
	}
	var known []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if !f.Hidden {
			known = append(known, "--"+f.Name)
		}
	})
	return usageError{msg + suggest.DidYouMean("--"+name, known)}
}

// commandHint is what somebody probably meant who gave a file where a command is expected.
func commandHint(word string) string {
	if _, err := os.Stat(word); err != nil {
		return ""
	}
	return fmt.Sprintf("; to check a file: jcheck check %s", printableName(word))
}

// modelHint says where a name that is no consistency model belongs, or "" if it does not know.
func modelHint(name string) string {
	switch {
	case slices.Contains(elle.Workloads(), elle.Workload(name)):
		return fmt.Sprintf("%s is a workload, which is detected or asked for with --workload; a model is what the database promises, such as serializable", name)
	case slices.Contains(linearizable.Names(), name):
		return fmt.Sprintf("%s is an object: jcheck linearizable --model %s", name, name)
	case slices.Contains(checker.Names(), name):
		return fmt.Sprintf("%s is a check: jcheck %s", name, name)
	}
	return ""
}

// objectHint says where a name that is no object belongs.
func objectHint(name string) string {
	known := elle.Options{Models: []string{name}}
	switch {
	case known.Validate() == nil:
		return fmt.Sprintf("%s is a consistency model of transactions: jcheck elle --model %s", name, name)
	case slices.Contains(elle.Workloads(), elle.Workload(name)):
		return fmt.Sprintf("%s is a workload of transactions: jcheck elle --workload %s", name, name)
	}
	return ""
}

// hinted adds a hint about the first name that is wrong to an error.
func hinted(err error, names []string, hint func(string) string) error {
	if err == nil {
		return nil
	}
	for _, name := range names {
		if text := hint(name); text != "" && strings.Contains(err.Error(), fmt.Sprintf("%q", name)) {
			msg, _, _ := strings.Cut(err.Error(), ": expected one of ")
			return usagef("%s: %s", msg, text)
		}
	}
	return err
}
