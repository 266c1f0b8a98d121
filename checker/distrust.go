package checker

import (
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/result"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// lostOps explains why such a history proves nothing.
const lostOps = "ops are missing from this history, or their order is unknown, so the verdict could change; see the warning"

// Distrust makes the verdict on a history unknown if some of its ops are lost, as from
// a damaged file: the missing ops may be wrong, or may explain what seems wrong.
// Findings that hold whatever the missing ops were remain: those that the result knows
// to be definite, or else those that the check finds in the ops before the first
// missing one. Again is that check. It is nil if later ops may undo what a prefix
// shows, as a later read does for a lost element. The checks of this package call
// Distrust themselves. Callers of other checks, such as elle.Check, on a history from a
// store call it afterwards.
func Distrust(h *history.History, r result.Result, again func(prefix *history.History) (result.Result, error)) (result.Result, error) {
	for _, w := range h.Warnings() {
		if !history.Untrusted(w.Code) {
			continue
		}
		if w.Code != history.LostOps { // the order of ops is not known, on which everything may rest
			r.Unknown(lostOps)
			warnAll(r, w)
			break
		}
		if n := h.Whole(); r.Verdict() == verdict.Invalid && !definite(r) && again != nil && n > 0 {
			p, err := again(h.Prefix(n))
			if err != nil {
				return nil, err
			}
			if p.Verdict() == verdict.Invalid {
				warnAll(p, w)
				return p, nil
			}
		}
		distrust(r)
		warnAll(r, w)
		break
	}
	return r, nil
}

// definite reports whether an invalid verdict stands even if ops are missing.
func definite(r result.Result) bool {
	switch r := r.(type) {
	case interface{ Definite() bool }:
		return r.Definite()
	case *result.Keyed:
		for _, k := range r.Keys {
			if definite(k.Result) {
				return true
			}
		}
	}
	return false
}

// distrust makes unknown what is not definite.
func distrust(r result.Result) {
	if definite(r) {
		if keyed, ok := r.(*result.Keyed); ok {
			for _, k := range keyed.Keys {
				distrust(k.Result)
			}
		}
		return
	}
	r.Unknown(lostOps)
}

// warnAll adds a warning to a result and all that it is made of.
func warnAll(r result.Result, w verdict.Warning) {
	switch r := r.(type) {
	case *result.Group:
		for _, m := range r.Members {
			warnAll(m.Result, w)
		}
	case *result.Keyed:
		for _, k := range r.Keys {
			warnAll(k.Result, w)
		}
	}
	warn(r, w)
}
