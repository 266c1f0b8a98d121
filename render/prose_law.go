package render

import (
	"fmt"
	"slices"

	"github.com/seed-c33ae711/jcheck/linearizable"
)

// put has the verb, as a participle, for putting an element into an object of each model.
var put = map[string]string{
	"set": "added", "list": "appended", "unordered-queue": "enqueued", "fifo-queue": "enqueued", "stack": "pushed", "priority-queue": "added",
}

// law writes why no order explains an operation, by when it and a few others began and ended.
func (p *linProse) law(part *linearizable.Part) {
	if part.Law != nil {
		w := lawProse{p, part.Law, "this " + p.r.History.F(part.Law.Op)}
		w.write()
	}
}

// lawProse writes a law in words. The field this names the operation that breaks it.
type lawProse struct {
	*linProse
	law  *linearizable.Law
	this string
}

func (w *lawProse) began(op int) int { return w.h.Line(invocation(w.r, op)) }

func (w *lawProse) ended(op int) int { return w.h.Line(op) }

func (w *lawProse) write() {
	law, value, other := w.law, valueText(w.law.Value), valueText(w.law.OtherValue)
	switch law.Rule {
	case linearizable.Overwritten:
		w.overwritten(value)
	case linearizable.Absent:
		verb := put[w.r.Model]
		if verb == "" {
			verb = "written"
		}
		switch n := len(law.Failed); n {
		case 0:
			w.f("  nothing had %s %s when %s ended on line %d\n", verb, value, w.this, w.ended(law.Op))
		case 1:
			w.f("  only a failed operation, which ended on line %d, would have %s %s before %s ended on line %d\n", w.ended(law.Failed[0]), verb, value, w.this, w.ended(law.Op))
		default:
			w.f("  only %d failed operations, the first of which ended on line %d, would have %s %s before %s ended on line %d\n", n, w.ended(law.Failed[0]), verb, value, w.this, w.ended(law.Op))
		}
	case linearizable.Held, linearizable.Free:
		w.lock()
	case linearizable.TakenAgain:
		w.takenAgain(value)
	case linearizable.Overtaken:
		w.f("  %s ended on line %d, before the first enqueue of %s began on line %d,\n", w.operation(law.Other), w.ended(law.Other), value, w.began(law.Writers[0]))
		w.untaken(other)
	case linearizable.Covered:
		w.f("  %s began on line %d, after %s had been pushed on line %d, and ended on line %d, before %s began on line %d,\n",
			w.operation(law.Other), w.began(law.Other), value, w.ended(slices.Max(law.Writers)), w.ended(law.Other), w.this, w.began(law.Op))
		w.untaken(other)
	case linearizable.Smaller, linearizable.NotEmpty:
		w.before()
		w.untaken(other)
	case linearizable.Missing:
		w.before()
		w.f("  and %s does not have %s\n", w.this, other)
	case linearizable.OutOfBounds:
		w.f("  from line %d to line %d, while %s ran, the counter was %s\n", w.began(law.Op), w.ended(law.Op), w.this, between(law.Low, law.High))
	}
}

func between(low, high int64) string {
	if low == high {
		return fmt.Sprint(low)
	}
	return fmt.Sprintf("at least %d and at most %d", low, high)
}

// before says that the other operation ended before this one began.
func (w *lawProse) before() {
	w.f("  %s ended on line %d, before %s began on line %d,\n", w.operation(w.law.Other), w.ended(w.law.Other), w.this, w.began(w.law.Op))
}

// untaken says that an element was still there.
func (w *lawProse) untaken(element string) {
	w.f("  and nothing that may have taken %s began before %s ended on line %d\n", element, w.this, w.ended(w.law.Op))
}

func (w *lawProse) overwritten(value string) {
	law, over := w.law, w.operation(w.law.Other)
	w.before()
	switch n := len(law.Writers); {
	case n == 0:
		w.f("  and nothing wrote %s, the initial value, again\n", value)
	case n == 1:
		w.f("  and nothing wrote %s after that: the only earlier write of it ended on line %d, before %s began on line %d\n", value, w.ended(law.Writers[0]), over, w.began(law.Other))
	default:
		last := slices.Max(law.Writers) // in the order of completions
		w.f("  and nothing wrote %s after that: the %d earlier writes of it, the last on line %d, ended before %s began on line %d\n", value, n, w.ended(last), over, w.began(law.Other))
	}
	w.failed("write " + value)
}

// none says that there was no operation of a kind but those that failed.
func (w *lawProse) none(what string) string {
	if len(w.law.Failed) > 0 {
		return "no other " + what
	}
	return "no " + what
}

// failed names an operation that failed, and would explain it all if it had taken effect.
func (w *lawProse) failed(would string) {
	if n := len(w.law.Failed); n > 0 {
		w.f("  (a failed operation, which ended on line %d, was to %s: did it take effect?)\n", w.ended(w.law.Failed[n-1]), would)
	}
}

func (w *lawProse) lock() {
	law, did, undo := w.law, "acquired", "release"
	if law.Rule == linearizable.Free {
		did, undo = "released", "acquire"
	}
	if law.Other < 0 {
		w.f("  %s had begun when %s ended on line %d\n", w.none("acquire"), w.this, w.ended(law.Op))
		w.failed(undo + " it")
		return
	}
	from, to := min(w.began(law.Other), w.began(law.Op)), w.ended(law.Op)
	w.f("  %s also %s the lock, from line %d to line %d,\n", w.somebody(law.Other), did, w.began(law.Other), w.ended(law.Other))
	w.f("  and %s ran from line %d to line %d\n", w.none(undo), from, to)
	w.failed(undo + " it")
}

func (w *lawProse) takenAgain(value string) {
	law := w.law
	if len(law.Writers) == 1 && len(law.Takers) == 1 {
		w.f("  %s was %s once, on line %d, and %s had taken it on line %d\n",
			value, put[w.r.Model], w.began(law.Writers[0]), w.somebody(law.Takers[0]), w.ended(law.Takers[0]))
		return
	}
	w.f("  %s was %s %s before %s ended on line %d, and others had taken it %s\n",
		value, put[w.r.Model], times(len(law.Writers)), w.this, w.ended(law.Op), times(len(law.Takers)))
}

// somebody is who ran an operation.
func (w *lawProse) somebody(op int) string {
	if name := w.h.ProcessName(w.h.Process(op)); name != "" {
		return "process " + name
	}
	return "another process"
}

func times(n int) string {
	switch n {
	case 1:
		return "once"
	case 2:
		return "twice"
	}
	return fmt.Sprintf("%d times", n)
}
