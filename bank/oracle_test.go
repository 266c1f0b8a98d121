package bank_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/seed-c33ae711/jcheck/bank"
	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/format"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/histtest"
	"github.com/seed-c33ae711/jcheck/render"
)

func accounts(names ...string) (vs []edn.Value) {
	for _, n := range names {
		vs = append(vs, edn.MustParse(n))
	}
	return vs
}

// randomReads is a history of transfers and of reads that may show anything.
func randomReads(rt *rapid.T) string {
	return histtest.Random(rt, func() histtest.Call {
		out := "{"
		for _, a := range []string{"0", "1", ":x"} {
			if rapid.IntRange(0, 3).Draw(rt, "there") > 0 {
				out += a + " " + rapid.SampledFrom([]string{"5", "5", "5", "0", "10", "-1", "nil"}).Draw(rt, "balance") + ", "
			}
		}
		return histtest.Call{F: rapid.SampledFrom([]string{"read", "read", "transfer"}).Draw(rt, "f"), In: "nil", Out: out + "}"}
	})
}

// naiveError is the first error that applies to a read, and how bad it is; "" if none
// does.
func naiveError(balances edn.Entries, opt bank.Options) (typ string, bad float64) {
	sum, unknown, nils, below := int64(0), 0, 0, int64(0)
	for _, e := range balances {
		if len(opt.Accounts) == 2 && e[0] == edn.Kw("x") {
			unknown++
		}
		n, ok := e[1].(int64)
		if !ok {
			nils++
		}
		sum += n
		if n < 0 {
			below -= n
		}
	}
	switch {
	case unknown > 0:
		return bank.UnexpectedKey, float64(unknown)
	case nils > 0:
		return bank.NilBalance, float64(nils)
	case sum != *opt.Total:
		return bank.WrongTotal, float64(max(sum-*opt.Total, *opt.Total-sum))
	case below > 0 && !opt.NegativeBalances:
		return bank.NegativeValue, float64(below)
	}
	return "", 0
}

// naiveErrors are the errors of one type: how many, and which reads have them.
type naiveErrors struct {
	n, first, worst, last int
	bad                   float64
}

// naive looks at each read alone.
func naive(rt *rapid.T, h *history.History, opt bank.Options) (reads int, errs map[string]*naiveErrors) {
	errs = map[string]*naiveErrors{}
	for i := range h.Len() {
		if h.F(i) != "read" || h.Type(i) != history.OK {
			continue
		}
		reads++
		balances, err := edn.Decode(h.Value(i))
		if err != nil {
			rt.Fatal(err)
		}
		typ, bad := naiveError(balances.(edn.Entries), opt)
		if typ == "" {
			continue
		}
		e := errs[typ]
		if e == nil {
			e = &naiveErrors{first: i, worst: i, bad: bad}
			errs[typ] = e
		}
		e.n++
		e.last = i
		if bad > e.bad {
			e.worst, e.bad = i, bad
		}
	}
	return reads, errs
}

// Each read has the first error that applies, and of each type the first, the
// worst and the last are what a loop finds.
func TestOracle(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		text := randomReads(rt)
		h := histtest.Parse(t, text)
		total := int64(10)
		opt := bank.Options{Total: &total, NegativeBalances: rapid.Bool().Draw(rt, "negative")}
		opt.Accounts = rapid.SampledFrom([][]edn.Value{nil, accounts("0", "1"), accounts("0", "1", ":x")}).Draw(rt, "accounts")
		r, err := bank.Check(context.Background(), h, opt)
		if err != nil {
			rt.Fatal(err)
		}
		reads, want := naive(rt, h, opt)
		if r.Reads != reads || len(r.Errors) != len(want) || len(r.Findings()) != len(want) {
			rt.Fatalf("%s\n%d reads, %d types, want %d and %d", text, r.Reads, len(r.Errors), reads, len(want))
		}
		for _, e := range r.Errors {
			w := want[e.Type]
			if w == nil || e.Count != w.n || e.First.Op != w.first || e.Worst.Op != w.worst || e.Last.Op != w.last {
				rt.Fatalf("%s\n%+v, want %+v", text, e, w)
			}
		}
		valid := map[bool]string{true: "true", false: "false"}[len(want) == 0]
		if reads == 0 {
			valid = "unknown"
		}
		if r.Valid.String() != valid {
			rt.Fatalf("%s\n%s, want %s", text, r.Valid, valid)
		}
	})
}

