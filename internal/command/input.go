package command

import (
	"context"
	"errors"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/term"

	"github.com/spf13/cobra"

	"github.com/seed-c33ae711/jcheck/checker"
	"github.com/seed-c33ae711/jcheck/format"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/perf"
	"github.com/seed-c33ae711/jcheck/store"
)

// inputFlags say how to read histories.
type inputFlags struct {
	format   string
	maxBytes int64
	order    string
	mapping  []string
	tuples   bool             // the file that was read last says that its values are tuples [key value]
	promised checker.Promised // what the test of the run that was read last promises
	plot     perf.Options     // what it says of its nodes and nemeses
	history  *history.History // that was read last
}

// validate finds mistakes in the flags.
func (f *inputFlags) validate() error {
	if f.maxBytes < 1 {
		return usagef("expected --max-bytes of at least 1, found %d", f.maxBytes)
	}
	if _, err := f.names(); err != nil {
		return err
	}
	if !slices.Contains(orders, f.order) && f.order != "" {
		return usagef("expected --order of %s, found %q", strings.Join(orders, ", "), f.order)
	}
	if f.format == "" {
		return nil
	}
	if _, err := format.ParseFormat(f.format); err != nil {
		return usageError{err.Error()}
	}
	return nil
}

// orders are what may tell the order of events, as history.Order has them.
var orders = []string{"auto", "file", "index", "time"}

func (a *app) addInputFlags(cmd *cobra.Command, f *inputFlags) {
	cmd.Flags().StringVar(&f.format, "format", "", "input `format`: "+strings.Join(format.Formats(), ", ")+" (default: detected from the content)")
	cmd.Flags().Var(newByteSize(&f.maxBytes, format.DefaultMaxBytes), "max-bytes", "limit on the size of compressed or piped input, in `bytes`")
	cmd.Flags().StringVar(&f.order, "order", "auto", "what decides the `order` of events: file, index, time, or auto (the file, or the indices if they make better sense)")
	completeFixed(cmd, "format", format.Formats()...)
	cmd.Flags().StringSliceVar(&f.mapping, "map", nil, "the file's names for fields and operations, such as process=client,key=k,f=broadcast:add, or a `file` with such lines")
	completeFixed(cmd, "order", orders...)
}

// events returns what tells the order of events.
func (f *inputFlags) events() history.Order {
	return history.Order(max(slices.Index(orders, f.order), 0))
}

// names returns what --map says: a mapping, or the name of a file with one.
func (f *inputFlags) names() (*format.Mapping, error) {
	if len(f.mapping) == 0 {
		return nil, nil
	}
	text := strings.Join(f.mapping, ",")
	if !strings.Contains(text, "=") {
		file, err := os.ReadFile(text)
		if err != nil {
			return nil, usagef("--map: expected items such as process=client, or a file: %v", err)
		}
		return format.ReadMapping(text, file)
	}
	m, err := format.ParseMapping(text)
	if err != nil {
		return nil, usagef("--map: %v", err)
	}
	return m, nil
}

// nameOf is what messages and results call a file.
func nameOf(path string) string {
	if path == "-" {
		return "stdin"
	}
	return printableName(path)
}

// read reads the history in a file, or of a run; - is standard input.
func (a *app) read(ctx context.Context, arg string, f *inputFlags, p *progress) (*history.History, error) {
	path, err := a.resolve(arg)
	if err != nil {
		return nil, err
	}
	name := nameOf(path)
	f.tuples, f.promised, f.plot = false, checker.Promised{}, perf.Options{}
	m, err := f.names()
	if err != nil {
		return nil, err
	}
	opt := format.Options{Format: format.Format(f.format), MaxBytes: f.maxBytes, Order: f.events(), Map: m}
	opt.Progress = func(done, total int64) { p.share("reading "+name, done, total) }
	var h *history.History
	if path != "-" && f.format == "" && isStored(path) {
		h, err = readStored(ctx, path, store.Options{Order: f.events(), Map: m}, f, p)
	} else if path == "-" {
		h, err = format.Read(ctx, name, a.in, opt)
	} else {
		h, err = format.ReadFile(ctx, path, opt)
	}
	if errors.Is(err, context.Canceled) {
		err = interrupted{name + ": interrupted while reading"}
	}
	if err == nil {
		f.tuples, f.history = f.tuples || h.Keyed(), h
		h.Source().Name = printableName(h.Source().Name)
	}
	return h, err
}

// isTerminal reports whether w shows text to a person.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd())) && os.Getenv("TERM") != "dumb"
}

// progress is a line on a terminal that says what is being done, once that has
// taken a second.
type progress struct {
	w     io.Writer // nil if nobody would see it
	began time.Time
	last  time.Time
	shown bool
}

func (a *app) progress() *progress {
	p := &progress{began: time.Now()}
	if isTerminal(a.err) {
		p.w = a.err
	}
	return p
}

// share tells how much of something is done. It is called often, and says
// something ten times a second.
func (p *progress) share(what string, done, total int64) {
	if total > 0 && time.Since(p.last) > 100*time.Millisecond {
		p.say(what, int(100*done/total))
	}
}

func (p *progress) say(what string, percent int) {
	now := time.Now()
	if p.w == nil || now.Sub(p.began) < time.Second {
		return
	}
	p.last, p.shown = now, true
	line := "\r\x1b[Kjcheck: " + what
	if percent >= 0 {
		line += " " + strconv.Itoa(percent) + " %"
	}
	_, _ = io.WriteString(p.w, line)
}

// done clears the line.
func (p *progress) done() {
	if p.shown {
		_, _ = io.WriteString(p.w, "\r\x1b[K")
		p.shown = false
	}
}
