package gen

import "slices"

// chunk is how many elements of a vector are copied when one changes.
const chunk = 16

// A vector is a list of which a changed copy shares most of its memory: generators stand in it by
// the thousand, and one of them changes with each op.
type vector[T any] struct {
	n      int
	chunks [][]T // of chunk elements each, but the last
}

func vectorOf[T any](xs []T) vector[T] {
	return vector[T]{len(xs), slices.Collect(slices.Chunk(xs, chunk))}
}

func (v *vector[T]) at(i int) T { return v.chunks[i/chunk][i%chunk] }

// with is v in which one element is another.
func (v vector[T]) with(i int, x T) vector[T] {
	changed := slices.Clone(v.chunks[i/chunk])
	changed[i%chunk] = x
	v.chunks = slices.Clone(v.chunks)
	v.chunks[i/chunk] = changed
	return v
}

// without is v with its last element in place of one.
func (v vector[T]) without(i int) vector[T] {
	last := v.n - 1
	if i != last {
		v = v.with(i, v.at(last))
	}
	v.chunks = slices.Clone(v.chunks)
	end := len(v.chunks) - 1
	if v.chunks[end] = v.chunks[end][: last%chunk : last%chunk]; last%chunk == 0 {
		v.chunks = v.chunks[:end]
	}
	v.n = last
	return v
}
