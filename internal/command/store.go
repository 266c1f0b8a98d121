package command

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/seed-c33ae711/jcheck/store"
)

func (a *app) store() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "store",
		Short: "Check and repair .jepsen files",
		RunE:  func(*cobra.Command, []string) error { return usagef("expected store verify or store repair") },
	}
	cmd.AddCommand(a.storeVerify(), a.storeRepair())
	return cmd
}

func (a *app) storeVerify() *cobra.Command {
	return &cobra.Command{
		Use:   "verify FILE...",
		Short: "Read a whole .jepsen file and report what is damaged",
		Long: `Verify reads every block of .jepsen files, or of the runs in directories, checks the
checksums, and decodes the test, the results and each op. A file that has lost anything is
invalid.`,
		Example: "  jcheck store verify store/etcd/latest",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			for _, arg := range args {
				if err := a.verify(arg); err != nil {
					a.complain(err)
					a.worsen(statusOf(ranError{err}))
				}
			}
			return nil
		},
	}
}

func (a *app) verify(arg string) error {
	file, err := a.storedFile(arg)
	if err != nil {
		return err
	}
	r, err := store.Verify(file)
	if err != nil {
		return err
	}
	word := "sound"
	if len(r.Losses) > 0 {
		word = "damaged"
		a.worsen(exitInvalid)
	}
	if r.Version < 0 { // a test.fressian, which has neither
		_, err = fmt.Fprintf(a.text, "%s: %s  no version, %d bytes, %d ops\n", file, word, r.Size, r.Ops)
	} else {
		_, err = fmt.Fprintf(a.text, "%s: %s  version %d, %d bytes, %d blocks, %d ops, %d bytes of garbage\n", file, word, r.Version, r.Size, len(r.Blocks), r.Ops, r.Garbage)
	}
	if err != nil {
		return err
	}
	for _, name := range r.Unknown {
		fmt.Fprintf(a.text, "  unknown struct: %s\n", name)
	}
	for _, n := range r.Notes {
		fmt.Fprintf(a.text, "  note: %s\n", n)
	}
	return a.losses(r.Losses)
}

func (a *app) storeRepair() *cobra.Command {
	return &cobra.Command{
		Use:   "repair FILE OUT",
		Short: "Copy the readable part of a .jepsen file to a new file",
		Long: `Repair copies the readable part of a .jepsen file, without its garbage, to a new file, and
reports what is lost. The new file records that ops are missing, so no check of it can
pass. The old file does not change.`,
		Example: "  jcheck store repair store/etcd/latest repaired.jepsen",
		Args:    cobra.ExactArgs(2),
		RunE: func(_ *cobra.Command, args []string) error {
			file, err := a.storedFile(args[0])
			if err != nil {
				return ranError{err}
			}
			if _, err := os.Lstat(args[1]); err == nil { // it may be what is damaged
				return usagef("%s is there already: expected a new file", args[1])
			}
			losses, err := store.Repair(file, args[1])
			if err != nil {
				return ranError{err}
			}
			return ran(a.losses(losses))
		},
	}
}

func (a *app) losses(losses []store.Loss) error {
	for _, l := range losses {
		if _, err := fmt.Fprintf(a.text, "  lost: %s\n", l); err != nil {
			return err
		}
	}
	return nil
}
