package lab_test

import (
	"context"
	"fmt"
	"os"

	"github.com/seed-c33ae711/jcheck/runner/control"
	"github.com/seed-c33ae711/jcheck/runner/lab"
)

// A program that runs itself in a lab, and says hello to each node. It needs root.
func Example() {
	lab.Main()
	err := lab.Run(context.Background(), lab.Options{Nodes: 3}, func(ctx context.Context, l *lab.Lab) error {
		ssh := &control.SSH{Keys: []string{l.Key}, KnownHosts: []string{l.KnownHosts}, HostKeys: control.Strict}
		for _, n := range l.Nodes {
			conn, err := ssh.Connect(ctx, control.Spec{Node: n.Name, Host: n.Name})
			if err != nil {
				return err
			}
			defer conn.Close()
			fmt.Println(control.NewShell(conn, n.Name, "root").Run(ctx, "hostname"))
		}
		return nil
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
