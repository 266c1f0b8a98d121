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
		{"kill clock-start kill clock-start start clock-stop start clock-stop", "+ + . . -0 -1 . ."}, // two at once
		{"kill start start kill kill", "+ -0 . + ."},                                                 // the first has no completion
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

func TestFamily(t *testing.T) {
	for f, want := range map[string]string{
		"start-partition": "partition", "heal": "partition", "kill": "kill", "restart": "kill", "start": "nemesis", "stop": "nemesis",
		"reset-clock": "clock", "check-clock-offsets": "clock", "bitflip": "file-corruption", "start-packet": "packet",
		"start-x": "x", "x-stop": "x", "grow": "grow", "": "nemesis",
	} {
		if got := Family(f); got != want {
			t.Errorf("%s: %s", f, got)
		}
	}
}

func TestName(t *testing.T) {
	for f, want := range map[string]string{"start-partition": "partition", "clock-start": "clock", "kill": "kill", "start": "start"} {
		if got := Name(f); got != want {
			t.Errorf("%s: %s", f, got)
		}
	}
}
