package history

import (
	"iter"
	"slices"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// A History is an immutable sequence of ops. It is safe for concurrent use. An
// op is named by its position, from 0.
type History struct {
	src     *edn.Source
	words   *words // of src, and of its parts
	typ     []Type
	process []Process
	time    []int64
	f       []Symbol
	pair    []int32 // invocation <-> completion, -1 for none
	start   []int   // where the op's map begins in the text
	vrel    []uint32
	vlen    []uint32
	index   []int64 // nil if op i has index i
	fs      []string
	procs   []string

	whole      int      // ops before the first gap; 0 if nothing is missing
	clients    []string // names of clients that have one instead of a number, from firstNamed on
	firstNamed Process

	completionsOnly bool
	unordered       bool
	keyed           bool
	warnings        []verdict.Warning
}

// Len returns the number of ops.
func (h *History) Len() int { return len(h.typ) }

// Source returns the text that the history is a view of.
func (h *History) Source() *edn.Source { return h.src }

// Type returns the type of op i.
func (h *History) Type(i int) Type { return h.typ[i] }

// Process returns the process of op i.
func (h *History) Process(i int) Process { return h.process[i] }

// Time returns the time of op i in nanoseconds since the start, or NoTime.
func (h *History) Time(i int) int64 { return h.time[i] }

// Pair returns the completion of an invocation or the invocation of a
// completion, -1 if there is none.
func (h *History) Pair(i int) int { return int(h.pair[i]) }

// Index returns the recorded :index of op i, or i if none was recorded.
func (h *History) Index(i int) int64 {
	if i < len(h.index) {
		return h.index[i]
	}
	return int64(i)
}

// Value returns the :value of op i; it is absent if the op has none.
func (h *History) Value(i int) edn.Value {
	if h.vlen[i] == 0 {
		return edn.Value{}
	}
	lo, hi := h.ValueSpan(i)
	return h.src.Value(lo, hi)
}

// ValueSpan returns the position of op i's :value in the source. It is empty if the op
// has none.
func (h *History) ValueSpan(i int) (lo, hi int) {
	lo = h.start[i] + int(h.vrel[i])
	return lo, lo + int(h.vlen[i])
}

// Text returns the whole of op i as it was read, a map.
func (h *History) Text(i int) edn.Value {
	s := edn.NewScanner(h.src, h.start[i], len(h.src.Text))
	s.Datum()
	return s.Value()
}

// Start returns where op i begins in the text of the source.
func (h *History) Start(i int) int { return h.start[i] }

// Line returns the line of the source that op i begins on, from 1.
func (h *History) Line(i int) int { return h.src.Line(h.start[i]) }

// Errorf returns an error at op i.
func (h *History) Errorf(i int, format string, args ...any) error {
	return h.src.Errorf(h.start[i], format, args...)
}

// F returns the name of op i's operation, empty if there is none.
func (h *History) F(i int) string { return h.SymbolName(h.f[i]) }

// Symbol returns the name of op i's operation, interned.
func (h *History) Symbol(i int) Symbol { return h.f[i] }

// SymbolName returns the name that s stands for.
func (h *History) SymbolName(s Symbol) string {
	if s == 0 {
		return ""
	}
	return h.fs[s-1]
}

// ProcessName returns the number or the name of p, empty for NoProcess and in a
// history that names no processes.
func (h *History) ProcessName(p Process) string {
	switch {
	case p == NoProcess || h.unordered:
		return ""
	case !p.IsClient():
		return h.procs[p-named(0)]
	case h.IsNamed(p):
		return h.clients[p-h.firstNamed]
	}
	return formatProcess(p)
}

// IsNamed reports whether a client has a name in the text instead of its number.
func (h *History) IsNamed(p Process) bool {
	return p >= h.firstNamed && p-h.firstNamed < Process(len(h.clients))
}

// Op assembles op i.
func (h *History) Op(i int) Op {
	return Op{
		Pos: i, Index: h.Index(i), Time: h.time[i], Type: h.typ[i],
		Process: h.ProcessName(h.process[i]), F: h.F(i), Value: h.Value(i),
	}
}

// Ops yields every op in order.
func (h *History) Ops() iter.Seq[Op] {
	return func(yield func(Op) bool) {
		for i := range h.typ {
			if !yield(h.Op(i)) {
				return
			}
		}
	}
}

// CompletionsOnly reports whether no client's invocation was recorded, so that
// realtime order is unknown.
func (h *History) CompletionsOnly() bool { return h.completionsOnly }

// Unordered reports whether no op names its process, so that neither process
// nor realtime order is known.
func (h *History) Unordered() bool { return h.unordered }

// Keyed reports whether the values of the clients' ops are certainly tuples [key
// value]. If they only look like tuples, it returns false.
func (h *History) Keyed() bool { return h.keyed }

// Warnings returns the assumptions made when the history was built.
func (h *History) Warnings() []verdict.Warning { return h.warnings }

// WithWarning returns the history with one more warning.
func (h *History) WithWarning(w verdict.Warning) *History {
	c := *h
	c.warnings = append(slices.Clip(h.warnings), w)
	return &c
}

func (h *History) warn(code string, n int, msg string) {
	h.warnings = append(h.warnings, verdict.Warning{Code: code, Count: n, Msg: msg})
}
