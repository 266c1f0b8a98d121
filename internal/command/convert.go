package command

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/seed-c33ae711/jcheck/format"
	"github.com/seed-c33ae711/jcheck/history"
)

// jepsenFormat is what store writes; the others are package format's.
const jepsenFormat = "jepsen"

// convertFlags say how to write a history.
type convertFlags struct {
	to          string
	out         string
	force       bool
	independent bool
	numberKeys  bool
}

const convertLong = `Convert reads a history in any format that a check reads, and writes it to standard
output or to OUT. It detects the format that it reads. It writes

  edn, jsonl, json   ops, one per line, with all of their fields
  jepsen             a .jepsen file, with -o; the test of another one stays with it
  tipocket           EDN of list-append transactions, as TiPocket reads it
  veristrong         list-append transactions: session txn A key value
  plume, awdit, dbcop, dbcop-json, dbcop-hist
                     transactions on registers, without invocations
  cobra, viper       the same, as a directory of logs, with -o
  jepsen-log, history-txt
                     ops as they stand in jepsen.log and history.txt
  etcd               operations on one register, as in the logs of Jepsen's etcd test
  kv                 get, put and append of text, by key, as Porcupine reads it

Convert refuses a history if the format cannot express what a check needs, and names the
op and the reason. Most formats have no indeterminate transactions; awdit, viper and the
list formats have no aborted ones; many need integers as keys and values (--number-keys
gives keys numbers). Convert reports all other losses, such as times, on standard error.

JSON has no keywords. Keywords inside values become strings, and stay strings when they
are converted back. Sets and other values that only EDN has become objects,
{"#set": [1, 2]} and {"#tag": "inst", "value": "..."}, and become EDN again on the way back.

OUT appears when it is complete. Convert does not overwrite a file without --force, and
never a directory. If a damaged .jepsen file has lost ops, edn, jsonl and json mark the
place, and the status is 2; other formats are refused.`

func (a *app) convert() *cobra.Command {
	var in inputFlags
	var f convertFlags
	formats := append(format.ExportFormats(), jepsenFormat)
	cmd := &cobra.Command{
		Use:   "convert [--to FORMAT] [FILE] [-o OUT]",
		Short: "Write a history in another format",
		Long:  convertLong,
		Example: `  jcheck convert --to jsonl history.edn > history.jsonl
  jcheck convert --to edn store/latest -o history.edn
  jcheck convert --to cobra plume.txt -o logs`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if f.to == "" {
				f.to = output{path: f.out}.formatOr("")
			}
			if f.to == "" {
				return usagef("expected --to with a format: %s", strings.Join(formats, ", "))
			}
			if !slices.Contains(formats, f.to) {
				return usagef("unknown format %q to convert to: expected %s", f.to, strings.Join(formats, ", "))
			}
			if err := in.validate(); err != nil {
				return err
			}
			file := "-"
			if len(args) > 0 {
				file = args[0]
			}
			return a.runConvert(cmd.Context(), file, &in, &f)
		},
	}
	fs := cmd.Flags()
	fs.StringVar(&f.to, "to", "", "format to write (default: that of the file's name): "+strings.Join(formats, ", "))
	fs.StringVarP(&f.out, "output", "o", "", "file or directory to write, - for standard output")
	fs.BoolVar(&f.force, "force", false, "overwrite an existing file")
	fs.BoolVar(&f.numberKeys, "number-keys", false, "number the keys of transactions, for formats in which they are integers")
	fs.BoolVar(&f.independent, "independent", false, "to jepsen: values are tuples [key value], as other checks have them (known of a .jepsen file)")
	completeFixed(cmd, "to", formats...)
	a.addInputFlags(cmd, &in)
	return cmd
}

func (a *app) runConvert(ctx context.Context, file string, in *inputFlags, f *convertFlags) error {
	out := output{path: f.out, force: f.force}
	if err := out.check(f.to == string(format.Cobra) || f.to == string(format.Viper), f.to); err != nil {
		return err
	}
	p := a.progress()
	h, err := a.read(ctx, file, in, p)
	p.done()
	if err != nil {
		return ranError{err}
	}
	for _, w := range h.Warnings() {
		if w.Code != history.LostOps {
			continue
		}
		if f.to == jepsenFormat { // what is written would look complete
			return usagef("%s lacks ops, and a .jepsen file of the rest would look complete: jcheck store repair writes one that does not", nameOf(file))
		}
		fmt.Fprintf(a.messages, "jcheck: warning: %s: %s\n", nameOf(file), w)
		a.worsen(exitUnknown)
	}
	if f.to == jepsenFormat {
		err = a.toJepsen(ctx, file, h, f.independent || in.tuples, out)
	} else {
		err = a.toFormat(ctx, file, h, f, out)
	}
	if errors.Is(err, context.Canceled) {
		err = interrupted{nameOf(file) + ": interrupted while writing"}
	}
	return ran(err)
}

func (a *app) toFormat(ctx context.Context, file string, h *history.History, f *convertFlags, out output) error {
	x, err := format.Export(ctx, h, format.Format(f.to), format.ExportOptions{NumberKeys: f.numberKeys})
	if err != nil {
		return err
	}
	if err := out.write(a.data, x); err != nil {
		return err
	}
	a.tellLost(file, f.to, x.Lost)
	return nil
}

// tellLost says what a format does not say of a history.
func (a *app) tellLost(file, format string, lost []string) {
	for _, what := range lost {
		fmt.Fprintf(a.messages, "jcheck: %s: not in %s: %s\n", nameOf(file), format, what)
	}
}

// testName is what a test is called that a history has none of: the name of its file.
func testName(file string) string {
	base := filepath.Base(nameOf(file))
	name, _, _ := strings.Cut(base, ".")
	if name == "" {
		return base
	}
	return name
}

// ran marks an error, if there is one, as met while running.
func ran(err error) error {
	if err == nil {
		return nil
	}
	return ranError{err}
}
