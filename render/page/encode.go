package page

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"math"
	"slices"

	"github.com/klauspost/compress/flate"

	"github.com/seed-c33ae711/jcheck/history"
)

// mostEvents is how many events the timeline of a page holds, and mostBytes how many
// bytes they may take, compressed.
const (
	mostEvents = 2_500_000
	mostBytes  = 2_600_000
)

// Kinds of events are types of ops, with a mark if a completion stands alone.
const alone = 4

// columns are the events of a history for the script: the bytes of each column behind
// the other, deflated, as base64. Events are in the order of the history.
//
//	kind   a byte: the type of the op, plus 4 if it completes nothing
//	lane   a byte, or two if there are more than 256: the place of the process in Lanes
//	f      a byte, or two: the place in Fs; of completions only if they stand alone
//	time   a varint: 0 if there is none, else 1 + the zigzag difference to the last, in Unit
//	line   a varint: the zigzag difference of the line to that of the last op, less 1
//	index  the same of the index
type columns struct {
	Events  int      `json:"events"`
	Unit    int64    `json:"unit"` // ns
	Lanes   []string `json:"lanes"`
	Clients int      `json:"clients"` // the first lanes are clients
	Fs      []string `json:"fs"`
	Sizes   []int    `json:"sizes"`  // bytes of kind, lane, f, time, line, index
	Packed  string   `json:"packed"` // base64 of the columns, deflated
}

func encode(h *history.History) (*columns, error) {
	c := &columns{Lanes: []string{}, Fs: []string{}, Sizes: []int{}, Unit: 1}
	n := h.Len()
	if n > mostEvents {
		return c, nil
	}
	c.Events = n
	lane, f := c.names(h)
	kinds := make([]byte, 0, n)
	lanes := make([]byte, 0, 2*n)
	fs := make([]byte, 0, n)
	for i := range n {
		kind := byte(h.Type(i))
		if h.Type(i) != history.Invoke && h.Pair(i) < 0 {
			kind |= alone
		}
		kinds = append(kinds, kind)
		lanes = appendPlace(lanes, lane(i), len(c.Lanes))
		if kind == byte(history.Invoke) || kind&alone != 0 {
			fs = appendPlace(fs, f(i), len(c.Fs))
		}
	}
	lines := deltas(n, func(i int) int64 { return int64(h.Line(i)) })
	indices := deltas(n, h.Index)
	if n > 50_000 {
		c.Unit = 1000
	}
	for ; ; c.Unit *= 10 {
		times := timesOf(h, c.Unit)
		cols := [][]byte{kinds, lanes, fs, times, lines, indices}
		packed, err := deflate(cols)
		if err != nil {
			return nil, err
		}
		if len(packed) <= mostBytes || c.Unit >= 1e9 {
			for _, col := range cols {
				c.Sizes = append(c.Sizes, len(col))
			}
			c.Packed = base64.StdEncoding.EncodeToString(packed)
			return c, nil
		}
	}
}

// names gives processes and operations their places: clients first, by number.
func (c *columns) names(h *history.History) (lane, f func(i int) int) {
	var ps []history.Process
	seen := map[history.Process]int{}
	symbols := map[history.Symbol]int{}
	for i := range h.Len() {
		if p := h.Process(i); len(seen) == 0 || ps[len(ps)-1] != p {
			if _, ok := seen[p]; !ok {
				seen[p] = 0
				ps = append(ps, p)
			}
		}
		if _, ok := symbols[h.Symbol(i)]; !ok {
			symbols[h.Symbol(i)] = len(c.Fs)
			c.Fs = append(c.Fs, clean(h.F(i), 80))
		}
	}
	first := func(p history.Process) bool { return p.IsClient() }
	slices.SortStableFunc(ps, func(a, b history.Process) int {
		switch {
		case first(a) != first(b):
			if first(a) {
				return -1
			}
			return 1
		case first(a):
			return int(a.Number() - b.Number())
		}
		return 0
	})
	for i, p := range ps {
		seen[p] = i
		if first(p) {
			c.Clients++
		}
		c.Lanes = append(c.Lanes, clean(h.ProcessName(p), 80))
	}
	lane = func(i int) int { return seen[h.Process(i)] }
	f = func(i int) int { return symbols[h.Symbol(i)] }
	return lane, f
}

// appendPlace appends one of n places: a byte if that is enough, else a varint.
func appendPlace(dst []byte, place, n int) []byte {
	if n <= 256 {
		return append(dst, byte(place))
	}
	return binary.AppendUvarint(dst, uint64(place))
}

func deltas(n int, at func(i int) int64) []byte {
	out := make([]byte, 0, n)
	last := int64(-1)
	for i := range n {
		x := at(i)
		out = binary.AppendVarint(out, x-last-1)
		last = x
	}
	return out
}

// timesOf are the times in a unit. What is too far for a float of the script is none.
func timesOf(h *history.History, unit int64) []byte {
	out := make([]byte, 0, 2*h.Len())
	last := int64(0)
	for i := range h.Len() {
		t := h.Time(i)
		if t == history.NoTime || t > math.MaxInt64/4 || t < -math.MaxInt64/4 {
			out = append(out, 0)
			continue
		}
		t /= unit
		d := t - last
		out = binary.AppendUvarint(out, 1+(uint64(d<<1)^uint64(d>>63)))
		last = t
	}
	return out
}

func deflate(cols [][]byte) ([]byte, error) {
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, 6)
	if err != nil {
		return nil, err
	}
	for _, col := range cols {
		if _, err := w.Write(col); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
