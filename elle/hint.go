package elle

import (
	"fmt"

	"github.com/seed-c33ae711/jcheck/verdict"
)

// hint says that a register may start with the value that was read before anyone wrote
// it, if one was and nobody said what it begins with.
func (c *check) hint() {
	r, ok := c.w.(*registers)
	if !ok || !c.opt.Init.IsNil() || len(c.cases) == 0 {
		return
	}
	x, began := r.x, r.began()
	for t := range int32(x.len()) {
		for i := r.off[t]; i < r.off[t+1] && x.readsCount(t); i++ {
			if v := r.ver[i]; r.write[i] || v <= 0 || t >= began[r.base(r.key[i])+v] {
				continue
			}
			value := r.value(t, int(i-r.off[t]))
			c.res.Warnings = append(c.res.Warnings, verdict.Warning{Code: "never-written", Msg: fmt.Sprintf(
				"nobody wrote %s to key %s before op %d read it: if registers start at %s, use --init %[1]s", value, r.keyValue(r.key[i]), x.h.Index(int(x.op[t])), value)})
			return
		}
	}
}

// began returns for each version how many transactions had completed when the first
// one began that wrote it, or tried to; of one that nobody wrote, all of them.
func (r *registers) began() []int32 {
	began := make([]int32, len(r.writer))
	for v := range began {
		began[v] = int32(r.x.len())
	}
	for t := range int32(r.x.len()) {
		for i := r.off[t]; i < r.off[t+1]; i++ {
			if v := r.ver[i]; r.write[i] && v > 0 {
				at := r.base(r.key[i]) + v
				began[at] = min(began[at], r.x.before[t])
			}
		}
	}
	return began
}
