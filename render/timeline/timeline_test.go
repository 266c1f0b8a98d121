package timeline

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"github.com/seed-c33ae711/jcheck/format"
	"github.com/seed-c33ae711/jcheck/history"
)

var update = flag.Bool("update", false, "write golden pictures")

const sample = `{:process :nemesis, :type :info, :f :start-partition, :time 0, :value :majority}
{:process 0, :type :invoke, :f :write, :value 1, :time 1000000}
{:process 0, :type :ok, :f :write, :value 1, :time 3000000}
{:process 1, :type :invoke, :f :read, :time 3500000}
{:process 2, :type :invoke, :f :cas, :value [1 2], :time 4000000}
{:process 2, :type :info, :f :cas, :value [1 2], :time 9000000, :error [:timeout "<b> & co"]}
{:process :nemesis, :type :info, :f :stop-partition, :time 9500000}
{:process 0, :type :invoke, :f :cas, :value [1 3], :time 10000000}
{:process 0, :type :fail, :f :cas, :value [1 3], :time 11000000}
{:process 3, :type :invoke, :f :read, :time 12000000}
{:process 3, :type :ok, :f :read, :value 7, :time 12500000}
`

func read(t testing.TB, text string) *history.History {
	t.Helper()
	h, err := format.ReadBytes(context.Background(), "history.edn", []byte(text), format.Options{Order: history.FileOrder})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestGolden(t *testing.T) {
	h := read(t, sample)
	opt := Options{Title: "A read of 7", Focus: []int{10}, Embedded: true}
	for path, got := range map[string][]byte{"testdata/sample.svg": SVG(h, opt), "testdata/sample.html": Table(h, opt)} {
		if *update {
			if err := os.WriteFile(path, got, 0o666); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s differs; look at it, and bless it with -update", path)
		}
	}
}

// An op that never completed has a box, which is more than it has in Jepsen.
func TestOpenOps(t *testing.T) {
	got := string(SVG(read(t, sample), Options{Focus: []int{10}}))
	for _, want := range []string{"never completed", "whether it took effect is unknown", "error: [:timeout &quot;&lt;b&gt; &amp; co&quot;]", "took 2 ms", `class="fault"`, "to op 6 at 0.0095 s"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in the picture", want)
		}
	}
	if n := strings.Count(got, `class="op"`); n != 5 {
		t.Errorf("%d boxes, want 5", n)
	}
}

// However long a history is, a picture has at most so many boxes, and those of the
// focus are among them.
func TestBounded(t *testing.T) {
	var b strings.Builder
	for i := range 5000 {
		fmt.Fprintf(&b, "{:process %d, :type :invoke, :f :read, :time %d}\n{:process %d, :type :ok, :f :read, :value %d, :time %d}\n", i, i*10, i, i, i*10+5)
	}
	h := read(t, b.String())
	got := SVG(h, Options{Focus: []int{1, 9999}, Around: 100000})
	if n := bytes.Count(got, []byte(`class="op"`)); n != MaxBoxes {
		t.Errorf("%d boxes, want %d", n, MaxBoxes)
	}
	for _, op := range []string{`data-op="1"`, `data-op="9999"`} {
		if !bytes.Contains(got, []byte(op)) {
			t.Errorf("no box with %s", op)
		}
	}
}

