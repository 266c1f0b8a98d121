package store

import (
	"strings"

	"github.com/seed-c33ae711/jcheck/edn"
)

// Promises are the settings in the map of a test about what it checks. Missing settings
// are empty.
type Promises struct {
	Workload  string      // :workload, such as append or broadcast, or the one from the command line
	Models    []string    // :consistency-models, which the database is to keep
	Anomalies []string    // :anomalies to search for
	Accounts  []edn.Value // :accounts of a bank
	Total     edn.Value   // :total-amount on them
	Init      edn.Value   // :initial-value, or :init, of registers
	Plot      edn.Value   // :plot, a map: how plots show the nemesis
	Nodes     []string    // :nodes, in order: process p uses node p mod their number
}

// Promises returns the settings in the map of the run's test.
func (s *Stored) Promises() (Promises, error) {
	test, err := s.Test()
	if err != nil || test.IsZero() {
		return Promises{}, err
	}
	return promisesOf(test), nil
}

func promisesOf(test edn.Value) (p Promises) {
	p.Workload = nameIn(test, "workload")
	if p.Workload == "" {
		p.Workload = argument(test, "--workload", "-w")
	}
	for _, key := range []string{"consistency-models", "consistency-model", "expected-consistency-model"} {
		if p.Models = namesIn(test, key); p.Models != nil {
			break
		}
	}
	p.Anomalies, p.Nodes = namesIn(test, "anomalies"), namesIn(test, "nodes")
	if accounts, ok := test.Get("accounts"); ok {
		p.Accounts, _ = accounts.Items(nil) // of anything else it says nothing
	}
	if total, ok := test.Get("total-amount"); ok && !total.IsNil() {
		p.Total = total
	}
	for _, key := range []string{"initial-value", "init"} {
		if init, ok := test.Get(key); ok && !init.IsNil() {
			p.Init = init
			break
		}
	}
	if plot, ok := test.Get("plot"); ok && plot.Kind() == edn.Map {
		p.Plot = plot
	}
	return p
}

// nameIn returns the name under a key of a map, empty if there is none.
func nameIn(m edn.Value, key string) string {
	v, _ := m.Get(key)
	name, _ := v.Name()
	return name
}

// namesIn returns the names under a key of a map, or the one that is there.
func namesIn(m edn.Value, key string) (names []string) {
	v, ok := m.Get(key)
	if !ok {
		return nil
	}
	items, err := v.Items(nil)
	if err != nil {
		items = []edn.Value{v}
	}
	for _, item := range items {
		if name, ok := item.Name(); ok {
			names = append(names, name)
		}
	}
	return names
}

// argument returns the value of an option of the command line that began a test.
func argument(test edn.Value, flags ...string) string {
	args := namesIn(test, "argv")
	for i, arg := range args {
		for _, flag := range flags {
			if arg == flag && i+1 < len(args) {
				return args[i+1]
			}
			if value, ok := strings.CutPrefix(arg, flag+"="); ok && strings.HasPrefix(flag, "--") {
				return value
			}
		}
	}
	return ""
}