func TestCases(t *testing.T) {
	ten := int64(10)
	zero := int64(0)
	for _, c := range []struct {
		name, history, want string
		opt                 bank.Options
	}{
		{"Jepsen's example", "i 0 read\no 0 read {0 5, 1 6}\ni 0 read\no 0 read {0 5, 1 -1}\ni 0 read\no 0 read {0 -5, 1 15}\ni 0 read\no 0 read {0 nil, 1 3}\ni 0 read\no 0 read {0 nil, 7 3}",
			"false unexpected-key*1 nil-balance*1 wrong-total*2 negative-value*1", bank.Options{Accounts: accounts("0", "1"), Total: &ten}},
		{"nil is nothing", "i 0 read\no 0 read nil", "false wrong-total*1", bank.Options{Total: &ten}},
		{"an account is missing", "i 0 read\no 0 read {0 10}", "true", bank.Options{Accounts: accounts("0", "1"), Total: &ten}},
		{"a total of nothing", "i 0 read\no 0 read {0 1}", "false wrong-total*1", bank.Options{Total: &zero}},
		{"the total of most", "i 0 read\no 0 read {0 1}\ni 0 read\no 0 read {0 2}\ni 0 read\no 0 read {0 2}", "false wrong-total*1", bank.Options{}},
		{"no read of a bank", "i 0 transfer {:from 0}\no 0 transfer {:from 0}", "unknown", bank.Options{Total: &ten}},
		{"nothing in the bank", "i 0 read\no 0 read {}", "true", bank.Options{Total: &zero}},
		{"below zero is allowed", "i 0 read\no 0 read {0 -5, 1 15}", "true", bank.Options{Total: &ten, NegativeBalances: true}},
		{"an unknown account outweighs all else", "i 0 read\no 0 read {:x -1, 0 nil}", "false unexpected-key*1", bank.Options{Accounts: accounts("0"), Total: &ten}},
		{"a wrong total outweighs a negative balance", "i 0 read\no 0 read {0 -1}", "false wrong-total*1", bank.Options{Total: &ten}},
		{"accounts of any kind", "i 0 read\no 0 read {\"a\" 4, [1 2] 5, 100 1}", "true", bank.Options{Accounts: accounts("\"a\"", "[1 2]", "100"), Total: &ten}},
		{"many accounts", "i 0 read\no 0 read {63 4, 64 5, 65 1}", "true", bank.Options{Accounts: accounts("63", "64", "65"), Total: &ten}},
		{"too many accounts", "i 0 read\no 0 read {63 4, 64 5, 65 1}", "false unexpected-key*1", bank.Options{Accounts: accounts("63", "65"), Total: &ten}},
		{"too much", "i 0 read\no 0 read {0 9223372036854775807, 1 1}", "history.edn:2:1: op 1: expected balances that add up to less than 2^63", bank.Options{}},
		{"no read", "i 0 read\nx 0 read", "unknown", bank.Options{Total: &ten}},
		{"no number", "i 0 read\no 0 read {0 :a}", "history.edn:2:1: op 1: account 0 has the balance :a: expected an integer", bank.Options{}},
		{"a fraction", "i 0 read\no 0 read {0 1.5}", "history.edn:2:1: op 1: account 0 has the balance 1.5: expected an integer", bank.Options{}},
		{"no map", "i 0 read\no 0 read [1]", "history.edn:2:1: op 1 reads [1]: expected a map from account to balance", bank.Options{}},
	} {
		r, err := bank.Check(context.Background(), histtest.Parse(t, c.history), c.opt)
		got := fmt.Sprint(err)
		if err == nil {
			got = r.Valid.String()
			for _, e := range r.Errors {
				got += fmt.Sprintf(" %s*%d", e.Type, e.Count)
			}
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// In JSON the names of accounts are strings, also where they are numbers.
func TestJSON(t *testing.T) {
	h := histtest.Read(t, "h.jsonl", `{"process":0,"type":"invoke","f":"read","value":null}
{"process":0,"type":"ok","f":"read","value":{"0":5,"1":4,"9":1}}
`)
	ten := int64(10)
	r, err := bank.Check(context.Background(), h, bank.Options{Accounts: accounts("0", "1"), Total: &ten})
	if err != nil || len(r.Errors) != 1 || fmt.Sprint(r.Errors[0].First.Unexpected) != `["9"]` {
		t.Errorf("%+v, %v", r, err)
	}
}

func ExampleCheck() {
	h, err := format.Read(context.Background(), "history.edn", strings.NewReader(`
		{:process 0 :type :invoke :f :read :value nil}
		{:process 0 :type :ok :f :read :value {:alice 5, :bob 8}}`), format.Options{})
	if err != nil {
		panic(err)
	}
	total := int64(10)
	r, err := bank.Check(context.Background(), h, bank.Options{Total: &total})
	if err != nil {
		panic(err)
	}
	fmt.Println(r.Valid, r.Findings()[0].Msg)
	// Output: false the balances add up to 13, expected 10
}

// The worst of wrong totals is the furthest; the lowest and the highest are reported,
// too, and the earliest of all errors comes first.
func TestWorst(t *testing.T) {
	h := histtest.Parse(t, "i 0 read\no 0 read {0 5, 1 6}\ni 0 read\no 0 read {0 5, 1 -1}\ni 0 read\no 0 read {0 -5, 1 15}\ni 0 read\no 0 read {0 nil, 1 3}\ni 0 read\no 0 read {0 nil, 7 3}")
	ten := int64(10)
	r, err := bank.Check(context.Background(), h, bank.Options{Accounts: accounts("0", "1"), Total: &ten})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range r.Errors {
		got := fmt.Sprint(e.First.Op, e.Worst.Op, e.Last.Op, e.Worst.Unexpected, e.Worst.Nils, e.Worst.Negative)
		if e.Type == bank.WrongTotal {
			got = fmt.Sprint(e.First.Op, e.Worst.Op, e.Last.Op, " lowest ", e.Lowest.Total, " highest ", e.Highest.Total)
		}
		want := map[string]string{
			bank.UnexpectedKey: "9 9 9 [7] [[0 <nil>]] []", bank.NilBalance: "7 7 7 [] [[0 <nil>]] []",
			bank.WrongTotal: "1 3 3 lowest 4 highest 11", bank.NegativeValue: "5 5 5 [] [] [-5]",
		}[e.Type]
		if got != want {
			t.Errorf("%s: %s, want %s", e.Type, got, want)
		}
	}
	got, err := render.EDN(nil, r)
	if want := ":read-count 5, :error-count 5, :first-error {:type :wrong-total, :total 11, :op {:index 1,"; err != nil || !strings.Contains(string(got), want) {
		t.Errorf("%s, %v, want %s", got, err, want)
	}
}
