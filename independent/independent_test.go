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
		valid := verdict.Valid
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
			valid = verdict.Merge(valid, want.Valid)
		}
		if r.Valid != valid {
			rt.Fatalf("%s\n%s, want %s", text, r.Valid, valid)
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
	if err != nil || r.Valid != verdict.Valid || len(r.Keys) != 0 || r.Warnings[0].Code != "no-tuples" {
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
