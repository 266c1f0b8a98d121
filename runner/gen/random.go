package gen

import (
	"math/rand/v2"
	"time"
)

// A state is what a generator draws from. It is part of its value, so a draw makes another
// state; whoever throws away an answer throws away its draws.
type state uint64

// next returns a number and the state after it (SplitMix64, Steele et al. 2014).
func (s state) next() (uint64, state) {
	s += 0x9e3779b97f4a7c15
	z := uint64(s)
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31, s
}

// below returns a number from 0 to n-1.
func (s state) below(n int) (int, state) {
	x, after := s.next()
	return int(x % uint64(n)), after
}

// within returns a duration from 0 to d.
func (s state) within(d time.Duration) (time.Duration, state) {
	x, after := s.next()
	return time.Duration(float64(x>>11) / (1 << 53) * float64(d)), after
}

// child is the seed of a generator in one that has seed.
func child(seed uint64, i int) uint64 {
	x, _ := state(seed ^ uint64(i+1)*0xd1342543de82ef95).next()
	return x
}

// source is the randomness of a user's function, for its n-th call.
func source(seed uint64, n int) *rand.Rand { return rand.New(rand.NewPCG(seed, uint64(n))) }
