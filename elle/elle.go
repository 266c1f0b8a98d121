package elle

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/par"
	"github.com/seed-c33ae711/jcheck/result"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// Options say what to check. The zero value checks strict serializability.
type Options struct {
	Workload Workload
	// Models are the consistency models that the history is expected to satisfy, by
	// any of their names. Nil means DefaultModel, an empty slice none.
	Models []string
	// Anomalies are prohibited in addition to those that the models prohibit, together
	// with all anomalies that imply them. They do not replace the models.
	Anomalies []string
	// Ignore lists anomalies that do not make a verdict invalid, whatever prohibits
	// them: exactly these, not others that imply or follow from them.
	Ignore []string
	// Init is the initial value of every register; the zero Value means nil. With an
	// Init, nil is a value that nobody wrote. If Init is also written to a key, a read
	// of it may have seen either, and shows nothing.
	Init edn.Value
	// WFRKeys, SequentialKeys and LinearizableKeys assume something about each
	// register. For lists, whose order of versions is known, the latter two demand more
	// than the models: transactions that touched the same list are ordered by their
	// process or by realtime, and no cycle that the models forbid may need such an
	// edge. An option that does not apply to the workload is an error.
	//
	// For registers, WFRKeys assumes that a transaction that reads a version of a key
	// and writes another one writes a later one; SequentialKeys assumes that each key
	// keeps the order of the micro-ops of each process; LinearizableKeys assumes that
	// each key keeps the realtime order of micro-ops. The latter two include the first.
	WFRKeys, SequentialKeys, LinearizableKeys bool
	// TransactionOrder gives transactions, by the index of their completions, places in
	// an order in which they wrote registers. Equal places show no order.
	TransactionOrder map[int64]int64
	// AssumedOnly orders versions of registers only by the options above, as Elle does.
	// Otherwise the orders that the checked models imply are used as well.
	AssumedOnly bool
	// Additional are dependencies that the caller knows, in addition to the inferred
	// ones. They count by their relation: a cycle with a realtime step is a -realtime
	// anomaly, which only matters if it is prohibited.
	Additional []Dependency
	// Ladder requests Result.Ladder: which of all models hold.
	Ladder bool
	// MaxCases is how many cases of each type are kept; 0 for all.
	MaxCases int
	// Progress, if not nil, is called with each phase of the work as it begins.
	Progress func(phase string)
}

// Check decides whether a history satisfies some consistency models. It is safe
// for concurrent use, reads h only, and gives the same result whatever the
// number of cores. Once ctx is done it returns a result that is Unknown, with
// the reason, and no error.
//
// The error is an *OptionError if the options make no sense, and an
// *edn.SyntaxError, which names the place, if the history cannot be interpreted
// as one of this workload.
func Check(ctx context.Context, h *history.History, opt Options) (*Result, error) {
	c, err := newCheck(h, opt)
	if err != nil {
		return nil, err
	}
	err = par.Guard(func() error { return c.run(ctx) })
	if ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		early := &Result{Common: result.Common{History: h, Warnings: c.res.Warnings}, Models: c.res.Models, Stats: c.res.Stats}
		early.Unknown("the check stopped early: " + context.Cause(ctx).Error())
		return early, nil
	}
	if err != nil {
		return nil, err
	}
	return &c.res, nil
}

// Validate returns an *OptionError if the options make no sense. Check does the same;
// calling Validate first avoids reading a history in vain.
func (o Options) Validate() error {
	_, err := newCheck(&history.History{}, o)
	return err
}

// check is one run.
type check struct {
	opt        Options
	models     []string // canonical
	prohibited map[Anomaly]bool
	ignored    map[Anomaly]bool
	x          *txns
	w          workload
	cases      map[Anomaly][]Case
	beyond     map[Anomaly]int // how many cases were found beyond those
	empty      bool            // the dependency graph has no edge
	crowded    bool            // realtime did not order the versions of some key, see Inference.NotInTime
	unsure     string          // why no verdict can be valid, if so
	known      map[step]string // what the caller knows, and why
	extra      bool            // models that Elle does not have are to be named
	res        Result
}

