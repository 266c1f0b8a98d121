package checker

import (
	"slices"

	"github.com/seed-c33ae711/jcheck/elle"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/linearizable"
	"github.com/seed-c33ae711/jcheck/result"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// lostOps explains why such a history proves nothing.
const lostOps = "ops of this history are lost, or their order is not known, which could change the verdict; see the warning"

// Distrust makes the verdict on a history unknown if some of its ops are lost, as those of a damaged
// file: what is missing may be what is wrong, or what would explain it. The checks of this package do
// so themselves; who calls another, such as elle.Check, on what was read from a store does it with
// this.
func Distrust(h *history.History, r result.Result) {
	for _, w := range h.Warnings() {
		if history.Untrusted(w.Code) {
			distrust(r, w)
			return
		}
	}
}

func distrust(r result.Result, w verdict.Warning) {
	switch r := r.(type) {
	case *result.Group:
		for _, m := range r.Members {
			distrust(m.Result, w)
		}
	case *result.Keyed:
		for _, k := range r.Keys {
			distrust(k.Result, w)
		}
		r.Unknown(lostOps)
		r.Warnings = withWarning(r.Warnings, w)
	case *elle.Result:
		r.Valid, r.Reason = verdict.Unknown, lostOps
		r.Not, r.AlsoNot, r.Ladder = nil, nil, nil // which are verdicts, too
	case *linearizable.Result:
		r.Valid, r.Reason = verdict.Unknown, lostOps
	case result.Report:
		c := r.About()
		c.Unknown(lostOps)
		c.Warnings = withWarning(c.Warnings, w)
	}
}

func withWarning(ws []verdict.Warning, w verdict.Warning) []verdict.Warning {
	if slices.ContainsFunc(ws, func(other verdict.Warning) bool { return other.Code == w.Code }) {
		return ws
	}
	return append(ws, w)
}
