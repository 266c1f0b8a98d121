package simulate

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/seed-c33ae711/jcheck/internal/oracle"
)

// tiny is a config of histories that the oracle can judge: few transactions on
// few keys, with everything going wrong that can.
func tiny(w Workload, db string, seed uint64) Config {
	c := Config{Workload: w, DB: db, Txns: 6, Clients: 3, Keys: 2, KeyDist: "uniform", MaxOps: 3, Seed: seed}
	if seed%2 == 0 {
		c.FailRate, c.CrashRate, c.NemesisEvery = 0.1, 0.1, 2
	}
	return c
}

func transactions(t *testing.T, c Config) oracle.Txns {
	t.Helper()
	h, err := c.History()
	if err != nil {
		t.Fatalf("%+v: %v", c, err)
	}
	read := oracle.FromHistory
	if c.Workload == RWRegister {
		read = oracle.FromRegisterHistory
	}
	ts, err := read(h)
	if err != nil {
		t.Fatalf("%+v: %v", c, err)
	}
	return ts
}

// TestPromises checks that each database keeps its model for every seed, and
// that for some seed it breaks those which are stronger.
func TestPromises(t *testing.T) {
	seeds := uint64(1500)
	if testing.Short() {
		seeds = 200
	}
	for _, db := range Databases() {
		for _, w := range Workloads() {
			t.Run(db.Name+"/"+w.String(), func(t *testing.T) {
				model, want := db.Model, strings.Fields(breaks[db.Name])
				if w == RWRegister {
					model = db.Registers.Model
					if other, ok := registersBreak[db.Name]; ok {
						want = strings.Fields(other)
					}
				}
				broken := map[string]bool{}
				for seed := range seeds {
					ts := transactions(t, tiny(w, db.Name, seed))
					for _, m := range oracle.Models() {
						if broken[m.Name] && m.Name != model {
							continue
						}
						if !m.Holds(ts) {
							broken[m.Name] = true
							if m.Name == model {
								t.Fatalf("seed %d: not %s: %s", seed, m.Name, ts)
							}
						}
					}
				}
				for _, m := range oracle.Models() {
					if got := broken[m.Name]; got != slices.Contains(want, m.Name) {
						t.Errorf("%s is broken: %v", m.Name, got)
					}
				}
			})
		}
	}
}

// breaks are the models that each database breaks.
var breaks = map[string]string{
	"serial":             "",
	"serializable-si":    "",
	"snapshot-isolation": "serializable strong-session-serializable strict-serializable",
	"prefix":             "snapshot-isolation strong-session-snapshot-isolation strong-snapshot-isolation serializable strong-session-serializable strict-serializable",
	"read-committed":     "prefix snapshot-isolation strong-session-snapshot-isolation strong-snapshot-isolation serializable strong-session-serializable strict-serializable",
	"stale-follower":     "strong-session-snapshot-isolation strong-snapshot-isolation strong-session-serializable strict-serializable",
	"fractured-read":     "prefix snapshot-isolation strong-session-snapshot-isolation strong-snapshot-isolation serializable strong-session-serializable strict-serializable",
	"aborted-read":       "read-committed strong-read-committed prefix snapshot-isolation strong-session-snapshot-isolation strong-snapshot-isolation serializable strong-session-serializable strict-serializable",
	"lost-update":        "read-committed strong-read-committed prefix snapshot-isolation strong-session-snapshot-isolation strong-snapshot-isolation serializable strong-session-serializable strict-serializable",
}

// registersBreak is breaks for registers, where it is something else: who
// overwrites a list takes elements out of it, who overwrites a register does
// what it is for.
var registersBreak = map[string]string{
	"lost-update": "snapshot-isolation strong-session-snapshot-isolation strong-snapshot-isolation serializable strong-session-serializable strict-serializable",
}

// TestRegisterKeys checks what each database promises of its registers: that no
// history contradicts what may be assumed of them, that some history contradicts
// what may not, and that the cycles it names are found.
func TestRegisterKeys(t *testing.T) {
	seeds := uint64(1000)
	if testing.Short() {
		seeds = 200
	}
	most := oracle.KeyOptions{WFR: true, Sequential: true, Linearizable: true}
	for _, db := range Databases() {
		t.Run(db.Name, func(t *testing.T) {
			assumed := oracle.KeyOptions{WFR: true}
			if db.Registers.Keys == "linearizable-keys" {
				assumed = most
			}
			tooMuch, found := map[oracle.Source]bool{}, map[string]bool{}
			for seed := range seeds {
				ts := transactions(t, tiny(RWRegister, db.Name, seed))
				orders, cyclic := oracle.KeyOrders(ts, assumed)
				if len(cyclic) > 0 {
					t.Fatalf("seed %d: not %s: %v: %s", seed, db.Registers.Keys, cyclic, ts)
				}
				for _, kind := range oracle.CycleKinds(oracle.Dependencies(ts, orders, oracle.Realtime)) {
					found[kind] = true
				}
				_, cyclic = oracle.KeyOrders(ts, most)
				for _, c := range cyclic {
					tooMuch[c.Source] = true
				}
			}
			if want := db.Registers.Keys != "linearizable-keys"; tooMuch[oracle.SequentialKeys] != want || tooMuch[oracle.LinearizableKeys] != want {
				t.Errorf("%s, but contradicted are %v", db.Registers.Keys, tooMuch)
			}
			for _, anomaly := range db.Registers.Anomalies {
				if anomaly != "G1a" && anomaly != "lost-update" && !found[anomaly] {
					t.Errorf("no %s, but %v", anomaly, found)
				}
			}
		})
	}
}

