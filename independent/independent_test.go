package independent_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/seed-c33ae711/jcheck/counter"
	"github.com/seed-c33ae711/jcheck/format"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/independent"
	"github.com/seed-c33ae711/jcheck/internal/histtest"
	"github.com/seed-c33ae711/jcheck/result"
	"github.com/seed-c33ae711/jcheck/verdict"
)

func count(ctx context.Context, h *history.History) (result.Result, error) {
	r, err := counter.Check(ctx, h)
	if err != nil {
		return nil, err
	}
	return r, nil
}

// A key's result is that of the history in which only its ops are written, with
// their values alone.
func TestOracle(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		key := ""
		text := histtest.Random(rt, func() histtest.Call {
			key = fmt.Sprint(rapid.IntRange(0, 2).Draw(rt, "key"))
			n := fmt.Sprint(rapid.IntRange(0, 3).Draw(rt, "n"))
			if rapid.Bool().Draw(rt, "add") {
				return histtest.Call{F: "add", In: "[" + key + " " + n + "]", Out: "[" + key + " " + n + "]"}
			}
			return histtest.Call{F: "read", In: "[" + key + " nil]", Out: "[" + key + " " + n + "]"}
		})
		text += "n nemesis start :x\n"
		h := histtest.Parse(t, text)
		r, err := independent.Lift(context.Background(), h, count)
		if err != nil {
			rt.Fatal(err)
		}
		var judged []verdict.Verdict // of the keys of which anything was judged
		for _, k := range r.Keys {
			alone := ""
			for line := range strings.Lines(text) {
				before, value, tuple := strings.Cut(line, "["+k.Key.String()+" ")
				switch {
				case tuple:
					alone += before + strings.TrimSuffix(strings.TrimSpace(value), "]") + "\n"
				case !strings.Contains(line, "["):
					alone += line
				}
			}
			want, err := counter.Check(context.Background(), histtest.Parse(t, alone))
			if err != nil {
				rt.Fatal(err)
			}
			got := k.Result.(*counter.Result)
			if fmt.Sprint(got.Reads, got.Errors, got.Valid) != fmt.Sprint(want.Reads, want.Errors, want.Valid) {
				rt.Fatalf("%s\nkey %s: %v %s, want %v %s", text, k.Key, got.Reads, got.Valid, want.Reads, want.Valid)
			}
			if !want.Vacuous {
				judged = append(judged, want.Valid)
			}
		}
		if valid := verdict.Merge(judged...); r.Valid != valid || (len(judged) == 0) != r.Vacuous || (len(r.Warnings) > 0) != (len(judged) > 0 && len(judged) < len(r.Keys)) {
			rt.Fatalf("%s\n%s %v, want %s", text, r.Valid, r.Warnings, valid)
		}
	})
}

