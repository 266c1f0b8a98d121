package runner

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"time"

	"github.com/seed-c33ae711/jcheck/runner/control"
	"github.com/seed-c33ae711/jcheck/runner/gen"
)

// A Test is everything about a run. Name, Client and Generator must be there.
type Test struct {
	Name        string
	Nodes       []string // n1 to n5 if nil
	Concurrency int      // clients; as many as there are nodes if 0
	Seed        uint64   // of what is random; random itself if 0
	Remote      control.Remote
	Spec        control.Spec // of every node but its name and host
	OS          OS           // nothing if nil
	DB          DB           // nothing if nil
	Client      Client
	Nemesis     Nemesis // nothing if nil
	Generator   gen.Gen
	// LeaveDBRunning keeps the database as it is when the test ends.
	LeaveDBRunning bool
	Store          string      // the directory of runs; store if empty
	Fields         []gen.Field // of the test map that is stored, beside those of the runner
	Logger         *slog.Logger
	Timeouts       Timeouts
	// Close releases what the test holds, such as a network of proxies, when everything is torn
	// down. It may be nil.
	Close func() error
	// Analyze judges the run in a directory, once it is over. It returns an error if it cannot.
	Analyze func(ctx context.Context, dir string) error
}

// Timeouts bound the phases of a test. Zero values stand for the defaults.
type Timeouts struct {
	Op       time.Duration // of each op of a client; none by default
	Late     time.Duration // that an op may take beyond Op; 1 s
	Grace    time.Duration // for the ops that run when the test is stopped, and then for their clients to close; 5 s
	Drain    time.Duration // for the ops that run when the generator is done; 60 s
	Teardown time.Duration // for each part of the teardown; 60 s
	Sync     time.Duration // for Run.Sync; 60 s
}

func (t *Timeouts) fill() {
	for _, d := range []struct {
		of    *time.Duration
		value time.Duration
	}{{&t.Late, time.Second}, {&t.Grace, 5 * time.Second}, {&t.Drain, time.Minute}, {&t.Teardown, time.Minute}, {&t.Sync, time.Minute}} {
		if *d.of == 0 {
			*d.of = d.value
		}
	}
}

// filled is a copy of the test with its defaults, if it is complete.
func (t *Test) filled() (*Test, error) {
	f := *t
	switch {
	case f.Name == "":
		return nil, errors.New("expected a test with a name")
	case f.Client == nil:
		return nil, errors.New("expected a test with a client")
	case f.Concurrency < 0:
		return nil, fmt.Errorf("expected at least one client, found %d", f.Concurrency)
	}
	if f.Nodes == nil {
		f.Nodes = []string{"n1", "n2", "n3", "n4", "n5"}
	}
	if sorted := slices.Sorted(slices.Values(f.Nodes)); len(slices.Compact(sorted)) < len(f.Nodes) {
		return nil, fmt.Errorf("expected each node once, found %v", f.Nodes)
	}
	for _, n := range f.Nodes {
		if !filepath.IsLocal(n) || filepath.Base(n) != n { // it is the name of a directory, too
			return nil, fmt.Errorf("expected the name of a node, found %q", n)
		}
	}
	if f.Concurrency == 0 {
		f.Concurrency = max(len(f.Nodes), 1)
	}
	if f.Seed == 0 {
		f.Seed = rand.Uint64()
	}
	if f.Nemesis == nil {
		f.Nemesis = NoNemesis{}
	}
	if f.Logger == nil {
		f.Logger = slog.New(slog.DiscardHandler)
	}
	if f.Store == "" {
		f.Store = "store"
	}
	f.Timeouts.fill()
	return &f, nil
}
