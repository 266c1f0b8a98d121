package command

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"

	"github.com/seed-c33ae711/jcheck/perf"
)

// A perfCSV writes series, a value to a line: what it is of what, in which time.
type perfCSV struct {
	w *csv.Writer
}

// writePerfCSV writes the series of a summary. Times and latencies are seconds, rates 1/s.
func writePerfCSV(w io.Writer, s *perf.Summary) error {
	c := &perfCSV{csv.NewWriter(w)}
	c.line("series", "of", "type", "from", "to", "value")
	c.rates("rate", s.Fs, s.Rates)
	c.rates("jepsen-rate", s.Fs, s.JepsenRates)
	c.quantiles("latency", s.Fs, s.Quantiles)
	c.quantiles("jepsen-latency", s.Fs, s.JepsenQuantiles)
	if b := s.Busy; b != nil {
		for k, x := range b.Mean {
			from, to := b.Span(k)
			c.value("busy", "", "", from, to, x)
		}
	}
	for _, l := range s.Lanes {
		for _, v := range l.Intervals {
			open := "ended"
			if v.Open {
				open = "open"
			}
			c.value("fault", l.Name, open, v.From, v.To, float64(v.To-v.From)/1e9)
		}
	}
	for _, k := range s.Clocks {
		for i, p := range k.Points {
			to := s.To
			if i+1 < len(k.Points) {
				to = k.Points[i+1].Time
			}
			c.value("clock-offset", k.Node, "", p.Time, to, p.Seconds)
		}
	}
	for _, o := range s.Open {
		if o.Time >= s.From {
			c.value("open", s.Fs[o.F], "", o.Time, s.To, float64(s.To-o.Time)/1e9)
		}
	}
	c.w.Flush()
	return c.w.Error()
}

// line writes names so that no terminal obeys them, and no program takes them for a formula.
func (c *perfCSV) line(fields ...string) {
	for i, s := range fields {
		fields[i] = printableName(s)
		if _, err := strconv.ParseFloat(s, 64); err != nil && s != "" && strings.IndexByte("=+-@", s[0]) >= 0 {
			fields[i] = "'" + fields[i]
		}
	}
	_ = c.w.Write(fields) // Flush tells the error
}

func (c *perfCSV) value(series, of, typ string, from, to int64, x float64) {
	number := func(x float64) string { return strconv.FormatFloat(x, 'g', 12, 64) }
	c.line(series, of, typ, number(float64(from)/1e9), number(float64(to)/1e9), number(x))
}

func (c *perfCSV) rates(series string, fs []string, r *perf.Rates) {
	if r == nil {
		return
	}
	for f, name := range fs {
		for k := range r.N {
			from, to := r.Span(k)
			c.value(series, name, "invoke", from, to, r.Hz(k, r.Invoked[f][k]))
			for _, o := range perf.Outcomes {
				c.value(series, name, o.String(), from, to, r.Hz(k, r.Done[f][o][k]))
			}
		}
	}
}

func (c *perfCSV) quantiles(series string, fs []string, q *perf.Quantiles) {
	if q == nil {
		return
	}
	for f, name := range fs {
		for k := range q.N {
			from, to := q.Span(k)
			for _, x := range []struct {
				class string
				q     perf.Quantile
			}{{"all", q.ByF[f][k].All}, {"ok", q.ByF[f][k].OK}, {"not-ok", q.ByF[f][k].NotOK}} {
				if x.q.N == 0 {
					continue
				}
				for _, p := range []struct {
					name string
					ns   int64
				}{{"p50", x.q.P50}, {"p95", x.q.P95}, {"p99", x.q.P99}, {"max", x.q.Max}} {
					c.value(series+"-"+p.name, name, x.class, from, to, float64(p.ns)/1e9)
				}
			}
		}
	}
}