// The keys come in order, an op without a tuple belongs to each, indices stay, and
// a check that fails or panics leaves the others alone.
func TestLift(t *testing.T) {
	h := histtest.Parse(t, "i 0 a [3 1]\ni 1 a [:k 1]\nn nemesis start\ni 2 a [1 1]\no 2 a [1 2]\ni 3 a [2 1]")
	r, err := independent.Lift(context.Background(), h, func(_ context.Context, h *history.History) (result.Result, error) {
		c := &result.Failed{}
		for i := range h.Len() {
			c.Summary += fmt.Sprint(h.Index(i), h.Value(i), " ")
		}
		c.Valid = verdict.Valid
		switch {
		case h.Index(0) == 0:
			return nil, errors.New("no")
		case h.Index(h.Len()-1) == 5:
			panic("oh")
		}
		return c, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	got := ""
	for _, k := range r.Keys {
		f := k.Result.(*result.Failed)
		got += fmt.Sprint(k.Key, ": ", f.Valid, " ", f.Summary, f.Reason, "; ")
	}
	if want := "1: true 2 nil 3 1 4 2 ; 2: unknown internal error: oh; 3: unknown no; :k: true 1 1 2 nil ; "; got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
	if r.Valid != verdict.Unknown || len(r.Failures()) != 0 {
		t.Errorf("%s, %d failures", r.Valid, len(r.Failures()))
	}
}

func TestNoTuples(t *testing.T) {
	r, err := independent.Lift(context.Background(), histtest.Parse(t, "i 0 read [1 2 3]\no 0 read 1"), count)
	if err != nil || r.Valid != verdict.Unknown || !r.Vacuous || len(r.Keys) != 0 {
		t.Errorf("%+v, %v", r, err)
	}
}

func ExampleLift() {
	h, err := format.Read(context.Background(), "history.edn", strings.NewReader(`
		{:process 0 :type :invoke :f :add :value [:x 2]}
		{:process 0 :type :ok :f :add :value [:x 2]}
		{:process 1 :type :invoke :f :read :value [:y nil]}
		{:process 1 :type :ok :f :read :value [:y 1]}`), format.Options{})
	if err != nil {
		panic(err)
	}
	r, err := independent.Lift(context.Background(), h, func(ctx context.Context, h *history.History) (result.Result, error) {
		r, err := counter.Check(ctx, h)
		if err != nil {
			return nil, err
		}
		return r, nil
	})
	if err != nil {
		panic(err)
	}
	fmt.Println(r.Valid, r.Failures()[0].Key)
	// Output: false :y
}

// seen lists the indices and values of a history, and is valid if there are evenly
// many; it cannot tell of one op.
func seen(_ context.Context, h *history.History) (result.Result, error) {
	r := &result.Failed{}
	for i := range h.Len() {
		r.Summary += fmt.Sprint(h.Index(i), "=", h.Value(i), " ")
	}
	switch {
	case h.Len() == 1:
		r.Unknown("one op")
	case h.Len()%2 == 0:
		r.Valid = verdict.Valid
	default:
		r.Valid = verdict.Invalid
	}
	return r, nil
}

// Jepsen's examples.
func TestCases(t *testing.T) {
	chunks := ""
	for i := range 12 {
		chunks += fmt.Sprintf("i %d a [%d %d]\n", i, i%3, i)
	}
	for _, c := range []struct{ name, history, want string }{
		{"keys in turn", chunks, "0 true 0=0 3=3 6=6 9=9 ; 1 true 1=1 4=4 7=7 10=10 ; 2 true 2=2 5=5 8=8 11=11 ; true []"},
		{"evenly many", "n nemesis log\ni 0 a [1 0]\ni 1 a [2 0]\ni 2 a [2 1]\ni 3 a [3 0]\ni 4 a [3 1]\ni 5 a [3 2]",
			"1 true 0=nil 1=0 ; 2 false 0=nil 2=0 3=1 ; 3 true 0=nil 4=0 5=1 6=2 ; false [2]"},
		{"one invalid, one unknown", "i 0 a [:x 1]\ni 1 a [:y 1]\ni 2 a [:y 2]\ni 3 a [:y 3]", ":x unknown 0=1 ; :y false 1=1 2=2 3=3 ; false [:y]"},
		{"one unknown", "i 0 a [:x 1]\ni 1 a [:y 1]\ni 2 a [:y 2]", ":x unknown 0=1 ; :y true 1=1 2=2 ; unknown []"},
		{"keys of several kinds", "i 0 a [\"k\" 1]\ni 1 a [[1 2] 1]\ni 2 a [nil 1]\ni 3 a [7 [1 2]]", "nil unknown 2=1 ; 7 unknown 3=[1 2] ; \"k\" unknown 0=1 ; [1 2] unknown 1=1 ; unknown []"},
	} {
		r, err := independent.Lift(context.Background(), histtest.Parse(t, c.history), seen)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, k := range r.Keys {
			f := k.Result.(*result.Failed)
			got += fmt.Sprint(k.Key, " ", f.Valid, " ", f.Summary, "; ")
		}
		bad := []string{}
		for _, k := range r.Failures() {
			bad = append(bad, k.Key.String())
		}
		if got += fmt.Sprint(r.Valid, " ", bad); got != c.want {
			t.Errorf("%s: %s\nwant %s", c.name, got, c.want)
		}
	}
}

// A key whose ops cannot be read is unknown, and its error names the file's line.
func TestBadInput(t *testing.T) {
	r, err := independent.Lift(context.Background(), histtest.Parse(t, "i 0 add [1 2]\no 0 add [1 2]\ni 0 read [1 nil]\no 0 read [1 3]\ni 0 add [2 :a]"), count)
	if err != nil {
		t.Fatal(err)
	}
	failed, ok := r.Keys[1].Result.(*result.Failed)
	if want := "history.edn:5:1: op 4 adds :a: expected an integer"; !ok || failed.Reason != want {
		t.Errorf("%+v, want %s", r.Keys[1].Result, want)
	}
	if r.Valid != verdict.Invalid || len(r.Failures()) != 1 {
		t.Errorf("%s, %d failures", r.Valid, len(r.Failures()))
	}
}

func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	r, err := independent.Lift(ctx, histtest.Parse(t, "i 0 add [1 2]"), count)
	if err != nil || r.Valid != verdict.Unknown || len(r.Keys) != 0 {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestLooks(t *testing.T) {
	for text, want := range map[string]bool{
		"i 0 read [1 nil]\no 0 read [1 2]":                                 true,
		"i 0 read [1 nil]\nn nemesis start :x\no 0 read [1 [2]]":           true,
		"i 0 read nil\no 0 read [1 2]":                                     false, // a set
		"i 0 cas [1 2]\no 0 cas [1 2]":                                     false,
		"i 0 read [1 nil]\no 0 read nil":                                   false,
		"i 0 txn [[:r 1 nil] [:w 2 1]]\no 0 txn [[:r 1 nil] [:w 2 1]]":     false,
		"i 0 insert [1 [1 nil]]\no 0 insert [1 [1 nil]]":                   false,
		"i 0 add [1 2]\no 0 add [1 2]\ni 0 read [1 nil]\no 0 read [1 [2]]": true,
		"n nemesis start [1 nil]":                                          false,
	} {
		if got := independent.Looks(histtest.Parse(t, text)); got != want {
			t.Errorf("%s: %v", text, got)
		}
	}
	h, err := independent.Unwrapped(histtest.Parse(t, "i 0 read [1 nil]\no 0 read [1 2]"))
	if err != nil || h.Value(0).String() != "nil" || h.Value(1).String() != "2" || h.Pair(0) != 1 {
		t.Errorf("%v %v, %v", h.Value(0), h.Value(1), err)
	}
}

// What a nemesis did to two nodes is not a tuple, and belongs to every key.
func TestNemesisHasNoTuples(t *testing.T) {
	h := histtest.Parse(t, "i 0 add [1 1]\no 0 add [1 1]\nn nemesis start [\"n1\" \"n2\"]\ni 1 read [1 nil]\no 1 read [1 1]")
	r, err := independent.Lift(context.Background(), h, count)
	if err != nil || r.Verdict() != verdict.Valid || len(r.Keys) != 1 {
		t.Errorf("%v, %d keys, %v", r.Verdict(), len(r.Keys), err)
	}
}
