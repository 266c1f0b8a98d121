package plot

import (
	"bytes"
	"fmt"
	"html"
	"image/png"
	"io"
	"slices"
	"strings"
	"time"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgsvg"

	"github.com/seed-c33ae711/jcheck/perf"
)

// Options say how pictures look. The zero value draws Jepsen's size in our colors.
type Options struct {
	Title         string // the name of the test
	Width, Height int    // in pixels: 900 and 400 if 0; at least 400 and 250, at most 10,000
	Palette       Palette
	Start         time.Time // when the test began: the axis of time has the hour of the day, too; zero if unknown
}

// A Picture is one of a test.
type Picture struct {
	Name string // as Jepsen calls the file, without .png
	What string // what it shows, in words
	opt  Options
	s    *perf.Summary
	draw func(c draw.Canvas, s *perf.Summary, opt *Options)
}

// kinds are the pictures, in the order in which they are listed.
var kinds = []struct {
	name, what string
	has        func(s *perf.Summary) bool
	draw       func(c draw.Canvas, s *perf.Summary, opt *Options)
}{
	{"latency-raw", "latency of each operation", hasLatencies, drawLatency},
	{"latency-quantiles", "latency quantiles", hasLatencies, drawQuantiles},
	{"rate", "throughput", func(s *perf.Summary) bool { return s.Rates != nil && s.Total.Operations() > 0 }, drawRate},
	{"op-color-plot", "operations by outcome", hasLatencies, drawPiles},
	{"by-node", "throughput and latency by node", func(s *perf.Summary) bool { return hasSmall(s, s.ByNode) }, func(c draw.Canvas, s *perf.Summary, opt *Options) {
		drawSmall(c, s, opt, "by node", s.ByNode, len(s.ByNode))
	}},
	{"by-key", "throughput and latency by key", func(s *perf.Summary) bool { return hasSmall(s, s.ByKey) }, func(c draw.Canvas, s *perf.Summary, opt *Options) { drawSmall(c, s, opt, "by key", s.ByKey, s.Keys) }},
	{"clock-skew", "clock skew", func(s *perf.Summary) bool { return len(s.Clocks) > 0 }, drawClocks},
}

func hasLatencies(s *perf.Summary) bool { return s.Grid != nil && len(s.Grid.Cells) > 0 }

// Pictures lists the pictures that there is something to draw of. There may be none, as of a history
// whose ops have no times.
func Pictures(s *perf.Summary, opt Options) (out []Picture) {
	opt = opt.whole()
	for _, k := range kinds {
		if k.has(s) {
			out = append(out, Picture{Name: k.name, What: k.what, opt: opt, s: s, draw: k.draw})
		}
	}
	return out
}

// Charts lists the pictures of charts of the same test, those that have points.
func Charts(s *perf.Summary, charts []perf.Chart, opt Options) (out []Picture) {
	opt = opt.whole()
	for i := range charts {
		chart := &charts[i]
		if s.Timed && slices.ContainsFunc(chart.Series, func(x perf.Series) bool { return len(x.Points) > 0 }) {
			out = append(out, Picture{Name: chart.Name, What: chart.Title, opt: opt, s: s, draw: func(c draw.Canvas, s *perf.Summary, opt *Options) {
				drawChart(c, s, opt, chart)
			}})
		}
	}
	return out
}

// whole returns the options with what the zero value stands for.
func (opt Options) whole() Options {
	if opt.Width == 0 {
		opt.Width = 900
	}
	if opt.Height == 0 {
		opt.Height = 400
	}
	opt.Width, opt.Height = min(max(opt.Width, 400), 10_000), min(max(opt.Height, 250), 10_000)
	if opt.Palette.Name == "" {
		opt.Palette = Default
	}
	return opt
}

// PNG writes the picture as PNG.
func (p *Picture) PNG(w io.Writer) error {
	c := vgimg.NewWith(vgimg.UseWH(vg.Length(p.opt.Width), vg.Length(p.opt.Height)), vgimg.UseDPI(72))
	p.draw(draw.New(c), p.s, &p.opt)
	return (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(w, c.Image())
}

// SVG writes the picture as SVG, which needs nothing from outside.
func (p *Picture) SVG(w io.Writer) error {
	c := vgsvg.New(vg.Length(p.opt.Width), vg.Length(p.opt.Height))
	p.draw(draw.New(c), p.s, &p.opt)
	var buf bytes.Buffer
	if _, err := c.WriteTo(&buf); err != nil {
		return err
	}
	out := buf.Bytes()
	// The size of vgsvg is in points, and its font has no substitute.
	size := fmt.Sprintf(`width="%dpt" height="%dpt"`, p.opt.Width, p.opt.Height)
	out = bytes.Replace(out, []byte(size), fmt.Appendf(nil, `width="%d" height="%d" role="img"`, p.opt.Width, p.opt.Height), 1)
	out = bytes.ReplaceAll(out, []byte("font-family:Liberation Sans;"), []byte("font-family:Liberation Sans,Arial,Helvetica,sans-serif;"))
	title := html.EscapeString(strings.TrimPrefix(clean(p.opt.Title)+": "+p.What, ": "))
	if i := bytes.Index(out, []byte("<g ")); i > 0 {
		if _, err := fmt.Fprintf(w, "%s<title>%s</title>\n", out[:i], title); err != nil {
			return err
		}
		out = out[i:]
	}
	_, err := w.Write(out)
	return err
}
