package weak

import "pgregory.net/rapid"

// tiny draws a history of at most six transactions. Some are plausible, so that
// they break little; some are anything.
func tiny(t *rapid.T) *History {
	n := rapid.IntRange(1, 6).Draw(t, "txns")
	h := &History{
		Sessions: rapid.IntRange(1, 3).Draw(t, "sessions"),
		Keys:     rapid.IntRange(1, 3).Draw(t, "keys"),
		Off:      []int32{0},
	}
	if rapid.Bool().Draw(t, "some last") {
		h.Last = make([]bool, n)
	}
	sane := rapid.Bool().Draw(t, "sane")
	reads := rapid.IntRange(3, 8).Draw(t, "reads of ten")
	writers := make([][]int32, h.Keys)
	for i := range n {
		h.Session = append(h.Session, int32(rapid.IntRange(-1, h.Sessions-1).Draw(t, "session")))
		if h.Last != nil {
			h.Last[i] = rapid.IntRange(0, 3).Draw(t, "last") == 0
		}
		for range rapid.IntRange(0, 5).Draw(t, "ops") {
			k := int32(rapid.IntRange(0, h.Keys-1).Draw(t, "key"))
			from := Unknown
			if rapid.IntRange(0, 9).Draw(t, "kind") >= reads {
				from = Write
				writers[k] = append(writers[k], int32(i))
			}
			h.Key, h.From = append(h.Key, k), append(h.From, from)
		}
		h.Off = append(h.Off, int32(len(h.Key)))
	}
	for i := range int32(n) {
		for o := h.Off[i]; o < h.Off[i+1]; o++ {
			if h.From[o] != Write {
				h.From[o] = drawSource(t, i, writers[h.Key[o]], sane)
			}
		}
	}
	for range rapid.IntRange(0, 4).Draw(t, "orders") - 2 {
		k := int32(rapid.IntRange(0, h.Keys-1).Draw(t, "key of order"))
		if len(writers[k]) > 1 {
			a := rapid.SampledFrom(writers[k]).Draw(t, "a")
			b := rapid.SampledFrom(writers[k]).Draw(t, "b")
			if a != b {
				h.Order = append(h.Order, Before{k, a, b})
			}
		}
	}
	return h
}

// drawSource draws which version a read of transaction i sees: if it is sane, one of
// the last two that were written before, or the initial one if there are few.
func drawSource(t *rapid.T, i int32, writers []int32, sane bool) int32 {
	from := []int32{Initial}
	if !sane {
		from = append(from, Unknown)
	}
	for _, w := range writers {
		if !sane || w < i {
			from = append(from, w)
		}
	}
	if sane && len(from) > 3 {
		from = from[len(from)-2:]
	}
	return rapid.SampledFrom(from).Draw(t, "from")
}
