package monitor

// waiting has ops that were invoked and have not taken effect, the one that
// returns first on top: a binary heap of keys by Ret. Pending ops come last.
type waiting []uint64

func (w *waiting) push(ret, op int32) {
	h := append(*w, key(ret, op))
	i := len(h) - 1
	for k := h[i]; i > 0 && h[(i-1)/2] > k; i = (i - 1) / 2 {
		h[i], h[(i-1)/2] = h[(i-1)/2], k
	}
	*w = h
}

// pop removes the op on top, or returns none.
func (w *waiting) pop() int32 {
	h := *w
	if len(h) == 0 {
		return none
	}
	top, last := h[0], h[len(h)-1]
	h = h[:len(h)-1]
	*w = h
	for i := 0; ; {
		child := 2*i + 1
		if child+1 < len(h) && h[child+1] < h[child] {
			child++
		}
		if child >= len(h) || h[child] >= last {
			if i < len(h) {
				h[i] = last
			}
			return id(top)
		}
		h[i], i = h[child], child
	}
}
