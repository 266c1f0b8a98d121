package runner_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-c33ae711/jcheck/runner"
	"github.com/seed-c33ae711/jcheck/runner/gen"
)

// whole is what a test of three nodes and four clients calls that goes well.
const whole = "analysis 1, client.close 10, client.invoke 4, client.open 10, client.setup 3, client.teardown 6, " +
	"connect 3, db.kill 3, db.logs 3, db.primary 1, db.setup 3, db.teardown 6, disconnect 3, " +
	"nemesis.invoke 1, nemesis.setup 1, nemesis.teardown 1, os.setup 3, os.teardown 3"

func TestCallsOfRun(t *testing.T) {
	j, test := newJournal(t, "", nil)
	run(t, test)
	if got := j.String(); got != whole {
		t.Errorf("got\n%s\nwant\n%s", got, whole)
	}
}

func TestLeaveDBRunning(t *testing.T) {
	j, test := newJournal(t, "", nil)
	test.LeaveDBRunning = true
	run(t, test)
	for call, want := range map[string]int{"db.kill": 0, "db.teardown": 3, "client.teardown": 3, "nemesis.teardown": 1, "os.teardown": 3, "db.logs": 3} {
		if j.counts[call] != want {
			t.Errorf("%s: %d calls, expected %d", call, j.counts[call], want)
		}
	}
}

// What is saved of a run: the test, or its history, too.
const (
	savesTest    = false
	savesHistory = true
)

// Each row is a call that fails, what is called in all, and what is saved. Setting up may end early
// on other nodes, so calls of setups are left out.
func TestFailures(t *testing.T) {
	const (
		noOps  = "client.invoke 0, nemesis.invoke 0, analysis 0"
		noDB   = "db.setup 0, db.teardown 0, db.kill 0, db.logs 0"
		noPlay = noOps + ", nemesis.setup 0, nemesis.teardown 0, client.open 0"
		osDown = "os.teardown 3, disconnect 3"
		dbDown = "db.kill 3, db.logs 3, " + osDown
		// whose setups began, if setting up the clients or the nemesis failed
		playDown = noOps + ", nemesis.setup 1, nemesis.teardown 1, db.teardown 6, " + dbDown
	)
	for _, c := range []struct {
		fault, calls string
		saves        bool
	}{
		{"connect", "disconnect 0, os.setup 0, os.teardown 0, " + noDB + ", " + noPlay, savesTest},
		{"connect#2", "disconnect 2, os.setup 0, os.teardown 0, " + noDB + ", " + noPlay, savesTest},
		{"os.setup#2", osDown + ", " + noDB + ", " + noPlay, savesTest},
		{"db.teardown#1", "db.setup 0, db.teardown 6, " + dbDown + ", " + noPlay, savesTest},
		{"db.setup#2", "db.primary 0, db.teardown 6, " + dbDown + ", " + noPlay, savesTest},
		{"db.primary", "db.setup 3, db.teardown 6, " + dbDown + ", " + noPlay, savesTest},
		{"client.open#1", playDown, savesHistory},
		{"client.teardown#1", playDown, savesHistory},
		{"client.setup#1", playDown, savesHistory},
		{"client.close#1", playDown, savesHistory},
		{"nemesis.setup", "client.setup 3, client.teardown 6, client.open 6, client.close 6, " + playDown, savesHistory},
	} {
		for how, fail := range map[string]func() error{"error": func() error { return errBoom }, "panic": func() error { panic(errBoom) }} {
			t.Run(c.fault+" "+how, func(t *testing.T) {
				j, test := newJournal(t, c.fault, fail)
				res, err := test.Run(t.Context())
				if err == nil || !strings.Contains(err.Error(), "boom") || strings.Contains(err.Error(), "canceled") || res.Complete {
					t.Fatalf("error %v", err)
				}
				for _, noise := range []string{"Sync", " failed: "} { // others that waited, or were told to end
					if strings.Contains(err.Error(), noise) {
						t.Errorf("%q says more than what went wrong", err)
					}
				}
				if res.Unclean != nil {
					t.Error(res.Unclean)
				}
				expect(t, j.counts, c.calls)
				verifySaved(t, res, c.saves)
			})
		}
	}
}

// expect compares counts with a list such as "a 1, b 0".
func expect(t *testing.T, counts map[string]int, calls string) {
	t.Helper()
	for call := range strings.SplitSeq(calls, ", ") {
		var name string
		var want int
		if _, err := fmt.Sscan(call, &name, &want); err != nil {
			t.Fatal(err)
		}
		if counts[name] != want {
			t.Errorf("%s: %d calls, expected %d", name, counts[name], want)
		}
	}
}