// TestAnomaliesFollow checks that a database which breaks strict
// serializability says what will be found, and no other does.
func TestAnomaliesFollow(t *testing.T) {
	for _, db := range Databases() {
		for _, p := range []Promise{db.Promise, db.Registers} {
			if (p.Model == "strict-serializable") != (len(p.Anomalies) == 0) {
				t.Errorf("%s: model %q, anomalies %v", db.Name, p.Model, p.Anomalies)
			}
		}
	}
}

// TestAnomaliesFound looks for those anomalies that can be told by comparing
// single ops.
func TestAnomaliesFound(t *testing.T) {
	for _, db := range Databases() {
		for _, w := range Workloads() {
			ts := transactions(t, Config{Workload: w, DB: db.Name, Txns: 5000, Clients: 8})
			found := map[string]bool{"G1a": abortedRead(ts), "lost-update": lostUpdate(ts)}
			p := db.Registers
			if w == ListAppend {
				p = db.Promise
				found["incompatible-order"] = incompatible(ts)
			}
			for anomaly, got := range found {
				if want := slices.Contains(p.Anomalies, anomaly); got != want {
					t.Errorf("%s of %s: %s is %v, want %v", db.Name, w, anomaly, got, want)
				}
			}
		}
	}
}

type place struct{ key, elem int }

func abortedRead(ts oracle.Txns) bool {
	aborted := map[place]bool{}
	for _, x := range ts {
		for _, m := range x.Ops {
			if x.Status == oracle.Fail && m.Append {
				aborted[place{m.Key, m.Elem}] = true
			}
		}
	}
	for _, x := range ts {
		for _, m := range x.Ops {
			for _, e := range m.List {
				if aborted[place{m.Key, e}] {
					return true
				}
			}
		}
	}
	return false
}

// lostUpdate reports whether two transactions read the same of a key and then
// wrote it.
func lostUpdate(ts oracle.Txns) bool {
	seen := map[string]int{}
	for i, x := range ts {
		for j, m := range x.Ops {
			first := !slices.ContainsFunc(x.Ops[:j], func(n oracle.Mop) bool { return n.Key == m.Key })
			then := slices.ContainsFunc(x.Ops[j:], func(n oracle.Mop) bool { return n.Key == m.Key && n.Append })
			if x.Status != oracle.OK || m.Append || !first || !then {
				continue
			}
			name := fmt.Sprint(m.Key, m.List)
			if _, ok := seen[name]; ok {
				return true
			}
			seen[name] = i
		}
	}
	return false
}

// incompatible reports whether of two reads of a key neither is a prefix of
// the other.
func incompatible(ts oracle.Txns) bool {
	longest := map[int][]int{}
	for _, x := range ts {
		for _, m := range x.Ops {
			n := min(len(m.List), len(longest[m.Key]))
			if !slices.Equal(m.List[:n], longest[m.Key][:n]) {
				return true
			}
			if len(m.List) > n {
				longest[m.Key] = m.List
			}
		}
	}
	return false
}

// TestDemos checks that each demo is a history, and breaks just the models that
// its anomaly is an anomaly of.
func TestDemos(t *testing.T) {
	keeps := map[string]string{
		"write-cycle":               "",
		"aborted-read":              "",
		"circular-information-flow": "",
		"read-skew":                 "strong-read-committed",
		"lost-update":               "prefix",
		"write-skew":                "strong-snapshot-isolation",
		"stale-read":                "strong-session-serializable",
	}
	for _, d := range Demos() {
		ts := parse(t, d.History)
		for _, m := range oracle.Models() {
			if m.Name == keeps[d.Name] && !m.Holds(ts) {
				t.Errorf("%s: not %s: %s", d.Name, m.Name, ts)
			}
		}
		if oracle.StrictSerializable(ts) {
			t.Errorf("%s: strict serializable: %s", d.Name, ts)
		}
		if keeps[d.Name] == "" && oracle.ReadCommitted(ts) {
			t.Errorf("%s: read committed: %s", d.Name, ts)
		}
		if n := strings.Count(d.History, "\n"); n < 4 || n > 10 {
			t.Errorf("%s: %d lines", d.Name, n)
		}
	}
}

func TestUnknownDatabase(t *testing.T) {
	for name, want := range map[string]string{"serail": "serial", "snapshot": "snapshot-isolation", "snapshot_isolation": "snapshot-isolation", "lostupdate": "lost-update"} {
		_, err := Config{DB: name}.Ops()
		if err == nil || !strings.Contains(err.Error(), "did you mean "+want+"?") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
