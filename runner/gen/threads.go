package gen

import "math/bits"

// Threads is a set of threads: those of clients, which are numbered from 0, and that of the
// nemesis, whose number is that of the clients.
type Threads struct {
	words []uint64
	n     int
}

// NewThreads makes an empty set for numbers below size.
func NewThreads(size int) Threads { return Threads{words: make([]uint64, (size+63)/64)} }

// Len is the number of threads in the set.
func (s *Threads) Len() int { return s.n }

// Has reports whether a thread is in the set.
func (s *Threads) Has(t int) bool { return s.words[t>>6]>>(t&63)&1 != 0 }

// Add puts a thread in.
func (s *Threads) Add(t int) {
	if !s.Has(t) {
		s.words[t>>6] |= 1 << (t & 63)
		s.n++
	}
}

// Remove takes a thread out.
func (s *Threads) Remove(t int) {
	if s.Has(t) {
		s.words[t>>6] &^= 1 << (t & 63)
		s.n--
	}
}

// From is the first thread of the set whose number is at least t, or -1.
func (s *Threads) From(t int) int {
	for w := t >> 6; w < len(s.words); w++ {
		word := s.words[w]
		if w == t>>6 {
			word &^= 1<<(t&63) - 1
		}
		if word != 0 {
			return w<<6 + bits.TrailingZeros64(word)
		}
	}
	return -1
}

// and makes s what two sets have in common. It reuses the memory of s.
func (s *Threads) and(a, b *Threads) {
	if cap(s.words) < len(a.words) {
		s.words = make([]uint64, len(a.words))
	}
	s.words, s.n = s.words[:len(a.words)], 0
	for i := range a.words {
		s.words[i] = a.words[i] & b.words[i]
		s.n += bits.OnesCount64(s.words[i])
	}
}
