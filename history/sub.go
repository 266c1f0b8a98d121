package history

// A Span is the position of a value in a history's source; an empty span means no
// value.
type Span struct{ Lo, Hi int }

// Sub returns a history of some ops of h, in order, whose values are other spans of the
// same text, such as the value in a tuple [key value]. Span k is that of ops[k]. The
// ops keep their index and line, and their pair if both ops are included.
func (h *History) Sub(ops []int32, values []Span) *History {
	n := len(ops)
	s := &History{
		src: h.src, words: h.words, fs: h.fs, procs: h.procs, clients: h.clients, firstNamed: h.firstNamed, completionsOnly: h.completionsOnly, unordered: h.unordered, warnings: h.warnings,
		typ: make([]Type, n), process: make([]Process, n), time: make([]int64, n), f: make([]Symbol, n), pair: make([]int32, n),
		start: make([]int, n), vrel: make([]uint32, n), vlen: make([]uint32, n), index: make([]int64, n),
	}
	open := map[int32]int32{} // invocations by the position of their completion in h
	for k, op := range ops {
		s.typ[k], s.process[k], s.time[k], s.f[k] = h.typ[op], h.process[op], h.time[op], h.f[op]
		s.start[k], s.index[k] = h.start[op], h.Index(int(op))
		if v := values[k]; v.Hi > v.Lo {
			s.vrel[k], s.vlen[k] = uint32(v.Lo-h.start[op]), uint32(v.Hi-v.Lo)
		}
		s.pair[k] = -1
		if p := h.pair[op]; p > op {
			open[p] = int32(k)
		} else if p >= 0 {
			if j, ok := open[op]; ok {
				s.pair[k], s.pair[j] = j, int32(k)
				delete(open, op)
			}
		}
	}
	return s
}

// Prefix returns the history of the first n ops.
func (h *History) Prefix(n int) *History {
	ops, values := make([]int32, n), make([]Span, n)
	for i := range ops {
		ops[i] = int32(i)
		values[i].Lo, values[i].Hi = h.ValueSpan(i)
	}
	p := h.Sub(ops, values)
	p.keyed = h.keyed
	return p
}

// Whole returns how many ops there are before the first missing one.
func (h *History) Whole() int {
	for _, w := range h.warnings {
		if w.Code == LostOps {
			return h.whole
		}
	}
	return h.Len()
}

// SymbolOf returns the symbol of an operation's name, and whether any op has it.
func (h *History) SymbolOf(name string) (Symbol, bool) {
	for i, f := range h.fs {
		if f == name {
			return Symbol(i + 1), true
		}
	}
	return 0, false
}

// Fs lists the names of operations, in the order in which they first occur.
func (h *History) Fs() []string { return h.fs[:len(h.fs):len(h.fs)] }

// Begins reports whether op i begins an operation: it is an invocation, or a
// completion in a history that has no invocations.
func (h *History) Begins(i int) bool { return h.typ[i] == Invoke || h.completionsOnly }