// Whatever a history holds, and whatever the times are, the picture is well-formed.
func TestHostile(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	values := []string{`"<script>alert(1)</script>"`, `"\u0000\u001b\u202e"`, `"` + strings.Repeat("x", 1<<14) + `"`, "nil", `{:a "]]>"}`, `"'&\""`, `"😀"`}
	for range 60 {
		var b strings.Builder
		for i := range 1 + rng.IntN(30) {
			p := rng.IntN(4)
			v := values[rng.IntN(len(values))]
			fmt.Fprintf(&b, "{:process %d, :type :invoke, :f :%s, :value %s%s}\n", p+10*i, []string{"read", "w&<r"}[rng.IntN(2)], v, someTime(rng))
			if typ := rng.IntN(4); typ < 3 {
				fmt.Fprintf(&b, "{:process %d, :type :%s, :f :read, :value %s%s, :error %s}\n", p+10*i, []string{"ok", "fail", "info"}[typ], v, someTime(rng), v)
			}
			if rng.IntN(4) == 0 {
				fmt.Fprintf(&b, "{:process :nemesis, :type :info, :f :%s, :value %s%s}\n", []string{"start-partition", "stop-partition", "kill", "?"}[rng.IntN(4)], v, someTime(rng))
			}
		}
		h := read(t, b.String())
		opt := Options{Title: "<&\x00", Focus: []int{rng.IntN(40) - 5, rng.IntN(40)}, EventOrder: rng.IntN(2) == 0}
		picture := SVG(h, opt)
		wellFormed(t, picture)
		wellFormed(t, Table(h, opt))
		if bytes.Contains(picture, []byte("NaN")) || bytes.Contains(picture, []byte("Inf")) {
			t.Error("a place that is no number")
		}
		if len(picture) > 300_000 {
			t.Errorf("a picture of %d bytes", len(picture))
		}
	}
}

func someTime(rng *rand.Rand) string {
	return []string{"", fmt.Sprintf(", :time %d", rng.Int64N(1e9)), fmt.Sprintf(", :time %d", -rng.Int64N(1e9)), ", :time 0"}[rng.IntN(4)]
}

func wellFormed(t testing.TB, text []byte) {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(text))
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatal(err)
		}
		if el, ok := tok.(xml.StartElement); ok && (el.Name.Local == "script" || el.Name.Local == "b") {
			t.Errorf("an element <%s>", el.Name.Local)
		}
	}
}

func BenchmarkSVG(b *testing.B) {
	h := read(b, sample)
	for b.Loop() {
		SVG(h, Options{Focus: []int{10}})
	}
}

// Times far from 0, close to each other or as far apart as can be, make a picture with a
// few ticks.
func TestFarTimes(t *testing.T) {
	for name, times := range map[string][2]int64{
		"close, far from 0":   {1 << 62, 1<<62 + 3},
		"neighbours":          {7, 8},
		"all there is":        {math.MinInt64 + 1, math.MaxInt64},
		"below 0":             {-5_000_000_000, -1},
		"one at the very end": {0, math.MaxInt64},
	} {
		h := read(t, fmt.Sprintf("{:type :invoke, :process 0, :f :read, :time %d}\n{:type :ok, :process 0, :f :read, :time %d}", times[0], times[1]))
		text := string(SVG(h, Options{Focus: []int{1}}))
		if n := strings.Count(text, " s</text>"); n > maxTicks || strings.Contains(text, "NaN") {
			t.Errorf("%s: %d ticks\n%.2000s", name, n, text)
		}
	}
}

// A long time in which nothing happens is a gap that says how long it is, and the rest has room.
func TestCuts(t *testing.T) {
	var b strings.Builder
	for i := range 20 {
		at := 1_000_000 * int64(i)
		if i >= 10 {
			at += 60_000_000_000
		}
		fmt.Fprintf(&b, "{:process %d, :type :invoke, :f :read, :time %d}\n{:process %d, :type :ok, :f :read, :value 1, :time %d}\n", i%3, at, i%3, at+500_000)
	}
	h := read(t, b.String())
	opt := Options{Focus: []int{1, 39}, Around: 100}
	text := string(SVG(h, opt))
	if !strings.Contains(text, ">+60 s<") && !strings.Contains(text, ">+60.0") {
		t.Errorf("no gap of a minute:\n%.3000s", text)
	}
	p := &plan{h: h, opt: opt}
	p.bars, p.lo, p.hi = window(h, opt)
	p.lanes = lanes(h, p.bars)
	p.scale()
	if len(p.cuts) != 1 {
		t.Fatalf("%d gaps", len(p.cuts))
	}
	for i := 1; i < len(p.events); i++ {
		if d := p.x(p.events[i]) - p.x(p.events[i-1]); d < 5 {
			t.Errorf("events %d and %d are %.1f pixels apart", i-1, i, d)
		}
	}
}
