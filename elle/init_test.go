package elle_test

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/elle"
	"github.com/seed-c33ae711/jcheck/format"
	"github.com/seed-c33ae711/jcheck/simulate"
	"github.com/seed-c33ae711/jcheck/verdict"
)

var (
	nilRead = regexp.MustCompile(`\[:r (\d+) nil\]`)
	okLine  = regexp.MustCompile(`(?m)^.*:type :ok.*$`)
)

// initially returns a history in which ok reads of nil are reads of a value.
func initially(text, value string) string {
	return okLine.ReplaceAllStringFunc(text, func(line string) string {
		return nilRead.ReplaceAllString(line, "[:r $1 "+value+"]")
	})
}

// ednLines is the text of a simulated history.
func ednLines(t *testing.T, c simulate.Config) string {
	t.Helper()
	ops, err := c.Ops()
	if err != nil {
		t.Fatal(err)
	}
	var text []byte
	i := 0
	for op := range ops {
		text = append(op.AppendEDN(text, i), '\n')
		i++
	}
	return string(text)
}

func checkText(t *testing.T, text string, opt elle.Options) *elle.Result {
	t.Helper()
	h, err := format.ReadBytes(context.Background(), "h.edn", []byte(text), format.Options{})
	if err != nil {
		t.Fatal(err)
	}
	res, err := elle.Check(context.Background(), h, opt)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// TestInit: where registers begin with another value than nil, and it is read in the
// place of nil, everything else is as it was. If it is written as well, no anomaly
// comes of it.
func TestInit(t *testing.T) {
	seeds := uint64(60)
	if testing.Short() {
		seeds = 15
	}
	seen := map[verdict.Verdict]int{}
	for _, db := range []string{"serial", "snapshot-isolation", "read-committed"} {
		for seed := range seeds {
			c := simulate.Config{Workload: simulate.RWRegister, DB: db, Txns: 30, Keys: 4, KeyDist: "uniform", Clients: 4, Seed: seed, CrashRate: 0.1}
			text := ednLines(t, c)
			for _, model := range []string{"strict-serializable", "snapshot-isolation", "causal", "read-committed"} {
				opt := elle.Options{Models: []string{model}}
				want := checkText(t, text, opt)
				seen[want.Valid]++
				for _, v := range []string{"0", `"none"`} {
					opt.Init = edn.MustParse(v)
					got := checkText(t, initially(text, v), opt)
					if got.Valid != want.Valid || !slices.Equal(got.Types(), want.Types()) || !slices.Equal(got.Not, want.Not) {
						t.Fatalf("%s, seed %d, init %s: %v %v, want %v %v", db, seed, v, got.Valid, got.Types(), want.Valid, want.Types())
					}
				}
				opt.Init = edn.MustParse("1") // which is also written
				if got := checkText(t, initially(text, "1"), opt); got.Valid == verdict.Invalid && want.Valid == verdict.Valid {
					t.Fatalf("%s, seed %d: of a value that is written again, %v", db, seed, got.Types())
				}
			}
		}
	}
	if seen[verdict.Valid] < 20 || seen[verdict.Invalid] < 20 {
		t.Error(seen)
	}
}

// TestInitNil: if a register begins with a value, nobody can read nil; and where
// nothing is said of what it begins with, the read of what nobody wrote says so.
func TestInitNil(t *testing.T) {
	const fresh = "{:type :invoke, :process 0, :f :txn, :value [[:r 1 nil] [:w 2 5]]}\n{:type :ok, :process 0, :f :txn, :value [[:r 1 0] [:w 2 5]]}\n" +
		"{:type :invoke, :process 0, :f :txn, :value [[:r 2 nil]]}\n{:type :ok, :process 0, :f :txn, :value [[:r 2 5]]}\n"
	hint := func(r *elle.Result) string {
		for _, w := range r.Warnings {
			if w.Code == "never-written" {
				return w.Msg
			}
		}
		return ""
	}
	r := checkText(t, fresh, elle.Options{})
	if want := "nobody wrote 0 to key 1 before op 1 read it: if registers start at 0, use --init 0"; r.Valid != verdict.Invalid || hint(r) != want {
		t.Errorf("%v %q", r.Valid, hint(r))
	}
	r = checkText(t, fresh, elle.Options{Init: edn.MustParse("0")})
	if r.Valid != verdict.Valid || hint(r) != "" {
		t.Errorf("%v %v %q", r.Valid, r.Types(), hint(r))
	}
	r = checkText(t, strings.Replace(fresh, "[:r 1 0]", "[:r 1 nil]", 1), elle.Options{Init: edn.MustParse("0")})
	if !slices.Equal(r.Types(), []elle.Anomaly{elle.GarbageRead}) {
		t.Errorf("%v %v", r.Valid, r.Types())
	}
}

// TestIgnore: an anomaly that is ignored makes no verdict invalid and rules no model
// out, also not by way of a cycle that is prohibited by its existence.
func TestIgnore(t *testing.T) {
	seen := map[verdict.Verdict]int{}
	for seed := range uint64(40) {
		text := ednLines(t, simulate.Config{DB: []string{"snapshot-isolation", "read-committed"}[seed%2], Txns: 60, Keys: 4, KeyDist: "uniform", Clients: 5, Seed: seed})
		for _, model := range []string{"strict-serializable", "serializable", "snapshot-isolation", "read-committed"} {
			opt := elle.Options{Models: []string{model}, Ladder: true}
			whole := checkText(t, text, opt)
			for _, a := range whole.Types() {
				opt.Ignore = append(opt.Ignore, string(a))
				r := checkText(t, text, opt)
				seen[r.Valid]++
				left := slices.DeleteFunc(slices.Clone(whole.Types()), func(a elle.Anomaly) bool { return slices.Contains(opt.Ignore, string(a)) })
				if !slices.Equal(r.Types(), left) || (r.Valid == verdict.Invalid) != (len(left) > 0) {
					t.Fatalf("%s, seed %d, ignoring %v: %v %v, want %v", model, seed, opt.Ignore, r.Valid, r.Types(), left)
				}
				if r.Valid == verdict.Valid && slices.Contains(append(r.Not, r.AlsoNot...), model) {
					t.Fatalf("%s, seed %d: valid, and not %v, %v", model, seed, r.Not, r.AlsoNot)
				}
			}
		}
	}
	if seen[verdict.Valid] < 10 || seen[verdict.Invalid] < 10 {
		t.Error(seen)
	}
	if err := (elle.Options{Ignore: []string{"G3"}}).Validate(); err == nil {
		t.Error("no error")
	}
}