func newCheck(h *history.History, opt Options) (*check, error) {
	c := &check{opt: opt, cases: map[Anomaly][]Case{}, beyond: map[Anomaly]int{}, ignored: map[Anomaly]bool{}}
	c.res.History = h
	c.res.Warnings = slices.Clone(h.Warnings())
	if opt.Workload != Detect && !slices.Contains(Workloads(), opt.Workload) {
		return nil, &OptionError{fmt.Sprintf("unknown workload %q: expected one of %s", opt.Workload, WorkloadNames())}
	}
	l := lattice()
	names := opt.Models
	if names == nil {
		names = []string{c.defaultModel()}
	}
	for _, name := range names {
		m, err := l.model(name)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(c.models, m) {
			c.models = append(c.models, m)
			c.res.Models = append(c.res.Models, name)
		}
	}
	var extra []Anomaly
	for _, a := range opt.Anomalies {
		if err := l.anomaly(Anomaly(a)); err != nil {
			return nil, err
		}
		extra = append(extra, Anomaly(a))
	}
	for _, a := range opt.Ignore {
		if err := l.anomaly(Anomaly(a)); err != nil {
			return nil, err
		}
		if !c.ignored[Anomaly(a)] {
			c.ignored[Anomaly(a)] = true
			c.res.Ignored = append(c.res.Ignored, a)
		}
	}
	c.prohibited = l.prohibited(c.models, extra)
	return c, nil
}

// defaultModel is the strongest model that the history can be checked against.
func (c *check) defaultModel() string {
	model, lacks := DefaultModel, ""
	switch h := c.res.History; {
	case h.Unordered():
		model, lacks = "serializable", "neither realtime order nor processes"
		// Bare completions are a kind of record that has no times. Invocations without
		// :process are more often a mistake than a choice.
		if !invokes(h) {
			break
		}
		c.unsure = fmt.Sprintf("no op has a :process, so only serializability could be judged, not %s; to accept that, give --model serializable", DefaultModel)
	case h.CompletionsOnly():
		model, lacks = "strong-session-serializable", "no realtime order"
	default:
		return model
	}
	c.res.Warnings = append(c.res.Warnings, verdict.Warning{Code: "weaker-default", Msg: fmt.Sprintf("the history has %s, so it was checked against %s instead of %s", lacks, model, DefaultModel)})
	return model
}

func invokes(h *history.History) bool {
	for i := range h.Len() {
		if h.Type(i) == history.Invoke {
			return true
		}
	}
	return false
}

func (c *check) phase(name string) {
	if c.opt.Progress != nil {
		c.opt.Progress(name)
	}
}

func (c *check) run(ctx context.Context) error {
	h := c.res.History
	c.phase("transactions")
	if err := c.collect(ctx); err != nil {
		return err
	}
	if c.x.len() > maxNodes/4 {
		return h.Errorf(0, "expected at most %d transactions, found %d", maxNodes/4, c.x.len())
	}
	var err error
	if c.w, err = c.newWorkload(ctx); err != nil {
		return err
	}
	if err := c.infer(ctx); err != nil {
		return err
	}
	if err := c.checkWeak(ctx, c.weakAsked()); err != nil {
		return err
	}
	if c.opt.Ladder {
		if err := c.climb(ctx); err != nil {
			return err
		}
	}
	c.conclude()
	return c.contradiction()
}

// collect finds the transactions, and the ops that show what they did.
func (c *check) collect(ctx context.Context) error {
	c.x = collect(c.res.History)
	differ, err := c.x.compareCompletions(ctx)
	c.res.Warnings = append(c.res.Warnings, differ...)
	return err
}

// kept is how many findings of a type are kept, 0 for all. What may turn out to be
// no finding is kept.
func (c *check) kept(a Anomaly) int {
	if a == GarbageRead && len(c.x.others) > 0 {
		return 0
	}
	return c.opt.MaxCases
}

// addFindings adds what shows without a graph to the cases.
func (c *check) addFindings(found *finds) {
	for a := range found.kinds {
		kept, count := found.of(a)
		c.beyond[a] = count - len(kept)
		cases := slices.Grow(c.cases[a], len(kept))
		for _, f := range c.doubted(a, kept) {
			cases = append(cases, f.c)
		}
		if len(cases) > 0 {
			c.cases[a] = cases
		}
	}
}

func (c *check) addCycles(cycles []cycle) error {
	e := explainer{c.x, c.w, c.known, c.keyOrder() &^ c.ordering().rel}
	for _, cy := range cycles {
		cs, err := e.explain(cy)
		if err != nil {
			return err
		}
		cs.Around = cy.around
		if len(c.cases[cy.name]) < drawnCases && len(cy.steps) <= drawnSteps {
			e.also(&cs, cy)
		}
		c.cases[cy.name] = append(c.cases[cy.name], cs)
	}
	return nil
}

