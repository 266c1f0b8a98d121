package command

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/seed-c33ae711/jcheck/elle"
	"github.com/seed-c33ae711/jcheck/render"
)

func (a *app) models() *cobra.Command {
	var dot bool
	cmd := &cobra.Command{
		Use:   "models",
		Short: "List the consistency models and how they imply each other",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			text := []byte(render.ModelTable(elle.Models()))
			if dot {
				var err error
				if text, err = render.ModelDOT(elle.Models()); err != nil {
					return ranError{err}
				}
				text = append(text, '\n')
			}
			_, err := a.data.Write(text)
			return ran(err)
		},
	}
	cmd.Flags().BoolVar(&dot, "dot", false, "write the lattice as a graph in DOT")
	return cmd
}

// versionLine says which version this is.
// toolVersion is that of the module, as it was built.
func toolVersion() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		return info.Main.Version
	}
	return "unknown"
}

func versionLine() string {
	return fmt.Sprintf("jcheck %s %s %s/%s", toolVersion(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
}

func (a *app) version() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprintln(a.text, versionLine())
			return ran(err)
		},
	}
}
