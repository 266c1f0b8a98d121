package linearizable_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/format"
	"github.com/seed-c33ae711/jcheck/internal/histtest"
	"github.com/seed-c33ae711/jcheck/linearizable"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// TestBadInput: what is not a history of the model is an error that says where, and
// names the op.
func TestBadInput(t *testing.T) {
	for name, c := range map[string]struct {
		model, text string
		line        int
		want        string
	}{
		"unknown op":       {"register", "{:process 0, :type :invoke, :f :cas, :value [1 2]}", 1, `op 0 is "cas", which a register does not have: expected one of read, write`},
		"cas of one":       {"cas-register", "{:process 0, :type :invoke, :f :cas, :value 1}", 1, "op 0: expected the value of a cas, [old new], found 1"},
		"other f":          {"register", "{:process 0, :type :invoke, :f :read}\n{:process 0, :type :ok, :f :write, :value 2}", 2, "op 1 completes read as write: expected the same :f"},
		"no invocation":    {"register", "{:process 0, :type :ok, :f :read, :value 2}", 1, "op 0 completes an operation that was not invoked"},
		"twice at a time":  {"register", "{:process 0, :type :invoke, :f :read}\n{:process 0, :type :invoke, :f :read}", 2, "process 0 invoked twice"},
		"no set":           {"set", "{:process 0, :type :invoke, :f :read}\n{:process 0, :type :ok, :f :read, :value 2}", 2, "op 1: expected the elements that were read, found 2"},
		"no number":        {"counter", "{:process 0, :type :invoke, :f :add, :value :x}", 1, "op 0: expected an integer, found :x"},
		"sums could wrap":  {"counter", "{:process 0, :type :invoke, :f :add, :value 1152921504606846976}\n{:process 0, :type :ok, :f :add, :value 1152921504606846976}\n{:process 0, :type :invoke, :f :add, :value -1152921504606846976}", 3, "op 2: the sums of the counter could wrap"},
		"no text":          {"kv", "{:process 0, :type :invoke, :f :put, :value 3}", 1, "op 0: expected a string, found 3"},
		"no transaction":   {"multi-register", "{:process 0, :type :invoke, :f :txn, :value 3}", 1, "op 0: expected a transaction"},
		"no micro-op":      {"multi-register", "{:process 0, :type :invoke, :f :txn, :value [3]}", 1, "op 0: expected a micro-op"},
		"unknown micro-op": {"multi-register", "{:process 0, :type :invoke, :f :txn, :value [[:cas 1 2]]}", 1, "op 0: expected :read or :write, found :cas"},
		"key lost":         {"register", "{:process 0, :type :invoke, :f :read, :value [1 nil]}\n{:process 0, :type :ok, :f :read, :value 2}", 2, "op 1: expected a tuple of the key 1 and a value, as it was invoked with, found 2"},
		"result lost":      {"fifo-queue", "{:process 0, :type :invoke, :f :dequeue, :value [1 nil]}\n{:process 0, :type :ok, :f :dequeue}", 2, "op 1: expected a tuple of the key 1 and a value"},
		"other key":        {"register", "{:process 0, :type :invoke, :f :read, :value [1 nil]}\n{:process 0, :type :ok, :f :read, :value [2 3]}", 2, "op 1: expected a tuple of the key 1 and a value, as it was invoked with, found [2 3]"},
	} {
		t.Run(name, func(t *testing.T) {
			m, err := linearizable.ByName(c.model, "")
			if err != nil {
				t.Fatal(err)
			}
			h, err := format.ReadBytes(context.Background(), "h", []byte(c.text+"\n"), format.Options{})
			if err == nil {
				_, err = linearizable.Check(context.Background(), h, m, linearizable.Options{})
			}
			var syntax *edn.SyntaxError
			if !errors.As(err, &syntax) || syntax.Line != c.line || !strings.Contains(syntax.Msg, c.want) {
				t.Errorf("got %v, want h:%d: %s", err, c.line, c.want)
			}
		})
	}
}

func TestModels(t *testing.T) {
	for _, c := range []struct{ name, init, want string }{
		{"registr", "", `unknown model "registr"; did you mean register?`},
		{"mutex", "3", "a mutex has no initial value to choose"},
		{"register", "[1", "initial value:"},
		{"semaphore", "0", "initial value: expected at least 1 permit, found 0"},
	} {
		_, err := linearizable.ByName(c.name, c.init)
		if opt := new(linearizable.OptionError); !errors.As(err, &opt) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s %s: %v, want %s", c.name, c.init, err, c.want)
		}
	}
	for ops, want := range map[string]string{
		":f :read, :value 1": "register", ":f :cas, :value [1 2]": "cas-register", ":f :acquire": "mutex",
		":f :txn, :value []": "multi-register", ":f :add, :value 1 | :f :read, :value #{1}": "set", ":f :add, :value 1 | :f :read, :value 1": "counter",
		":f :enqueue, :value 1": "fifo-queue", ":f :push, :value 1": "stack", ":f :append, :value \"x\"": "kv",
		":f :append, :value 1 | :f :read, :value [1]": "list", ":f :append, :value [3 1] | :f :read, :value [3 [1]]": "list",
		":f :add, :value 1 | :f :delete-min, :value 1":         "priority-queue",
		":f :add, :value [3 #{1}] | :f :read, :value [3 #{1}]": "set",
	} {
		var text strings.Builder
		for op := range strings.SplitSeq(ops, " | ") {
			text.WriteString("{:process 0, :type :invoke, " + op + "}\n{:process 0, :type :ok, " + op + "}\n")
		}
		h, err := format.ReadBytes(context.Background(), "h", []byte(text.String()), format.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if m, err := linearizable.Detect(h); err != nil || m.Name() != want {
			t.Errorf("%s: %v, want %s", ops, err, want)
		}
	}
}

// A completion with another value than the invocation is a server's reply or a mistake: the
// invocation counts, and a warning says so. To Knossos the completion counts.
func TestCompletionDiffers(t *testing.T) {
	for _, c := range []struct {
		model, history string
		knossos        bool
		want           verdict.Verdict
	}{
		{"register", "i 0 write 1\no 0 write \"OK\"\ni 1 read nil\no 1 read 1", false, verdict.Valid},
		{"register", "i 0 write 1\no 0 write \"OK\"\ni 1 read nil\no 1 read 1", true, verdict.Invalid},
		{"register", "i 0 write 1\no 0 write 2\ni 1 read nil\no 1 read 2", false, verdict.Invalid},
		{"cas-register", "i 0 cas [nil 2]\no 0 cas true\ni 1 read nil\no 1 read 2", false, verdict.Valid},
		{"fifo-queue", "i 0 enqueue 1\no 0 enqueue 2\ni 1 dequeue nil\no 1 dequeue 1", false, verdict.Valid},
		{"counter", "i 0 add 1\no 0 add 7\ni 1 read nil\no 1 read 1", false, verdict.Valid},
	} {
		m, err := linearizable.ByName(c.model, "")
		if err != nil {
			t.Fatal(err)
		}
		r, err := linearizable.Check(t.Context(), histtest.Parse(t, c.history), m, linearizable.Options{Knossos: c.knossos})
		if err != nil || r.Valid != c.want {
			t.Errorf("%s: %v, %v, want %v", c.history, r, err, c.want)
			continue
		}
		warned := slices.ContainsFunc(r.Warnings, func(w verdict.Warning) bool { return w.Code == "completion-differs" })
		if warned == c.knossos {
			t.Errorf("%s: warned is %v", c.history, warned)
		}
	}
}
