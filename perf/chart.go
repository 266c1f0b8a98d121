package perf

import "math"

// A Chart shows the state of an object over time, as far as a checker follows it: the
// total of a bank's accounts, the bounds of a counter, the depth of a queue. Package
// perf/states makes them, render/plot draws them.
type Chart struct {
	Name   string   `json:"name"`  // of its file; Jepsen's name if it has one, such as bank
	Title  string   `json:"title"` // in words
	Y      string   `json:"y"`     // what the values are
	Real   bool     `json:"real"`  // they need not be whole numbers
	Series []Series `json:"series"`
}

// A SeriesKind says what the points of a series are.
type SeriesKind string

// The kinds of series.
const (
	Dots  SeriesKind = "dots"  // values of their own
	Steps SeriesKind = "steps" // each holds until the next
	Band  SeriesKind = "band"  // from Low to High, until the next
	Spans SeriesKind = "spans" // each from Time to To
)

// A Series is one of a Chart, in order of time.
type Series struct {
	Name   string     `json:"name"`
	Kind   SeriesKind `json:"kind"`
	Wrong  bool       `json:"wrong"` // these values cannot be
	Count  int        `json:"count"` // how many there were
	Points []Point    `json:"points"`
}

// A Point is a value at a time. Op is the position of an op that has it.
type Point struct {
	Time int64   `json:"time"` // ns
	Low  float64 `json:"low"`
	High float64 `json:"high"` // the same as Low unless the kind is Band
	Op   int     `json:"op"`
	To   int64   `json:"to,omitempty"` // ns, if the kind is Spans
}

// maxPoints is how many points a series has at most.
const maxPoints = 4096

// Add appends a point. A series that is too long keeps the lowest, the highest and the
// last point of each time span.
func (s *Series) Add(p Point) {
	s.Count++
	s.Points = append(s.Points, p)
	if len(s.Points) >= 4*maxPoints {
		s.thin()
	}
}

// Done ends the series.
func (s *Series) Done() {
	if len(s.Points) > maxPoints {
		s.thin()
	}
}

// thin keeps the lowest and the highest point of each of 1,024 parts of the time, and the last.
func (s *Series) thin() {
	n := len(s.Points)
	from, to := s.Points[0].Time, s.Points[0].Time
	for _, p := range s.Points {
		from, to = min(from, p.Time), max(to, p.Time)
	}
	width := float64(to-from)/1024 + 1
	kept := s.Points[:0:0]
	for i := 0; i < n; {
		part := math.Floor(float64(s.Points[i].Time-from) / width)
		lo, hi, j := i, i, i
		for ; j < n && j-i < n/512+1 && math.Floor(float64(s.Points[j].Time-from)/width) == part; j++ {
			if s.Points[j].Low < s.Points[lo].Low {
				lo = j
			}
			if s.Points[j].High > s.Points[hi].High {
				hi = j
			}
		}
		for _, k := range []int{min(lo, hi), max(lo, hi), j - 1} {
			if len(kept) == 0 || s.Points[k].Op != kept[len(kept)-1].Op {
				kept = append(kept, s.Points[k])
			}
		}
		i = j
	}
	s.Points = kept
}
