package nemesis

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/seed-c33ae711/jcheck/runner"
	"github.com/seed-c33ae711/jcheck/runner/control"
)

// IPTables drops packets by rules of iptables, in a chain of its own, so that those of the node
// stay. It needs root on the nodes.
type IPTables struct{}

// chain is where the rules stand.
const chain = "JCHECK"

// Check finds out whether iptables works on every node.
func (IPTables) Check(ctx context.Context, r *runner.Run) error {
	return r.OnNodes(ctx, nil, func(ctx context.Context, n *runner.Node) error {
		if _, err := root(n).Run(ctx, "iptables", "-w", "-L", "INPUT", "-n"); err != nil {
			return fmt.Errorf("iptables does not work there, so no network can be cut: %w", err)
		}
		return nil
	})
}

func root(n *runner.Node) control.Shell { return n.Shell().Sudo("root") }

// Drop adds a rule for each node whose packets are dropped, unless there is one.
func (IPTables) Drop(ctx context.Context, r *runner.Run, g Grudge) error {
	return r.OnNodes(ctx, slices.Sorted(maps.Keys(g)), func(ctx context.Context, n *runner.Node) error {
		lines := []string{
			"iptables -w -N " + chain + " 2>/dev/null",
			"iptables -w -C INPUT -j " + chain + " 2>/dev/null || iptables -w -I INPUT -j " + chain + " || exit",
		}
		for _, other := range g[n.Name] {
			addr, err := address(ctx, n, other)
			if err != nil {
				return err
			}
			rule := chain + " -s " + addr + " -j DROP"
			lines = append(lines, "iptables -w -C "+rule+" 2>/dev/null || iptables -w -A "+rule+" || exit")
		}
		_, err := root(n).Script(ctx, strings.Join(lines, "\n"), nil)
		return err
	})
}

// address is that of another node, as a node knows it.
func address(ctx context.Context, n *runner.Node, other string) (string, error) {
	out, err := n.Shell().Run(ctx, "getent", "ahostsv4", other)
	if err != nil {
		return "", fmt.Errorf("the address of %s: %w", other, err)
	}
	addr, _, _ := strings.Cut(out, " ")
	if addr == "" || strings.HasPrefix(addr, "127.") {
		return "", fmt.Errorf("expected an address of %s, found %q: is it in /etc/hosts there?", other, addr)
	}
	return addr, nil
}

// Heal removes the chain.
func (IPTables) Heal(ctx context.Context, r *runner.Run) error {
	return r.OnAll(ctx, nil, func(ctx context.Context, n *runner.Node) error {
		_, err := root(n).Script(ctx, "iptables -w -F "+chain+" 2>/dev/null || exit 0\niptables -w -D INPUT -j "+chain+" 2>/dev/null\niptables -w -X "+chain, nil)
		return err
	})
}
