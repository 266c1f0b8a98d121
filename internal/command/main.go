// Package command is the command jcheck, so that other programs can be it, too: those that
// run tests judge a run as jcheck analyze does.
package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/elle"
	"github.com/seed-c33ae711/jcheck/internal/par"
	"github.com/seed-c33ae711/jcheck/linearizable"
	"github.com/seed-c33ae711/jcheck/store"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// The exit statuses are Jepsen's. A Go program that panics exits with 2, and
// one that logs a fatal error with 1, which would be verdicts: so Run recovers,
// and nothing else ends the program. What nobody can recover from, such as a lack of
// memory, ends it by a signal: see Main.
const (
	exitValid    = 0
	exitInvalid  = 1
	exitUnknown  = 2
	exitBadInput = 254 // bad arguments, or a file that is no history
	exitInternal = 255 // an error of jcheck itself
)

// gcPercent replaces Go's 100: what is large has no pointers, so collecting
// often costs next to nothing, and keeps the heap near what is in use.
const gcPercent = 40

// collectOften sets it when Go first collects, which is at 4 MB. If it were set earlier, that would
// be at 1.6 MB, so a program that checks a small history would collect what it is about to leave.
func collectOften() {
	first := new(*int) // no longer in use, and of a type that the allocator frees by itself
	runtime.AddCleanup(first, func(percent int) { debug.SetGCPercent(percent) }, gcPercent)
}

// Main is the whole program: it ends it, with the verdict as its status.
func Main() {
	// After a fatal error of the runtime, such as a lack of memory, Go exits with 2, which
	// would be a verdict. So it ends by SIGABRT, which a shell calls status 134.
	debug.SetTraceback("crash")
	if os.Getenv("GOGC") == "" {
		collectOften()
	}
	os.Exit(Run(context.Background(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// Run carries out a command line of jcheck, without its name, and returns the exit status. It
// does not return when it gets a second signal to stop.
func Run(ctx context.Context, args []string, in io.Reader, out, errw io.Writer) (status int) {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // the second signal ends the program, whatever it waits for
	// A mapped file may shrink while its results are written; what that does must
	// not end the program, since the status would look like a verdict.
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		switch v := recover().(type) {
		case nil:
		case interface{ Addr() uintptr }:
			fmt.Fprintf(errw, "jcheck: %v\n", &par.FaultError{Addr: v.Addr()})
			status = exitBadInput
		default:
			fmt.Fprintf(errw, "jcheck: internal error: %v\n\n%s", v, debug.Stack())
			status = exitInternal
		}
	}()
	a := newApp(args, in, out, errw)
	root := a.root()
	root.SetArgs(withNumbers(root, args))
	root.SetIn(in)
	root.SetOut(out)
	root.SetErr(errw)
	if err := root.ExecuteContext(ctx); err != nil {
		if word, ok := strings.CutPrefix(err.Error(), "unknown command "); ok && len(args) > 0 && strings.HasPrefix(word, strconv.Quote(args[0])) {
			err = fmt.Errorf("%w%s", err, commandHint(args[0]))
		}
		a.complain(err)
		a.worsen(statusOf(err))
	}
	return a.status
}

// app is what the commands share.
type app struct {
	in        io.Reader
	out, err  io.Writer // out is asked what it is, and written to by way of text or data
	text      io.Writer // for people: the control characters of values and names are escaped
	data      io.Writer // for programs: bytes as they are, unless a terminal shows them
	messages  io.Writer // err, as text is for out
	status    int
	args      []string
	color     string // when words have colors: auto, always or never
	storeRoot string // where arguments that are no files are looked for as runs
}

func newApp(args []string, in io.Reader, out, errw io.Writer) *app {
	a := &app{in: in, out: out, data: out, err: errw, messages: &printableWriter{w: errw}, args: args}
	a.setColor("auto")
	return a
}

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "jcheck",
		Short: "Check recorded histories of concurrent systems",
		Long: `jcheck decides whether a recorded history of operations keeps the promises
of a database, and explains what broke if it does not. Start with jcheck check FILE.

Exit status: 0 valid, 1 invalid, 2 unknown, 254 bad arguments or input,
255 internal error.`,
		Example: `  jcheck elle history.jsonl
  jcheck elle --model snapshot-isolation history.edn.gz
  jcheck linearizable registers.jsonl
  jcheck demo`,
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			fmt.Fprintln(a.err, cmd.UsageString())
			return usagef("expected a command")
		},
	}
	root.SetFlagErrorFunc(flagError)
	root.Version = versionLine()
	root.SetVersionTemplate("{{.Version}}\n")
	root.PersistentFlags().Var(colorFlag{a}, "color", "`when` to color output: auto (on a terminal, unless NO_COLOR is set), always or never")
	completeFixed(root, "color", colorWords...)
	root.PersistentFlags().StringVar(&a.storeRoot, "store", defaultStore, "`directory` of stored runs; arguments such as -1 (the newest), 0 (the oldest), etcd or etcd/latest name runs in it")
	root.SetHelpCommand(help())
	a.addCommands(root)
	a.completeArguments(root)
	explainArguments(root)
	return root
}

