package perf

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/nemesis"
)

// A Nemesis says what the ops of a nemesis mean, as an element of :plot :nemeses in the map of a test does.
type Nemesis struct {
	Name   string
	Start  []string // :f of ops that begin a fault
	Stop   []string // :f of ops that end all of them
	Fs     []string // :f of other ops
	Color  string   // such as #cccccc
	Hidden bool     // it has no lane
}

// colors are those of Jepsen's nemesis packages.
var colors = map[string]string{
	"kill": "#E9A4A0", "pause": "#A0B1E9", "partition": "#E9DCA0", "packet": "#D1E8A0", "clock": "#A0E9E3",
	"file-corruption": "#99F2E2",
}

// DefaultColor is that of a lane that names none.
const DefaultColor = "#cccccc"

// isColor tells whether a name is a colour of six hexadecimal digits.
func isColor(name string) bool {
	return len(name) == 7 && name[0] == '#' && strings.Trim(name[1:], "0123456789ABCDEFabcdef") == ""
}

// ParseNemeses reads the value under :plot in the map of a test, which may be absent:
// the collection under its :nemeses, of maps with :name, :start, :stop, :fs, :color and
// :hidden?. It skips nemeses without a name, and ignores invalid colors.
func ParseNemeses(plot edn.Value) (out []Nemesis) {
	v, ok := plot.Get("nemeses")
	if !ok {
		return nil
	}
	items, err := v.Elements().Items(nil)
	if err != nil {
		return nil
	}
	for _, item := range items {
		name, ok := item.Get("name")
		if !ok || name.IsNil() {
			continue
		}
		n := Nemesis{Start: []string{"start"}, Stop: []string{"stop"}}
		if n.Name, ok = name.Name(); !ok {
			n.Name = name.String()
		}
		for _, x := range []struct {
			key string
			to  *[]string
		}{{"start", &n.Start}, {"stop", &n.Stop}, {"fs", &n.Fs}} {
			if v, ok := item.Get(x.key); ok && !v.IsNil() {
				*x.to = namesOf(v)
			}
		}
		for _, key := range []string{"color", "fill-color"} {
			v, _ := item.Get(key)
			if c, _ := v.Name(); isColor(c) {
				n.Color = c
			}
		}
		hidden, _ := item.Get("hidden?")
		n.Hidden = hidden.String() == "true"
		out = append(out, n)
	}
	return out
}

