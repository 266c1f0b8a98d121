package elle_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/elle"
	"github.com/seed-c33ae711/jcheck/format"
)

// exchange writes ops, each of a process of its own, as what it was invoked with,
// how it completed, and what it completed with.
func exchange(ops ...string) string {
	var b strings.Builder
	for i, op := range ops {
		parts := strings.Split(op, " -> ")
		fmt.Fprintf(&b, "{:type :invoke, :process %d, :f :txn, :value %s}\n", i, parts[0])
		fmt.Fprintf(&b, "{:type :%s, :process %d, :f :txn", parts[1], i)
		if len(parts) > 2 {
			fmt.Fprintf(&b, ", :value %s", parts[2])
		}
		b.WriteString("}\n")
	}
	return b.String()
}

// completionTests are histories in which invocations and completions differ.
var completionTests = []struct {
	name, ops string // separated by |
	valid     string
	types     string
	warning   string
}{
	{"an ok without a value did what was asked", "[[:append 1 1]] -> ok | [[:r 1 nil]] -> ok -> [[:r 1 [1]]]", "true", "", ""},
	{"nil is no value", "[[:append 1 1]] -> ok -> nil | [[:r 1 nil]] -> ok -> [[:r 1 [1]]]", "true", "", ""},
	{"so a stale read is one", "[[:append 1 1]] -> ok -> nil | [[:r 1 nil]] -> ok -> [[:r 1 []]]", "false", "G-single-item-realtime", ""},
	{"registers", "[[:w 1 1]] -> ok | [[:r 1 nil]] -> ok -> [[:r 1 1]]", "true", "", ""},
	{"stale registers", "[[:w 1 1]] -> ok -> nil | [[:r 1 nil]] -> ok -> [[:r 1 nil]]", "false", "G-single-item-realtime", ""},
	{"what it read is not known", "[[:append 1 1]] -> ok -> [[:append 1 1]] | [[:r 1 nil]] -> ok -> nil | [[:r 1 nil]] -> ok -> [[:r 1 [1]]]", "true", "", ""},
	{"nor of registers", "[[:w 1 1]] -> ok -> [[:w 1 1]] | [[:r 1 nil]] -> ok | [[:r 1 nil]] -> ok -> [[:r 1 1]]", "true", "", ""},
	{"between two writes of its own", "[[:w 1 1] [:r 1 nil] [:w 1 2]] -> ok | [[:r 1 nil]] -> ok -> [[:r 1 2]]", "true", "", ""},
	{"items", "[[:insert 1 1] [:r 2 nil]] -> ok | [[:rp :true nil]] -> ok -> [[:rp :true {1 1}]]", "true", "", ""},
	{"stale items", "[[:insert 1 1]] -> ok -> nil | [[:rp :true nil]] -> ok -> [[:rp :true {}]]", "false", "G-single-realtime", ""},

	{"an info with a keyword", "[[:append 1 1]] -> info -> :timeout | [[:r 1 nil]] -> ok -> [[:r 1 [1]]]", "true", "", ""},
	{"an info with a string", `[[:w 1 1]] -> info -> "timeout" | [[:r 1 nil]] -> ok -> [[:r 1 1]]`, "true", "", ""},
	{"an info with a map", `[[:w 1 1]] -> info -> {:error 5} | [[:r 1 nil]] -> ok -> [[:r 1 1]]`, "true", "", ""},
	{"an info with a vector of something", `[[:w 1 1]] -> info -> [:timeout 5000] | [[:r 1 nil]] -> ok -> [[:r 1 1]]`, "true", "", "completion-differs"},
	{"a fail with a keyword", "[[:append 1 1]] -> fail -> :conflict | [[:r 1 nil]] -> ok -> [[:r 1 [1]]] | [[:r 1 nil]] -> ok -> [[:r 1 [1]]]", "false", "G1a", ""},
	{"an info with fewer micro-ops", "[[:append 1 1] [:append 2 1]] -> info -> [[:append 1 1]] | [[:r 2 nil]] -> ok -> [[:r 2 [1]]]", "true", "", "completion-differs"},
	{"an info that reads", "[[:r 1 nil] [:w 2 1]] -> info -> [[:r 1 nil] [:w 2 1]] | [[:r 2 nil]] -> ok -> [[:r 2 1]]", "true", "", ""},
	{"an info with another value", "[[:w 1 1]] -> info -> [[:w 1 2]] | [[:r 1 nil]] -> ok -> [[:r 1 1]]", "true", "", "completion-differs"},

	{"a server's reply", "[[:append 1 1]] -> ok -> [[:append 1 \"OK\"]] | [[:r 1 nil]] -> ok -> [[:r 1 [1]]]", "true", "", "other-values-written"},
	{"a reply to a write", "[[:w 1 1] [:r 2 nil]] -> ok -> [[:w 1 \"OK\"] [:r 2 nil]] | [[:r 1 nil]] -> ok -> [[:r 1 1]]", "true", "", "other-values-written"},
	{"a reply to a write, and a stale read", "[[:w 1 1]] -> ok -> [[:w 1 :ok]] | [[:r 1 nil]] -> ok -> [[:r 1 nil]]", "false", "G-single-item-realtime", "other-values-written"},
	{"a reply to an insert", "[[:insert 1 1]] -> ok -> [[:insert 1 \"OK\"]] | [[:rp :true nil]] -> ok -> [[:rp :true {1 1}]]", "true", "", "other-values-written"},
	{"a value that only the completion has", "[[:w 1 nil]] -> ok -> [[:w 1 7]] | [[:r 1 nil]] -> ok -> [[:r 1 7]]", "true", "", ""},
	{"the same value, spelled apart", "[[:w 1 0x10]] -> ok -> [[:w 1 16]] | [[:r 1]] -> ok -> [[:r 1 16]]", "true", "", ""},
	{"long names and short ones", "[[:write 1 1]] -> ok -> [[:w 1 1]] | [[:r 1 nil]] -> ok -> [[:read 1 1]]", "true", "", ""},

	{"other micro-ops", "[[:w 1 1]] -> ok -> [[:r 1 nil]] | [[:r 1 nil]] -> ok -> [[:r 1 nil]] | [[:w 1 2]] -> ok -> [[:w 1 2]]", "true", "", "other-micro-ops"},
	{"other keys", "[[:append 1 1]] -> ok -> [[:append 2 1]] | [[:r 2 nil]] -> ok -> [[:r 2 [1]]]", "true", "", "other-micro-ops"},
	{"fewer, and what it left out was read", "[[:append 1 1] [:append 2 1]] -> ok -> [[:append 1 1]] | [[:r 2 nil]] -> ok -> [[:r 2 [1]]]", "unknown", "", "other-micro-ops"},
	{"fewer, and what it left out was read from a register", "[[:w 1 1] [:w 2 1]] -> ok -> [[:w 1 1]] | [[:r 2 nil]] -> ok -> [[:r 2 1]]", "unknown", "", "other-micro-ops"},
	{"fewer, and what nobody was asked to write was read", "[[:w 1 1] [:w 2 1]] -> ok -> [[:w 1 1]] | [[:r 2 nil]] -> ok -> [[:r 2 3]]", "false", "garbage-read", "other-micro-ops"},
	{"an invocation that tells nothing", "nil -> ok -> [[:append 1 1]] | [] -> ok -> [[:r 1 [1]]]", "true", "", ""},

	{"tried again after a fail", "[[:append 1 1]] -> fail | [[:append 1 1]] -> ok -> [[:append 1 1]] | [[:r 1 nil]] -> ok -> [[:r 1 [1]]]", "true", "", ""},
	{"a fail after it was done", "[[:append 1 1]] -> ok -> [[:append 1 1]] | [[:append 1 1]] -> fail | [[:r 1 nil]] -> ok -> [[:r 1 [1]]]", "true", "", ""},
	{"tried again, of registers", "[[:w 1 1]] -> fail | [[:w 1 1]] -> ok -> [[:w 1 1]] | [[:r 1 nil]] -> ok -> [[:r 1 1]]", "true", "", ""},
	{"tried again after an info", "[[:append 1 1]] -> info | [[:append 1 1]] -> ok -> [[:append 1 1]] | [[:r 1 nil]] -> ok -> [[:r 1 [1]]]", "true", "", ""},
	{"tried again after an info, of registers", "[[:w 1 1]] -> info | [[:w 1 1]] -> ok -> [[:w 1 1]] | [[:r 1 nil]] -> ok -> [[:r 1 1]]", "true", "", ""},
	{"tried again, and neither was seen", "[[:append 1 1]] -> info | [[:append 1 1]] -> ok -> [[:append 1 1]] | [[:r 1 nil]] -> ok -> [[:r 1 []]]", "false", "G-single-item-realtime", ""},
	{"both of two tries were done", "[[:append 1 1]] -> info | [[:append 1 1]] -> ok -> [[:append 1 1]] | [[:r 1 nil]] -> ok -> [[:r 1 [1 1]]]", "true", "", ""},
}

