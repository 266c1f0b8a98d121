package elle_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"github.com/seed-c33ae711/jcheck/elle"
	"github.com/seed-c33ae711/jcheck/internal/oracle"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// judged pairs a consistency model of the lattice with its brute-force judge,
// and says whether the checker is complete for it when every append was read by
// a committed transaction: then the order of versions is known, and the
// dependency graph decides.
var judged = []struct {
	model    string
	holds    func(oracle.Txns) bool
	complete bool
	keys     string // the order in time that each key is to keep
}{
	{"serializable", oracle.KeysInSession(oracle.SerializableIn), true, "sequential"},
	{"serializable", oracle.KeysInTime(oracle.SerializableIn), true, "linearizable"},
	{"snapshot-isolation", oracle.KeysInSession(oracle.SnapshotIsolationIn), true, "sequential"},
	{"snapshot-isolation", oracle.KeysInTime(oracle.SnapshotIsolationIn), true, "linearizable"},
	{"serializable", oracle.Serializable, true, ""},
	{"strong-session-serializable", oracle.SessionSerializable, true, ""},
	{"strict-serializable", oracle.StrictSerializable, true, ""},
	{"snapshot-isolation", oracle.SnapshotIsolation, true, ""},
	{"strong-session-snapshot-isolation", oracle.StrongSessionSnapshotIsolation, true, ""},
	{"strong-snapshot-isolation", oracle.StrongSnapshotIsolation, true, ""},
	{"read-committed", oracle.ReadCommitted, false, ""},
	{"strong-read-committed", oracle.StrongReadCommitted, false, ""},
	{"prefix", oracle.Prefix, false, ""},
}

// observed reports whether every append of a transaction that took effect was read
// by a committed one. An indeterminate transaction took effect if something of it
// was read.
func observed(ts oracle.Txns) bool {
	type cell struct{ key, elem int }
	seen := map[cell]bool{}
	for _, t := range ts {
		for _, m := range t.Ops {
			if t.Status == oracle.OK && !m.Append {
				for _, e := range m.List {
					seen[cell{m.Key, e}] = true
				}
			}
		}
	}
	for _, t := range ts {
		read, unread := 0, 0
		for _, m := range t.Ops {
			switch {
			case !m.Append || t.Status == oracle.Fail:
			case seen[cell{m.Key, m.Elem}]:
				read++
			default:
				unread++
			}
		}
		if unread > 0 && (read > 0 || t.Status == oracle.OK) {
			return false
		}
	}
	return true
}

// inOrder reports whether no list shows two appends of one transaction the
// other way round than the transaction made them, or the later one alone. A
// transaction has no edge to itself, so the checker does not see that (a limit
// that doc.go names).
func inOrder(ts oracle.Txns) bool {
	for _, t := range ts {
		for _, m := range t.Ops {
			for i, e := range m.List {
				if !m.Append && slices.ContainsFunc(madeBefore(ts, m.Key, e), func(before int) bool { return !slices.Contains(m.List[:i], before) }) {
					return false
				}
			}
		}
	}
	return true
}

// madeBefore returns what the transaction that appended an element to a key had
// appended to it before.
func madeBefore(ts oracle.Txns, key, elem int) []int {
	for _, t := range ts {
		var made []int
		for _, m := range t.Ops {
			switch {
			case !m.Append || m.Key != key:
			case m.Elem == elem:
				return made
			default:
				made = append(made, m.Elem)
			}
		}
	}
	return nil
}

// plain writes every empty read of a committed transaction the same way: nil and
// the empty list are different values to internal consistency (Q7), but the same
// state to the judges.
func plain(ts oracle.Txns) oracle.Txns {
	for i := range ts {
		for j := range ts[i].Ops {
			if m := &ts[i].Ops[j]; ts[i].Status == oracle.OK && !m.Append && len(m.List) == 0 {
				m.List = []int{}
			}
		}
	}
	return ts
}

func judge(t *testing.T, ts oracle.Txns) {
	t.Helper()
	ts = plain(ts)
	h, err := ts.History()
	if err != nil {
		t.Fatalf("%v: %v", ts, err)
	}
	full := observed(ts) && inOrder(ts)
	for _, j := range judged {
		res, err := elle.Check(context.Background(), h, elle.Options{Workload: elle.ListAppend, Models: []string{j.model}, SequentialKeys: j.keys == "sequential", LinearizableKeys: j.keys == "linearizable"})
		if err != nil {
			t.Fatalf("%v: %v", ts, err)
		}
		switch holds := j.holds(ts); {
		case res.Valid == verdict.Invalid && holds:
			t.Fatalf("false alarm: %v satisfies %s, but %v", ts, j.model, res.Types())
		case res.Valid == verdict.Valid && !holds && full && j.complete:
			t.Fatalf("missed: %v violates %s, and every append was read", ts, j.model)
		}
	}
}

func TestExhaustive(t *testing.T) {
	t.Parallel()
	sizes := []struct {
		txns, mops, keys int
		realtime         bool
		every            int // judge one in so many
	}{
		{2, 2, 2, false, 1},
		{2, 2, 2, true, 1},
		{3, 2, 1, true, 97},
		{3, 2, 2, false, 53},
		{3, 2, 2, true, 997},
	}
	for _, s := range sizes {
		t.Run(fmt.Sprintf("%+v", s), func(t *testing.T) {
			t.Parallel()
			n := 0
			for ts := range oracle.Exhaustive(s.txns, s.mops, s.keys, s.realtime) {
				every := s.every
				if os.Getenv("JCHECK_EXHAUSTIVE") != "" { // takes half an hour
					every = 1
				} else if testing.Short() && s.txns > 2 {
					every *= 10
				}
				if n++; n%every == 0 {
					judge(t, unsure(n/every%(len(ts)+2), ts))
				}
			}
			t.Logf("%d histories", n)
		})
	}
}

func TestRandomHistories(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(1, 2))
	n := 3000
	if testing.Short() {
		n = 500
	}
	for i := range n {
		judge(t, oracle.Random(rng, oracle.Params{
			Txns: 2 + i%6, Ops: 3, Keys: 1 + i%3, Processes: 2 + i%3,
			Mutate: []float64{0, 0.1, 0.3}[i%3], Fail: 0.1 * float64(i%2), Info: 0.1 * float64(i/2%2),
		}))
	}
}
