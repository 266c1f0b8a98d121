package simulate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/seed-c33ae711/jcheck/internal/suggest"
)

// A Database describes a simulated database.
type Database struct {
	Name      string
	Doc       string  // one line
	Promise           // for list-append
	Registers Promise // for rw-register
}

// A Promise says what a database keeps and breaks.
type Promise struct {
	// Model is the strongest consistency model that every history of this
	// database satisfies, by the name Elle gives it. It is empty if the
	// database keeps none.
	Model string

	// Anomalies are what a check for strict serializability finds in a long enough
	// history, the plainest first, in Elle's spelling. There may be others that follow
	// from them. Those of registers show only in a check that assumes Keys.
	Anomalies []string

	// Keys is the most that a check may assume of each key by itself, of registers:
	// linearizable-keys, from which sequential-keys and wfr-keys follow, or wfr-keys
	// only. It is empty for lists, which show their order.
	Keys string
}

// engine is a database as the scheduler runs it: the decisions in which
// databases differ.
type engine struct {
	Database
	atomic    bool              // a transaction runs from snapshot to commit in one step
	live      bool              // each read sees what is committed by then, not a snapshot
	behind    func(t *txn) bool // who may get an old snapshot; nil means nobody
	refuse    func(t *txn) bool // what stops a commit; nil means nothing
	overwrite bool              // a commit builds on its snapshot and not on what is there
	leak      bool              // a refused commit is installed all the same
	piecemeal bool              // a commit is installed key by key
}

var engines = []engine{
	{
		Database: Database{
			Name:      "serial",
			Doc:       "one transaction at a time, each at some moment between its invocation and its completion",
			Promise:   Promise{Model: "strict-serializable"},
			Registers: Promise{Model: "strict-serializable", Keys: "linearizable-keys"},
		},
		atomic: true,
	},
	{
		Database: Database{
			Name:      "serializable-si",
			Doc:       "snapshots; a commit is refused if anything read or written has changed since",
			Promise:   Promise{Model: "strict-serializable"},
			Registers: Promise{Model: "strict-serializable", Keys: "linearizable-keys"},
		},
		refuse: func(t *txn) bool { return t.changed(func(int) bool { return true }) },
	},
	{
		Database: Database{
			Name:      "snapshot-isolation",
			Doc:       "snapshots; of concurrent transactions that write the same key the first to commit wins",
			Promise:   Promise{Model: "strong-snapshot-isolation", Anomalies: []string{"G2-item"}},
			Registers: Promise{Model: "strong-snapshot-isolation", Anomalies: []string{"G2-item"}, Keys: "linearizable-keys"},
		},
		refuse: (*txn).writesChanged,
	},
	{
		Database: Database{
			Name:      "prefix",
			Doc:       "snapshots that may be old, and writes that never conflict",
			Promise:   Promise{Model: "prefix", Anomalies: []string{"G-single-item", "lost-update", "G-single-item-realtime"}},
			Registers: Promise{Model: "prefix", Anomalies: []string{"lost-update", "G-single-item-realtime"}, Keys: "wfr-keys"},
		},
		behind: func(*txn) bool { return true },
		refuse: (*txn).ownReadsChanged,
	},
	{
		Database: Database{
			Name:      "read-committed",
			Doc:       "each read sees what is committed by then; writes are installed together at commit",
			Promise:   Promise{Model: "strong-read-committed", Anomalies: []string{"G-single-item", "lost-update"}},
			Registers: Promise{Model: "strong-read-committed", Anomalies: []string{"G-single-item", "lost-update"}, Keys: "linearizable-keys"},
		},
		live:   true,
		refuse: (*txn).ownReadsChanged,
	},
	{
		Database: Database{
			Name:      "stale-follower",
			Doc:       "serial, but read-only transactions go to a replica that lags behind",
			Promise:   Promise{Model: "serializable", Anomalies: []string{"G-single-item-realtime"}},
			Registers: Promise{Model: "serializable", Anomalies: []string{"G-single-item-realtime"}, Keys: "wfr-keys"},
		},
		atomic: true,
		behind: (*txn).readOnly,
	},
	{
		Database: Database{
			Name:      "fractured-read",
			Doc:       "snapshot isolation, but a commit becomes visible key by key",
			Promise:   Promise{Model: "strong-read-committed", Anomalies: []string{"G-single-item"}},
			Registers: Promise{Model: "strong-read-committed", Anomalies: []string{"G-single-item"}, Keys: "linearizable-keys"},
		},
		refuse:    (*txn).writesChanged,
		piecemeal: true,
	},
	{
		Database: Database{
			Name:      "aborted-read",
			Doc:       "serial, but some transactions fail and their writes stay",
			Promise:   Promise{Model: "strong-read-uncommitted", Anomalies: []string{"G1a", "dirty-update"}},
			Registers: Promise{Model: "strong-read-uncommitted", Anomalies: []string{"G1a"}, Keys: "linearizable-keys"},
		},
		atomic: true,
		refuse: func(t *txn) bool { return t.unlucky },
		leak:   true,
	},
	{
		Database: Database{
			Name:      "lost-update",
			Doc:       "snapshots; a commit overwrites each key with what it saw and wrote",
			Promise:   Promise{Anomalies: []string{"incompatible-order", "lost-update"}},
			Registers: Promise{Model: "prefix", Anomalies: []string{"G-single-item", "lost-update"}, Keys: "linearizable-keys"},
		},
		overwrite: true,
	},
}

// Databases returns the simulated databases, the strongest first.
func Databases() []Database {
	list := make([]Database, len(engines))
	for i := range engines {
		list[i] = engines[i].Database
		for _, p := range []*Promise{&list[i].Promise, &list[i].Registers} {
			p.Anomalies = slices.Clone(p.Anomalies)
		}
	}
	return list
}

func find(name string) (*engine, error) {
	if name == "" {
		return &engines[0], nil
	}
	names := make([]string, len(engines))
	for i := range engines {
		names[i] = engines[i].Name
		if names[i] == name {
			return &engines[i], nil
		}
	}
	return nil, fmt.Errorf("unknown database %q%s; there are %s", name, suggest.DidYouMean(name, names), strings.Join(names, ", "))
}
