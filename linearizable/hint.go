package linearizable

import (
	"fmt"

	"github.com/seed-c33ae711/jcheck/result"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// hint says that a register may start with the value that was read before anyone wrote
// it, if that is so of one that is invalid and nobody said what it begins with.
func (c *check) hint(jobs []job) {
	if !c.m.init.IsNil() {
		return
	}
	for i := range jobs {
		o := jobs[i].o
		if law := jobs[i].part.Law; jobs[i].part.Valid != verdict.Invalid || law != nil && law.Rule == Absent && len(law.Failed) > 0 {
			continue
		}
		what, op := o.unwritten()
		if op < 0 {
			continue
		}
		value := o.v.value(int32(what)).String()
		start, where := value, ""
		if key := int32(what >> 32); key > 0 {
			start, where = fmt.Sprintf("'{%s %s}'", o.v.keys.value(key), value), " to "+o.v.keys.value(key).String()
		}
		c.res.Warnings = append(c.res.Warnings, verdict.Warning{Code: "never-written", Msg: fmt.Sprintf(
			"nobody wrote %s%s before op %d read it: if the register starts at %s, use --init %s", value, where, c.h.Index(int(op)), value, start)})
		return
	}
}

// unwritten returns the first value of a register, with the register if there are
// several, that was read before anybody who wrote it began, and the read; -1 if
// there is none.
func (o *object) unwritten() (what int64, op int32) {
	began := map[int64]int32{} // by what was written: when
	o.accesses(func(what int64, write bool, c *call) {
		if at, ok := began[what]; write && (!ok || c.inv < at) {
			began[what] = c.inv
		}
	})
	what, op = 0, -1
	first := int32(never)
	o.accesses(func(w int64, write bool, c *call) {
		if at, ok := began[w]; !write && c.ret < first && (!ok || c.ret < at) {
			what, op, first = w, c.op, c.ret
		}
	})
	return what, op
}

// accesses calls f with what registers are known to have held, nil apart, or been set
// to: the id of a value, and that of the register from bit 32 on.
func (o *object) accesses(f func(what int64, write bool, c *call)) {
	for i := range o.calls {
		c := &o.calls[i]
		switch t := &o.ts[c.t]; t.f {
		case opRead, opWrite:
			if t.a > 0 {
				f(int64(t.a), t.f == opWrite, c)
			}
		case opCAS:
			f(int64(t.b), true, c)
			if t.a > 0 && c.ret != never {
				f(int64(t.a), false, c)
			}
		case opTxn:
			list := idsOf(t.list)
			for k := 0; k < len(list); k += 2 {
				if list[k+1] > 0 {
					f(int64(list[k]>>1)<<32|int64(list[k+1]), list[k]&1 != 0, c)
				}
			}
		}
	}
}

// warnOfUnseen warns of reads of a register that found nothing where something had been written.
func (c *check) warnOfUnseen(jobs []job) {
	n := 0
	for i := range jobs {
		n += jobs[i].o.unseen
	}
	if n == 0 {
		return
	}
	reads := "1 read of nil, which began after a write had completed, was not judged"
	if n > 1 {
		reads = fmt.Sprintf("%d reads of nil, which began after a write had completed, were not judged", n)
	}
	c.res.Warnings = append(c.res.Warnings, verdict.Warning{Code: "nil-reads", Count: n, Msg: fmt.Sprintf(
		"%s: for a %s, nil is a value that nobody knows, as in Knossos; with --model etcd it means that there is no value", reads, c.m.kind.name)})
}

// warnOfDiffering warns of completions with a value other than their invocation's: the
// verdict may hang on which of the two counts.
func (c *check) warnOfDiffering(jobs []job) {
	n := 0
	for i := range jobs {
		n += jobs[i].o.differs
	}
	if n > 0 {
		c.res.Warnings = append(c.res.Warnings, result.CompletionDiffers(n, "operation"))
	}
}
