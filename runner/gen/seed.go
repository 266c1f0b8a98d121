package gen

// Seeded is a generator that is random, or holds others that are.
type Seeded interface {
	Gen
	// Seed returns the generator as it is with a seed, from which it derives those of the
	// generators in it.
	Seed(seed uint64) Gen
}

// Seed returns a generator with a seed. The same generator with the same seed emits the same
// ops, whatever the timing.
func Seed(seed uint64, g Gen) Gen {
	if s, ok := g.(Seeded); ok {
		return s.Seed(seed)
	}
	return g
}
