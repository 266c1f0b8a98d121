package checker_test

import (
	"context"
	"testing"

	"github.com/seed-c33ae711/jcheck/checker"
	"github.com/seed-c33ae711/jcheck/internal/histtest"
	"github.com/seed-c33ae711/jcheck/result"
)

// A summary counts what a check has looked at.
func TestSummaries(t *testing.T) {
	for _, c := range []struct{ name, history, want string }{
		{"stats", "i 0 a\no 0 a\ni 0 a\nx 0 a\ni 0 a\nn 0 a\ni 1 a", "3 completions: 1 ok, 1 failed, 1 indeterminate"},
		{"unhandled-exceptions", "i 0 a\nn 0 a", "no exceptions"},
		{"unhandled-exceptions", "i 0 a\nn 0 a nil ; :exception {:via [{:type B}]}\ni 1 a\nn 1 a nil ; :exception {:via [{:type B}]}", "B 2"},
		{"counter", "i 0 add 1\no 0 add 1\ni 0 read\no 0 read 1\ni 0 read\no 0 read 1", "1 add, 2 reads"},
		{"queue", "i 0 enqueue 1\no 0 enqueue 1\ni 0 dequeue\no 0 dequeue 1", "1 enqueue, 1 dequeue; order not checked (jcheck linearizable --model fifo-queue does)"},
		{"queue", "i 0 enqueue 1\no 0 enqueue 1\ni 0 dequeue\no 0 dequeue 1\ni 0 drain\no 0 drain []", "1 enqueue, 1 dequeue, 1 drain not judged; order not checked (jcheck linearizable --model fifo-queue does)"},
		{"total-queue", "i 0 enqueue 1\no 0 enqueue 1\ni 0 dequeue\no 0 dequeue 1\ni 0 drain\no 0 drain [2 3]", "1 enqueue, 1 dequeue, 2 elements drained"},
		{"unique-ids", "i 0 generate\no 0 generate 1\ni 0 generate", "2 attempts, 1 id"},
		{"bank", "i 0 read\no 0 read {0 1}\ni 0 read\nx 0 read", "1 read"},
		{"long-fork", "i 0 w [[:w 1 1]]\no 0 w [[:w 1 1]]\ni 0 r\no 0 r [[:r 1 1] [:r 2 nil]]", "1 read, 1 key"},
		{"causal", "o 0 write 1 ; :link :init, :position 1\no 0 read 1 ; :link 1, :position 2", "2 ok ops"},
		{"causal-reverse", "i 0 write 1\no 0 write 1\ni 0 read\no 0 read [1]\ni 0 read\no 0 read [1]", "1 write, 2 reads"},
		{"adya", "i 0 insert [1 [1 nil]]\ni 1 insert [2 [2 nil]]\ni 2 insert [1 [nil 3]]", "2 keys"},
	} {
		check, err := checker.Named(c.name)
		if err != nil {
			t.Fatal(err)
		}
		r, err := check.Check(context.Background(), histtest.Parse(t, c.history), checker.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got := r.(result.Report).About().Summary; got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}
