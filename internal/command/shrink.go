package command

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/seed-c33ae711/jcheck/format"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/verdict"
)

type shrinkFlags struct {
	checkFlags
	keep []string
	out  output
	to   string
}

func (a *app) shrinkCommand() *cobra.Command {
	f := &shrinkFlags{}
	cmd := &cobra.Command{
		Use:   "shrink [FILE]",
		Short: "Shrink a history to the few operations that show the anomaly",
		Long: `Shrink checks a history as check does. If it is invalid, shrink removes operations,
micro-ops and elements until removing any one more would lose the anomaly. It removes
nothing that could turn a sound history into an anomaly, and the check itself judges each
smaller history. For counter, sequential, causal-reverse and echo, it can remove only the end
of the history; for kafka, only whole keys.

The smallest history goes to standard output, or to the file of -o, with its original
indices and times. The exit status is 1 if there is one, 0 if the history is valid, and 2 if
the verdict is unknown.`,
		Example: "  jcheck shrink history.jsonl\n  jcheck shrink -m snapshot-isolation --keep G-single-item history.edn -o small.edn\n  jcheck shrink --with set-full history.edn",
		Args:    cobra.MaximumNArgs(1),
	}
	f.limit, f.failOn = 1, "unknown" // the output is not that of a check
	f.addChecks(a, cmd, "")
	f.addTimeout(cmd, checkTimeout)
	a.addInputFlags(cmd, &f.inputFlags)
	fl := cmd.Flags()
	fl.StringSliceVar(&f.keep, "keep", nil, "`types` of anomalies, one of which must remain; any for any type (default: the worst one found)")
	fl.StringVarP(&f.out.path, "output", "o", "", "write to this `file`, or - for standard output")
	fl.BoolVar(&f.out.force, "force", false, "overwrite an existing file")
	fl.StringVar(&f.to, "to", "", "output `format` (default: that of the file's name, else edn): "+strings.Join(format.ExportFormats(), ", "))
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return ran(a.runShrink(cmd, a.meant(args)[0], f))
	}
	return cmd
}

func (a *app) runShrink(cmd *cobra.Command, file string, f *shrinkFlags) error {
	if err := f.validate(cmd); err != nil {
		return err
	}
	if f.to == "" {
		f.to = f.out.formatOr("edn")
	}
	if err := f.out.check(false, f.to); err != nil {
		return err
	}
	check, err := f.chosen()
	if err != nil {
		return err
	}
	p := a.progress()
	defer p.done()
	r, err := a.judge(cmd.Context(), file, &job{checkFlags: &f.checkFlags, name: "check", check: check}, p)
	if err != nil {
		return err
	}
	p.say("shrinking "+nameOf(file), -1)
	failed := failures("check", r)
	if len(failed) == 0 {
		a.worsen(verdictStatus(r.Verdict()))
		word := map[verdict.Verdict]string{verdict.Valid: "valid", verdict.Unknown: "neither shown to be valid nor invalid", verdict.Invalid: "invalid by its statistics alone"}[r.Verdict()]
		p.done()
		fmt.Fprintf(a.messages, "jcheck: %s is %s: there is nothing to shrink\n", nameOf(file), word)
		return nil
	}
	small, comment, err := a.smallest(cmd.Context(), file, failed[0], &f.checkFlags, f.keep)
	if err != nil {
		return err
	}
	p.done()
	a.worsen(exitInvalid)
	fmt.Fprintf(a.messages, "jcheck: %s: %s\n", nameOf(file), comment)
	return a.writeShrunk(context.WithoutCancel(cmd.Context()), file, small, comment, f.out, f.to)
}

// writeShrunk writes what is left of a history. A comment says what it shows.
func (a *app) writeShrunk(ctx context.Context, file string, h *history.History, comment string, out output, to string) error {
	x, err := format.Export(ctx, h, format.Format(to), format.ExportOptions{})
	if err != nil {
		return err
	}
	if to == string(format.EDN) {
		write := x.Files[0].Write
		x.Files[0].Write = func(w io.Writer) error {
			if _, err := fmt.Fprintf(w, "; of %s: %s\n", nameOf(file), comment); err != nil {
				return err
			}
			return write(w)
		}
	}
	return out.write(a.data, x)
}
