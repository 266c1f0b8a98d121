package command

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/seed-c33ae711/jcheck/simulate"
)

// simulated is a history of a simulated object, as EDN.
func simulated(t testing.TB, o simulate.Object) []byte {
	t.Helper()
	ops, err := o.Ops()
	if err != nil {
		t.Fatal(err)
	}
	var text []byte
	i := 0
	for op := range ops {
		text = append(op.AppendEDN(text, i), '\n')
		i++
	}
	return text
}

// jsonOp is an op in JSON, with a value of some shape.
type jsonOp[V any] struct {
	Index, Time, Process, Line int64
	Type, F                    string
	Value                      V
}

// jsonResult is what the results of all checkers have in JSON.
type jsonResult struct {
	Version, SHA256 string
	Groups          []struct {
		Type, Shape    string
		Count, Example int
		KeyCount       int `json:"key-count"`
		WriterCount    int `json:"writer-count"`
		Keys           []any
		Processes      []string
		First, Last    struct{ Op, Line, Time int }
		Faults         []any
	}
	File, Checker string
	Valid         any
	Warnings      []struct {
		Code, Message string
		Count         int
	}
}

// decodeJSON decodes what a command wrote, all of whose fields must be known.
func decodeJSON(t *testing.T, text string, to any) {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(to); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
}

// linearizableJSON is the shape of a result that docs/json.md documents.
type linearizableJSON struct {
	jsonResult
	Model     string
	Ops, Keys int
	Keyed     bool
	Rungs     map[string]int
	Failures  []string
	Results   []struct {
		Key                          string
		Valid                        any
		Rung                         string
		Ops, Pending, Reached, Steps int
		Op                           *jsonOp[[]any]
		PreviousOK                   *jsonOp[[]any] `json:"previous-ok"`
		Window, Beside, Conflict     []jsonOp[[]any]
		Configs                      []struct {
			Model, Why string
			LastOp     *jsonOp[[]any] `json:"last-op"`
			Pending    []jsonOp[[]any]
		}
		Law *struct {
			Rule                                  string
			Value, Other, Writers, Takers, Failed any
			OtherValue                            any `json:"other-value"`
			Op                                    *jsonOp[[]any]
			Initial                               bool
			Count, Low, High                      int64
		}
		Linearization []int64
	}
}

func TestLinearizableJSON(t *testing.T) {
	history := `{:index 10, :time 0, :type :invoke, :process 0, :f :write, :value [:x 1]}
{:index 11, :time 1, :type :ok, :process 0, :f :write, :value [:x 1]}
{:index 12, :time 2, :type :invoke, :process 1, :f :write, :value [:x 2]}
{:index 13, :time 3, :type :invoke, :process 0, :f :read, :value [:x nil]}
{:index 14, :time 4, :type :ok, :process 0, :f :read, :value [:x 3]}
{:index 15, :time 5, :type :invoke, :process 0, :f :read, :value [:y nil]}
{:index 16, :time 6, :type :ok, :process 0, :f :read, :value [:y 7]}
`
	got := runWith(context.Background(), strings.NewReader(history), "linearizable", "--model", "register", "--init", "7", "--json", "--witness")
	var res linearizableJSON
	decodeJSON(t, got.out, &res)
	if res.File != "-" || res.Checker != "linearizable" || res.Model != "register" || res.Valid != false || res.Ops != 4 || res.Keys != 2 || !res.Keyed || !slices.Equal(res.Failures, []string{"x"}) {
		t.Errorf("%+v", res)
	}
	if len(res.Results) != 2 {
		t.Fatalf("%+v", res.Results)
	}
	x, y := res.Results[0], res.Results[1]
	if x.Key != "x" || x.Valid != false || x.Ops != 3 || x.Pending != 1 || x.Reached != 1 || x.Op.Index != 14 || x.PreviousOK.Index != 11 || len(x.Configs) == 0 {
		t.Errorf("%+v", x)
	}
	if x.Law == nil || x.Law.Op.Index != 14 || x.Law.Rule != "absent" {
		t.Errorf("law: %+v", x.Law)
	}
	if c := x.Configs[0]; c.Model != "1" || c.LastOp.Index != 11 || len(c.Pending) == 0 || c.Why == "" {
		t.Errorf("%+v", c)
	}
	if y.Key != "y" || y.Valid != true || !slices.Equal(y.Linearization, []int64{16}) {
		t.Errorf("%+v", y)
	}
}