// namesOf returns the names in a collection, sorted: that of a set is in no order.
func namesOf(v edn.Value) []string {
	items, err := v.Elements().Items(nil)
	if err != nil {
		items = []edn.Value{v}
	}
	names := []string{}
	for _, item := range items {
		if name, ok := item.Name(); ok {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// A Lane is what one nemesis did.
type Lane struct {
	Name      string     `json:"name"`
	Color     string     `json:"color"`               // #rrggbb
	Ops       int        `json:"ops"`                 // of the nemesis that belong here, with and without a time
	Marks     []Mark     `json:"marks"`               // the first 10,000, in order
	Intervals []Interval `json:"intervals,omitempty"` // the first 4,096 faults, in the order in which they begin
}

// A Mark is something that a nemesis did: a pair of ops of the same :f, or one that has no other.
type Mark struct {
	Op     int    `json:"op"`      // position of the first op
	DoneOp int    `json:"done-op"` // position of the second; -1 if there is none
	Time   int64  `json:"time"`    // of the first, ns
	Done   int64  `json:"done"`    // of the second; that of the first if there is none
	F      string `json:"f"`
}

// An Interval is a fault. It was certainly active from Begun to Ending, and possibly
// from From to To, because the ops of a nemesis are invocations and completions, too.
type Interval struct {
	F      string `json:"f"`      // that began it
	Op     int    `json:"op"`     // position of the op that began it
	EndOp  int    `json:"end-op"` // position of the op that ended it; -1 if nothing did
	From   int64  `json:"from"`   // ns
	Begun  int64  `json:"begun"`  // ns
	Ending int64  `json:"ending"` // ns; the time of the last op if Open
	To     int64  `json:"to"`     // ns; the time of the last op if Open
	Open   bool   `json:"open"`   // nothing ended it
}

// act is an op of a nemesis with its completion.
type act struct {
	op, done int // done is -1 if there is none
	f        string
}

// actsOf pairs the ops of nemeses, each kind by itself, since a process may work on
// several at once. group returns the kind of an f.
func actsOf(h *history.History, ops []int32, group func(f string) string) (acts []act) {
	type kind struct {
		p    history.Process
		name string
	}
	runs := map[kind][]int{} // ops of the same f in a row
	var kinds []kind         // in the order in which they are first seen
	for _, op := range ops {
		i := int(op)
		k := kind{h.Process(i), group(h.F(i))}
		run, seen := runs[k]
		if !seen {
			kinds = append(kinds, k)
		}
		if len(run) > 0 && h.F(run[0]) != h.F(i) {
			acts = paired(acts, h, run)
			run = run[:0]
		}
		runs[k] = append(run, i)
	}
	for _, k := range kinds {
		acts = paired(acts, h, runs[k])
	}
	slices.SortFunc(acts, func(a, b act) int { return a.op - b.op })
	return acts
}

// paired pairs ops of the same f two by two. If their number is odd one has no other: the one without which the pairs are
// closest, so that it does not change those before and after it, as it would in Jepsen's plots.
func paired(acts []act, h *history.History, run []int) []act {
	single := len(run)
	if len(run)%2 == 1 {
		gap := func(k int) int64 { return timeOf(h, run[k+1]) - timeOf(h, run[k]) }
		best, sum := int64(0), int64(0)
		single = 0
		for k := 0; k+2 < len(run); k += 2 { // what it would change to leave out k+2 instead of 0
			sum += gap(k) - gap(k+1)
			if sum < best {
				best, single = sum, k+2
			}
		}
	}
	for k := 0; k < len(run); k++ {
		if k == single {
			acts = append(acts, act{run[k], -1, h.F(run[k])})
			continue
		}
		acts = append(acts, act{run[k], run[k+1], h.F(run[k])})
		k++
	}
	return acts
}

// laneMaker gathers lanes.
type laneMaker struct {
	h      *history.History
	specs  []Nemesis
	lanes  []Lane
	hidden []bool
	open   [][]int        // by lane: intervals that have not ended
	fault  map[int][2]int // lane and interval of a fault that the tracker found
	faults int
	to     int64
}

// lanesOf makes the lanes of the nemeses of a test: those that the test names, then others that are recognised by the :f of
// their ops.
func lanesOf(h *history.History, ops []int32, specs []Nemesis, to int64) []Lane {
	m := &laneMaker{h: h, specs: specs, fault: map[int][2]int{}, to: to}
	for _, n := range specs {
		color := n.Color
		if color == "" {
			color = DefaultColor
		}
		m.lane(n.Name, color, n.Hidden)
	}
	var tracker nemesis.Tracker
	for _, a := range actsOf(h, ops, m.group) {
		m.take(&a, tracker.Act(a.f))
	}
	var out []Lane
	for i, l := range m.lanes {
		if l.Ops > 0 && !m.hidden[i] {
			out = append(out, l)
		}
	}
	return out
}

func (m *laneMaker) lane(name, color string, hidden bool) int {
	m.lanes = append(m.lanes, Lane{Name: name, Color: color})
	m.hidden = append(m.hidden, hidden)
	m.open = append(m.open, nil)
	return len(m.lanes) - 1
}

// spec returns which nemesis of the test an f belongs to, -1 if to none.
func (m *laneMaker) spec(f string) int {
	return slices.IndexFunc(m.specs, func(n Nemesis) bool {
		return slices.Contains(n.Start, f) || slices.Contains(n.Stop, f) || slices.Contains(n.Fs, f)
	})
}

// group names the kind of an f.
func (m *laneMaker) group(f string) string {
	if i := m.spec(f); i >= 0 {
		return m.specs[i].Name
	}
	return nemesis.Family(f)
}

// take adds an act to its lane. c is what it does to faults if the test does not say.
func (m *laneMaker) take(a *act, c nemesis.Change) {
	n := -1 // fault, if the tracker has one
	if c.Begins {
		n = m.faults
		m.faults++
	}
	i := m.spec(a.f)
	if i < 0 {
		m.recognise(a, n, c)
		return
	}
	mark := m.mark(i, a)
	if slices.Contains(m.specs[i].Start, a.f) {
		m.begin(i, mark, -1)
	} else if slices.Contains(m.specs[i].Stop, a.f) {
		for _, k := range m.open[i] {
			m.lanes[i].Intervals[k].end(mark)
		}
		m.open[i] = nil
	}
}

// recognise adds an act that no test map describes.
func (m *laneMaker) recognise(a *act, n int, c nemesis.Change) {
	lane := -1
	for _, e := range c.Ends {
		if at, ok := m.fault[e]; ok {
			lane = at[0]
		}
	}
	if lane < 0 {
		name := nemesis.Family(a.f)
		if lane = slices.IndexFunc(m.lanes, func(l Lane) bool { return l.Name == name }); lane < 0 {
			color, ok := colors[name]
			if !ok {
				color = DefaultColor
			}
			lane = m.lane(name, color, false)
		}
	}
	mark := m.mark(lane, a)
	for _, e := range c.Ends {
		if at, ok := m.fault[e]; ok {
			m.lanes[at[0]].Intervals[at[1]].end(mark)
		}
	}
	if c.Begins {
		m.begin(lane, mark, n)
	}
}

// mark adds a mark to a lane. An op whose time is not known has none.
func (m *laneMaker) mark(lane int, a *act) Mark {
	l := &m.lanes[lane]
	l.Ops++
	x := Mark{Op: a.op, DoneOp: a.done, Time: timeOf(m.h, a.op), F: a.f}
	x.Done = x.Time
	if a.done >= 0 {
		l.Ops++
		if t := timeOf(m.h, a.done); t != noTime {
			x.Done = max(t, x.Time)
		}
	}
	if x.Time == noTime {
		x.Time = x.Done
	}
	if x.Time != noTime && len(l.Marks) < maxMarks {
		l.Marks = append(l.Marks, x)
	}
	return x
}

// begin opens an interval.
func (m *laneMaker) begin(lane int, mark Mark, fault int) {
	l := &m.lanes[lane]
	if mark.Time == noTime || len(l.Intervals) == maxIntervals {
		return
	}
	l.Intervals = append(l.Intervals, Interval{F: mark.F, Op: mark.Op, EndOp: -1, From: mark.Time, Begun: mark.Done, Ending: m.to, To: m.to, Open: true})
	if fault >= 0 {
		m.fault[fault] = [2]int{lane, len(l.Intervals) - 1}
	} else {
		m.open[lane] = append(m.open[lane], len(l.Intervals)-1)
	}
}

func (v *Interval) end(mark Mark) {
	if mark.Time == noTime {
		return
	}
	v.EndOp, v.Ending, v.To, v.Open = mark.Op, max(mark.Time, v.From), max(mark.Done, v.Begun), false
}

// met says which lanes had a fault when.
type met struct {
	bounds []int64  // sorted; between bounds[i] and the next, the lanes of masks[i] had one
	masks  []uint64 // bit i is lane i; those from 64 on are ignored
}

func metOf(lanes []Lane) *met {
	m := &met{}
	for _, l := range lanes[:min(len(lanes), 64)] {
		for _, v := range l.Intervals {
			m.bounds = append(m.bounds, v.From, v.To+1)
		}
	}
	slices.Sort(m.bounds)
	m.bounds = slices.Compact(m.bounds)
	m.masks = make([]uint64, len(m.bounds))
	for i, l := range lanes[:min(len(lanes), 64)] {
		for _, v := range l.Intervals {
			from, _ := slices.BinarySearch(m.bounds, v.From)
			to, _ := slices.BinarySearch(m.bounds, v.To+1)
			for k := from; k < to; k++ {
				m.masks[k] |= 1 << i
			}
		}
	}
	return m
}

// between returns the lanes that had a fault some time from a to b. hint is where the last answer was found.
func (m *met) between(a, b int64, hint *int) (mask uint64) {
	n := len(m.bounds)
	if n == 0 || b < m.bounds[0] {
		return 0
	}
	k := *hint // the last bound that is not behind a, -1 if there is none
	if k < -1 || k >= n || k >= 0 && m.bounds[k] > a || k+1 < n && m.bounds[k+1] <= a {
		k = sort.Search(n, func(i int) bool { return m.bounds[i] > a }) - 1
		*hint = k
	}
	if k >= 0 {
		mask = m.masks[k]
	}
	for k++; k < n && m.bounds[k] <= b; k++ {
		mask |= m.masks[k]
	}
	return mask
}

// Remarks says what stands out about operations of the table: that all, or nearly all,
// of those that failed or crashed met a fault of one lane. An empty remark means
// nothing stands out.
func (s *Summary) Remarks(r *Row) string {
	var out []string
	for _, o := range []Outcome{Info, Fail} {
		best, share := -1, 0.9
		for lane := range r.Inside {
			all := float64(s.Total.laneShare(lane))
			if x, n := r.InsideShare(lane, o); n >= 5 && x >= share && x > all+0.2 {
				best, share = lane, x
			}
		}
		if best >= 0 {
			out = append(out, fmt.Sprintf("%s %% of %s inside %s windows", percent(share), o, s.Lanes[best].Name))
		}
	}
	return strings.Join(out, ", ")
}

// laneShare returns which part of the operations met a fault of a lane.
func (r *Row) laneShare(lane int) float64 {
	met, n := 0, 0
	for o := range r.timed {
		n += r.timed[o]
		if lane < len(r.Inside) {
			met += r.Inside[lane][o]
		}
	}
	if n == 0 {
		return 0
	}
	return float64(met) / float64(n)
}

// percent rounds down, so that 100 means all.
func percent(share float64) string { return fmt.Sprint(int(share * 100)) }
