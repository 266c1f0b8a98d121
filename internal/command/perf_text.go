package command

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/seed-c33ae711/jcheck/perf"
)

// perfText writes a summary for people.
func perfText(s *perf.Summary, by string) string {
	var b strings.Builder
	rows, what := s.ByF, ""
	switch by {
	case "node":
		rows, what = s.ByNode, "no nodes are known: the map of a stored run's test has them"
	case "key":
		if rows, what = s.ByKey, "operations name no key"; s.Keys < 0 {
			what = "there are more than a million keys"
		}
	}
	switch {
	case s.Total.Operations() == 0:
		b.WriteString("no operations of clients\n")
	case len(rows) == 0 && what != "":
		b.WriteString(what + "\n")
	default:
		if len(rows) > 1 {
			rows = append(rows[:len(rows):len(rows)], s.Total)
		}
		perfTable(&b, s, rows)
	}
	perfTime(&b, s)
	perfNotes(&b, s)
	return b.String()
}

// perfTable writes a line for each row. The latencies are those of operations that were ok, in milliseconds.
func perfTable(b *strings.Builder, s *perf.Summary, rows []perf.Row) {
	name := 4
	for i := range rows {
		name = max(name, utf8.RuneCountInString(cut(oneWord(rows[i].Name), 30)))
	}
	open := s.OpenCount > 0
	fmt.Fprintf(b, "%-*s  %9s  %8s  %8s  %8s  %11s  %9s  %7s  %7s", name, "", "ops", "p50", "p95", "p99", "max", "ok/s", "fail", "info")
	if open {
		fmt.Fprintf(b, "  %6s", "open")
	}
	b.WriteByte('\n')
	for i := range rows {
		r := &rows[i]
		label := cut(oneWord(r.Name), 30)
		q := r.Latency.OK
		fmt.Fprintf(b, "%s%s  %9d", label, strings.Repeat(" ", name-utf8.RuneCountInString(label)), r.Operations())
		if q.N == 0 {
			fmt.Fprintf(b, "  %8s  %8s  %8s  %11s", "-", "-", "-", "-")
		} else {
			fmt.Fprintf(b, "  %8s  %8s  %8s  %8s ms", millis(q.P50), millis(q.P95), millis(q.P99), millis(q.Max))
		}
		fmt.Fprintf(b, "  %9s  %5s %%  %5s %%", rateOf(r.OKRate), percentOf(r.Share(perf.Fail)), percentOf(r.Share(perf.Info)))
		if open {
			fmt.Fprintf(b, "  %6d", r.Open)
		}
		if remark := s.Remarks(r); remark != "" {
			b.WriteString("   <- " + remark)
		}
		b.WriteByte('\n')
	}
}

// oneWord keeps what would move the columns out of a name.
func oneWord(s string) string {
	if s == "" {
		return "(none)"
	}
	return strings.Join(strings.Fields(s), " ")
}

// millis writes nanoseconds as milliseconds, with three digits.
func millis(ns int64) string {
	ms := float64(ns) / 1e6
	switch x := math.Abs(ms); {
	case x == 0:
		return "0"
	case x >= 100:
		return strconv.FormatFloat(ms, 'f', 0, 64)
	case x >= 10:
		return strconv.FormatFloat(ms, 'f', 1, 64)
	case x >= 1:
		return strconv.FormatFloat(ms, 'f', 2, 64)
	}
	return strconv.FormatFloat(ms, 'f', max(2, 1-int(math.Floor(math.Log10(math.Abs(ms))))), 64)
}

// rateOf writes a rate with one digit behind the point, or two in all if it is low.
func rateOf(hz float64) string {
	if hz < 1 {
		return strconv.FormatFloat(hz, 'g', 2, 64)
	}
	return strconv.FormatFloat(hz, 'f', 1, 64)
}

// percentOf never says 0.0 of what is more, nor 100.0 of what is not all.
func percentOf(share float64) string {
	switch p := share * 100; {
	case p > 0 && p < 0.05:
		return "<0.1"
	case p < 100 && p > 99.95:
		return ">99.9"
	default:
		return strconv.FormatFloat(p, 'f', 1, 64)
	}
}

// timeColumns is how many characters stand for the time of a test.
const timeColumns = 60

// maxLaneLines is how many nemeses have a line.
const maxLaneLines = 12

