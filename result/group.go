package result

import (
	"time"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// A Group is the results of several checks of one history, in the order of the
// table of checks. Its verdict is theirs, merged.
//
// In Common, Reason says why the whole is unknown although no member is: none of them
// judged anything. Warnings are about the history and weaken all verdicts.
type Group struct {
	Common
	Members []Member
}

// A Member is one check's result under its name.
type Member struct {
	Name    string
	Result  Result
	Elapsed time.Duration // that the check took; 0 if it was not measured
}

// Verdict merges the members' verdicts, and is unknown at best if there is a reason.
// Without any checks, the verdict is valid, as in Jepsen.
func (g *Group) Verdict() verdict.Verdict {
	v := verdict.Valid
	if g.Reason != "" {
		v = verdict.Unknown
	}
	for _, m := range g.Members {
		v = verdict.Merge(v, m.Result.Verdict())
	}
	return v
}

// Unknown withdraws the verdict of each check.
func (g *Group) Unknown(reason string) {
	for _, m := range g.Members {
		m.Result.Unknown(reason)
	}
	g.Common.Unknown(reason)
}

// Keyed is the results of one check on each key of a history whose values are
// tuples [key value], by key.
type Keyed struct {
	Common
	Keys []Key
}

// A Key is the result on one key.
type Key struct {
	Key    edn.Value
	Result Result
}

// Unknown withdraws the verdict on each key.
func (k *Keyed) Unknown(reason string) {
	for _, key := range k.Keys {
		key.Result.Unknown(reason)
	}
	k.Common.Unknown(reason)
}

// Failures are the keys whose result is invalid, in order.
func (k *Keyed) Failures() (keys []Key) {
	for _, key := range k.Keys {
		if key.Result.Verdict() == verdict.Invalid {
			keys = append(keys, key)
		}
	}
	return keys
}

// Failed is the result of a check that could not interpret the history, or broke.
type Failed struct {
	Common
	Err error
}

// NewFailed makes a result from an error.
func NewFailed(err error) *Failed {
	f := &Failed{Err: err}
	f.Common.Unknown(err.Error())
	return f
}

// Unknown changes nothing: the error is already the reason.
func (f *Failed) Unknown(string) {}

// Fields has the error.
func (f *Failed) Fields() Fields { return Fields{{"error", f.Err.Error()}} }

// Findings are none.
func (f *Failed) Findings() []Finding { return nil }
