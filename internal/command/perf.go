package command

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/seed-c33ae711/jcheck/perf"
	"github.com/seed-c33ae711/jcheck/render/plot"
)

// perfFlags are the flags of jcheck perf.
type perfFlags struct {
	inputFlags
	json, csv bool
	out       string
	force     bool
	palette   string
	size      string
	by        string
	pictures  plot.Options
}

func (a *app) perf() *cobra.Command {
	f := &perfFlags{}
	cmd := &cobra.Command{
		Use:   "perf [RUN|FILE]",
		Short: "Measure latencies, rates and errors, and draw them with the faults",
		Long: `Perf measures a history. It judges nothing: the exit status is 0 unless the input is bad.

It prints latency quantiles and the rate of operations that succeeded, the shares that failed
or are indeterminate, and the rate over time as a line of bars above the faults. It knows the
faults of Jepsen's nemesis packages, and follows what a test map says under :plot :nemeses.

With -o, it draws latency-raw, latency-quantiles, rate, op-color-plot, clock-skew, by-node
and by-key into a directory, each as PNG and SVG, those that Jepsen draws under its names.
Where the operations fit, it also draws bank, counter, set, queue, unseen or realtime-lag, and
for logs with errors orders, which shows who saw what at which offset. docs/perf.md explains
the numbers.`,
		Example: "  jcheck perf history.jsonl\n  jcheck perf -o pictures store/etcd/latest\n  jcheck perf --by node store/etcd/latest\n  jcheck perf --csv history.edn > series.csv",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			file := "-"
			if len(args) == 1 {
				file = args[0]
			}
			if err := f.validate(); err != nil {
				return err
			}
			if err := a.showPerf(cmd.Context(), file, f); err != nil {
				return ranError{err}
			}
			return nil
		},
	}
	fl := cmd.Flags()
	fl.BoolVar(&f.json, "json", false, "write all measurements as JSON; times are in nanoseconds")
	fl.BoolVar(&f.csv, "csv", false, "write the series as CSV, one value per line")
	fl.StringVarP(&f.out, "output", "o", "", "draw pictures into this `directory`")
	fl.BoolVar(&f.force, "force", false, "draw into an existing directory and replace its pictures")
	fl.StringVar(&f.palette, "palette", plot.Default.Name, "colors of pictures: "+paletteNames(" or "))
	fl.StringVar(&f.size, "size", "900x400", "width and height of pictures in `pixels`")
	fl.StringVar(&f.by, "by", "f", "what each row of the table is: f (an operation), node or key")
	a.addInputFlags(cmd, &f.inputFlags)
	completeFixed(cmd, "palette", strings.Split(paletteNames(" "), " ")...)
	completeFixed(cmd, "by", "f", "node", "key")
	return cmd
}

func paletteNames(between string) string {
	var names []string
	for _, p := range plot.Palettes {
		names = append(names, p.Name)
	}
	return strings.Join(names, between)
}

func (f *perfFlags) validate() error {
	var ok bool
	if f.pictures.Palette, ok = plot.PaletteNamed(f.palette); !ok {
		return usagef("expected --palette of %s, found %q", paletteNames(" or "), f.palette)
	}
	p := &f.pictures
	if n, err := fmt.Sscanf(f.size+"\n", "%dx%d\n", &p.Width, &p.Height); n != 2 || err != nil || p.Width < 400 || p.Height < 250 || p.Width > 10_000 || p.Height > 10_000 {
		return usagef("expected --size such as 900x400, from 400x250 to 10000x10000, found %q", f.size)
	}
	if f.by != "f" && f.by != "node" && f.by != "key" {
		return usagef("expected --by of f, node or key, found %q", f.by)
	}
	if f.json && f.csv {
		return usagef("expected --json or --csv, found both")
	}
	if f.out == "-" {
		return usagef("pictures are not written to standard output: expected -o with the name of a directory")
	}
	if f.out != "" {
		switch info, err := os.Stat(f.out); {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			return err
		case !info.IsDir():
			return usagef("%s is no directory: expected the name of one", f.out)
		case !f.force:
			return usagef("%s exists: --force draws into it", f.out)
		}
	}
	return f.inputFlags.validate()
}

func (a *app) showPerf(ctx context.Context, file string, f *perfFlags) error {
	p := a.progress()
	defer p.done()
	h, err := a.read(ctx, file, &f.inputFlags, p)
	if err != nil {
		return err
	}
	opt := f.plot
	opt.Tuples = f.tuples
	m := measured{history: h}
	if f.out == "" {
		m.summary, err = perf.Measure(ctx, h, opt)
	} else {
		m, err = measureAll(ctx, h, opt, nil)
	}
	s := m.summary
	if errors.Is(err, context.Canceled) {
		return interrupted{nameOf(file) + ": interrupted"}
	} else if err != nil {
		return err
	}
	var drawn int
	if f.out != "" {
		p.say("drawing "+f.out, -1)
		f.pictures.Title, f.pictures.Start = titleOf(file), beganRun(file)
		if drawn, err = drawInto(ctx, f.out, m, f.pictures); err != nil {
			return err
		}
	}
	p.done()
	switch {
	case f.json:
		err = writePerfJSON(a.data, nameOf(file), s)
	case f.csv:
		err = writePerfCSV(a.data, s)
	default:
		_, err = io.WriteString(a.text, perfText(s, f.by))
	}
	if err == nil && f.out != "" {
		if drawn == 0 {
			fmt.Fprintf(a.messages, "jcheck: nothing was drawn: %s\n", whyNoPictures(s))
		} else {
			fmt.Fprintf(a.messages, "jcheck: drew %s into %s\n", counted(drawn, "picture"), f.out)
		}
	}
	return err
}

// titleOf is what pictures call a history: the name of its test, or that of the file without what tells
// its format.
func titleOf(file string) string {
	if file == "-" {
		return ""
	}
	if isStored(file) {
		name, _, _ := strings.Cut(runName(file), "/")
		return name
	}
	name, _, _ := strings.Cut(filepath.Base(file), ".")
	return name
}

func whyNoPictures(s *perf.Summary) string {
	switch {
	case s.Ops == 0:
		return "the history is empty"
	case !s.Timed:
		return "its ops have no usable times"
	case s.Total.Operations() == 0:
		return "it has no operations of clients"
	}
	return "it has no operations with a latency"
}

func writePerfJSON(w io.Writer, name string, s *perf.Summary) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(struct {
		File string `json:"file"`
		*perf.Summary
	}{name, s})
}