// perfTime writes the rate over time as bars, and the faults below.
func perfTime(b *strings.Builder, s *perf.Summary) {
	if s.Rates == nil || s.To == s.From {
		return
	}
	name := len("ok/s")
	lanes := s.Lanes[:min(len(s.Lanes), maxLaneLines)]
	for _, l := range lanes {
		name = max(name, utf8.RuneCountInString(cut(oneWord(l.Name), 20)))
	}
	from := s.Rates.Start
	column := func(t int64) int {
		return max(0, min(timeColumns-1, int(float64(t-from)/float64(s.To-from)*timeColumns)))
	}
	var rate, width [timeColumns]float64
	done, rated := s.Rates.All(perf.OK), s.Rates.Rated()
	for k, n := range done[:rated] {
		lo, hi := s.Rates.Span(k)
		if k == rated-1 { // with the remnant behind it
			_, hi = s.Rates.Span(s.Rates.N - 1)
			for _, rest := range done[rated:] {
				n += rest
			}
		}
		a, z := column(lo), column(hi-1)
		for c := a; c <= max(a, z); c++ {
			rate[c] += float64(n) / float64(max(a, z)-a+1)
			width[c] += float64(hi-lo) / float64(max(a, z)-a+1)
		}
	}
	most := 0.0
	for c := range rate {
		if width[c] > 0 {
			rate[c] /= width[c] / 1e9
		}
		most = max(most, rate[c])
	}
	bars := []rune("▁▂▃▄▅▆▇█")
	fmt.Fprintf(b, "\n%-*s  ", name, "ok/s")
	for _, x := range rate {
		k := 0
		if most > 0 {
			k = int(x / most * float64(len(bars)-1) * 1.0001)
		}
		b.WriteRune(bars[min(k, len(bars)-1)])
	}
	fmt.Fprintf(b, "  up to %s\n", strings.TrimSuffix(rateOf(most), ".0"))
	for i := range lanes {
		l := &lanes[i]
		label := cut(oneWord(l.Name), 20)
		fmt.Fprintf(b, "%s%s  %s  %s\n", label, strings.Repeat(" ", name-utf8.RuneCountInString(label)), laneLine(l, column), aboutLane(l))
	}
	if n := len(s.Lanes) - len(lanes); n > 0 {
		fmt.Fprintf(b, "and %d more nemeses\n", n)
	}
	fmt.Fprintf(b, "%-*s  %-*s%*s\n", name, "", timeColumns/2, secondsOf(from), timeColumns/2, secondsOf(s.To))
}

func secondsOf(ns int64) string {
	s := strconv.FormatFloat(float64(ns)/1e9, 'g', 4, 64)
	if ns >= 1e12 {
		s = strconv.FormatInt(ns/1e9, 10)
	}
	return s + " s"
}

// laneLine draws the faults of a nemesis, and where it did something else.
func laneLine(l *perf.Lane, column func(t int64) int) string {
	line := []rune(strings.Repeat("·", timeColumns))
	for _, m := range l.Marks {
		if len(l.Intervals) == 0 {
			line[column(m.Time)] = '|'
		}
	}
	for _, v := range l.Intervals {
		for c := column(v.From); c <= column(v.To); c++ {
			line[c] = '█'
		}
		if v.Open {
			line[timeColumns-1] = '▶'
		}
	}
	return string(line)
}

func aboutLane(l *perf.Lane) string {
	open := 0
	for _, v := range l.Intervals {
		if v.Open {
			open++
		}
	}
	switch n := len(l.Intervals); {
	case n == 0:
		return fmt.Sprintf("%s, no fault", counted(l.Ops, "op"))
	case open > 0:
		return fmt.Sprintf("%s, %d never ended", counted(n, "fault"), open)
	default:
		return counted(n, "fault")
	}
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// perfNotes writes what a reader of the table should know.
func perfNotes(b *strings.Builder, s *perf.Summary) {
	notes := s.Doubts()
	if s.Quantiles != nil && s.Quantiles.Error > 0 {
		notes = append(notes, fmt.Sprintf("quantiles are within %.1f %%", s.Quantiles.Error*100))
	}
	if s.Busy != nil && len(s.Busy.Tight) > 0 {
		windows := 0
		for _, t := range s.Busy.Tight {
			windows += t[1] - t[0] + 1
		}
		if share := 100 * windows / s.Busy.N; share > 0 {
			notes = append(notes, fmt.Sprintf("in %d %% of the time, nearly all of %d clients waited for the database: what they could not ask meanwhile is in no quantile", share, s.Clients))
		}
	}
	if len(notes) > 0 {
		b.WriteString("\n")
	}
	for _, n := range notes {
		b.WriteString(n + "\n")
	}
}
