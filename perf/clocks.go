package perf

import (
	"bytes"
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
)

// A Clock is how far the clock of a node was off, over time.
type Clock struct {
	Node   string   `json:"node"` // without the domain that all nodes have in common
	Points []Offset `json:"points"`
}

// An Offset holds from its time to that of the next.
type Offset struct {
	Time    int64   `json:"time"` // ns
	Seconds float64 `json:"seconds"`
}

// maxOffsets is how many points a clock has at most: of more, every second one is left out until there
// are not.
const maxOffsets = 4096

// clocksOf reads the :clock-offsets of ops, a map of nodes to seconds, which nemeses note. Nodes are sorted.
func clocksOf(h *history.History, ops []int32) []Clock {
	if len(ops) == 0 || !bytes.Contains(h.Source().Text, []byte("clock-offsets")) {
		return nil
	}
	at := map[string]int{}
	var out []Clock
	for _, op := range ops {
		i := int(op)
		t := timeOf(h, i)
		if t == noTime {
			continue
		}
		offsets, ok := h.Text(i).Get("clock-offsets")
		if !ok || offsets.Kind() != edn.Map {
			continue
		}
		s := offsets.Scanner()
		for s.Next(); ; { // the bracket
			if k := s.Datum(); k == edn.Close || k == edn.EOF || k == edn.Invalid {
				break
			}
			node := nameOf(s.Value())
			if k := s.Datum(); k == edn.Close || k == edn.EOF || k == edn.Invalid {
				break
			}
			seconds, ok := float(s.Value())
			if !ok {
				continue
			}
			k, seen := at[node]
			if !seen {
				if len(out) == maxNodes {
					continue
				}
				k = len(out)
				at[node] = k
				out = append(out, Clock{Node: node})
			}
			out[k].Points = append(out[k].Points, Offset{t, seconds})
		}
	}
	for k := range out {
		thin(&out[k])
	}
	slices.SortFunc(out, func(a, b Clock) int { return compareNames(a.Node, b.Node) })
	shorten(out)
	return out
}

func thin(c *Clock) {
	for len(c.Points) > maxOffsets {
		n := 0
		for i, p := range c.Points {
			if i%2 == 0 || i == len(c.Points)-1 {
				c.Points[n] = p
				n++
			}
		}
		c.Points = c.Points[:n]
	}
}

func nameOf(v edn.Value) string {
	if name, ok := v.Name(); ok {
		return name
	}
	return v.String()
}

// float returns a number as one.
func float(v edn.Value) (float64, bool) {
	x, err := edn.Decode(v)
	if err != nil {
		return 0, false
	}
	f := math.NaN()
	switch x := x.(type) {
	case int64:
		f = float64(x)
	case float64:
		f = x
	case edn.Dec:
		f, _ = strconv.ParseFloat(string(x), 64)
	case *big.Rat:
		f, _ = x.Float64()
	}
	return f, !math.IsNaN(f) && !math.IsInf(f, 0)
}

// shorten takes the labels of the domain off that all nodes end in. One label of each stays. An address of IP
// has no domain.
func shorten(clocks []Clock) {
	if len(clocks) == 0 {
		return
	}
	names := make([][]string, len(clocks))
	common := -1
	for i, c := range clocks {
		names[i] = strings.Split(c.Node, ".")
		if last := names[i][len(names[i])-1]; last != "" && isDigit(last[0]) {
			return
		}
		if common < 0 {
			common = len(names[i]) - 1
		}
		n := 0
		for n < min(common, len(names[i])-1) && names[i][len(names[i])-1-n] == names[0][len(names[0])-1-n] {
			n++
		}
		common = n
	}
	for i := range clocks {
		clocks[i].Node = strings.Join(names[i][:len(names[i])-common], ".")
	}
}
