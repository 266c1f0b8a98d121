package elle

import "slices"

// Witnesses returns the ops that a case rests on, by position: those that it names, and
// those that show the order of the versions between them, each once.
func (c *Case) Witnesses() []int {
	var ops []int
	switch {
	case len(c.Steps) > 0 || c.Type == CyclicVersions || c.Type == EmptyGraph: // Op names none, or one of Steps
	case c.Type == G1a || c.Type == G1b:
		ops = append(ops, c.Op, c.Writer)
	default:
		ops = append(ops, c.Op)
	}
	ops = append(ops, c.Ops...)
	for i := range c.Steps {
		ops = c.Steps[i].witnesses(ops)
	}
	for i := range c.Because {
		ops = c.Because[i].witnesses(ops)
	}
	ops = witnessesOfOrder(ops, c.Order)
	seen := map[int]bool{}
	return slices.DeleteFunc(ops, func(op int) bool {
		again := seen[op]
		seen[op] = true
		return again || op < 0 // the initial state
	})
}

func (s *Step) witnesses(ops []int) []int {
	ops = witnessesOfOrder(append(ops, s.From, s.To, s.Reader), s.Order)
	for i := range s.Path {
		ops = s.Path[i].witnesses(ops)
	}
	return ops
}

func witnessesOfOrder(ops []int, order []VersionStep) []int {
	for _, v := range order {
		ops = append(ops, v.From, v.To)
	}
	return ops
}
