package gen

import "slices"

// chunk is how many elements of a vector are copied when one changes.
const chunk = 16

// A vector is a list of which a changed copy shares most of its memory: generators stand in it by
// the thousand, and one of them changes with each op. A short one is a slice.
type vector[T any] struct {
	n      int
	short  []T
	chunks []*[chunk]T
}

func vectorOf[T any](xs []T) vector[T] {
	v := vector[T]{n: len(xs)}
	if len(xs) <= chunk {
		v.short = xs
		return v
	}
	for part := range slices.Chunk(xs, chunk) {
		c := new([chunk]T)
		copy(c[:], part)
		v.chunks = append(v.chunks, c)
	}
	return v
}

func (v *vector[T]) at(i int) T {
	if v.chunks == nil {
		return v.short[i]
	}
	return v.chunks[i/chunk][i%chunk]
}

// with is v in which one element is another.
func (v vector[T]) with(i int, x T) vector[T] {
	if v.chunks == nil {
		v.short = slices.Clone(v.short)
		v.short[i] = x
		return v
	}
	changed := *v.chunks[i/chunk]
	changed[i%chunk] = x
	v.chunks = slices.Clone(v.chunks)
	v.chunks[i/chunk] = &changed
	return v
}

// without is v with its last element in place of one.
func (v vector[T]) without(i int) vector[T] {
	var none T
	last := v.at(v.n - 1)
	v = v.with(v.n-1, none)
	if v.n--; i < v.n {
		v = v.with(i, last)
	}
	return v
}
