package elle

import (
	"context"
	"fmt"
	"slices"

	"github.com/seed-c33ae711/jcheck/internal/weak"
)

// The anomalies that decide weak models. Each shows exactly if no order of the
// writes explains what was read; package weak has the definitions. Those with
// -process count the order of each process's transactions.
const (
	OTV               Anomaly = "OTV"                 // observed transaction vanishes: a transaction saw some of another's effects and later missed others
	FracturedRead     Anomaly = "fractured-read"      // a transaction saw some of another's effects and missed others
	CausalCycle       Anomaly = "causal-cycle"        // what transactions saw allows no single order that keeps causes before effects
	CausalityViolated Anomaly = "causality-violation" // the same for the versions of a single key
	CyclicHB          Anomaly = "CyclicHB"            // the same for what a single process saw (Bouajjani et al. 2017)
	WriteCORead       Anomaly = "WriteCORead"         // a read of a version that its own causes had overwritten (Bouajjani et al. 2017)
	PRAMViolation     Anomaly = "PRAM-violation"      // a process saw others' writes in an order in which they cannot have been made
	PRAMPlusViolated  Anomaly = "PRAM-plus-violation" // the same for an order of a key's versions on which all processes agree
	NMR               Anomaly = "N-MR"                // non-monotonic reads (this and the next three: Bailis et al. 2013)
	NMW               Anomaly = "N-MW"                // non-monotonic writes
	MYR               Anomaly = "MYR"                 // missing your writes
	MRWD              Anomaly = "MRWD"                // missing read-write dependency
)

// weakChecks say how each is decided, the stronger levels first.
var weakChecks = []struct {
	name     Anomaly
	level    weak.Level
	sessions bool
}{
	{CausalCycle.process(), weak.CausalConvergence, true},
	{CausalCycle, weak.CausalConvergence, false},
	{FracturedRead.process(), weak.ReadAtomic, true},
	{FracturedRead, weak.ReadAtomic, false},
	{OTV.process(), weak.MonotonicAtomicView, true},
	{OTV, weak.MonotonicAtomicView, false},
	{CausalityViolated, weak.CausalPlus, true},
	{CyclicHB, weak.Causal, true},
	{WriteCORead, weak.WeakCausal, true},
	{PRAMViolation, weak.PRAM, true},
	{PRAMPlusViolated, weak.PRAMPlus, true},
	{NMR, weak.MonotonicReads, true},
	{NMW, weak.MonotonicWrites, true},
	{MYR, weak.ReadYourWrites, true},
	{MRWD, weak.WritesFollowReads, true},
}

// weakAsked returns the anomalies that decide the weak models among those that
// were asked for and what they imply, and those that were asked for by name.
// Models that forbid a cycle with one rw are decided by cycles, of registers with
// what must come before what; if there are too many transactions to find all of
// that, the strongest of the weak models that they imply find the most of it.
func (c *check) weakAsked() map[Anomaly]bool {
	l := lattice()
	asked := map[Anomaly]bool{}
	r, ok := c.w.(*registers)
	skipped := ok && r.info.Skipped
	for _, m := range c.models {
		switch {
		case !forbidsSingle(l.proscribed(m)):
			for _, a := range l.exact(m) {
				asked[a] = true
				c.extra = true
			}
		case skipped:
			for _, a := range l.exact(m) {
				implied := func(b Anomaly) bool { return slices.Contains(l.weaker(b), a) }
				if !slices.ContainsFunc(l.exact(m), implied) {
					asked[a] = true
				}
			}
		}
	}
	for _, w := range weakChecks {
		if slices.Contains(c.opt.Anomalies, string(w.name)) {
			asked[w.name] = true
		}
	}
	return asked
}

// exact returns the anomalies that decide the weak models among a model and what
// it implies.
func (l *latticeIndex) exact(model string) (out []Anomaly) {
	for _, below := range l.implied[model] {
		if a := l.rows[below].exactly; a != "" {
			out = append(out, a)
		}
	}
	return out
}

// forbidsSingle reports whether a cycle with one rw is prohibited, if only with
// an order in time.
func forbidsSingle(prohibited map[Anomaly]bool) bool {
	return prohibited[GSingle] || prohibited[GSingle.process()] || prohibited[GSingle.realtime()]
}

// checkWeak decides the weak models of some anomalies.
func (c *check) checkWeak(ctx context.Context, asked map[Anomaly]bool) error {
	if len(asked) == 0 {
		return nil
	}
	h, err := c.w.columns(ctx)
	if err != nil {
		return err
	}
	c.x.fillSessions(h)
	for _, w := range weakChecks {
		if !asked[w.name] {
			continue
		}
		c.phase(w.level.String())
		found, err := weak.Check(ctx, h, w.level, w.sessions)
		if err != nil {
			return err
		}
		if found == nil { // then what the model implies holds as well
			for _, a := range lattice().weaker(w.name) {
				delete(asked, a)
			}
			continue
		}
		if err := weak.Verify(h, w.level, w.sessions, found); err != nil {
			return fmt.Errorf("elle: internal error: a witness of %s does not hold: %w", w.name, err)
		}
		c.cases[w.name] = append(c.cases[w.name], c.weakCase(w.name, found))
	}
	return nil
}

// weaker returns the anomalies that decide the models below the one that a
// decides.
func (l *latticeIndex) weaker(a Anomaly) (out []Anomaly) {
	for name, r := range l.rows {
		if r.exactly != a {
			continue
		}
		for _, below := range l.implied[name] {
			if x := l.rows[below].exactly; x != "" && below != name {
				out = append(out, x)
			}
		}
	}
	return out
}

// weakCase converts a witness of package weak to a case.
func (c *check) weakCase(name Anomaly, w *weak.Witness) Case {
	out := Case{Type: name, Steps: c.weakSteps(w.Steps), Because: c.weakSteps(w.Lemmas)}
	out.Op = out.Steps[0].From
	if out.Op < 0 {
		out.Op = out.Steps[0].To
	}
	return out
}

func (c *check) weakSteps(steps []weak.Step) (out []Step) {
	for _, s := range steps {
		st := c.weakStep(s.Rel, s.From, s.To, s.Key)
		if s.Reader >= 0 {
			st.Reader = int(c.x.op[s.Reader])
		}
		for _, hop := range s.Path {
			h := c.weakStep(hop.Rel, hop.From, hop.To, hop.Key)
			if hop.Rel == weak.Visible { // a lemma
				h.Rel = "older"
			}
			st.Path = append(st.Path, h)
		}
		out = append(out, st)
	}
	return out
}

// weakRels are the names of package weak's relations here.
var weakRels = map[weak.Rel]string{weak.Session: "process", weak.WR: "wr", weak.Order: "ww", weak.Visible: "visible", weak.Direct: "direct"}

func (c *check) weakStep(rel weak.Rel, from, to, key int32) Step {
	st := Step{Rel: weakRels[rel], From: -1, To: -1, Reader: -1, FromMop: -1, ToMop: -1}
	if from >= 0 {
		st.From = int(c.x.op[from])
	}
	if to >= 0 {
		st.To = int(c.x.op[to])
	}
	if key < 0 {
		return st
	}
	st.Key = c.w.keyValue(key)
	if from >= 0 {
		st.Value, st.FromMop = c.w.lastWritten(from, key)
	}
	if rel == weak.WR {
		st.ToMop = c.w.readFrom(to, key, from)
	} else if to >= 0 {
		st.Next, st.ToMop = c.w.lastWritten(to, key)
	}
	return st
}
