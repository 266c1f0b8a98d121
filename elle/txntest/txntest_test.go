package txntest_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/seed-c33ae711/jcheck/elle"
	"github.com/seed-c33ae711/jcheck/elle/txntest"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// db is a database of lists with one lock, which a bug may leave open.
type db struct {
	mu    sync.Mutex
	lists map[string][]int
}

// appendAndRead appends to one list and reads another in a transaction.
func (d *db) appendAndRead(to string, element int, from string) []int {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.lists[to] = append(d.lists[to], element)
	return append([]int{}, d.lists[from]...)
}

func TestSerializable(t *testing.T) {
	d := &db{lists: map[string][]int{}}
	rec := txntest.New(elle.Options{})
	var clients sync.WaitGroup
	for client := range 4 {
		clients.Go(func() {
			for i := range 200 {
				element, to, from := client*1000+i, fmt.Sprint(i%3), fmt.Sprint((i+1)%3)
				txn := rec.Begin(client, txntest.Append(to, element), txntest.Read(from))
				switch got := d.appendAndRead(to, element, from); i % 50 {
				case 17:
					txn.Unknown(errors.New("timeout"))
				default:
					txn.OK(txntest.Append(to, element), txntest.ReadAs(from, got))
				}
			}
		})
	}
	clients.Wait()
	rec.Check(t)
}

// failing is a test that notes that it failed.
type failing struct {
	testing.TB
	dir  string
	said []string
}

func (f *failing) Errorf(format string, args ...any) {
	f.said = append(f.said, fmt.Sprintf(format, args...))
}
func (f *failing) ArtifactDir() string { return f.dir }
func (f *failing) Helper()             {}

// Two transactions that each miss the other's write are told, and left for the command.
func TestFails(t *testing.T) {
	rec := txntest.New(elle.Options{Models: []string{"serializable"}})
	a := rec.Begin(0, txntest.Read("x"), txntest.Append("y", 1))
	b := rec.Begin(1, txntest.Read("y"), txntest.Append("x", 1))
	a.OK(txntest.ReadAs("x", []int{}), txntest.Append("y", 1))
	b.OK(txntest.ReadAs("y", []int{}), txntest.Append("x", 1))
	c := rec.Begin(0, txntest.Read("x"), txntest.Read("y"))
	c.OK(txntest.ReadAs("x", []int{1}), txntest.ReadAs("y", []int{1}))
	rec.Begin(1, txntest.Append("x", 2)).Fail(errors.New("aborted"))

	ft := &failing{TB: t, dir: t.TempDir()}
	rec.Check(ft)
	if len(ft.said) != 1 || !strings.Contains(ft.said[0], "G2-item") || !strings.Contains(ft.said[0], "history.jsonl:") {
		t.Errorf("said %q", ft.said)
	}
	lines, err := os.ReadFile(filepath.Join(ft.dir, "history.jsonl"))
	if err != nil || strings.Count(string(lines), "\n") != 8 || !strings.Contains(string(lines), `"error":"aborted"`) {
		t.Errorf("%v: %s", err, lines)
	}
}

// What cannot be judged fails as well, and so does what cannot be recorded.
func TestNothing(t *testing.T) {
	for name, record := range map[string]func(*txntest.Recorder){
		"nothing": func(*txntest.Recorder) {},
		"value":   func(r *txntest.Recorder) { r.Begin(0, txntest.Append("x", func() {})) },
		"overlap": func(r *txntest.Recorder) { r.Begin(0, txntest.Read("x")); r.Begin(0, txntest.Read("x")) },
	} {
		ft := &failing{TB: t, dir: t.TempDir()}
		rec := txntest.New(elle.Options{})
		record(rec)
		if rec.Check(ft); len(ft.said) != 1 {
			t.Errorf("%s: said %q", name, ft.said)
		}
	}
}

// A client whose transaction is unknown goes on as another process.
func TestUnknown(t *testing.T) {
	rec := txntest.New(elle.Options{})
	rec.Begin(0, txntest.Write("x", 1)).Unknown(nil)
	rec.Begin(0, txntest.Read("x")).OK(txntest.ReadAs("x", 1))
	h, err := rec.History()
	if err != nil {
		t.Fatal(err)
	}
	if h.Process(0) == h.Process(2) || h.Pair(2) != 3 {
		t.Errorf("processes %v and %v", h.Process(0), h.Process(2))
	}
	if res, err := elle.Check(t.Context(), h, elle.Options{}); err != nil || res.Valid != verdict.Valid {
		t.Error(res, err)
	}
}
