package page

import (
	"bytes"
	"context"
	"fmt"
	"html/template"
	"regexp"
	"strings"
	"sync"

	"github.com/seed-c33ae711/jcheck/internal/par"
	"github.com/seed-c33ae711/jcheck/perf"
	"github.com/seed-c33ae711/jcheck/render/plot"
	"github.com/seed-c33ae711/jcheck/render/timeline"
)

// A picture is a static plot.
type picture struct {
	Name, What string
	SVG        template.HTML
	Live       bool // the script draws it better
}

// live are the pictures that the script draws from the ops themselves.
var live = map[string]bool{"latency-raw": true, "latency-quantiles": true, "rate": true, "op-color-plot": true}

// draw adds the static pictures.
func (v *view) draw(ctx context.Context, r *Report, m *measured) error {
	v.strip(m.summary)
	if len(v.Faults) == 0 && r.History.Len() > 0 {
		v.Overview = drawn(timeline.SVG(r.History, timeline.Options{Title: "The first operations", Embedded: true}))
	}
	opt := plot.Options{Title: v.Title, Start: r.Begun}
	pictures := append(plot.Pictures(m.summary, opt), plot.Charts(m.summary, m.charts, opt)...)
	out := make([]picture, len(pictures))
	err := par.Do(ctx, len(pictures), func(i int) error {
		var b bytes.Buffer
		if err := pictures[i].SVG(&b); err != nil {
			return err
		}
		out[i] = picture{Name: pictures[i].Name, What: pictures[i].What, SVG: themed(b.Bytes()), Live: live[pictures[i].Name]}
		return nil
	})
	v.Pictures = out
	if m.summary.Timed { // else that is said instead of the plots
		for _, s := range m.summary.Doubts() {
			v.PlotNotes = append(v.PlotNotes, capital(s)+".")
		}
	}
	switch s := m.summary; {
	case len(out) > 0 || err != nil:
	case s.Ops == 0:
		v.NoPictures = "The history is empty."
	case !s.Timed:
		v.NoPictures = "The ops of this history have no times, so there are no plots over time. The timeline goes by the order of events."
	case s.Total.Operations() == 0:
		v.NoPictures = "The history has no operations of clients."
	default:
		v.NoPictures = "The history has no operations with a latency."
	}
	return err
}

// The drawing library styles elements by style attributes, which the page's policy forbids, in
// colours for a white ground. Both become attributes of SVG with the page's colours.
var (
	styleAttr = lazily(`\s*style="([^"]*)"`)
	namespace = lazily(`\s*xmlns(:xlink)?="[^"]*"`) // which a page's parser knows
	themeOf   = map[string]string{
		"#FFFFFF": "paper", "#222222": "ink", "#666666": "muted", "#E4E4E4": "faint", "#F7F7F7": "cell", "#111111": "strip",
		"#2F86DD": "ok", "#E69F00": "info", "#8B0A50": "fail",
	}
)

// lazily compiles a pattern when it is first used, since a program that links this package
// may never draw a page.
func lazily(pattern string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(pattern) })
}

func themed(picture []byte) template.HTML {
	if i := bytes.Index(picture, []byte("<svg")); i > 0 {
		picture = picture[i:]
	}
	picture = namespace().ReplaceAll(picture, nil)
	picture = styleAttr().ReplaceAllFunc(picture, func(attr []byte) []byte {
		var out []byte
		_, style, _ := bytes.Cut(attr, []byte(`"`))
		for decl := range bytes.SplitSeq(bytes.TrimSuffix(style, []byte(`"`)), []byte(";")) {
			name, value, _ := strings.Cut(string(decl), ":")
			if shade, ok := themeOf[strings.ToUpper(value)]; ok {
				value = "var(--jc-" + shade + ")"
			}
			switch name = strings.TrimSpace(name); name {
			case "font-variant", "font-style", "":
				continue
			}
			out = fmt.Appendf(out, ` %s="%s"`, name, value)
		}
		return out
	})
	return template.HTML(picture) // its texts were escaped by the library
}

// strip is what the nemeses did.
func (v *view) strip(s *perf.Summary) {
	v.Strip = []lane{}
	for i := range s.Lanes {
		l := &s.Lanes[i]
		out := lane{Name: clean(l.Name, 60), Color: l.Color, Intervals: [][4]float64{}}
		for _, x := range l.Intervals {
			to := float64(x.To) / 1e6
			ended := "ended at " + seconds(x.To)
			if x.Open {
				to, ended = -1, "never ended"
			}
			out.Intervals = append(out.Intervals, [4]float64{float64(x.From) / 1e6, float64(x.Begun) / 1e6, float64(x.Ending) / 1e6, to})
			if len(out.Rows) < 40 {
				out.Rows = append(out.Rows, clean(x.F, 60)+" at "+seconds(x.From)+", "+ended)
			}
		}
		if n := len(l.Intervals) - len(out.Rows); n > 0 {
			out.Rows = append(out.Rows, thousands(n)+" more")
		}
		v.Strip = append(v.Strip, out)
	}
}
