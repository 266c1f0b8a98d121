package elle

// Witnesses returns the ops that a case rests on, by position: those that it names, and
// those that show the order of the versions between them. An op may occur several
// times.
func (c *Case) Witnesses() []int {
	ops := append([]int{c.Op, c.Writer}, c.Ops...)
	for i := range c.Steps {
		ops = c.Steps[i].witnesses(ops)
	}
	for i := range c.Because {
		ops = c.Because[i].witnesses(ops)
	}
	return witnessesOfOrder(ops, c.Order)
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
