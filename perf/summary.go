package perf

import (
	"fmt"
	"slices"

	"github.com/seed-c33ae711/jcheck/history"
)

// An Outcome is how an operation ended, in the order in which Jepsen lists them.
type Outcome uint8

// The outcomes.
const (
	OK Outcome = iota
	Info
	Fail
	outcomes
)

// Outcomes lists all outcomes.
var Outcomes = [outcomes]Outcome{OK, Info, Fail}

func (o Outcome) String() string {
	if int(o) < len(outcomeNames) {
		return outcomeNames[o]
	}
	return fmt.Sprintf("Outcome(%d)", uint8(o))
}

var outcomeNames = [outcomes]string{"ok", "info", "fail"}

// MarshalText writes the name.
func (o Outcome) MarshalText() ([]byte, error) { return []byte(o.String()), nil }

func outcomeOf(t history.Type) Outcome {
	switch t {
	case history.OK:
		return OK
	case history.Fail:
		return Fail
	}
	return Info
}

// Options say what is known about a test besides its history. The zero value means
// nothing is known.
type Options struct {
	Nodes    []string  // of the test, in its order: process p talks to Nodes[p mod len(Nodes)]
	Nemeses  []Nemesis // the nemeses that the test describes, see ParseNemeses; others are recognized
	Tuples   bool      // values of clients' ops are tuples [key value]
	TopKeys  int       // how many keys ByKey has at most; 12 if 0
	MaxCells int       // how many cells Grid has at most; 131,072 if 0

	exactBelow int // maxExact, for tests
}

// Limits of what a Summary holds, whatever the history.
const (
	maxFs        = 64      // operations with a name of their own; the rest is one more
	maxExact     = 1e6     // from so many latencies on, quantiles come from a sketch
	maxOpen      = 10_000  // open operations listed
	maxMarks     = 10_000  // ops listed of a lane
	maxIntervals = 4096    // of a lane
	maxJepsen    = 20_000  // Jepsen's windows of rates; of quantiles a tenth
	maxNodes     = 256     // nodes broken down
	maxKeys      = 1 << 20 // distinct keys up to which there is ByKey
	maxTime      = 1 << 61 // a time beyond, some 73 years, counts as none
	gridBins     = 1 << 13 // most bins of time
	defaultCells = 1 << 17 // most cells of the grid
	chunk        = 1 << 15 // ops a piece of work has
	noTime       = history.NoTime
)

// A Summary is what Measure returns. Its slices belong to the caller.
type Summary struct {
	Ops      int   `json:"ops"`      // ops of the history, invocations and completions, the nemesis' included
	From     int64 `json:"from"`     // time of the earliest op, ns; 0 if no op has a time
	To       int64 `json:"to"`       // time of the latest op, ns
	Timed    bool  `json:"timed"`    // some op of the history has a time: if not, there are counts and nothing else
	Untimed  int   `json:"untimed"`  // ops without a usable time, which are in no series
	Backward int   `json:"backward"` // operations that end before they begin, by their times; they have no latency
	Instant  int   `json:"instant"`  // operations that take no time
	Invoked  bool  `json:"invoked"`  // invocations were recorded: if not, there are no latencies
	Clients  int   `json:"clients"`  // most operations at a time

	// Fs names the operations, sorted: F of other fields is an index of it. If there are more than 64, the last
	// is the rest of them, and Merged says how many that are.
	Fs     []string `json:"fs"`
	Merged int      `json:"merged,omitempty"`

	ByF    []Row  `json:"by-f"`  // a row for each of Fs
	Total  Row    `json:"total"` // all operations
	ByNode []Row  `json:"by-node,omitempty"`
	ByKey  []Row  `json:"by-key,omitempty"` // the keys with the most operations, those first
	Keys   int    `json:"keys,omitempty"`   // how many distinct keys there are; -1 if more than a million, then ByKey is empty
	KeyHow string `json:"key-how,omitempty"`

	Quantiles       *Quantiles `json:"quantiles,omitempty"`        // in automatic windows: 50 to 200, or fewer if there are fewer than 2,500 operations
	JepsenQuantiles *Quantiles `json:"jepsen-quantiles,omitempty"` // in windows of 30 s; nil if there would be more than 2,000
	Rates           *Rates     `json:"rates,omitempty"`            // in automatic windows: 80 to 200, or 20 to 50 if there are few ops
	JepsenRates     *Rates     `json:"jepsen-rates,omitempty"`     // in windows of 10 s; nil if there would be more than 20,000
	Busy            *Busy      `json:"busy,omitempty"`             // operations at a time, in the windows of Rates
	Grid            *Grid      `json:"-"`                          // of latencies over time

	Small *Windows `json:"-"` // windows of the rows of nodes and keys; nil if no op has a time

	Open      []Open  `json:"open,omitempty"` // operations that never completed, the first 10,000
	OpenCount int     `json:"open-count"`     // all of them
	Lanes     []Lane  `json:"lanes,omitempty"`
	Clocks    []Clock `json:"clocks,omitempty"`
}

