package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"slices"
	"sync/atomic"
	"syscall"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/seed-c33ae711/jcheck/internal/command"
	"github.com/seed-c33ae711/jcheck/runner"
)

// The exit statuses beside verdicts.
const (
	exitUsage   = 254
	exitCrashed = 255
)

// A Program is a test program.
type Program struct {
	Name  string // of the program
	Short string // what it tests, in half a line
	Long  string // the same in full
	// Flags adds flags of the program's own to the command test. It may be nil.
	Flags func(f *pflag.FlagSet)
	// Test makes the test that the options ask for. Run fills in what the options say of every
	// test, such as its nodes and its store, where it leaves them out.
	Test func(o *Options) (*runner.Test, error)
}

// Main runs the program and ends it.
func Main(p Program) { os.Exit(p.Run(context.Background(), os.Args[1:], os.Stdout, os.Stderr)) }

// forwarded are the commands of jcheck that the program has as well.
var forwarded = []string{"analyze", "check", "elle", "explain", "linearizable", "ls", "ops", "perf", "report", "show", "shrink", "store"}

// Run carries out a command line, without the name of the program, and returns its exit status.
func (p Program) Run(ctx context.Context, args []string, out, errw io.Writer) int {
	if len(args) > 0 && slices.Contains(forwarded, args[0]) {
		return command.Run(ctx, args, os.Stdin, out, errw)
	}
	status := 0
	root := &cobra.Command{
		Use: p.Name, Short: p.Short, Long: p.Long, SilenceErrors: true, SilenceUsage: true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return errors.Join(cmd.Help(), errors.New("expected a command"))
		},
		Args: cobra.NoArgs,
	}
	root.AddCommand(p.test(&status, out, errw))
	for _, name := range forwarded {
		root.AddCommand(&cobra.Command{Use: name, Short: "As jcheck " + name, Run: func(*cobra.Command, []string) {}})
	}
	root.SetArgs(args)
	root.SetOut(out)
	root.SetErr(errw)
	if err := root.ExecuteContext(ctx); err != nil {
		fmt.Fprintf(errw, "%s: %v\n", p.Name, err)
		return exitUsage
	}
	return status
}

// test is the command that runs tests.
func (p Program) test(status *int, out, errw io.Writer) *cobra.Command {
	o := &Options{}
	cmd := &cobra.Command{
		Use: "test", Short: "Run the test, store the run and judge it", Args: cobra.NoArgs,
		Long: `Test sets up the database on the nodes, lets clients work on it while faults are injected,
tears everything down, and stores the run in the store. Then it judges the run as jcheck
analyze does. The exit status is the verdict.

The first Ctrl-C stops the test: what it set up is torn down, and what it recorded is stored.
The second one ends the program at once.`,
	}
	o.addTo(cmd.Flags())
	if p.Flags != nil {
		p.Flags(cmd.Flags())
	}
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if err := o.complete(); err != nil {
			return err
		}
		for range o.Count {
			test, err := p.Test(o)
			if err != nil {
				return err
			}
			o.fill(test)
			if *status = p.once(cmd.Context(), test, out, errw); *status != 0 {
				break
			}
		}
		return nil
	}
	return cmd
}

// once runs a test and returns the exit status.
func (p Program) once(ctx context.Context, test *runner.Test, out, errw io.Writer) int {
	ctx, stopped := signals(ctx)
	if test.Logger == nil {
		test.Logger = slog.New(slog.NewTextHandler(errw, nil))
	}
	verdict := 0
	if test.Analyze == nil {
		test.Analyze = func(ctx context.Context, dir string) error {
			verdict = command.Run(ctx, []string{"analyze", dir}, nil, out, errw)
			return nil
		}
	}
	res, err := test.Run(ctx)
	for _, w := range res.Warnings {
		fmt.Fprintf(errw, "%s: warning: %s\n", p.Name, w)
	}
	if res.Unclean != nil {
		fmt.Fprintf(errw, "%s: the teardown failed, and may have left nodes in disorder: %v\n", p.Name, res.Unclean)
	}
	switch n := stopped(); {
	case n != 0:
		fmt.Fprintf(errw, "%s: stopped; what was recorded is in %s\n", p.Name, res.Dir)
		return n
	case err != nil:
		fmt.Fprintf(errw, "%s: %v\n", p.Name, err)
		if res.Dir != "" {
			fmt.Fprintf(errw, "%s: the log and what was recorded are in %s\n", p.Name, res.Dir)
		}
		return exitCrashed
	case res.Unclean != nil:
		return exitCrashed
	}
	return verdict
}

// signals ends the context at the first signal to stop, and the program at the second. It also
// returns what says by which, as an exit status.
func signals(ctx context.Context) (context.Context, func() int) {
	ctx, cancel := context.WithCancel(ctx)
	got := make(chan os.Signal, 2)
	signal.Notify(got, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	var first atomic.Int32
	done := make(chan struct{})
	go func() {
		for {
			select {
			case s := <-got:
				n, _ := s.(syscall.Signal)
				if !first.CompareAndSwap(0, 128+int32(n)) {
					fmt.Fprintln(os.Stderr, "stopped at once: what was set up may still be there")
					os.Exit(int(first.Load()))
				}
				cancel()
			case <-done:
				return
			}
		}
	}()
	return ctx, func() int {
		signal.Stop(got)
		close(done)
		cancel()
		return int(first.Load())
	}
}