// TestCompletions: which of invocation and completion counts where they differ.
func TestCompletions(t *testing.T) {
	for _, c := range completionTests {
		t.Run(c.name, func(t *testing.T) {
			text := exchange(strings.Split(c.ops, " | ")...)
			for _, syntax := range []string{"EDN", "JSON"} {
				h := read(t, []byte(text))
				if syntax == "JSON" {
					var b strings.Builder
					if err := format.Write(context.Background(), &b, h, format.JSONL); err != nil {
						t.Fatal(err)
					}
					h = read(t, []byte(b.String()))
				}
				res := checkWith(t, h, elle.Options{})
				var types []string
				for _, a := range res.Types() {
					types = append(types, string(a))
				}
				types = slices.DeleteFunc(types, func(a string) bool { return a == "empty-transaction-graph" })
				if res.Valid.String() != c.valid || strings.Join(types, " ") != c.types {
					t.Errorf("%s: %s %v %s, want %s [%s]", syntax, res.Valid, types, res.Reason, c.valid, c.types)
				}
				warned := ""
				for _, w := range res.Warnings {
					switch w.Code {
					case "completion-differs", "other-values-written", "other-micro-ops":
						warned += w.Code
						if w.Count == 0 || !strings.Contains(w.Msg, "line ") {
							t.Errorf("a warning without a place: %+v", w)
						}
					}
				}
				if warned != c.warning {
					t.Errorf("%s: warned of %q, want %q", syntax, warned, c.warning)
				}
			}
		})
	}
}

// TestUnreadableCompletions: what an ok completed with must be a transaction.
func TestUnreadableCompletions(t *testing.T) {
	for ops, want := range map[string]string{
		`[[:append 1 1]] -> ok -> "OK"`:                                      "expected a transaction",
		`[[:append 1 1]] -> ok -> :ok`:                                       "expected a transaction",
		`[[:w 1 1]] -> ok -> ["OK"]`:                                         "expected a micro-op",
		`5 -> info -> :timeout`:                                              "expected a transaction",
		`[[:w 1 1]] -> ok | [[:w 1 1]] -> ok | [[:r 1]] -> ok -> [[:r 1 1]]`: "both write 1 to key 1",
		`[[:append 1 1]] -> ok | [[:append 1 1]] -> ok`:                      "both append 1 to key 1",
	} {
		h := read(t, []byte(exchange(strings.Split(ops, " | ")...)))
		var syntax *edn.SyntaxError
		if _, err := elle.Check(context.Background(), h, elle.Options{}); !errors.As(err, &syntax) || syntax.Line == 0 || !strings.Contains(syntax.Msg, want) {
			t.Errorf("%s: %v, want a place and %s", ops, err, want)
		}
	}
}
