//go:build unix

package control

import (
	"strings"
	"testing"
	"time"
)

// A daemon runs on after its command, is started once, can be stopped and continued, and is gone
// with its children when it is killed.
func TestDaemon(t *testing.T) {
	conn, err := Local{Dir: t.TempDir()}.Connect(t.Context(), Spec{Node: "n1"})
	if err != nil {
		t.Fatal(err)
	}
	s := NewShell(conn, "n1", "")
	d := Daemon{Bin: "sh", Args: []string{"-c", `echo "it's up"; sleep 100 & wait`}, Log: "log", PidFile: "pid"}
	for i, want := range []bool{true, false} {
		if started, err := s.StartDaemon(t.Context(), d); err != nil || started != want {
			t.Fatalf("start %d: %v, %v", i, started, err)
		}
	}
	state := func() string {
		out, err := s.Script(t.Context(), `cut -d' ' -f3 /proc/$(cat pid)/stat; cat log`, nil)
		if err != nil {
			t.Fatal(err)
		}
		return string(out.Stdout)
	}
	for _, c := range [][2]string{{"STOP", "T"}, {"CONT", "S"}} {
		if err := s.SignalDaemon(t.Context(), d, c[0]); err != nil {
			t.Fatal(err)
		}
		for range 50 {
			if strings.HasPrefix(state(), c[1]) {
				break
			}
			time.Sleep(10 * time.Millisecond)
		}
		if got := state(); !strings.HasPrefix(got, c[1]) || !strings.Contains(got, "it's up") {
			t.Errorf("after %s: %s", c[0], got)
		}
	}
	pid, err := s.Get(t.Context(), "pid")
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := s.StopDaemon(t.Context(), d); err != nil {
			t.Fatal(err)
		}
	}
	if out, err := s.Script(t.Context(), "sed 's/.*) //' /proc/"+strings.TrimSpace(string(pid))+"/stat 2>/dev/null | grep -v ^Z; true", nil); err != nil || len(out.Stdout) > 0 {
		t.Errorf("it is still there: %s, %v", out.Stdout, err)
	}
	if _, err := s.StartDaemon(t.Context(), Daemon{Bin: "sh", Args: []string{"-c", "echo broken; exit 3"}, Log: "log", PidFile: "pid"}); err == nil || !strings.Contains(err.Error(), "broken") {
		t.Errorf("a daemon that ends at once: %v", err)
	}
}

// A process that took the id of a daemon is left alone, and does not count as the daemon.
func TestDaemonGone(t *testing.T) {
	conn, err := Local{Dir: t.TempDir()}.Connect(t.Context(), Spec{Node: "n1"})
	if err != nil {
		t.Fatal(err)
	}
	s := NewShell(conn, "n1", "")
	other, d := Daemon{Bin: "sleep", Args: []string{"100"}, Log: "log", PidFile: "other"}, Daemon{Bin: "sleep", Args: []string{"101"}, Log: "log", PidFile: "pid"}
	if _, err := s.StartDaemon(t.Context(), other); err != nil {
		t.Fatal(err)
	}
	defer s.StopDaemon(t.Context(), other)
	stale := func() {
		if _, err := s.Script(t.Context(), "cp other pid && echo 1 > pid.start", nil); err != nil {
			t.Fatal(err)
		}
	}
	stale()
	if err := s.SignalDaemon(t.Context(), d, "KILL"); err != nil {
		t.Fatal(err)
	}
	if err := s.StopDaemon(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	if started, err := s.StartDaemon(t.Context(), other); err != nil || started {
		t.Errorf("the other process was killed: %v, %v", started, err)
	}
	stale()
	if started, err := s.StartDaemon(t.Context(), d); err != nil || !started {
		t.Errorf("it counts as the daemon: %v, %v", started, err)
	}
	if err := s.StopDaemon(t.Context(), d); err != nil {
		t.Fatal(err)
	}
}
