package perf

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/format"
	"github.com/seed-c33ae711/jcheck/history"
)

// plot is what the test map of the reference pictures says.
const plot = `{:nemeses [{:name "kill" :color "#E9A4A0" :start #{:kill} :stop #{:restart}}
 {:name "partition" :color "#A0C8E9" :start #{:start-partition} :stop #{:stop-partition}}
 {:name "clock" :color "#A0E9DB" :start #{} :stop #{} :fs #{:bump-clock :check-clock-offsets}}]}`

func pictures(t testing.TB, name string) *history.History {
	t.Helper()
	path := "../../shared/pictures/" + name
	if _, err := os.Stat(path); err != nil {
		t.Skipf("the reference pictures are not there: %v", err)
	}
	h, err := format.ReadFile(context.Background(), path, format.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func measured(t testing.TB, h *history.History, opt Options) *Summary {
	t.Helper()
	s, err := Measure(context.Background(), h, opt)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestReference compares with what Jepsen's own plots of the same history show.
func TestReference(t *testing.T) {
	h := pictures(t, "made.edn.gz")
	s := measured(t, h, Options{Nemeses: ParseNemeses(edn.MustParse(plot))})
	if got := fmt.Sprint(s.Fs); got != "[cas read write]" {
		t.Errorf("operations %s", got)
	}
	var faults []string
	for _, l := range s.Lanes {
		for _, v := range l.Intervals {
			end := fmt.Sprintf("%.2f-%.2f", seconds(v.Ending), seconds(v.To))
			if v.Open {
				end = "open"
			}
			faults = append(faults, fmt.Sprintf("%s %.2f-%.2f %s", l.Name, seconds(v.From), seconds(v.Begun), end))
		}
	}
	want := `kill 20.00-20.35 32.00-32.35
kill 70.00-70.35 75.00-75.35
partition 45.00-45.35 60.00-60.35
partition 72.00-72.35 85.00-85.35
partition 110.00-110.35 open`
	if got := strings.Join(faults, "\n"); got != want {
		t.Errorf("faults\n%s\nwant\n%s", got, want)
	}
	if len(s.Lanes) != 3 || s.Lanes[2].Name != "clock" || s.Lanes[2].Color != "#A0E9DB" || s.Lanes[2].Ops != 54 {
		t.Errorf("lanes %+v", s.Lanes)
	}
	if q := s.JepsenQuantiles; q.N != 5 || q.All[4].All.N != 0 || q.Mid(0) != 15e9 || q.Mid(1) != 45e9 || q.Mid(3) != 105e9 {
		t.Errorf("windows of quantiles %+v", q.Windows)
	}
	if r := s.JepsenRates; r.N != 12 || r.Mid(0) != 5e9 || r.Mid(11) != 115e9 {
		t.Errorf("windows of rates %+v", r.Windows)
	}
	if n := len(s.Clocks); n != 5 || s.Clocks[3].Node != "n4" {
		t.Errorf("%d clocks", n)
	}
}

func seconds(ns int64) float64 { return float64(ns) / 1e9 }

// TestUnpaired: without any one of its ops, a nemesis has the same other faults, and all marks elsewhere.
func TestUnpaired(t *testing.T) {
	var ops []history.Entry
	for k, f := range strings.Fields("kill clock kill clock start start check check kill kill check check start start pause pause") {
		ops = append(ops, history.Entry{Type: history.Info, Nemesis: true, F: f, Time: int64(k/2)*10e9 + int64(k%2)*1e8})
	}
	describe := func(skip int) (lines []string) {
		b := history.NewBuilder(nil)
		for k, e := range ops {
			if k == skip {
				continue
			}
			if err := b.Append(e); err != nil {
				t.Fatal(err)
			}
		}
		h, err := b.History()
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range measured(t, h, Options{Nemeses: []Nemesis{{Name: "kill", Start: []string{"kill"}, Stop: []string{"start"}}}}).Lanes {
			for _, v := range l.Intervals {
				lines = append(lines, fmt.Sprintf("%s %.0f-%.0f %v", l.Name, seconds(v.From), seconds(v.To), v.Open))
			}
		}
		return lines
	}
	want := fmt.Sprint(describe(-1))
	if want != "[kill 0-20 false kill 40-60 false pause 70-70 true]" {
		t.Fatal(want)
	}
	for skip := range len(ops) - 1 {
		if got := fmt.Sprint(describe(skip)); got != want && !strings.HasPrefix(ops[skip].F, "ki") {
			t.Errorf("without op %d, %s: %s, want %s", skip, ops[skip].F, got, want)
		} else if len(describe(skip)) != 3 {
			t.Errorf("without op %d, %s: %s", skip, ops[skip].F, got)
		}
	}
}
