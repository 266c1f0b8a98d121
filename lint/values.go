package lint

import (
	"context"
	"fmt"
	"strings"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/result"
)

// values is what the values of a history tell.
type values struct {
	h *history.History
	k *keyed
	c *columns
	j *judgement
}

// readValues decodes the values of a history and judges its keys.
func readValues(ctx context.Context, h *history.History, opt Options, c *columns) (*values, error) {
	v := &values{h: h, c: c}
	tuples, err := opt.Keyed == Keyed, error(nil)
	if opt.Keyed == Detected {
		if tuples, err = isKeyed(ctx, h, c.byF); err != nil {
			return nil, err
		}
	}
	if v.k, err = decode(ctx, h, c.byF, tuples); err != nil {
		return nil, err
	}
	if v.j, err = judge(ctx, h, v.k, c.timedOut); err != nil {
		return nil, err
	}
	v.j.reads += v.k.bare
	v.j.unclear += v.k.unclear
	return v, nil
}

func (v *values) report(p *problems) {
	j := v.j
	v.tell(p, timeoutWasRead, &j.timeoutRead, "value was read though its write is recorded as :fail after a timeout", "values were read though their writes are recorded as :fail after a timeout")
	v.tell(p, failWasRead, &j.failRead, "value was read though its write failed", "values were read though their writes failed")
	v.tell(p, duplicateWrites, &j.duplicates, "value was written more than once", "values were written more than once")
	v.tell(p, duplicateElements, &j.elements, "element was added more than once", "elements were added more than once")
	v.tell(p, repeatedValues, &j.repeated, "value was written more than once", "values were written more than once")
	v.tell(p, retried, &j.retried, "value was written again after a write of it failed", "values were written again after writes of them failed")
	v.tell(p, noFinalRead, &j.noFinal, "acknowledged element was added after the last read had begun", "acknowledged elements were added after the last read had begun")
	v.tell(p, notDrained, &j.undrained, "acknowledged element was not taken, and the queue was never found empty afterwards", "acknowledged elements were not taken, and the queue was never found empty afterwards")
	v.tell(p, unreadWrites, &j.unread, "acknowledged write was made after the last read of its key", "acknowledged writes were made after the last reads of their keys")
	if d := &v.k.differs; d.n > 0 {
		p.add(completionDiffers, d.n, d.ops, "%s another value than the invocation: first %s after %s", count(d.n, "completion", "has", "have"), v.value(d.ops[1]), v.value(d.ops[0]))
	}
	if d := &v.k.status; d.n > 0 {
		p.add(statusAsValue, d.n, d.ops, "%s an error as :value, first %s", count(d.n, "completion", "has", "have"), v.value(d.ops[1]))
	}
	v.reportUnwritten(p)
	v.reportBreeds(p)
	v.reportKeys(p)
	v.reportVacuity(p)
}

// tell makes a problem of a tally.
func (v *values) tell(p *problems, c code, t *tally, one, many string) {
	if t.n > 0 {
		w := t.first[0]
		p.add(c, t.n, t.ops(), "%d %s%s %s", t.n, pick(t.n, one, many), pick(t.n, ":", ", first"), v.spell(w))
	}
}

// spell names the value and the key of a witness.
func (v *values) spell(w witness) string {
	text := "nil"
	if w.val.len > 0 {
		text = v.text(w.val)
	}
	if w.key.len == 0 {
		return text
	}
	return fmt.Sprintf("%s of key %s", text, v.text(w.key))
}

func (v *values) text(s span) string {
	return result.List(1, func(int) string { return v.h.Source().Value(s.lo, s.lo+int(s.len)).String() })
}

// value spells the value of an op.
func (v *values) value(op int) string {
	return result.List(1, func(int) string { return v.h.Value(op).String() })
}

// initialValues are what things begin with, if not with nil.
var initialValues = map[string]bool{"0": true, "-1": true, "false": true, `""`: true, "0.0": true}

func (v *values) reportUnwritten(p *problems) {
	j := v.j
	if j.writes == 0 || v.k.others > 0 {
		return // which is reported; or an operation that lint does not understand may have written it
	}
	if n := j.unwritten.n; n > 0 && j.initial && j.initials == n && (n > 1 || initialValues[v.text(j.begin)]) {
		p.add(initialValue, n, j.unwritten.ops(), "%s with %s, which nobody wrote", count(n, "key", "seems to start", "seem to start"), v.text(j.begin))
		return
	}
	v.tell(p, unwrittenReads, &j.unwritten, "value was read that nobody wrote", "values were read that nobody wrote")
}

func (v *values) reportBreeds(p *problems) {
	var least breed
	var names []string
	n := 0
	for k := range v.j.breeds {
		t := &v.j.breeds[k]
		if t.n == 0 {
			continue
		}
		names = append(names, breedNames[k])
		if n == 0 || t.n < n {
			least, n = breed(k), t.n
		}
	}
	if len(names) > 1 {
		t := &v.j.breeds[least]
		p.add(mixedValues, n, t.ops(), "values are %s; the fewest are %s, such as %s", strings.Join(names, " and "), breedNames[least], v.spell(t.first[0]))
	}
}

// reportKeys looks for keys that differ in their spelling only.
func (v *values) reportKeys(p *problems) {
	var kinds [edn.Tag + 1]bool
	mixed := 0
	list := make([]edn.Value, 0, len(v.k.keys))
	for _, s := range v.k.keys {
		if s.len == 0 {
			continue
		}
		key := v.h.Source().Value(s.lo, s.lo+int(s.len))
		list = append(list, key)
		if k := key.Kind(); !kinds[k] {
			kinds[k] = true
			mixed++
		}
	}
	if mixed < 2 {
		return
	}
	seen := map[string]edn.Value{}
	n, first := 0, [2]edn.Value{}
	for _, key := range list {
		name, ok := key.Name()
		if !ok {
			name = key.String()
			if i, isInt := key.Int(); isInt {
				name = fmt.Sprint(i)
			}
		}
		name = strings.TrimPrefix(strings.TrimSuffix(name, ".0"), ":")
		if other, ok := seen[name]; !ok {
			seen[name] = key
		} else if n++; n == 1 {
			first = [2]edn.Value{other, key}
		}
	}
	if n > 0 {
		p.add(mixedKeys, n, v.firstOps(first[:]), "%s in two spellings: %s and %s", count(n, "key", "occurs", "occur"), first[0], first[1])
	}
}

// firstOps returns the first op that touches each of some keys.
func (v *values) firstOps(keys []edn.Value) (ops []int) {
	for _, key := range keys {
		lo, _ := key.Span()
		for k, s := range v.k.keys {
			if s.lo == lo && s.len > 0 {
				ops = append(ops, int(v.k.touches[v.k.off[k]].op))
			}
		}
	}
	return ops
}

func (v *values) reportVacuity(p *problems) {
	j := v.j
	if v.k.others > 0 || p[noClients] != nil || p[noOK] != nil {
		return
	}
	switch {
	case j.writes == 0 && j.reads > 0:
		p.add(onlyReads, j.reads, nil, "%s, but no writes", result.Count(j.reads, "read"))
	case j.reads == 0 && j.writes > 0:
		p.add(onlyWrites, j.writes, nil, "%s, but no reads that succeeded", result.Count(j.writes, "write"))
	case j.reads > 0 && j.valued > 0 && j.matched == 0 && j.unclear == 0:
		p.add(nothingRead, 0, nil, "%s saw none of %s", pick(j.reads, "the only read", fmt.Sprintf("%d reads", j.reads)), pick(j.valued, "the only value that was written", fmt.Sprintf("%d values that were written", j.valued)))
	}
}
