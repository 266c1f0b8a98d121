package lint_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/format"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/lint"
	"github.com/seed-c33ae711/jcheck/simulate"
	"github.com/seed-c33ae711/jcheck/verdict"
)

func ExampleCheck() {
	h, err := format.ReadBytes(context.Background(), "history.edn", []byte(`
{:index 0, :type :invoke, :process 0, :f :write, :value 5}
{:index 1, :type :invoke, :process 1, :f :read, :value nil}
{:index 2, :type :fail, :process 0, :f :write, :value 5, :error :timeout}
{:index 3, :type :ok, :process 1, :f :read, :value 5}`), format.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	r, err := lint.Check(context.Background(), h, lint.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(r.Valid)
	for _, p := range r.Problems {
		if p.Severity == lint.Error {
			fmt.Println(p.Code, p.Ops, p.Msg)
			fmt.Println(p.Fix)
		}
	}
	// Output:
	// false
	// timeout-was-read [2 3] 1 value was read though its write is recorded as :fail after a timeout: 5
	// Let the client record :info for every error after which the operation may still have happened.
}

// TestDocs: docs/lint.md has a row for every rule, in their order, and no other.
func TestDocs(t *testing.T) {
	text, err := os.ReadFile("../docs/lint.md")
	if err != nil {
		t.Fatal(err)
	}
	var got, want []string
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, "| `") {
			got = append(got, strings.TrimSpace(line))
		}
	}
	for _, r := range lint.Rules() {
		severity := r.Severity.String()
		if r.Vacuous {
			severity += ", vacuous"
		}
		want = append(want, fmt.Sprintf("| `%s` | %s | %s | %s | %s |", r.Code, severity, sentence(r.What), r.Why, r.Fix))
	}
	if os.Getenv("JCHECK_UPDATE") != "" {
		head, _, _ := strings.Cut(string(text), "| `")
		_, tail, _ := strings.Cut(string(text), "<!-- end of the table -->")
		if err := os.WriteFile("../docs/lint.md", []byte(head+strings.Join(want, "\n")+"\n<!-- end of the table -->"+tail), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("the table is not that of the code; JCHECK_UPDATE=1 writes it anew. It should be\n%s", strings.Join(want, "\n"))
	}
	for _, list := range [][]string{lint.OpenWords, lint.ClosedWords, lint.OpenWhole} {
		for _, w := range list {
			if !strings.Contains(string(text), "`"+w+"`") {
				t.Errorf("%q is not in the documentation", w)
			}
		}
	}
}

// sentence begins with a capital letter.
func sentence(s string) string { return strings.ToUpper(s[:1]) + s[1:] + "." }

// TestRules: the table is in order, and complete.
func TestRules(t *testing.T) {
	seen := map[string]bool{}
	last := lint.Error
	for _, r := range lint.Rules() {
		if r.Code == "" || r.What == "" || r.Why == "" || r.Fix == "" || seen[r.Code] || r.Severity > last {
			t.Errorf("%+v", r)
		}
		seen[r.Code], last = true, r.Severity
	}
}

// TestCores: the answer does not depend on the number of cores.
func TestCores(t *testing.T) {
	h, err := simulate.Config{Txns: 30_000, DB: "aborted-read", FailRate: 0.1, CrashRate: 0.1, Keys: 100}.History()
	if err != nil {
		t.Fatal(err)
	}
	want := check(t, h)
	for _, n := range []int{1, 2, 7} {
		old := runtime.GOMAXPROCS(n)
		got := check(t, h)
		runtime.GOMAXPROCS(old)
		if !reflect.DeepEqual(got.Problems, want.Problems) {
			t.Errorf("on %d cores: %v, want %v", n, got.Problems, want.Problems)
		}
	}
}

// FuzzCheck: whatever can be read is looked at, or refused at a place of the text.
func FuzzCheck(f *testing.F) {
	for _, c := range cases {
		f.Add(parse(f, c.history).Source().Text)
	}
	f.Add([]byte(`[{"type":"invoke","process":0,"f":"txn","value":[["append",1,2],["r","1",null]]},{"type":"ok","process":0,"f":"txn","value":[["append",1,2],["r","1",[1,"x",[2]]]]}]`))
	f.Add([]byte(`{:type :ok :process 0 :f :read :value [:a (1 2)]}{:type :ok :process 1 :f :init :value {:x 0 :y nil}}{:type :ok :process 2 :f :txn :value [[:rp [:= 1] {}] [:insert :z 3] [:delete] [:poll {1 [[0 1] 2 [3]]}] [] [[:r]]]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		h, err := format.ReadBytes(context.Background(), "fuzz", text, format.Options{MaxBytes: 1 << 20})
		if err != nil {
			return
		}
		quick := lint.Quick(h)
		for _, keyed := range []lint.Keying{lint.Detected, lint.Keyed, lint.OneObject} {
			r, err := lint.Check(context.Background(), h, lint.Options{Keyed: keyed})
			if err != nil {
				var syntax *edn.SyntaxError
				if !errors.As(err, &syntax) || syntax.Line < 1 {
					t.Fatalf("%v has no place", err)
				}
				continue
			}
			for _, p := range r.Problems {
				for _, op := range p.Ops {
					if op < 0 || op >= h.Len() {
						t.Fatalf("%s: op %d of %d", p.Code, op, h.Len())
					}
				}
			}
			if (r.Valid == verdict.Invalid) != (len(r.Findings()) > 0) || (r.Valid == verdict.Unknown) != (r.Reason != "") {
				t.Fatalf("%v, %q, %v", r.Valid, r.Reason, r.Findings())
			}
			for _, w := range quick {
				if problem(r, w.Code) == nil {
					t.Fatalf("only the quick check tells %v", w)
				}
			}
		}
	})
}

var benchmarks = []struct {
	name string
	make func() (*history.History, error)
}{
	{"list-append", simulate.Config{Txns: 200_000, Clients: 10}.History},
	{"rw-register", simulate.Config{Workload: simulate.RWRegister, Txns: 200_000, Clients: 10}.History},
	{"crashes", simulate.Config{Txns: 200_000, Clients: 10, FailRate: 0.1, CrashRate: 0.05, NemesisEvery: 1000}.History},
	{"set", simulate.Object{Kind: simulate.Set, Operations: 200_000}.History},
	{"fifo-queue", simulate.Object{Kind: simulate.FIFOQueue, Operations: 200_000}.History},
	{"cas-register-keyed", simulate.Object{Kind: simulate.CASRegister, Operations: 200_000, Keys: 10, PerKey: 200, Values: 5}.History},
}

func BenchmarkCheck(b *testing.B) {
	for _, bench := range benchmarks {
		b.Run("history="+bench.name, func(b *testing.B) {
			h, err := bench.make()
			if err != nil {
				b.Fatal(err)
			}
			b.SetBytes(int64(len(h.Source().Text)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := lint.Check(context.Background(), h, lint.Options{}); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(h.Len()), "ns/op_checked")
		})
	}
}

func BenchmarkQuick(b *testing.B) {
	for _, bench := range benchmarks {
		b.Run("history="+bench.name, func(b *testing.B) {
			h, err := bench.make()
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				lint.Quick(h)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(h.Len()), "ns/op_checked")
		})
	}
}
