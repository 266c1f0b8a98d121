package simulate

import (
	"hash/fnv"
	"strings"
	"testing"

	"github.com/seed-c33ae711/jcheck/history"
)

// logText is a history of logs as EDN and as JSON.
func logText(t *testing.T, l Log) (edn, json string) {
	t.Helper()
	ops, err := l.Ops()
	if err != nil {
		t.Fatal(err)
	}
	var e, j []byte
	i := 0
	for op := range ops {
		e = append(op.AppendEDN(e, i), '\n')
		j = append(op.AppendJSON(j, i), '\n')
		i++
	}
	return string(e), string(j)
}

// TestLogSame checks that a Log makes the same history each time, whatever else
// changes in this package.
func TestLogSame(t *testing.T) {
	l := Log{Operations: 300, CrashRate: 0.05, FailRate: 0.05, BugRate: 0.1, Seed: 1}
	a, ja := logText(t, l)
	if b, jb := logText(t, l); a != b || ja != jb {
		t.Error("two histories of one Log differ")
	}
	sum := fnv.New64a()
	sum.Write([]byte(a))
	if got, want := sum.Sum64(), uint64(0xcd4cc7139ad47e2d); got != want {
		t.Errorf("the history has the hash %#x, want %#x", got, want)
	}
}

// TestLogReads checks that what is written can be read, and has everything that a
// Log promises.
func TestLogReads(t *testing.T) {
	h, err := Log{CrashRate: 0.05, FailRate: 0.05}.History()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	for i := range h.Len() {
		seen[h.F(i)]++
		seen[h.Type(i).String()]++
		if h.Type(i) == history.Invoke && h.Pair(i) < 0 {
			t.Fatalf("op %d has no completion", i)
		}
	}
	for _, what := range []string{"send", "poll", "txn", "assign", "ok", "info", "fail"} {
		if seen[what] == 0 {
			t.Errorf("no %s among %d ops", what, h.Len())
		}
	}
	_, json := logText(t, Log{Operations: 100})
	if !strings.Contains(json, `["poll",{"0":[[`) || !strings.Contains(json, `["send",0,[`) {
		t.Errorf("no polls and sends in %s", json)
	}
}

func TestLogMistakes(t *testing.T) {
	for _, l := range []Log{{Keys: -1}, {BugRate: 2}, {Bug: "none"}, {MaxTxn: -1}} {
		if _, err := l.Ops(); err == nil {
			t.Errorf("no error for %+v", l)
		}
	}
}

// TestLogStops checks that a consumer of ops may stop.
func TestLogStops(t *testing.T) {
	ops, err := Log{Operations: 1 << 30}.Ops()
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for range ops {
		if n++; n == 100 {
			break
		}
	}
}
