package history

// A View is some ops of a history, by position, in order. It shares the
// history's columns.
type View struct {
	History *History
	Ops     []int32
}

// Where returns the view of the ops for which keep is true.
func (h *History) Where(keep func(i int) bool) View {
	v := View{History: h}
	for i := range h.typ {
		if keep(i) {
			v.Ops = append(v.Ops, int32(i))
		}
	}
	return v
}

// Clients returns the view of the clients' ops.
func (h *History) Clients() View {
	return h.Where(func(i int) bool { return h.process[i].IsClient() })
}

// WithF returns the view of the ops of the given operations.
func (h *History) WithF(names ...string) View {
	want := make([]bool, len(h.fs)+1)
	for _, name := range names {
		for s := range h.fs {
			want[s+1] = want[s+1] || h.fs[s] == name
		}
	}
	return h.Where(func(i int) bool { return want[h.f[i]] })
}

// Where narrows a view.
func (v View) Where(keep func(i int) bool) View {
	w := View{History: v.History}
	for _, i := range v.Ops {
		if keep(int(i)) {
			w.Ops = append(w.Ops, i)
		}
	}
	return w
}
