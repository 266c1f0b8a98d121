package linearizable

import (
	"cmp"
	"slices"
)

// beside returns the operations that overlapped another, by invocation, itself among
// them: those that may have taken effect before it as well as after it. All are
// named by their completions.
func (o *object) beside(op int) (ops []int) {
	at := slices.IndexFunc(o.calls, func(c call) bool { return int(c.op) == op })
	if at < 0 {
		return nil
	}
	this := o.calls[at]
	var over []call
	for _, c := range o.calls {
		if c.inv < this.ret && c.ret > this.inv {
			over = append(over, c)
		}
	}
	slices.SortFunc(over, func(a, b call) int { return cmp.Compare(a.inv, b.inv) })
	for _, c := range over {
		ops = append(ops, int(c.op))
	}
	return ops
}
