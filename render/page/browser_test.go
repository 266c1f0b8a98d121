package page

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/performance"
	"github.com/chromedp/chromedp"
)

// A browser is Chromium with one tab.
type browser struct {
	ctx    context.Context
	t      testing.TB
	noises chan string
}

// newBrowser starts Chromium with a directory of its own. Without one, the test is skipped.
func newBrowser(t testing.TB) *browser {
	t.Helper()
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		t.Skip("no chromium on PATH: pages are not tested in a browser")
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.UserDataDir(t.TempDir()), chromedp.WindowSize(1200, 900))
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, opts...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	b := &browser{ctx: ctx, t: t, noises: make(chan string, 1000)}
	b.do(chromedp.Navigate("about:blank"))
	console := chromedp.Console(ctx)
	go func() {
		for m, err := range console {
			if err != nil {
				return
			}
			b.noises <- fmt.Sprintf("%+v", m)
		}
	}()
	if _, err := chromedp.Call(ctx, network.Enable, network.EnableParams{}); err != nil {
		t.Fatal(err)
	}
	requests := chromedp.Events(ctx, network.RequestWillBeSent)
	go func() {
		for ev, err := range requests {
			if err != nil {
				return
			}
			if !strings.HasPrefix(ev.Request.URL, "file://") || !strings.HasSuffix(strings.SplitN(ev.Request.URL, "#", 2)[0], ".html") {
				b.noises <- "a request for " + ev.Request.URL
			}
		}
	}()
	return b
}

func (b *browser) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, steps...); err != nil {
		b.t.Fatal(err)
	}
}

// media chooses how the page is shown: light, dark or print.
func (b *browser) media(mode string) {
	b.t.Helper()
	p := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: "light"}}}
	switch mode {
	case "dark":
		p.Features[0].Value = mode
	case "print":
		p.Media = mode
	}
	if _, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, p); err != nil {
		b.t.Fatal(err)
	}
}

// open opens a page, and waits until its script is done.
func (b *browser) open(page, fragment string) {
	b.t.Helper()
	file := filepath.Join(b.t.TempDir(), "report.html")
	if err := os.WriteFile(file, []byte(page), 0o600); err != nil {
		b.t.Fatal(err)
	}
	b.do(chromedp.Navigate("file://" + file + fragment))
	b.until("document.documentElement.dataset.ready !== undefined")
}

// eval evaluates JavaScript that returns a string.
func (b *browser) eval(js string) string {
	b.t.Helper()
	s, err := chromedp.Run(b.ctx, chromedp.Evaluate[string]("String("+js+")"))
	if err != nil {
		b.t.Fatalf("%s: %v", js, err)
	}
	return s
}

func (b *browser) until(js string) {
	b.t.Helper()
	for range 200 {
		if b.eval(js) == "true" {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	b.t.Fatalf("never: %s", js)
}

func (b *browser) key(k string) {
	b.t.Helper()
	b.eval(fmt.Sprintf(`document.body.dispatchEvent(new KeyboardEvent("keydown", {key: %q, bubbles: true}))`, k))
	b.frame()
}

func (b *browser) frame() {
	b.t.Helper()
	if _, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](`new Promise((f) => requestAnimationFrame(() => requestAnimationFrame(() => f("")))) `, chromedp.EvalAwaitPromise)); err != nil {
		b.t.Fatal(err)
	}
}

// quiet fails if the page said something on the console or asked for something else than itself.
func (b *browser) quiet() {
	b.t.Helper()
	time.Sleep(100 * time.Millisecond)
	for {
		select {
		case noise := <-b.noises:
			b.t.Errorf("the page is not quiet: %s", noise)
		default:
			return
		}
	}
}

// shot makes a picture, which a person may want to see: JCHECK_SHOTS names a directory for them.
func (b *browser) shot(name string) {
	b.t.Helper()
	png, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		b.t.Fatal(err)
	}
	if len(png) < 10_000 {
		b.t.Errorf("%s: a picture of %d bytes shows nothing", name, len(png))
	}
	if dir := os.Getenv("JCHECK_SHOTS"); dir != "" {
		if err := os.WriteFile(filepath.Join(dir, name+".png"), png, 0o600); err != nil {
			b.t.Fatal(err)
		}
	}
}

