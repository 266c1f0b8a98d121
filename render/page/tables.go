package page

import (
	"fmt"
	"strconv"

	"github.com/seed-c33ae711/jcheck/perf"
)

// A table of numbers; the first column is what a row is of.
type table struct {
	ID, Caption string
	Head        []string
	Rows        [][]string
}

var rowHead = []string{"", "invoked", "ok", "fail", "info", "open", "p50", "p95", "p99", "max", "ok/s"}

// statistics adds the tables of what was measured.
func (v *view) statistics(s *perf.Summary) {
	add := func(id, caption string, rows []perf.Row) {
		if len(rows) == 0 {
			return
		}
		t := table{ID: id, Caption: caption, Head: rowHead}
		for i := range rows {
			if i == 64 {
				break
			}
			t.Rows = append(t.Rows, statRow(&rows[i]))
			if said := s.Remarks(&rows[i]); said != "" && id == "by-f" {
				v.Remarks = append(v.Remarks, clean(rows[i].Name+": "+said, longText))
			}
		}
		v.Tables = append(v.Tables, t)
	}
	all := s.Total
	all.Name = "all"
	add("by-f", "By operation. Latencies are of operations that were ok.", append(append([]perf.Row{}, s.ByF...), all))
	add("by-node", "By node", s.ByNode)
	add("by-key", fmt.Sprintf("By key: the busiest of %s", thousands(s.Keys)), s.ByKey)
	if !s.Timed {
		return
	}
	v.series(s)
}

func statRow(r *perf.Row) []string {
	out := []string{clean(r.Name, 80), thousands(r.Invoked), thousands(r.Done[perf.OK]), thousands(r.Done[perf.Fail]), thousands(r.Done[perf.Info]), thousands(r.Open)}
	if q := r.Latency.OK; q.N > 0 {
		out = append(out, span(q.P50), span(q.P95), span(q.P99), span(q.Max))
	} else {
		out = append(out, "", "", "", "")
	}
	return append(out, strconv.FormatFloat(r.OKRate, 'f', 1, 64))
}

// series are the plots as tables: what plots are for those who cannot see them.
func (v *view) series(s *perf.Summary) {
	if q := s.Quantiles; q != nil && q.N > 0 {
		t := table{ID: "quantiles", Caption: "Latency over time: quantiles of operations that were ok", Head: []string{"from", "operations", "p50", "p95", "p99", "max"}}
		for k := range q.All {
			from, _ := q.Span(k)
			if x := q.All[k].OK; x.N > 0 {
				t.Rows = append(t.Rows, []string{seconds(from), thousands(x.N), span(x.P50), span(x.P95), span(x.P99), span(x.Max)})
			}
		}
		v.Series = append(v.Series, t)
	}
	if r := s.Rates; r != nil && r.N > 0 {
		t := table{ID: "rates", Caption: "Operations a second over time", Head: []string{"from", "invoked", "ok", "info", "fail"}}
		counts := [][]uint32{r.AllInvoked(), r.All(perf.OK), r.All(perf.Info), r.All(perf.Fail)}
		for k := range r.Rated() {
			from, _ := r.Span(k)
			row := []string{seconds(from)}
			for _, c := range counts {
				row = append(row, strconv.FormatFloat(r.Hz(k, c[k]), 'f', 1, 64))
			}
			t.Rows = append(t.Rows, row)
		}
		v.Series = append(v.Series, t)
	}
	if len(s.Open) > 0 {
		t := table{ID: "open", Caption: thousands(s.OpenCount) + " operations never completed", Head: []string{"invoked at", "operation", "process"}}
		for i, o := range s.Open {
			if i == 50 {
				t.Rows = append(t.Rows, []string{thousands(s.OpenCount-50) + " more", "", ""})
				break
			}
			at := ""
			if o.Time >= 0 {
				at = seconds(o.Time)
			}
			t.Rows = append(t.Rows, []string{at, clean(s.Fs[o.F], 80), clean(o.Process, 80)})
		}
		v.Series = append(v.Series, t)
	}
}
