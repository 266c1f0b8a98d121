// Package gentest carries out generators without a database, a cluster or a clock.
//
//	ops, err := gentest.Simulate(gentest.Ctx(), g, gentest.Perfect)
//
// Time is simulated: a test of an hour takes as long as its ops take to be generated. The same
// generator gives the same ops.
package gentest

import (
	"errors"
	"fmt"
	"slices"
	"sort"
	"time"

	"github.com/seed-c33ae711/jcheck/runner/gen"
)

// A Completer says how an op ends: its type, value and time. It is asked when the op begins.
type Completer func(c *gen.Ctx, op gen.Op) gen.Op

// Latency is how long ops take that do not end at once.
const Latency = 10 * time.Nanosecond

// Quick completers end each op at once, as OK.
func Quick(_ *gen.Ctx, op gen.Op) gen.Op { return end(op, gen.OK, 0) }

// Perfect ends each op after 10 ns, as OK.
func Perfect(_ *gen.Ctx, op gen.Op) gen.Op { return end(op, gen.OK, Latency) }

// PerfectInfo ends each op after 10 ns, as Info: each of a client crashes its process.
func PerfectInfo(_ *gen.Ctx, op gen.Op) gen.Op { return end(op, gen.Info, Latency) }

// Imperfect returns a completer that ends the ops of each thread as Fail, Info and OK in turns, each
// after 10 ns.
func Imperfect() Completer {
	turns := map[int]int{}
	return func(c *gen.Ctx, op gen.Op) gen.Op {
		process, _ := op.Process()
		turn := turns[c.Thread(process)]
		turns[c.Thread(process)]++
		return end(op, [...]gen.Type{gen.Fail, gen.Info, gen.OK}[turn%3], Latency)
	}
}

// end is how an op ends so long after it began. Ops of the nemesis are Info always.
func end(op gen.Op, t gen.Type, after time.Duration) gen.Op {
	if process, _ := op.Process(); process == gen.NemesisProcess {
		t = gen.Info
	}
	op.Type = t
	op.Time += int64(after)
	return op
}

// Ctx is the context that most tests want: two clients and the nemesis, on the nodes n1 and n2.
func Ctx() *gen.Ctx { return gen.NewCtx(2, []string{"n1", "n2"}) }

// MostOps is how many ops a simulation may begin: a generator that never ends is an error.
const MostOps = 250_000

// ErrStuck is a generator that is pending although nothing runs for which it could wait.
var ErrStuck = errors.New("the generator is pending, and nothing runs")

// Simulate carries out a generator in a context, which it changes. It returns what would be the
// history: ops as they begin and end, in order, without sleeping and logging. Ops of simulated tests
// can have the same time. An op that the generator could not perform is an error, with the history up
// to there.
func Simulate(c *gen.Ctx, g gen.Gen, complete Completer) ([]gen.Op, error) {
	s := simulation{ctx: c, gen: g, complete: complete}
	for begun := 0; ; {
		op, k, next := gen.Next(s.gen, c)
		if k == gen.Done {
			s.gen = nil
		}
		switch {
		case k == gen.Ready && (len(s.running) == 0 || op.Time <= s.running[0].Time):
			if begun++; begun > MostOps {
				return s.history, fmt.Errorf("the generator has not ended after %d ops", MostOps)
			}
			if err := s.begin(op, next); err != nil {
				return s.history, err
			}
		case len(s.running) > 0:
			s.end()
		case k == gen.Done:
			return s.history, nil
		default:
			return s.history, ErrStuck
		}
	}
}

type simulation struct {
	ctx      *gen.Ctx
	gen      gen.Gen
	complete Completer
	running  []gen.Op // how what runs will end, by time
	history  []gen.Op
}

// begin performs an op, after which next is left of the generator.
func (s *simulation) begin(op gen.Op, next gen.Gen) error {
	if err := s.ctx.Verify(&op); err != nil {
		return err
	}
	process, _ := op.Process()
	op.Time = max(op.Time, s.ctx.Time)
	s.ctx.Time = op.Time
	s.ctx.Begin(s.ctx.Thread(process))
	s.record(op)
	s.gen = gen.Update(next, s.ctx, &op)
	ended := op
	switch op.Type {
	case gen.Message:
	case gen.Idle:
		d, _ := op.Value.(time.Duration)
		ended.Time += int64(d)
	default:
		ended = s.complete(s.ctx, op)
		if by, ok := ended.Process(); !ok || by != process || ended.Time < op.Time {
			return fmt.Errorf("expected a completion of %s, found %s", op, ended)
		}
	}
	at := sort.Search(len(s.running), func(i int) bool { return s.running[i].Time > ended.Time })
	s.running = slices.Insert(s.running, at, ended)
	return nil
}

// end ends the op that ends first.
func (s *simulation) end() {
	op := s.running[0]
	s.running = slices.Delete(s.running, 0, 1)
	process, _ := op.Process()
	thread := s.ctx.Thread(process)
	s.ctx.Time = max(s.ctx.Time, op.Time)
	s.ctx.End(thread)
	s.record(op)
	s.gen = gen.Update(s.gen, s.ctx, &op)
	if op.Type == gen.Info || op.EndProcess {
		s.ctx.Renew(thread)
	}
}

func (s *simulation) record(op gen.Op) {
	if op.Type.Recorded() {
		s.history = append(s.history, op)
	}
}

// Invocations are the ops of a history that begin. Those of the nemesis begin and end as Info, in
// turns.
func Invocations(history []gen.Op) (out []gen.Op) {
	runs := false // the nemesis
	for _, op := range history {
		process, _ := op.Process()
		switch {
		case process != gen.NemesisProcess:
			if op.Type == gen.Invoke {
				out = append(out, op)
			}
			continue
		case !runs:
			out = append(out, op)
		}
		runs = !runs
	}
	return out
}