// A Row counts the operations of one kind, and how long they took.
type Row struct {
	Name    string             `json:"name"`
	Invoked int                `json:"invoked"` // invocations
	Done    [outcomes]int      `json:"done"`    // completions, by Outcome
	Open    int                `json:"open"`    // invocations that never completed
	OKRate  float64            `json:"ok-rate"` // ok completions a second of the whole test; 0 if it took no time
	Latency Latency            `json:"latency"`
	Inside  [][outcomes]int    `json:"inside,omitempty"` // by lane and Outcome: operations that met a fault of Lanes[i]
	Small   []Small            `json:"-"`                // over time, of nodes and keys: one for each of Summary.Small
	timed   [outcomes]int      // operations whose times are known
	hist    [outcomes - 1]hist // by class
}

// A Small is what operations of a node or a key did in a window of time.
type Small struct {
	Done [outcomes]uint32 // completions in it, by Outcome
	Max  int64            // the longest latency of those that were ok, in nanoseconds
}

// mostSmall is about how many windows the rows of nodes and keys have.
const mostSmall = 48

// Operations returns how many operations there are: invocations, and completions whose invocation
// was not recorded.
func (r *Row) Operations() int { return r.Done[OK] + r.Done[Info] + r.Done[Fail] + r.Open }

// Share returns which part of the operations ended so, from 0 to 1.
func (r *Row) Share(o Outcome) float64 {
	if n := r.Operations(); n > 0 {
		return float64(r.Done[o]) / float64(n)
	}
	return 0
}

// InsideShare returns which part of the operations with that outcome, from 0 to 1, met a fault of a lane,
// and of how many that is.
func (r *Row) InsideShare(lane int, o Outcome) (share float64, n int) {
	if n = r.timed[o]; n == 0 || lane >= len(r.Inside) {
		return 0, n
	}
	return float64(r.Inside[lane][o]) / float64(n), n
}

// A Latency has quantiles of operations by how they ended.
type Latency struct {
	All   Quantile `json:"all"`
	OK    Quantile `json:"ok"`
	NotOK Quantile `json:"not-ok"` // info and fail
}

// A Quantile has Jepsen's quantiles of n latencies in nanoseconds: quantile q of sorted values is the one
// at index min(n-1, floor(n*q)). All are 0 if there are none.
type Quantile struct {
	N   int   `json:"n"`
	P50 int64 `json:"p50"`
	P95 int64 `json:"p95"`
	P99 int64 `json:"p99"`
	Max int64 `json:"max"` // always exact
}

// An Open is an operation that never completed.
type Open struct {
	Op      int    `json:"op"`   // position of the invocation in the history
	Time    int64  `json:"time"` // of the invocation, ns; -1 if unknown
	F       int    `json:"f"`    // in Fs
	Process string `json:"process"`
}

// Windows are consecutive spans of time of the same width.
type Windows struct {
	Start int64 `json:"start"` // where the first begins, ns
	Width int64 `json:"width"` // ns
	N     int   `json:"n"`
	from  int64 // the test
	to    int64
}

// Mid returns the middle of window k.
func (w *Windows) Mid(k int) int64 { return w.Start + int64(k)*w.Width + w.Width/2 }

// Span returns which part of window k belongs to the test: the last one is rarely
// complete.
func (w *Windows) Span(k int) (from, to int64) {
	lo := w.Start + int64(k)*w.Width
	return max(lo, min(w.from, 0)), min(lo+w.Width, w.to)
}

// Hz returns the rate, in 1/s, of n events in window k: in the part of it that belongs to
// the test.
func (w *Windows) Hz(k int, n uint32) float64 {
	from, to := w.Span(k)
	covered := to - from
	if covered <= 0 || covered > w.Width {
		covered = w.Width
	}
	return float64(n) * 1e9 / float64(covered)
}

// Rated returns how many windows have a rate that is worth showing: all but a last one of
// which less than half belongs to the test, where a few events would look like a peak.
func (w *Windows) Rated() int {
	if from, to := w.Span(max(w.N-1, 0)); w.N > 1 && 2*(to-from) < w.Width {
		return w.N - 1
	}
	return w.N
}

// at returns the window of a time.
func (w *Windows) at(t int64) int { return int((t - w.Start) / w.Width) }

