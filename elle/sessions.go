package elle

import (
	"github.com/seed-c33ae711/jcheck/internal/intern"
	"github.com/seed-c33ae711/jcheck/internal/weak"
)

// fillSessions fills in which transactions took effect in which process. What is
// indeterminate comes after what its process had completed, and before nothing.
func (x *txns) fillSessions(h *weak.History) {
	h.Session = make([]int32, x.len())
	var ids intern.Table
	for t := range h.Session {
		h.Session[t] = -1
		if h.Off[t] == h.Off[t+1] || x.h.Unordered() || x.status[t] == aborted {
			continue
		}
		h.Session[t], _ = ids.Int(int64(x.h.Process(int(x.op[t]))))
		if x.status[t] == indeterminate {
			if h.Last == nil {
				h.Last = make([]bool, x.len())
			}
			h.Last[t] = true
		}
	}
	h.Sessions = ids.Len()
}