// conclude turns what was found into the verdict, as Elle does: what the models
// prohibit decides, what was found at all says which models are violated.
func (c *check) conclude() {
	r, l := &c.res, lattice()
	types := slices.Sorted(maps.Keys(c.cases))
	r.Not, r.AlsoNot = l.ruledOut(slices.DeleteFunc(slices.Clone(types), func(a Anomaly) bool { return c.ignored[a] }), c.extra)
	c.addCycleExists(types)
	c.hint()
	byKey := c.byKey()
	for _, a := range types {
		group := c.group(a)
		if (c.prohibited[a] || byKey[a]) && !c.ignored[a] {
			r.Valid = verdict.Invalid
			r.Anomalies = append(r.Anomalies, group)
		} else {
			r.Tolerated = append(r.Tolerated, group)
		}
	}
	if c.empty {
		r.Anomalies = append(r.Anomalies, Anomalies{Type: EmptyGraph, Count: 1})
	}
	slices.SortFunc(r.Anomalies, func(a, b Anomalies) int { return strings.Compare(string(a.Type), string(b.Type)) })
	switch {
	case r.Valid == verdict.Invalid:
	case c.nothing(c.empty) != "":
		r.Reason = c.nothing(c.empty) + ", so there was nothing to judge"
	case len(c.prohibited) == 0:
		r.Reason = "the chosen models and anomalies prohibit nothing, so nothing was checked"
	case len(c.untold()) > 0:
		r.Reason = fmt.Sprintf("the history lacks the order in time that %s needs, and shows no other violation", strings.Join(c.untold(), ", "))
	case c.unsure != "":
		r.Reason = c.unsure
	case slices.ContainsFunc(c.models, c.lacksSource):
		r.Reason = "a read returned a value that no transaction wrote, or that a failed one wrote; no order of the writes explains it, but only models such as read-committed and transactional-causal forbid it"
	case c.contradictory() && slices.ContainsFunc(c.models, c.lacksOrder):
		r.Reason = "reads of a list contradict each other, so the versions that they saw are unknown, and nothing else shows a violation"
	default:
		r.Valid = verdict.Valid
	}
}

// nothing says why no verdict can be valid, if there was nothing to judge, given
// whether the dependency graph is empty.
func (c *check) nothing(empty bool) string {
	switch {
	case c.res.Stats.OK == 0:
		return "no transaction succeeded"
	case empty:
		return "no transaction depends on another"
	case !c.w.anyRead():
		return "no successful transaction recorded what it read"
	}
	return ""
}

// contradictory reports whether reads of some list contradict each other.
func (c *check) contradictory() bool {
	return len(c.cases[IncompatibleOrder])+len(c.cases[DuplicateElements]) > 0
}

// lacksOrder reports whether a model lets reads of a list contradict each other. Without
// versions, what it is about instead is not decided.
func (c *check) lacksOrder(model string) bool { return !lattice().proscribes(model, IncompatibleOrder) }

// lacksSource reports whether a model asks for an order of all that each process saw, and lets
// reads of what nobody wrote pass, of which some were found: no order explains these.
func (c *check) lacksSource(model string) bool {
	l := lattice()
	ordered := slices.Contains(l.implied[model], "PRAM") || slices.Contains(l.implied[model], "PRAM-plus")
	return ordered && slices.ContainsFunc([]Anomaly{GarbageRead, G1a}, func(a Anomaly) bool {
		return len(c.cases[a]) > 0 && !l.proscribes(model, a)
	})
}

// untold lists the models that were asked for and speak of an order in time
// that the history does not tell.
func (c *check) untold() (out []string) {
	for i, m := range c.models {
		if c.cannotTell(m) {
			out = append(out, c.res.Models[i])
		}
	}
	return out
}

// addCycleExists reports that a model's cycles exist where nothing else that is
// reported rules the model out: that can only be if somebody prohibits the
// existence of such a cycle by name, but not the cycle.
func (c *check) addCycleExists(types []Anomaly) {
	l := lattice()
	var shown, cycles []Anomaly
	for _, a := range types {
		if c.prohibited[a] {
			shown = append(shown, a)
		}
		if a.IsCycle() {
			cycles = append(cycles, a)
		}
	}
	weak, strong := l.ruledOut(shown, true)
	byCycles, more := l.ruledOut(cycles, true)
	known := append(weak, strong...)
	for _, m := range append(byCycles, more...) {
		a := Anomaly(l.names[m] + "-cycle-exists")
		if c.prohibited[a] && !c.ignored[a] && !slices.Contains(known, m) {
			c.res.Valid = verdict.Invalid
			c.res.Anomalies = append(c.res.Anomalies, Anomalies{Type: a, Count: 1, Cases: []Case{{Type: a}}})
		}
	}
}

func (c *check) group(a Anomaly) Anomalies {
	cases := c.cases[a]
	g := Anomalies{Type: a, Count: len(cases) + c.beyond[a], Cases: cases}
	if n := c.opt.MaxCases; n > 0 && g.Count > n {
		g.Cases = slices.Clone(cases[:n])
		c.res.Warnings = append(c.res.Warnings, verdict.Warning{Code: "cases-cut", Count: g.Count - n,
			Msg: fmt.Sprintf("%d cases of %s, of which the first %d were kept", g.Count, a, n)})
	}
	return g
}
