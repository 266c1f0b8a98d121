// Package verdict holds the three answers that every check gives, and the
// warnings that come with them.
package verdict

import "fmt"

// A Verdict is what a check concludes. The zero Verdict is Unknown, so a check
// that never ran cannot pass.
type Verdict uint8

const (
	Unknown Verdict = iota // undecided: nothing observed, out of budget, cancelled
	Valid                  // the property holds, as far as the checker can see
	Invalid                // the property is violated, and there is a witness
)

// String returns true, false or unknown, as Jepsen prints a verdict.
func (v Verdict) String() string {
	switch v {
	case Valid:
		return "true"
	case Invalid:
		return "false"
	}
	return "unknown"
}

// Merge combines verdicts: Invalid beats Unknown beats Valid. Merging nothing
// is Unknown.
func Merge(vs ...Verdict) Verdict {
	if len(vs) == 0 {
		return Unknown
	}
	worst := Valid
	for _, v := range vs {
		switch {
		case v == Invalid:
			return Invalid
		case v == Unknown:
			worst = Unknown
		}
	}
	return worst
}

// A Warning says what was assumed about a history, or why a verdict is weaker than it
// looks.
type Warning struct {
	Code  string // stable and short, such as "unfinished"
	Count int    // how many ops it concerns, 0 if it concerns the whole history
	Msg   string // one sentence
}

func (w Warning) String() string { return fmt.Sprintf("%s (%s)", w.Msg, w.Code) }
