package edn

import "bytes"

// Equal reports whether two values are equal, as [AppendCanonical] defines it,
// whatever their syntax. An absent value equals nil. Values that are not well
// formed are equal if they are the same text.
func Equal(a, b Value) bool {
	if a.Syntax() == b.Syntax() && !a.IsZero() && !b.IsZero() && bytes.Equal(a.Bytes(), b.Bytes()) {
		return true
	}
	return bytes.Equal(identity(a), identity(b))
}

// Hash returns a hash of v that is the same for equal values, in every
// process and on every machine.
func Hash(v Value) uint64 {
	if n, ok := v.Int(); ok {
		return mix(uint64(n))
	}
	const offset, prime = 14695981039346656037, 1099511628211 // FNV-1a
	h := uint64(offset)
	for _, c := range identity(v) {
		h = (h ^ uint64(c)) * prime
	}
	return mix(h)
}

// identity returns the canonical text of v or, if v is malformed, its text
// behind a byte that no canonical text begins with.
func identity(v Value) []byte {
	if b := v.Bytes(); isCanonical(b, v.Syntax()) {
		return b
	}
	text, err := AppendCanonical(nil, v)
	if err != nil {
		return append([]byte{0, byte(v.Syntax())}, v.Bytes()...)
	}
	return text
}

// mix spreads the bits of x: it is the finalizer of splitmix64 (Steele, Lea,
// Flood: Fast splittable pseudorandom number generators, OOPSLA 2014).
func mix(x uint64) uint64 {
	x ^= x >> 30
	x *= 0xbf58476d1ce4e5b9
	x ^= x >> 27
	x *= 0x94d049bb133111eb
	return x ^ x>>31
}