// faulty is a history with aborted reads during partitions.
func faulty(t testing.TB) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "aborted-read.edn"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestBrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("a browser takes some seconds")
	}
	b := newBrowser(t)
	page := pageOf(t, "aborted-read", faulty(t))
	b.open(page, "#G1a-1")
	if got := b.eval(`document.querySelector("#G1a-1").getBoundingClientRect().top < 300 && document.querySelector(".verdict .badge").textContent`); !strings.Contains(got, "Invalid") {
		t.Errorf("the case is not in view: %s", got)
	}
	t.Run("modes", func(t *testing.T) {
		for _, mode := range []string{"light", "dark", "print"} {
			b.media(mode)
			b.open(page, "")
			b.shot(mode)
			b.do(chromedp.Navigate("about:blank"))
			b.open(page, "#when")
			b.shot(mode + "-plots")
			live := b.eval(`getComputedStyle(document.getElementById("plots")).display !== "none"`)
			static := b.eval(`getComputedStyle(document.querySelector("figure.static")).display !== "none"`)
			if want := fmt.Sprint(mode != "print"); live != want || static == want {
				t.Errorf("%s: plots of the script %s, static ones %s", mode, live, static)
			}
			if dark := b.eval(`getComputedStyle(document.body).backgroundColor`) == "rgb(20, 23, 28)"; dark != (mode == "dark") {
				t.Errorf("%s: the ground is dark: %v", mode, dark)
			}
		}
		b.media("light")
	})
	t.Run("zoom", func(t *testing.T) {
		b.open(page, "#t=0.01-0.02&type=fail")
		if got := b.eval(`document.querySelector(".range").textContent`); got != "10.0 ms to 20.0 ms" {
			t.Errorf("shows %q", got)
		}
		if got := b.eval(`[...document.querySelectorAll("[aria-pressed=true]")].map((e) => e.textContent).join()`); !strings.Contains(got, "fail") || strings.Contains(got, "info") {
			t.Errorf("shows %s", got)
		}
		b.key("+")
		b.until(`location.hash.startsWith("#t=0.0125-0.0175")`)
		b.key("Escape")
		b.until(`!location.hash.includes("type=")`)
		b.key("0")
		b.until(`location.hash === ""`)
	})
	t.Run("faults", func(t *testing.T) {
		b.open(page, "#timeline")
		b.key("n")
		b.until(`document.querySelector(".panel").textContent.includes("G1a")`)
		b.shot("timeline")
		href := b.eval(`document.querySelector(".panel a").getAttribute("href")`)
		if b.eval(fmt.Sprintf(`document.querySelector(%q) !== null`, strings.ReplaceAll(href, ".", `\.`))) != "true" {
			t.Errorf("%s leads nowhere", href)
		}
		b.open(page, "#op-"+b.eval(`document.querySelector("tr[data-op]").dataset.op`))
		b.until(`document.querySelector(".panel dl") !== null`)
	})
	b.quiet()
}

// Without scripts the page has everything but what moves.
func TestBrowserWithoutScript(t *testing.T) {
	if testing.Short() {
		t.Skip("a browser takes some seconds")
	}
	b := newBrowser(t)
	if _, err := chromedp.Call(b.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "report.html")
	if err := os.WriteFile(file, []byte(pageOf(t, "aborted-read", faulty(t))), 0o600); err != nil {
		t.Fatal(err)
	}
	b.do(chromedp.Navigate("file://" + file + "#when"))
	b.shot("nojs-plots")
	if b.eval(`document.querySelector("figure.static svg").getBoundingClientRect().height > 100 && document.getElementById("controls").hidden`) != "true" {
		t.Error("the static plots are not shown, or controls that do nothing are")
	}
	b.quiet()
}

// Values of a history never run, and every odd history is a quiet page.
func TestBrowserOdd(t *testing.T) {
	if testing.Short() {
		t.Skip("a browser takes some seconds")
	}
	b := newBrowser(t)
	for name, text := range odd() {
		b.open(pageOf(t, name, text), "")
		for _, key := range []string{"n", "+", "ArrowRight", "0"} {
			b.key(key)
		}
		if got := b.eval(`document.querySelectorAll("img, svg[onload], b[onclick]").length`); got != "0" {
			t.Errorf("%s: a value became markup", name)
		}
		for {
			select {
			case noise := <-b.noises:
				t.Errorf("%s: %s", name, noise)
				continue
			default:
			}
			break
		}
	}
	b.quiet()
}

// BenchmarkFrames tells how much CPU time a page of a million ops takes for a frame, script and painting:
// panning and zooming.
func BenchmarkFrames(b *testing.B) {
	file := os.Getenv("JCHECK_PAGE")
	if file == "" {
		b.Skip("JCHECK_PAGE names no page, such as one of a million ops")
	}
	text, err := os.ReadFile(file)
	if err != nil {
		b.Fatal(err)
	}
	for _, where := range []string{"when", "timeline"} {
		b.Run(where, func(b *testing.B) { frames(b, string(text), where) })
	}
}

// busy is how many seconds of CPU the page's thread has worked: a machine that does something else, too, does not count.
func (b *browser) busy() float64 {
	b.t.Helper()
	got, err := chromedp.Call(b.ctx, performance.GetMetrics, cdp.Empty{})
	if err != nil {
		b.t.Fatal(err)
	}
	for _, m := range got.Metrics {
		if m.Name == "TaskDuration" {
			return m.Value
		}
	}
	b.t.Fatal("no TaskDuration")
	return 0
}

// frames pans and zooms where a section of the page is in view.
func frames(b *testing.B, text, where string) {
	br := newBrowser(b)
	br.open(text, "")
	br.eval(fmt.Sprintf(`document.getElementById(%q).scrollIntoView()`, where))
	for _, key := range []string{"+", "ArrowRight", "-", "0", "+", "0"} {
		br.key(key)
	}
	if _, err := chromedp.Call(br.ctx, performance.Enable, performance.EnableParams{TimeDomain: "threadTicks"}); err != nil {
		b.Fatal(err)
	}
	var draws []float64
	for b.Loop() {
		for _, key := range []string{"+", "ArrowRight", "ArrowLeft", "-", "0"} {
			before := br.busy()
			br.key(key)
			draws = append(draws, 1000*(br.busy()-before))
		}
	}
	slices.Sort(draws)
	b.ReportMetric(draws[len(draws)/2], "ms/frame")
	b.ReportMetric(draws[len(draws)-1], "ms/worst")
}
