package plot

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"image/png"
	"io"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"gonum.org/v1/plot/vg"

	"github.com/seed-c33ae711/jcheck/format"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/perf"
)

// hostile names are what a history may call anything.
var hostile = []string{
	"_", "my_test", "can't", `<script>alert(1)</script>`, `a & "b" ` + "`", "\x1b[31mred\x00", "ab\u202Ecd", "שלום", "🔥😀", "", " ", "x\ny",
	strings.Repeat("long ", 1000), "\xff\xfe", "]]>", "${x}",
}

func summary(t testing.TB, opt perf.Options, entries []history.Entry) *perf.Summary {
	t.Helper()
	b := history.NewBuilder(nil)
	for _, e := range entries {
		if err := b.Append(e); err != nil {
			t.Fatal(err)
		}
	}
	h, err := b.History()
	if err != nil {
		t.Fatal(err)
	}
	s, err := perf.Measure(context.Background(), h, opt)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// run makes n operations with the names of fs by so many clients, and faults of the nemeses.
func run(n int, fs []string, clients int, nemeses []string) (out []history.Entry) {
	r := rand.New(rand.NewPCG(1, 2))
	at := int64(0)
	for i := range n {
		if len(nemeses) > 0 && i%10 == 0 {
			f := nemeses[i/10%len(nemeses)]
			out = append(out, history.Entry{Type: history.Info, Nemesis: true, F: []string{"start-", "stop-"}[i/10/len(nemeses)%2] + f, Time: at})
		}
		f, p := fs[i%len(fs)], int64(i)*int64(clients)+int64(i%clients)
		out = append(out, history.Entry{Type: history.Invoke, Process: p, F: f, Time: at})
		latency := int64(math.Exp(r.Float64()*10) * 1e4)
		if i%97 != 0 {
			out = append(out, history.Entry{Type: history.Type(1 + i%3), Process: p, F: f, Time: at + latency})
		}
		at += 5e6
	}
	return out
}

// TestBadInput: there is a picture, or none, of whatever a history may be like; never a panic, no text that is markup.
func TestBadInput(t *testing.T) {
	invoke := func(p, at int64) history.Entry {
		return history.Entry{Type: history.Invoke, Process: p, Time: at, F: "read"}
	}
	end := func(typ history.Type, p, at int64) history.Entry {
		return history.Entry{Type: typ, Process: p, Time: at, F: "read"}
	}
	var names []string
	for i := range 40 {
		names = append(names, fmt.Sprint("f", i))
	}
	none := int64(history.NoTime)
	for name, c := range map[string]struct {
		ops  []history.Entry
		want int // pictures
	}{
		"empty":          {nil, 0},
		"one op":         {[]history.Entry{invoke(0, 5)}, 1},
		"one operation":  {[]history.Entry{invoke(0, 5), end(history.OK, 0, 9)}, 4},
		"nemesis only":   {[]history.Entry{{Type: history.Info, Nemesis: true, F: "kill", Time: 3}}, 0},
		"no completions": {[]history.Entry{invoke(0, 1), invoke(1, 2), invoke(2, 1e9)}, 1},
		"all info":       {[]history.Entry{invoke(0, 1), end(history.Info, 0, 1e9), invoke(1, 2), end(history.Info, 1, 7)}, 4},
		"zero latency":   {[]history.Entry{invoke(0, 7), end(history.OK, 0, 7)}, 4},
		"backward":       {[]history.Entry{invoke(0, 7e9), end(history.OK, 0, 3e9), invoke(0, 2e9), end(history.OK, 0, 1e9)}, 1},
		"negative times": {[]history.Entry{invoke(0, -7e9), end(history.OK, 0, -3e9)}, 4},
		"no times":       {[]history.Entry{invoke(0, none), end(history.OK, 0, none)}, 0},
		"some times":     {[]history.Entry{invoke(0, none), end(history.OK, 0, 8), invoke(0, 9)}, 1},
		"huge times":     {[]history.Entry{invoke(0, -1<<60), end(history.OK, 0, 1<<60), invoke(0, math.MaxInt64), end(history.OK, 0, 4)}, 4},
		"long ago":       {[]history.Entry{invoke(0, 1<<60), end(history.OK, 0, 1<<60+5)}, 4},
		"40 fs":          {run(2000, names, 1, nil), 4},
		"1000 processes": {run(3000, []string{"w"}, 1000, nil), 4},
		"30 nemeses":     {run(3000, []string{"w"}, 5, names[:30]), 4},
		"hostile":        {nil, 5},
	} {
		t.Run(name, func(t *testing.T) {
			s := summary(t, perf.Options{}, c.ops)
			if name == "hostile" {
				s = hostileSummary(t)
			}
			for _, title := range hostile[:11] {
				if pictures := drawAll(t, s, Options{Title: title}); pictures != c.want {
					t.Fatalf("%d pictures, want %d", pictures, c.want)
				}
				if name != "hostile" {
					break
				}
			}
		})
	}
}

// hostileSummary is that of a file in which everything has a hostile name.
func hostileSummary(t *testing.T) *perf.Summary {
	t.Helper()
	var text []byte
	for _, e := range run(3000, hostile, 5, hostile) {
		process := any(e.Process)
		if e.Nemesis {
			process = "nemesis"
		}
		line, err := json.Marshal(map[string]any{
			"type": e.Type.String(), "process": process, "f": e.F, "time": e.Time, "value": nil, "clock-offsets": map[string]float64{e.F: 1},
		})
		if err != nil {
			t.Fatal(err)
		}
		text = append(append(text, line...), '\n')
	}
	h, err := format.Read(context.Background(), "hostile", bytes.NewReader(text), format.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s, err := perf.Measure(context.Background(), h, perf.Options{Nemeses: []perf.Nemesis{{Name: hostile[3], Start: []string{"start-" + hostile[3]}}}})
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Fs) < 10 || len(s.Lanes) < 5 {
		t.Fatalf("%q %d", s.Fs, len(s.Lanes))
	}
	return s
}

// Pictures with names of any kind are well-formed.
func FuzzPictures(f *testing.F) {
	for _, name := range hostile {
		f.Add(name, "read", int64(5))
	}
	f.Fuzz(func(t *testing.T, title, name string, took int64) {
		var text []byte
		for i, op := range [][3]string{{"info", "start-" + name, "nemesis"}, {"invoke", name, "0"}, {"ok", name, "0"}, {"invoke", title, "1"}, {"info", title, "1"}} {
			line, err := json.Marshal(map[string]any{"type": op[0], "f": op[1], "process": op[2], "time": int64(i) * took, "value": nil})
			if err != nil {
				t.Fatal(err)
			}
			text = append(append(text, line...), '\n')
		}
		h, err := format.ReadBytes(t.Context(), name, text, format.Options{})
		if err != nil {
			t.Skip()
		}
		s, err := perf.Measure(t.Context(), h, perf.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range Pictures(s, Options{Title: title, Width: 400, Height: 250}) {
			var text bytes.Buffer
			if err := p.SVG(&text); err != nil {
				t.Fatal(err)
			}
			wellFormed(t, p.Name, text.Bytes())
		}
	})
}

// drawAll draws all pictures, and checks that they are what they should be.
func drawAll(t *testing.T, s *perf.Summary, opt Options) int {
	t.Helper()
	pictures := Pictures(s, opt)
	for _, p := range pictures {
		var buf bytes.Buffer
		if err := p.PNG(&buf); err != nil {
			t.Fatal(err)
		}
		img, err := png.Decode(&buf)
		if err != nil {
			t.Fatal(err)
		}
		if opt.Width == 0 && (img.Bounds().Dx() != 900 || img.Bounds().Dy() != 400) {
			t.Errorf("%s: size %v", p.Name, img.Bounds())
		}
		buf.Reset()
		if err := p.SVG(&buf); err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(buf.Bytes(), []byte("NaN")) || bytes.Contains(buf.Bytes(), []byte("Inf")) {
			t.Errorf("%s: a place that is none", p.Name)
		}
		wellFormed(t, p.Name, buf.Bytes())
	}
	return len(pictures)
}

// wellFormed checks that a text is XML with the elements that pictures have, and nothing that runs or loads.
func wellFormed(t *testing.T, name string, text []byte) {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(text))
	for {
		tok, err := d.Token()
		if err == io.EOF {
			return
		}
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		e, ok := tok.(xml.StartElement)
		if !ok {
			continue
		}
		switch e.Name.Local {
		case "svg", "g", "path", "text", "title":
		default:
			t.Errorf("%s: element %s", name, e.Name.Local)
		}
		for _, a := range e.Attr {
			if strings.HasPrefix(a.Name.Local, "on") || a.Name.Local == "href" {
				t.Errorf("%s: attribute %s", name, a.Name.Local)
			}
		}
	}
}

// TestRareSeen: of every operation that was not ok, the cell or the glyph in latency-raw says so.
func TestRareSeen(t *testing.T) {
	s := summary(t, perf.Options{}, run(20_000, []string{"a", "b"}, 3, nil))
	rare := rarest(s)
	seen, want := 0, 0
	for _, seldom := range []bool{false, true} {
		for _, x := range spotsOf(s.Grid, 6) {
			l := lookOf(&x, rare, seldom, 50)
			drawn := map[perf.Outcome]bool{}
			for _, o := range append(append([]perf.Outcome{}, l.outline...), l.dots...) {
				drawn[o] = true
			}
			for _, g := range l.glyphs {
				drawn[g.outcome] = true
			}
			if l.glyphs != nil && len(l.glyphs) != int(x.total()) {
				t.Fatalf("%d operations, %d glyphs", x.total(), len(l.glyphs))
			}
			if l.glyphs == nil {
				drawn[l.fill] = true
			}
			for _, o := range perf.Outcomes {
				if x.count[o] > 0 {
					want++
				}
				if drawn[o] != (x.count[o] > 0) {
					t.Fatalf("%+v is drawn as %+v", x, l)
				}
				if drawn[o] {
					seen++
				}
			}
		}
	}
	if seen != want || want < 1000 {
		t.Errorf("%d of %d", seen, want)
	}
}

// TestSingleInfo reads the picture itself: one info among a hundred thousand ok in the same place.
func TestSingleInfo(t *testing.T) {
	var ops []history.Entry
	for i := range int64(20_000) {
		typ := history.OK
		if i == 10_000 {
			typ = history.Info
		}
		ops = append(ops, history.Entry{Type: history.Invoke, Process: i, F: "w", Time: i * 1e5}, history.Entry{Type: typ, Process: i, F: "w", Time: i*1e5 + 5e4})
	}
	s := summary(t, perf.Options{}, ops)
	var buf bytes.Buffer
	if err := Pictures(s, Options{})[0].PNG(&buf); err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(&buf)
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for x := left; x < 900-right; x++ {
		for y := range 400 {
			if r, g, b, _ := img.At(x, y).RGBA(); r>>8 > 200 && g>>8 > 120 && g>>8 < 200 && b>>8 < 90 {
				found++
			}
		}
	}
	if found < 4 {
		t.Errorf("%d pixels of an info", found)
	}
}

func TestSame(t *testing.T) {
	s := summary(t, perf.Options{}, run(5000, []string{"a", "b"}, 3, []string{"x"}))
	for _, p := range Pictures(s, Options{}) {
		var a, b bytes.Buffer
		if err := p.SVG(&a); err != nil {
			t.Fatal(err)
		}
		if err := p.SVG(&b); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(a.Bytes(), b.Bytes()) {
			t.Errorf("%s differs from itself", p.Name)
		}
		if a.Len() > 500_000 {
			t.Errorf("%s has %d bytes", p.Name, a.Len())
		}
	}
}

func TestSizes(t *testing.T) {
	s := summary(t, perf.Options{}, run(500, []string{"a", "b"}, 3, []string{"x", "y"}))
	for _, size := range [][2]int{{400, 250}, {1, 1}, {2000, 900}} {
		if n := drawAll(t, s, Options{Width: size[0], Height: size[1], Palette: Jepsen}); n != 4 {
			t.Errorf("%d pictures", n)
		}
	}
}

func TestDuration(t *testing.T) {
	for ns, want := range map[float64]string{0: "0 ns", 1: "1 ns", 1500: "1.5 µs", 1e6: "1 ms", 12.34e9: "12.3 s", 2e11: "200 s", 6e11: "10 min", 7200e9: "2 h", 36000e9: "10 h"} {
		if got := duration(ns); got != want {
			t.Errorf("%v: %s, want %s", ns, got, want)
		}
	}
}

func TestTicks(t *testing.T) {
	a := linear(0, 120)
	var got []string
	for _, x := range a.ticks(8, decimal) {
		got = append(got, x.label)
	}
	if strings.Join(got, " ") != "0 20 40 60 80 100 120" {
		t.Error(got)
	}
	for _, c := range []struct {
		lo, hi float64
		room   vg.Length
		want   string
	}{
		{1e6, 5e9, 300, "1 ms, 10 ms, 100 ms, 1 s"},
		{1e6, 5e9, 40, "1 ms, 1 s"},
		{2e6, 5e7, 300, "2 ms, 5 ms, 10 ms, 20 ms, 50 ms"},
		{2e6, 5e7, 40, "10 ms"},
		{1, 1e11, 100, "1 ns, 1 µs, 1 ms, 1 s"},
		{1, 1e11, 3, "1 ns"},
	} {
		b := logarithmic(c.lo, c.hi)
		b.to = c.room
		got = nil
		for _, x := range b.logTicks(duration) {
			if x.label != "" {
				got = append(got, x.label)
			}
		}
		if strings.Join(got, ", ") != c.want {
			t.Errorf("%g to %g ns on %g points: %q, want %s", c.lo, c.hi, float64(c.room), got, c.want)
		}
	}
}

// BenchmarkPictures draws all pictures as PNG and SVG.
func BenchmarkPictures(b *testing.B) {
	s := summary(b, perf.Options{}, run(500_000, []string{"read", "write", "cas"}, 3, []string{"x"}))
	b.ReportAllocs()
	for b.Loop() {
		for _, p := range Pictures(s, Options{}) {
			if err := p.PNG(io.Discard); err != nil {
				b.Fatal(err)
			}
			if err := p.SVG(io.Discard); err != nil {
				b.Fatal(err)
			}
		}
	}
}

// Where it is known when a test began, the axis of time has the time of day.
func TestClock(t *testing.T) {
	s := summary(t, perf.Options{}, run(500, []string{"w"}, 3, nil))
	for _, start := range []time.Time{{}, time.Date(2026, 11, 22, 1, 2, 3, 0, time.UTC)} {
		var b bytes.Buffer
		if err := Pictures(s, Options{Start: start})[0].SVG(&b); err != nil {
			t.Fatal(err)
		}
		for _, text := range []string{"since 2026-11-22 01:02:03 UTC", ">01:02:03.000<"} {
			if got := strings.Contains(b.String(), text); got == start.IsZero() {
				t.Errorf("%v: %q is there: %v", start, text, got)
			}
		}
	}
}

// The nodes of a test are drawn beside each other, those with the most operations, with as many bars as windows had
// completions.
func TestSmall(t *testing.T) {
	ops := run(2000, []string{"w"}, 20, nil)
	for _, c := range []struct{ nodes, shown int }{{0, 0}, {1, 0}, {2, 2}, {5, 5}, {20, 12}} {
		var opt perf.Options
		for i := range c.nodes {
			opt.Nodes = append(opt.Nodes, fmt.Sprintf("n%d<b>", i))
		}
		pictures := Pictures(summary(t, opt, ops), Options{})
		k := slices.IndexFunc(pictures, func(p Picture) bool { return p.Name == "by-node" })
		if (k >= 0) != (c.shown > 0) {
			t.Fatalf("%d nodes: picture %d", c.nodes, k)
		}
		if k < 0 {
			continue
		}
		var b bytes.Buffer
		if err := pictures[k].SVG(&b); err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(b.String(), "&lt;b&gt;"); n != c.shown {
			t.Errorf("%d nodes: %d are drawn", c.nodes, n)
		}
	}
}

// Ranges of axes that are to be laid over Jepsen's are what Jepsen computes.
func TestBroadened(t *testing.T) {
	for _, c := range [][4]float64{{0, 119.98, 0, 120}, {50, 120.18, 50, 130}, {5, 5, 4, 6}, {10, 110, 10, 110}, {-3, 7.5, -3, 8}, {0, 0.4, 0, 0.4}} {
		lo, hi := broadened(c[0], c[1])
		if math.Abs(lo-c[2]) > 1e-9 || math.Abs(hi-c[3]) > 1e-9 {
			t.Errorf("%v to %v: %v to %v, want %v to %v", c[0], c[1], lo, hi, c[2], c[3])
		}
	}
}
