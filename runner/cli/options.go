package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/seed-c33ae711/jcheck/runner"
	"github.com/seed-c33ae711/jcheck/runner/control"
	"github.com/seed-c33ae711/jcheck/runner/nemesis"
)

// Options are those of every test.
type Options struct {
	Nodes       []string
	Concurrency int           // clients
	TimeLimit   time.Duration // of the main phase; the generator must heed it
	Rate        float64       // operations per second, of all clients together; the generator must heed it
	Faults      []string      // kinds of faults to inject, as package nemesis names them
	Interval    time.Duration // between faults
	Seed        uint64        // 0 for a random one
	Store       string
	Count       int
	LeaveDB     bool
	OpTimeout   time.Duration
	Remote      control.Remote
	Spec        control.Spec

	nodesFile, concurrency, remote, localDir, keys, hostKeys, passwordFile string
}

func (o *Options) addTo(f *pflag.FlagSet) {
	f.StringSliceVarP(&o.Nodes, "nodes", "n", nil, "`names` of the nodes, or their addresses (default n1 to n5)")
	f.StringVar(&o.nodesFile, "nodes-file", "", "`file` with the name of a node on each line")
	f.StringVarP(&o.concurrency, "concurrency", "c", "1n", "`number` of clients; 3n means three for each node")
	f.DurationVar(&o.TimeLimit, "time-limit", 30*time.Second, "how long operations are performed")
	f.Float64VarP(&o.Rate, "rate", "r", 100, "operations per `second`, of all clients together")
	f.StringSliceVar(&o.Faults, "faults", nil, "`kinds` of faults to inject: "+strings.Join(nemesis.Faults(), ", "))
	f.DurationVar(&o.Interval, "fault-interval", 5*time.Second, "`time` between faults of a kind, on the average")
	f.Uint64Var(&o.Seed, "seed", 0, "`seed` of what is random (default: a random one, which the log has)")
	f.StringVar(&o.Store, "store", "store", "`directory` in which the run is stored")
	f.IntVar(&o.Count, "count", 1, "how often the test is run, at most: it ends at the first run that is not valid")
	f.BoolVar(&o.LeaveDB, "leave-db-running", false, "do not tear down the database")
	f.DurationVar(&o.OpTimeout, "op-timeout", 10*time.Second, "how long an operation may take before its outcome counts as unknown")
	f.StringVar(&o.remote, "remote", "ssh", "how to reach the nodes: ssh, or local, where each node is a directory on this machine")
	f.StringVar(&o.localDir, "local-dir", "", "local: `directory` of the nodes (default: one in the system's temporary directory)")
	f.StringVar(&o.Spec.User, "user", "root", "ssh: the `user` who logs in")
	f.IntVar(&o.Spec.Port, "ssh-port", 22, "ssh: `port`")
	f.StringVar(&o.keys, "ssh-private-key", "", "ssh: `file` of a private key (default: those of the agent, and in ~/.ssh)")
	f.StringVar(&o.passwordFile, "ssh-password-file", "", "ssh: `file` with the password")
	f.StringVar(&o.hostKeys, "host-keys", string(control.AcceptNew), "ssh: keys of hosts that are trusted: yes (known ones), accept-new, or no (any)")
}

// complete reads what the flags say.
func (o *Options) complete() (err error) {
	if o.nodesFile != "" {
		text, err := os.ReadFile(o.nodesFile)
		if err != nil {
			return err
		}
		o.Nodes = append(o.Nodes, strings.Fields(string(text))...)
	}
	if o.Nodes == nil {
		o.Nodes = []string{"n1", "n2", "n3", "n4", "n5"}
	}
	if o.Concurrency, err = clients(o.concurrency, len(o.Nodes)); err != nil {
		return err
	}
	switch {
	case o.Rate <= 0:
		return fmt.Errorf("expected a --rate above 0, found %v", o.Rate)
	case o.Count < 1:
		return fmt.Errorf("expected a --count of at least 1, found %d", o.Count)
	}
	for _, f := range o.Faults {
		if !slices.Contains(nemesis.Faults(), f) {
			return fmt.Errorf("unknown kind of faults %q: expected some of %s", f, strings.Join(nemesis.Faults(), ", "))
		}
	}
	o.Remote, err = o.makeRemote()
	return err
}

// clients reads a number of clients, such as 10, or 2n for two on each node.
func clients(s string, nodes int) (int, error) {
	number, perNode := strings.CutSuffix(s, "n")
	n, err := strconv.Atoi(number)
	if err != nil || n < 1 {
		return 0, fmt.Errorf("expected a --concurrency such as 10 or 2n, found %q", s)
	}
	if perNode {
		n *= max(nodes, 1)
	}
	return n, nil
}

func (o *Options) makeRemote() (control.Remote, error) {
	switch o.remote {
	case "local":
		dir := o.localDir
		if dir == "" {
			dir = os.TempDir() + "/jcheck-nodes"
		}
		return control.Local{Dir: dir}, nil
	case "ssh":
	default:
		return nil, fmt.Errorf("expected a --remote of ssh or local, found %q", o.remote)
	}
	if !slices.Contains([]string{"yes", "accept-new", "no"}, o.hostKeys) {
		return nil, fmt.Errorf("expected --host-keys of yes, accept-new or no, found %q", o.hostKeys)
	}
	s := &control.SSH{HostKeys: control.HostKeys(o.hostKeys), Learned: filepath.Join(o.Store, "known_hosts")}
	if o.keys != "" {
		s.Keys = []string{o.keys}
	}
	if o.passwordFile != "" {
		text, err := os.ReadFile(o.passwordFile)
		if err != nil {
			return nil, err
		}
		if s.Password = strings.TrimRight(string(text), "\r\n"); s.Password == "" {
			return nil, errors.New("the file of the password is empty")
		}
	}
	return s, nil
}

// fill completes a test where the program left out what every test has.
func (o *Options) fill(t *runner.Test) {
	if t.Nodes == nil {
		t.Nodes = o.Nodes
	}
	if t.Concurrency == 0 {
		t.Concurrency = o.Concurrency
	}
	if t.Seed == 0 {
		t.Seed = o.Seed
	}
	if t.Remote == nil {
		t.Remote, t.Spec = o.Remote, o.Spec
	}
	if t.Store == "" {
		t.Store = o.Store
	}
	if t.Timeouts.Op == 0 {
		t.Timeouts.Op = o.OpTimeout
	}
	t.LeaveDBRunning = t.LeaveDBRunning || o.LeaveDB
}