// windowsOf cuts the test into windows of a width. They begin at 0 where tests begin, or where the first
// op is if that is long after or before.
func windowsOf(from, to, width int64) Windows {
	start := int64(0)
	if from < 0 || from > to-from {
		start = from - (from%width+width)%width
	}
	return Windows{Start: start, Width: width, N: int((to-start)/width) + 1, from: from, to: to}
}

// autoWidth returns the least width of 1, 2 or 5 times a power of ten nanoseconds that makes no more than so many
// windows.
func autoWidth(from, to int64, most int) int64 {
	if from == to {
		return 1e9
	}
	for w := int64(1); ; w *= 10 {
		for _, m := range []int64{1, 2, 5} {
			if windowsOf(from, to, w*m).N <= most {
				return w * m
			}
		}
	}
}

// Rates count events of operations in windows: completions by their own time.
type Rates struct {
	Windows
	Invoked [][]uint32           `json:"invoked"` // by f and window
	Done    [][outcomes][]uint32 `json:"done"`    // by f, Outcome and window
}

func newRates(w Windows, fs int) *Rates {
	r := &Rates{Windows: w, Invoked: make([][]uint32, fs), Done: make([][outcomes][]uint32, fs)}
	for f := range fs {
		r.Invoked[f] = make([]uint32, w.N)
		for o := range r.Done[f] {
			r.Done[f][o] = make([]uint32, w.N)
		}
	}
	return r
}

func (r *Rates) add(o *Rates) {
	for f := range r.Invoked {
		sum(r.Invoked[f], o.Invoked[f])
		for t := range r.Done[f] {
			sum(r.Done[f][t], o.Done[f][t])
		}
	}
}

func sum[T uint32 | int64](a, b []T) {
	for i, x := range b {
		a[i] += x
	}
}

// All adds up an outcome over all operations.
func (r *Rates) All(o Outcome) []uint32 {
	out := make([]uint32, r.N)
	for f := range r.Done {
		sum(out, r.Done[f][o])
	}
	return out
}

// AllInvoked adds up the invocations of all operations.
func (r *Rates) AllInvoked() []uint32 {
	out := make([]uint32, r.N)
	for f := range r.Invoked {
		sum(out, r.Invoked[f])
	}
	return out
}

// A Busy says how many operations were in progress.
type Busy struct {
	Windows
	Mean  []float64 `json:"mean"`  // over time, by window
	Tight [][2]int  `json:"tight"` // first and last windows of stretches in which nine of ten clients waited and completions were less than half as many as on the average: operations that were not invoked there are in no quantile (coordinated omission)
}

// finishFs sorts the names of operations, and returns the index of each symbol.
func (s *Summary) finishFs(h *history.History, count []int) (id []uint8) {
	var symbols []history.Symbol
	for f, n := range count {
		if n > 0 {
			symbols = append(symbols, history.Symbol(f))
		}
	}
	if len(symbols) > maxFs {
		slices.SortStableFunc(symbols, func(a, b history.Symbol) int { return count[b] - count[a] })
		s.Merged = len(symbols) - (maxFs - 1)
		symbols = symbols[:maxFs-1]
	}
	slices.SortFunc(symbols, func(a, b history.Symbol) int {
		return compareNames(h.SymbolName(a), h.SymbolName(b))
	})
	id = make([]uint8, len(count))
	for i := range id {
		id[i] = uint8(len(symbols)) // the rest
	}
	for i, f := range symbols {
		id[f] = uint8(i)
		s.Fs = append(s.Fs, h.SymbolName(f))
	}
	if s.Merged > 0 {
		s.Fs = append(s.Fs, fmt.Sprintf("(%d others)", s.Merged))
	}
	return id
}

// compareNames orders names, and numbers in them by size.
func compareNames(a, b string) int {
	for i, j := 0, 0; ; {
		switch {
		case i == len(a) || j == len(b):
			return (len(a) - i) - (len(b) - j)
		case isDigit(a[i]) && isDigit(b[j]):
			m, n := digits(a[i:]), digits(b[j:])
			x, y := trimZeros(a[i:i+m]), trimZeros(b[j:j+n])
			if len(x) != len(y) {
				return len(x) - len(y)
			}
			if x != y {
				if x < y {
					return -1
				}
				return 1
			}
			i, j = i+m, j+n
		case a[i] != b[j]:
			return int(a[i]) - int(b[j])
		default:
			i, j = i+1, j+1
		}
	}
}

func isDigit(c byte) bool { return c-'0' <= 9 }

func digits(s string) (n int) {
	for n < len(s) && isDigit(s[n]) {
		n++
	}
	return n
}

func trimZeros(s string) string {
	for len(s) > 1 && s[0] == '0' {
		s = s[1:]
	}
	return s
}
