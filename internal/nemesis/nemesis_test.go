package nemesis

import (
	"fmt"
	"strings"
	"testing"
)

func TestTracker(t *testing.T) {
	for _, c := range []struct{ ops, want string }{
		{"start start stop stop", "+ . -0 ."},
		{"start start start start", "+ . . ."}, // it is active already
		{"start-partition start-partition kill kill start start stop-partition", "+ . + . -1 . -0"},
		{"clock-start clock-stop", "+ -0"},
		{"isolate partition heal", "+ + -0-1"},
		{"stop heal", ". ."},
		{"shuffle start", "? +"},
		{"kill start start start", "+ -0 . +"},
	} {
		var x Tracker
		var got []string
		for f := range strings.FieldsSeq(c.ops) {
			change := x.See(7, f)
			s := ""
			if change.Begins {
				s += "+"
			}
			for _, n := range change.Ends {
				s += fmt.Sprintf("-%d", n)
			}
			if change.Unknown {
				s += "?"
			}
			if s == "" {
				s = "."
			}
			got = append(got, s)
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%s: %s, want %s", c.ops, s, c.want)
		}
	}
	var x Tracker
	x.See(1, "kill")
	x.See(2, "pause")
	x.See(1, "kill")
	x.See(2, "resume")
	if open := fmt.Sprint(x.Open()); open != "[0]" {
		t.Errorf("two nemeses at once: open are %s", open)
	}
}

func TestName(t *testing.T) {
	for f, want := range map[string]string{"start-partition": "partition", "clock-start": "clock", "kill": "kill", "start": "start"} {
		if got := Name(f); got != want {
			t.Errorf("%s: %s", f, got)
		}
	}
}
