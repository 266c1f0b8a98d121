// Command register tests a small database that it brings along: five nodes that hold one register.
// See README.md.
package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"encoding/json"
	"errors"

	"github.com/spf13/pflag"

	"github.com/seed-c33ae711/jcheck/runner"
	"github.com/seed-c33ae711/jcheck/runner/cli"
	"github.com/seed-c33ae711/jcheck/runner/control"
	"github.com/seed-c33ae711/jcheck/runner/gen"
	"github.com/seed-c33ae711/jcheck/runner/nemesis"
)

func main() {
	if len(os.Args) > 5 && os.Args[1] == "serve" { // as a node of the database
		id, _ := strconv.Atoi(os.Args[3])
		if err := serve(os.Args[2], id, os.Args[4], os.Args[5:]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	mode := "split"
	cli.Main(cli.Program{
		Name: "register", Short: "Test a register that is replicated on five nodes",
		Flags: func(f *pflag.FlagSet) {
			f.StringVar(&mode, "mode", mode, "how the database replicates: split, which is wrong, or quorum")
		},
		Test: func(o *cli.Options) (*runner.Test, error) { return newTest(o, mode) },
	})
}

// newTest is a test of the register: reads and writes of clients at all nodes, while the network is
// cut and mended.
func newTest(o *cli.Options, mode string) (*runner.Test, error) {
	if mode != "split" && mode != "quorum" {
		return nil, fmt.Errorf("expected a --mode of split or quorum, found %q", mode)
	}
	db, err := newDB(o.Nodes, mode)
	if err != nil {
		return nil, err
	}
	faults, err := nemesis.New(nemesis.Options{Faults: []string{"partition"}, Interval: o.Interval, Net: db.net, Seed: o.Seed})
	if err != nil {
		return nil, err
	}
	reads := gen.Repeat(gen.Call("read", nil))
	writes := gen.Count(func(i int) gen.Op { return gen.Op{F: "write", Value: i + 1} })
	gap := time.Duration(float64(time.Second) / o.Rate)
	return &runner.Test{
		Name: "register-" + mode, Concurrency: max(o.Concurrency, 2*len(o.Nodes)), Remote: control.Local{Dir: db.dir}, DB: db, Client: client{db: db}, Nemesis: faults.Nemesis,
		Generator: gen.Phases(
			gen.TimeLimit(o.TimeLimit, gen.ClientsAndNemesis(gen.Stagger(gap, gen.Mix(reads, writes)), gen.Concat(gen.Pause(2*time.Second), faults.Generator))),
			gen.Nemesis(faults.Final),
			gen.Pause(time.Second),
			gen.Clients(gen.EachThread(gen.UntilOK(gen.Limit(10, reads)))),
		),
		Timeouts: runner.Timeouts{Op: 2 * time.Second},
		Close:    db.close,
	}, nil
}

// db runs the nodes as processes of this machine, which reach each other through proxies.
type db struct {
	dir, mode, bin string
	nodes          []string
	addrs          map[string]string
	net            *nemesis.Proxies
}

func newDB(nodes []string, mode string) (*db, error) {
	d := &db{mode: mode, nodes: nodes, addrs: map[string]string{}}
	var err error
	if d.bin, err = os.Executable(); err != nil {
		return nil, err
	}
	if d.dir, err = os.MkdirTemp("", "register-"); err != nil {
		return nil, err
	}
	for _, n := range nodes { // a port that is free now
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		d.addrs[n] = l.Addr().String()
		if err := l.Close(); err != nil {
			return nil, err
		}
	}
	d.net, err = nemesis.NewProxies(nodes, d.addrs)
	return d, err
}

// close ends the proxies and removes the directories of the nodes.
func (d *db) close() error { return errors.Join(d.net.Close(), os.RemoveAll(d.dir)) }

func (d *db) daemon(n *runner.Node) control.Daemon {
	args := []string{"serve", d.addrs[n.Name], "", d.mode}
	for i, other := range d.nodes {
		if other == n.Name {
			args[2] = strconv.Itoa(i)
			args = append(args, d.addrs[other])
		} else {
			args = append(args, d.net.Addr(n.Name, other))
		}
	}
	return control.Daemon{Bin: d.bin, Args: args, Log: "register.log", PidFile: "register.pid"}
}

// Setup starts the database on a node.
func (d *db) Setup(ctx context.Context, r *runner.Run, n *runner.Node) error {
	if _, err := n.Shell().StartDaemon(ctx, d.daemon(n)); err != nil {
		return err
	}
	select { // until the nodes have heard of each other
	case <-time.After(time.Second):
	case <-ctx.Done():
	}
	return r.Sync(ctx)
}

// Teardown ends it.
func (d *db) Teardown(ctx context.Context, _ *runner.Run, n *runner.Node) error {
	return n.Shell().StopDaemon(ctx, d.daemon(n))
}

// LogFiles are what goes into the run.
func (d *db) LogFiles(context.Context, *runner.Run, *runner.Node) (map[string]string, error) {
	return map[string]string{"register.log": "register.log"}, nil
}

// client asks one node.
type client struct {
	runner.BaseClient
	db   *db
	addr string
	http *http.Client
}

// Open returns a client of a node.
func (c client) Open(_ context.Context, _ *runner.Run, node string) (runner.Client, error) {
	return client{db: c.db, addr: c.db.addrs[node], http: &http.Client{Timeout: time.Second}}, nil
}

// Invoke reads or writes. A read that failed had no effect; a write may have.
func (c client) Invoke(ctx context.Context, _ *runner.Run, op gen.Op) (gen.Op, error) {
	method, body := http.MethodGet, ""
	if op.F == "write" {
		method, body = http.MethodPut, fmt.Sprint(op.Value)
	}
	got, err := c.call(ctx, method, body)
	switch {
	case err != nil && op.F == "read":
		return op, runner.Definite(err)
	case err != nil:
		return op, err
	case op.F == "read" && got.Seq > 0:
		return op.As(gen.OK).With(got.Value), nil
	}
	return op.As(gen.OK), nil
}

func (c client) call(ctx context.Context, method, body string) (got version, err error) {
	req, err := http.NewRequestWithContext(ctx, method, "http://"+c.addr+"/register", strings.NewReader(body))
	if err != nil {
		return got, err
	}
	res, err := c.http.Do(req)
	if err != nil {
		return got, err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return got, fmt.Errorf("status %d", res.StatusCode)
	}
	return got, json.NewDecoder(res.Body).Decode(&got)
}

// Close ends its connections.
func (c client) Close(context.Context, *runner.Run) error {
	c.http.CloseIdleConnections()
	return nil
}
