package elle

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/seed-c33ae711/jcheck/internal/suggest"
)

// DefaultModel is the model that a history is checked against by default.
const DefaultModel = "strict-serializable"

// A Model describes a consistency model of the lattice.
type Model struct {
	Name      string    // the friendly name, which output uses
	Canonical string    // Adya's or Elle's name
	Aliases   []string  // further names that are accepted
	Implies   []string  // the models directly below it, by friendly name
	Prohibits []Anomaly // the anomalies that it alone adds
	Checked   bool      // whether it can be checked; others are refused
	Extra     bool      // whether Elle does not have it
}

// Models returns the lattice, in the order of canonical names.
func Models() []Model {
	l := lattice()
	var out []Model
	for i := range modelRows {
		r := &modelRows[i]
		m := Model{Name: r.friendly, Canonical: r.name, Aliases: r.aliases, Prohibits: r.prohibits(), Extra: r.extra}
		for _, p := range r.below() {
			m.Implies = append(m.Implies, l.rows[p].friendly)
		}
		m.Checked = refused[r.name] == ""
		out = append(out, m)
	}
	return out
}

// below are the models that r implies directly.
func (r *modelRow) below() []string { return slices.Concat(r.implies, r.over) }

// prohibits are the anomalies that r adds to those of the models it implies.
func (r *modelRow) prohibits() []Anomaly {
	if r.exactly == "" {
		return r.proscribes
	}
	return append(slices.Clone(r.proscribes), r.exactly)
}

// RuledOut returns the weakest models that do not hold where an anomaly is found, by friendly
// name, sorted.
func RuledOut(a Anomaly) []string {
	not, _ := lattice().ruledOut([]Anomaly{a}, true)
	return not
}

// latticeIndex is the lattice with its closures.
type latticeIndex struct {
	rows    map[string]*modelRow // by canonical name
	names   map[string]string    // every accepted name -> canonical name
	implied map[string][]string  // model -> it and all it implies
	known   map[Anomaly]bool     // every anomaly's name
	causes  map[Anomaly][]Anomaly

	// Closures that every check asks for.
	number   map[string]int       // canonical name -> place in modelRows
	below    []modelSet           // per model: those that it implies, without itself
	violates map[Anomaly]modelSet // the models that a history with the anomaly violates
}

// A modelSet has bit i set if modelRows[i] is in it.
type modelSet uint64

func (s modelSet) has(i int) bool { return s>>i&1 != 0 }

// lattice is made when it is first needed, since most of a command's life goes
// by without it.
var lattice = sync.OnceValue(func() *latticeIndex {
	l := &latticeIndex{
		rows: map[string]*modelRow{}, names: map[string]string{},
		implied: map[string][]string{}, known: map[Anomaly]bool{}, causes: map[Anomaly][]Anomaly{},
	}
	for i := range modelRows {
		r := &modelRows[i]
		l.rows[r.name] = r
		for _, name := range append([]string{r.name, r.friendly}, r.aliases...) {
			l.names[name] = r.name
		}
		for _, a := range r.prohibits() {
			l.known[a] = true
		}
	}
	for a, bs := range anomalyImplies {
		l.known[a] = true
		for _, b := range bs {
			l.known[b] = true
			l.causes[b] = append(l.causes[b], a)
		}
	}
	for name := range l.rows {
		l.implied[name] = closure([]string{name}, func(m string) []string { return l.rows[m].below() })
	}
	l.close()
	return l
})

// close fills the closures.
func (l *latticeIndex) close() {
	l.number, l.below, l.violates = map[string]int{}, make([]modelSet, len(modelRows)), map[Anomaly]modelSet{}
	for i := range modelRows {
		l.number[modelRows[i].name] = i
	}
	for i := range modelRows {
		for _, below := range l.implied[modelRows[i].name] {
			l.below[i] |= 1 << l.number[below]
		}
	}
	for i := range modelRows {
		violated := modelSet(0) // by what the model prohibits
		for above := range modelRows {
			violated |= l.below[above] >> i & 1 << above
		}
		for _, a := range modelRows[i].prohibits() {
			l.violates[a] |= violated
		}
	}
	for i := range modelRows {
		l.below[i] &^= 1 << i
	}
	for changed := true; changed; {
		changed = false
		for a, bs := range anomalyImplies {
			violated := l.violated(bs) | l.violates[a]
			changed = changed || violated != l.violates[a]
			l.violates[a] = violated
		}
	}
}

// proscribes tells whether an anomaly must not occur under a model.
func (l *latticeIndex) proscribes(model string, a Anomaly) bool {
	i, ok := l.number[model]
	return ok && l.violates[a].has(i)
}

