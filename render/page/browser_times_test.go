package page

import (
	"fmt"
	"strings"
	"testing"
)

// One op without a time, or one that ended before it began, costs the page nothing but that op, and it says so.
func TestBrowserTimes(t *testing.T) {
	if testing.Short() {
		t.Skip("a browser takes some seconds")
	}
	b := newBrowser(t)
	titles := `[...document.querySelectorAll("#plots .name > span:first-child")].map((e) => e.textContent.split(" ")[0]).join()`
	says := `document.querySelector("#plots .says").textContent + [...document.querySelectorAll("#plots .says")].map((e) => e.textContent).join("|")`
	nemesis := "{:index 900, :type :info, :process :nemesis, :f :kill, :value nil, :time 5}\n"
	pairs := func(n int, took int64, without int) string {
		var s strings.Builder
		for i := range n {
			at := int64(i) * 1e6
			begun, ended := fmt.Sprintf(", :time %d", at), fmt.Sprintf(", :time %d", at+took)
			if i == without {
				ended = ""
			}
			fmt.Fprintf(&s, "{:index %d, :type :invoke, :process 0, :f :read, :value nil%s}\n{:index %d, :type :ok, :process 0, :f :read, :value 1%s}\n", 2*i, begun, 2*i+1, ended)
		}
		return s.String()
	}
	for name, c := range map[string]struct{ text, charts, note, spans, unsaid string }{
		"one without": {pairs(40, 500_000, 7) + nemesis, "Faults,Latency,Quantiles,Completions,Operations", "1 op has no usable time", "all of 40 operations", ""},
		"backward":    {pairs(40, -7_000_000, -1), "Faults,Completions,Operations", "40 operations ended before beginning", "all of 40 operations", "1 ns"},
		"nemesis":     {nemesis, "Faults", "", "all of 0 operations", ""},
	} {
		page := pageOf(t, name, c.text)
		if !strings.Contains(page, c.note) {
			t.Errorf("%s: the page does not say %q", name, c.note)
		}
		b.open(page, "")
		b.frame()
		if got := b.eval(titles); got != c.charts {
			t.Errorf("%s: plots %s, want %s", name, got, c.charts)
		}
		if got := b.eval(`document.querySelector(".range").textContent`); got != c.spans {
			t.Errorf("%s: %q, want %q", name, got, c.spans)
		}
		if got := b.eval(says); c.unsaid != "" && strings.Contains(got, c.unsaid) {
			t.Errorf("%s: the plots say %q", name, got)
		}
	}
	b.quiet()
}
