package linear

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-c33ae711/jcheck/format"
	"github.com/seed-c33ae711/jcheck/linearizable"
	"github.com/seed-c33ae711/jcheck/simulate"
	"github.com/seed-c33ae711/jcheck/verdict"
)

var update = flag.Bool("update", false, "write golden pictures")

func check(t testing.TB, text, model string) *linearizable.Result {
	t.Helper()
	h, err := format.ReadBytes(context.Background(), "history.edn", []byte(text), format.Options{})
	if err != nil {
		t.Fatal(err)
	}
	m, err := linearizable.ByName(model, "")
	if err != nil {
		t.Fatal(err)
	}
	r, err := linearizable.Check(context.Background(), h, m, linearizable.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func op(process int, typ, f, value string) string {
	return fmt.Sprintf("{:process %d, :type :%s, :f :%s, :value %s}\n", process, typ, f, value)
}

// stale is a read of what was overwritten, while another write is pending.
var stale = op(0, "invoke", "write", "1") + op(0, "ok", "write", "1") +
	op(1, "invoke", "write", "2") + op(2, "invoke", "cas", "[1 9]") + op(1, "ok", "write", "2") + op(2, "info", "cas", "[1 9]") +
	op(3, "invoke", "read", "nil") + op(4, "invoke", "read", "nil") + op(4, "ok", "read", "2") + op(3, "ok", "read", "1") +
	op(5, "invoke", "read", "nil") + op(5, "ok", "read", "2")

func pictureOf(t testing.TB, text, model string, opt Options) []byte {
	t.Helper()
	r := check(t, text, model)
	return picture(t, r, opt)
}

func picture(t testing.TB, r *linearizable.Result, opt Options) []byte {
	t.Helper()
	got, err := SVG(r, opt)
	if err != nil {
		t.Fatal(err)
	}
	d := xml.NewDecoder(bytes.NewReader(got))
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		if el, ok := tok.(xml.StartElement); ok && el.Name.Local == "script" {
			t.Error("a script")
		}
	}
	if bytes.Contains(got, []byte("NaN")) {
		t.Error("a place that is no number")
	}
	return got
}

func TestGolden(t *testing.T) {
	got := pictureOf(t, stale, "cas-register", Options{Embedded: true})
	path := filepath.Join("testdata", "stale.svg")
	if *update {
		if err := os.WriteFile(path, got, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("the picture differs from %s; look at it, and bless it with -update", path)
	}
}

// The picture shows what fails, why, what never completed, and nothing of later.
func TestStale(t *testing.T) {
	got := string(pictureOf(t, stale, "cas-register", Options{}))
	for _, want := range []string{
		"No linearization reaches read 1 (op 9).", "Reading 1 is impossible when it is 2.", "never completed",
		`class="t-ok culprit"`, `class="illegal" data-op="9"`, "1. write 1, then it is 1",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in the picture", want)
		}
	}
	if strings.Contains(got, `data-op="11"`) {
		t.Error("an operation after the failure is drawn")
	}
}

// Points of a path stand in the boxes of their operations, in their order.
func TestPoints(t *testing.T) {
	drawn := 0
	for _, kind := range simulate.Kinds() {
		for seed := range uint64(6) {
			object := kind.String()
			o := simulate.Object{Kind: kind, Operations: 40 + 20*int(seed), Clients: 3 + int(seed), Seed: seed, CrashRate: 0.05, BugRate: 0.1, Keys: 1 + int(seed%2)}
			h, err := o.History()
			if err != nil {
				t.Fatal(err)
			}
			m, err := linearizable.ByName(object, "")
			if err != nil {
				t.Fatal(err)
			}
			r, err := linearizable.Check(context.Background(), h, m, linearizable.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if r.Valid != verdict.Invalid {
				continue
			}
			drawn++
			picture(t, r, Options{Limit: 5})
			for _, part := range r.Failures() {
				v, err := newView(r, part)
				if err != nil {
					t.Fatal(err)
				}
				for _, p := range v.paths {
					for i, x := range p.xs {
						if c := p.ops[i]; x < c.x1 || x > c.x2 {
							t.Errorf("%s, seed %d: point %d stands at %v, outside of its operation, %v to %v", object, seed, i, x, c.x1, c.x2)
						}
						if i > 0 && x < p.xs[i-1] {
							t.Errorf("%s, seed %d: point %d stands before the one before it", object, seed, i)
						}
					}
				}
				for _, a := range v.calls {
					for _, b := range v.calls {
						if a.Returned >= 0 && a.Returned < b.Invoked && a.x2 > b.x1 {
							t.Errorf("%s, seed %d: op %d ended before op %d began, and does not in the picture", object, seed, a.Op, b.Op)
						}
					}
				}
			}
		}
	}
	if drawn < 20 {
		t.Errorf("only %d pictures", drawn)
	}
}

// What values hold is text.
func TestHostile(t *testing.T) {
	for _, v := range []string{`"<script>alert(1)</script>"`, `"]]>&\u0000\u202e"`, `"` + strings.Repeat("x", 1<<20) + `"`} {
		text := op(0, "invoke", "write", v) + op(0, "ok", "write", v) + op(1, "invoke", "write", "2") + op(1, "ok", "write", "2") + op(2, "invoke", "read", "nil") + op(2, "ok", "read", v)
		if got := pictureOf(t, text, "register", Options{}); len(got) > 60_000 {
			t.Errorf("a picture of %d bytes", len(got))
		}
	}
}

// Of what did not fail there is nothing to draw, which the picture says.
func TestValid(t *testing.T) {
	if got := pictureOf(t, op(0, "invoke", "write", "1")+op(0, "ok", "write", "1")+op(0, "invoke", "read", "nil")+op(0, "ok", "read", "1"), "register", Options{}); !bytes.Contains(got, []byte("No failure to draw: linearizable as register")) {
		t.Error("it does not say so")
	}
}

// Points have their places in the linearization as numbers, though not all operations of it are drawn.
func TestPlaces(t *testing.T) {
	for seed := range uint64(12) {
		o := simulate.Object{Kind: simulate.Mutex, Operations: 1000, Clients: 5, Seed: seed, CrashRate: 0.02, BugRate: 0.02}
		h, err := o.History()
		if err != nil {
			t.Fatal(err)
		}
		m, err := linearizable.ByName("mutex", "")
		if err != nil {
			t.Fatal(err)
		}
		r, err := linearizable.Check(context.Background(), h, m, linearizable.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, part := range r.Failures() {
			v, err := newView(r, part)
			if err != nil {
				t.Fatal(err)
			}
			for i, order := range longest(part) {
				p := v.paths[i]
				for j, c := range p.ops {
					if order[p.at[j]-1] != c.Op {
						t.Errorf("seed %d: point %d is op %d, which is at another place", seed, p.at[j], c.Op)
					}
				}
				if n := len(p.ops); i == 0 && n > 1 && p.at[n-1]-p.at[max(n-maxTold, 0)] != min(n, maxTold)-1 {
					t.Errorf("seed %d: the end of the longest linearization has gaps: %v", seed, p.at)
				}
			}
		}
	}
}