// TestLinearizableDeterminism checks that the output is the same, byte by byte,
// whatever the number of cores, files included.
func TestLinearizableDeterminism(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, kind := range []simulate.Kind{simulate.CASRegister, simulate.FIFOQueue, simulate.Mutex} {
		dir := t.TempDir()
		file := filepath.Join(dir, "history.edn")
		text := simulated(t, simulate.Object{Kind: kind, Operations: 1000, Keys: 3, Clients: 5, Seed: 2, BugRate: 0.01, CrashRate: 0.01})
		if err := os.WriteFile(file, text, 0o666); err != nil {
			t.Fatal(err)
		}
		small, page := filepath.Join(dir, "small.edn"), filepath.Join(dir, "page.html")
		for _, flags := range []string{"--limit 9", "--json --witness", "--edn"} {
			args := append(strings.Fields("lin "+flags+" --model "+kind.String()), "--shrink", small, "--html", page, file)
			var first []string
			for i, procs := range []int{1, 4, 4} {
				runtime.GOMAXPROCS(procs)
				got := runWith(context.Background(), nil, args...)
				all := []string{got.out, got.err, readFile(t, small), readFile(t, page)}
				if i == 0 {
					first = all
				} else if !slices.Equal(all, first) {
					t.Errorf("%s %s: %d cores give other output", kind, flags, procs)
				}
				if got.status != exitInvalid || got.err != "" {
					t.Errorf("%s %s: status %d, %s", kind, flags, got.status, got.err)
				}
			}
		}
	}
}

// TestLinearizableDamage cuts a history short after every byte: what comes of it is
// a verdict or an error, never a panic.
func TestLinearizableDamage(t *testing.T) {
	text := string(simulated(t, simulate.Object{Kind: simulate.CASRegister, Operations: 8, Clients: 3, Seed: 1, Keys: 2, CrashRate: 0.1}))
	for i := range len(text) {
		got := runWith(context.Background(), strings.NewReader(text[:i]), "lin", "-q")
		if got.status == exitInternal || got.out != "" || (got.status == exitBadInput) != strings.HasPrefix(got.err, "jcheck: stdin:") {
			t.Fatalf("%q: %+v", text[:i], got)
		}
	}
}

// An interrupting reader stops the program once all is read, as Ctrl-C would.
type interrupting struct {
	*strings.Reader
	stop context.CancelFunc
}

func (r interrupting) Read(b []byte) (int, error) {
	n, err := r.Reader.Read(b)
	if err != nil {
		r.stop()
	}
	return n, err
}

// TestLinearizableInterrupted checks that a check that somebody stops is unknown.
func TestLinearizableInterrupted(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	text := string(simulated(t, simulate.Object{Kind: simulate.Register, Operations: 100, Clients: 3}))
	if got := runWith(ctx, interrupting{strings.NewReader(text), stop}, "lin"); got.status != exitUnknown || !strings.Contains(got.out+got.err, "cancelled") && !strings.Contains(got.err, "interrupted") {
		t.Errorf("%+v", got)
	}
}

// TestLinearizableLostOutput checks that a verdict that could not be written does
// not exit as valid.
func TestLinearizableLostOutput(t *testing.T) {
	text := string(simulated(t, simulate.Object{Kind: simulate.Register, Operations: 10}))
	for _, args := range []string{"lin", "lin --json", "lin --edn --witness"} {
		var errw strings.Builder
		status := Run(context.Background(), strings.Fields(args), strings.NewReader(text), failing{}, &errw)
		if status < exitBadInput || !strings.HasPrefix(errw.String(), "jcheck: disk full") {
			t.Errorf("%s: status %d, %q", args, status, errw.String())
		}
	}
}