// The help lists commands in the order in which addCommands adds them.
func init() { cobra.EnableCommandSorting = false }

// explainArguments makes the error of a wrong number of arguments say what was expected.
func explainArguments(cmd *cobra.Command) {
	if right := cmd.Args; right != nil {
		cmd.Args = func(cmd *cobra.Command, args []string) error {
			if right(cmd, args) == nil {
				return nil
			}
			path, _, _ := strings.Cut(cmd.CommandPath(), " "+cmd.Name())
			found := fmt.Sprintf("%d arguments", len(args))
			if len(args) == 1 {
				found = fmt.Sprintf("%q", args[0])
			}
			return usagef("expected %s %s, found %s", path, cmd.Use, found)
		}
	}
	for _, c := range cmd.Commands() {
		explainArguments(c)
	}
}

// help is cobra's, but for the status when there is nothing to tell about.
func help() *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND]",
		Short: "Help about any command",
		RunE: func(cmd *cobra.Command, args []string) error {
			about, rest, err := cmd.Root().Find(args)
			if err != nil || len(rest) > 0 {
				return usagef("unknown command %q", strings.Join(args, " "))
			}
			return about.Help()
		},
	}
}

// usageError is a mistake in the arguments.
type usageError struct{ msg string }

func (e usageError) Error() string { return e.msg }

func usagef(format string, args ...any) error { return usageError{fmt.Sprintf(format, args...)} }

// complain prints an error with the program's name before it.
func (a *app) complain(err error) {
	text := a.printableError(err)
	if errors.Is(err, context.Canceled) {
		text = strings.ReplaceAll(text, "context canceled", "interrupted")
	}
	fmt.Fprintf(a.messages, "jcheck: %s\n", text)
}

// worsen keeps the worst status so far: an error of jcheck's, then one of the
// input, then invalid, unknown, valid.
func (a *app) worsen(status int) {
	rank := []int{exitValid, exitUnknown, exitInvalid, exitBadInput, exitInternal}
	for _, s := range rank {
		switch s {
		case a.status:
			a.status = status
			return
		case status:
			return
		}
	}
}

func statusOf(err error) int {
	var (
		syntax *edn.SyntaxError
		option *elle.OptionError
		model  *linearizable.OptionError
		usage  usageError
		path   *fs.PathError
		fault  *par.FaultError
		block  *store.BlockError
	)
	switch {
	case errors.As(err, &syntax), errors.As(err, &option), errors.As(err, &model), errors.As(err, &usage), errors.As(err, &path), errors.As(err, &fault), errors.As(err, &block), errors.Is(err, store.ErrBusy):
		return exitBadInput
	case errors.Is(err, context.Canceled):
		return exitUnknown
	case isCobraUsage(err):
		return exitBadInput
	}
	return exitInternal
}

// isCobraUsage recognises the errors that cobra makes of unknown commands and
// wrong numbers of arguments, which have no type of their own: they come before
// any command runs.
func isCobraUsage(err error) bool {
	var ran ranError
	return !errors.As(err, &ran)
}

// ranError marks an error that a command met while it ran.
type ranError struct{ error }

func (e ranError) Unwrap() error { return e.error }

// interrupted says what was not finished when somebody stopped the program.
type interrupted struct{ msg string }

func (e interrupted) Error() string { return e.msg }
func (e interrupted) Unwrap() error { return context.Canceled }

func verdictStatus(v verdict.Verdict) int {
	switch v {
	case verdict.Valid:
		return exitValid
	case verdict.Invalid:
		return exitInvalid
	}
	return exitUnknown
}
