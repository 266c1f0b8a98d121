package history

import (
	"math"
	"slices"

	"github.com/seed-c33ae711/jcheck/edn"
)

// second is how many nanoseconds a second has.
const second = 1_000_000_000

// epoch is from how many seconds on a time is one since 1970, not since the start of a test.
const epoch = 1_000_000_000

// scaleTimes makes all times nanoseconds since the start.
func (b *Builder) scaleTimes() error {
	h := b.h
	if n := b.seen.date; n > 0 && n < b.seen.time {
		return &edn.SyntaxError{File: h.src.Name, Msg: "expected a date as :time in every op or in none, found both"}
	}
	if len(b.seconds) == 0 && b.seen.date == 0 {
		return nil
	}
	if n := len(b.seconds); n > 0 {
		if n < b.seen.time { // 2 among 1.5 and 2.5 means seconds, too
			b.scaleOthers()
		}
		h.warn("time-seconds", n, "times with a fraction were read as seconds")
	}
	first := int64(math.MaxInt64)
	for _, t := range h.time {
		if t != NoTime {
			first = min(first, t)
		}
	}
	if b.seen.date > 0 || first >= epoch*second {
		for i, t := range h.time {
			if t != NoTime {
				h.time[i] = t - first
			}
		}
	}
	return nil
}

// scaleOthers makes nanoseconds of the times that have no fraction.
func (b *Builder) scaleOthers() {
	for i, t := range b.h.time {
		if t == NoTime {
			continue
		}
		if _, done := slices.BinarySearch(b.seconds, int32(i)); done {
			continue
		}
		if b.h.time[i] = NoTime; t <= math.MaxInt64/second && t >= math.MinInt64/second {
			b.h.time[i] = t * second
		}
	}
}