// proscribed returns all anomalies that must not occur under a model.
func (l *latticeIndex) proscribed(model string) map[Anomaly]bool {
	out := map[Anomaly]bool{}
	for a := range l.violates {
		if l.proscribes(model, a) {
			out[a] = true
		}
	}
	return out
}

// closure returns everything that next reaches from some, sorted.
func closure[T ~string](some []T, next func(T) []T) []T {
	seen := map[T]bool{}
	todo := slices.Clone(some)
	for len(todo) > 0 {
		x := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if !seen[x] {
			seen[x] = true
			todo = append(todo, next(x)...)
		}
	}
	return slices.Sorted(maps.Keys(seen))
}

// model returns the canonical name of a model that can be checked.
func (l *latticeIndex) model(name string) (string, error) {
	if canonical, ok := l.names[name]; ok {
		if instead, ok := refused[canonical]; ok {
			return "", &OptionError{fmt.Sprintf("%s is not checked: %s", name, instead)}
		}
		return canonical, nil
	}
	return "", &OptionError{fmt.Sprintf("unknown consistency model %q%s", name, suggest.DidYouMean(name, slices.Sorted(maps.Keys(l.names))))}
}

// refused are the models that prohibit nothing here, and what to do instead.
// Elle accepts them, and finds every history valid (Q16).
var refused = map[string]string{
	"1SR":                  "use serializable, which implies it",
	"linearizable":         "it is a model of single objects; use strict-serializable, its equivalent for transactions",
	"sequential":           "it is a model of single objects; use strong-session-serializable, its equivalent for transactions",
	"session-serializable": "use strong-session-serializable, which implies it",
	"view-serializable":    "use serializable, which implies it",
}

// anomaly checks the name of an anomaly.
func (l *latticeIndex) anomaly(a Anomaly) error {
	if l.known[a] {
		return nil
	}
	return &OptionError{fmt.Sprintf("unknown anomaly %q%s", a, suggest.DidYouMean(string(a), AnomalyNames()))}
}

// An OptionError says what is wrong with the options of a check.
type OptionError struct{ Msg string }

func (e *OptionError) Error() string { return e.Msg }

// prohibited returns the anomalies that the models forbid, and those given, and
// whatever implies one of them.
func (l *latticeIndex) prohibited(models []string, anomalies []Anomaly) map[Anomaly]bool {
	out := map[Anomaly]bool{}
	for _, m := range models {
		maps.Copy(out, l.proscribed(m))
	}
	for _, a := range closure(anomalies, func(a Anomaly) []Anomaly { return l.causes[a] }) {
		out[a] = true
	}
	return out
}

// ruledOut returns the models that a history with these anomalies violates, by
// friendly name: the weakest ones, and the rest, which follow from them. Models
// that Elle does not have are named only if extra is set.
func (l *latticeIndex) ruledOut(found []Anomaly, extra bool) (weakest, rest []string) {
	violated := l.violated(found)
	for i := range modelRows {
		if modelRows[i].extra && !extra {
			violated &^= 1 << i
		}
	}
	for i := range modelRows {
		switch {
		case !violated.has(i):
		case l.below[i]&violated != 0:
			rest = append(rest, modelRows[i].friendly)
		default:
			weakest = append(weakest, modelRows[i].friendly)
		}
	}
	slices.Sort(weakest)
	slices.Sort(rest)
	return weakest, rest
}

// violated returns the models that a history with these anomalies violates.
func (l *latticeIndex) violated(found []Anomaly) (s modelSet) {
	for _, a := range found {
		s |= l.violates[a]
	}
	return s
}

// Implied returns the anomalies that occur wherever a does, including a, sorted.
func Implied(a Anomaly) []Anomaly {
	return closure([]Anomaly{a}, func(a Anomaly) []Anomaly { return anomalyImplies[a] })
}

// orders says which order graphs a set of prohibited anomalies needs: realtime,
// which contains process order for what completed, or process, or neither.
func orders(prohibited map[Anomaly]bool) (process, realtime bool) {
	for a := range prohibited {
		if a.IsCycle() {
			realtime = realtime || strings.HasSuffix(string(a), "-realtime")
			process = process || strings.HasSuffix(string(a), "-process")
		}
	}
	return process && !realtime, realtime
}

// ModelNames returns every name that a model may be given by, sorted.
func ModelNames() []string { return slices.Sorted(maps.Keys(lattice().names)) }

// AnomalyNames returns the names of all anomalies of the lattice, sorted.
func AnomalyNames() []string {
	names := make([]string, 0, len(lattice().known))
	for a := range lattice().known {
		names = append(names, string(a))
	}
	slices.Sort(names)
	return names
}
