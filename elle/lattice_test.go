package elle

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
)

// recordedLattice is the lattice of models and anomalies as Elle has it.
type recordedLattice struct {
	Names  []string `json:"all_accepted_model_names"`
	Models map[string]struct {
		Friendly  string
		Implies   []string  `json:"implies_closure"`
		Prohibits []Anomaly `json:"prohibits_closure"`
	}
	Anomalies map[Anomaly]struct {
		Implies  []Anomaly `json:"implies_closure"`
		Boundary struct {
			Not     []string
			AlsoNot []string `json:"also_not"`
		} `json:"boundary_friendly"`
	}
}

func readLattice(t *testing.T) (want recordedLattice) {
	t.Helper()
	text, err := os.ReadFile("../../shared/spec/consistency-models.json")
	if err != nil {
		t.Skip("the recorded lattice is not here")
	}
	if err := json.Unmarshal(text, &want); err != nil {
		t.Fatal(err)
	}
	return want
}

// TestLattice compares the closures of the lattice with those that Elle
// computes. garbage-read is ours, and so are some models and what decides them.
func TestLattice(t *testing.T) {
	want := readLattice(t)
	l := lattice()
	ours := map[string]bool{}
	exactly := map[Anomaly]bool{GarbageRead: true}
	for i := range modelRows {
		r := &modelRows[i]
		exactly[r.exactly] = true
		for _, name := range append([]string{r.name}, r.aliases...) {
			ours[name] = ours[name] || r.extra
		}
	}
	guarantees := []string{"monotonic-reads", "monotonic-writes", "read-your-writes", "writes-follow-reads"}
	names := slices.DeleteFunc(ModelNames(), func(name string) bool { return ours[name] })
	if !slices.Equal(names, want.Names) {
		t.Errorf("names differ: %v, want %v", names, want.Names)
	}
	if len(modelRows) > 64 {
		t.Fatalf("%d models, more than a modelSet has room for", len(modelRows))
	}
	for name, m := range want.Models {
		// What only follows through a model of ours is true, but not in Elle's lattice.
		implies := closure([]string{name}, func(m string) []string { return l.rows[m].implies })
		if name == "causal" || name == "PRAM" { // which do not imply what is about an order that all agree on
			m.Implies = slices.DeleteFunc(m.Implies, func(m string) bool { return slices.Contains(guarantees, m) })
		}
		if got := implies; !slices.Equal(got, m.Implies) {
			t.Errorf("%s implies %v, want %v", name, got, m.Implies)
		}
		if l.rows[name].friendly != m.Friendly {
			t.Errorf("%s is called %s, want %s", name, l.rows[name].friendly, m.Friendly)
		}
		var got []Anomaly
		for a := range l.prohibited([]string{name}, nil) {
			if !exactly[a] {
				got = append(got, a)
			}
		}
		slices.Sort(got)
		if !slices.Equal(got, m.Prohibits) {
			t.Errorf("%s prohibits %v, want %v", name, got, m.Prohibits)
		}
	}
	for a, w := range want.Anomalies {
		if got := Implied(a); !slices.Equal(got, w.Implies) {
			t.Errorf("%s implies %v, want %v", a, got, w.Implies)
		}
		not, alsoNot := l.ruledOut([]Anomaly{a}, false)
		if !slices.Equal(not, w.Boundary.Not) || !slices.Equal(alsoNot, w.Boundary.AlsoNot) {
			t.Errorf("%s rules out %v and %v, want %v and %v", a, not, alsoNot, w.Boundary.Not, w.Boundary.AlsoNot)
		}
	}
}

func TestSuggestions(t *testing.T) {
	for name, want := range map[string]string{
		"serialisable": "serializable", "Snapshot-Isolation": "snapshot-isolation", "repeatable": "repeatable-read", "qqq": "",
	} {
		_, err := lattice().model(name)
		if err == nil || want != "" && !strings.Contains(err.Error(), "did you mean "+want+"?") {
			t.Errorf("%s: %v, want a hint at %q", name, err, want)
		}
	}
	if err := lattice().anomaly("G1d"); err == nil || !strings.Contains(err.Error(), "did you mean G1") {
		t.Errorf("G1d: %v", err)
	}
}