// verifySaved verifies what is in the directory of a run.
func verifySaved(t *testing.T, res *runner.Result, history bool) {
	t.Helper()
	for file, want := range map[string]bool{"test.jepsen": true, "jepsen.log": true, "run.json": true, "history.edn": history, "history.txt": history} {
		_, err := os.Stat(filepath.Join(res.Dir, file))
		if got := err == nil; got != want {
			t.Errorf("%s is there: %t, expected %t", file, got, want)
		}
	}
	if history {
		stored(t, res.Dir)
	}
	text, err := os.ReadFile(filepath.Join(res.Dir, "run.json"))
	var summary struct {
		Complete bool
		Error    string
	}
	if err == nil {
		err = json.Unmarshal(text, &summary)
	}
	if err != nil || summary.Complete != res.Complete || summary.Error == "" {
		t.Errorf("%v: %s", err, text)
	}
}

// A failure of the teardown does not keep the rest from being torn down, nor the history from being judged.
func TestFailuresOfTeardown(t *testing.T) {
	for _, c := range []struct {
		fault   string
		unclean bool
	}{
		{"nemesis.teardown", true}, {"db.teardown#4", true}, {"os.teardown#1", true}, {"db.kill#1", true},
		{"client.teardown#4", false}, {"client.open#8", false}, {"db.logs#1", false}, {"disconnect#1", false},
	} {
		t.Run(c.fault, func(t *testing.T) {
			j, test := newJournal(t, c.fault, func() error { return errBoom })
			res, err := test.Run(t.Context())
			if err != nil || !res.Complete {
				t.Fatal(err)
			}
			if (res.Unclean != nil) != c.unclean || (len(res.Warnings) > 0) == c.unclean {
				t.Errorf("unclean: %v, warnings: %q", res.Unclean, res.Warnings)
			}
			if c.unclean && !errors.Is(res.Unclean, errBoom) {
				t.Error(res.Unclean)
			}
			expect(t, j.counts, "analysis 1, nemesis.teardown 1, db.teardown 6, db.kill 3, db.logs 3, os.teardown 3, disconnect 3")
		})
	}
}

func TestSetupFailedIsTriedAgain(t *testing.T) {
	j, test := newJournal(t, "db.primary", func() error { return runner.SetupFailed(errBoom) })
	_, err := test.Run(t.Context())
	if !errors.Is(err, errBoom) {
		t.Fatal(err)
	}
	expect(t, j.counts, "db.setup 9, db.primary 3, db.teardown 12, os.teardown 3")
	j, test = newJournal(t, "db.primary#1", func() error { return runner.SetupFailed(errBoom) })
	run(t, test)
	expect(t, j.counts, "db.setup 6, db.primary 2, db.teardown 9, analysis 1")
}

// A run that is stopped tears down what it began to set up, with time to do so.
func TestCancelledInEachPhase(t *testing.T) {
	const none = "os.teardown 0, db.teardown 0, db.logs 0, nemesis.teardown 0, client.teardown 0"
	const osOnly = "os.teardown 3, db.teardown 0, db.logs 0, nemesis.teardown 0, client.teardown 0"
	const db = "os.teardown 3, db.teardown 3, db.logs 3, nemesis.teardown 0, client.teardown 0"
	const all = "os.teardown 3, db.teardown 3, db.logs 3, nemesis.teardown 1, client.teardown 3"
	for _, c := range []struct {
		at, last string
		saves    bool
	}{
		{"connect#3", none, savesTest},
		{"os.setup#3", osOnly, savesTest},
		{"db.teardown#3", db, savesTest},
		{"db.setup#2", db, savesTest},
		{"db.primary", db, savesTest},
		{"nemesis.setup", all, savesHistory},
		{"client.setup#2", all, savesHistory},
		{"nemesis.invoke", all, savesHistory},
		{"client.invoke#2", all, savesHistory},
	} {
		t.Run(c.at, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			j, test := newJournal(t, c.at, func() error { cancel(); return nil })
			test.Generator = gen.Concat(gen.Nemesis(gen.Call("break", nil)), gen.Clients(gen.Repeat(gen.Call("w", 1))))
			res, err := test.Run(ctx)
			if !errors.Is(err, context.Canceled) || res.Complete || res.Unclean != nil {
				t.Fatal(err, res.Unclean)
			}
			expect(t, j.last, c.last)
			expect(t, j.counts, "analysis 0, disconnect 3")
			verifySaved(t, res, c.saves)
		})
	}
}

// A sleep does not hold up a run that is stopped.
func TestCancelledWhileAsleep(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	j, test := newJournal(t, "client.invoke#1", func() error { cancel(); return nil })
	test.Generator = gen.Any(gen.Nemesis(gen.Pause(1<<40)), gen.Clients(gen.Call("w", 1)))
	res, err := test.Run(ctx)
	if !errors.Is(err, context.Canceled) || len(res.Warnings) > 0 {
		t.Fatal(err, res.Warnings)
	}
	expect(t, j.counts, "nemesis.teardown 1, os.teardown 3")
}
