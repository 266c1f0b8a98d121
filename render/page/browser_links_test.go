package page

import (
	"strings"
	"testing"
)

// What the page draws several times is linked, series can be hidden, and files are offered.
func TestBrowserSeries(t *testing.T) {
	if testing.Short() {
		t.Skip("a browser takes some seconds")
	}
	b := newBrowser(t)
	b.open(pageOf(t, "aborted-read", faulty(t)), "#t=0.01-0.05")
	t.Run("legends", func(t *testing.T) {
		b.eval(`[...document.querySelectorAll(".chart .entry")].find((e) => e.textContent.endsWith("p95")).click()`)
		b.until(`location.hash.includes("lines=p50,p99,max")`)
		b.eval(`[...document.querySelectorAll(".chart .entry")].find((e) => e.textContent.endsWith("info")).click()`)
		b.until(`location.hash.includes("type=ok,fail")`)
		if got := b.eval(`[...document.querySelectorAll(".chart .entry[aria-pressed=false]")].map((e) => e.textContent.slice(1)).join()`); got != "info,p95,info" {
			t.Errorf("hidden: %s", got)
		}
		b.key("Escape")
		b.until(`!location.hash.includes("lines=")`)
	})
	t.Run("rows by key", func(t *testing.T) {
		b.eval(`(() => { const s = document.querySelector("select[aria-label=Rows]"); s.value = "key"; s.dispatchEvent(new Event("change")); })()`)
		b.frame()
		b.eval(`(() => { const c = document.querySelector(".lanebox canvas"), r = c.getBoundingClientRect(); document.getElementById("timeline").scrollIntoView(); })()`)
		b.frame()
		b.eval(`(() => { const c = document.querySelector(".lanebox canvas"), r = c.getBoundingClientRect(), at = { clientX: r.left + 20, clientY: r.top + 10, button: 0, bubbles: true, pointerId: 1 };
			c.setPointerCapture = () => {}; c.dispatchEvent(new PointerEvent("pointerdown", at)); })()`)
		b.until(`location.hash.includes("key=")`)
		b.shot("rows-by-key")
		b.key("Escape")
		b.until(`!location.hash.includes("key=")`)
	})
	t.Run("links", func(t *testing.T) {
		b.eval(`document.querySelector(".drawing [data-op]").dispatchEvent(new PointerEvent("pointerover", { bubbles: true }))`)
		b.frame()
		if got := b.eval(`(() => { const lit = [...document.querySelectorAll(".lit")]; return lit.map((e) => e.tagName).sort().join() + " " + new Set(lit.map((e) => e.operation)).size; })()`); !strings.Contains(got, "TR") || !strings.Contains(got, "g") || !strings.HasSuffix(got, " 1") {
			t.Errorf("the diagram lights up %s", got)
		}
		b.eval(`document.querySelector("h1").dispatchEvent(new PointerEvent("pointerover", { bubbles: true }))`)
		if got := b.eval(`document.querySelectorAll(".lit").length`); got != "0" {
			t.Errorf("%s elements stay lit", got)
		}
		b.key("0")
		b.eval(`(() => { const c = document.querySelectorAll(".chart canvas")[1]; 
			for (let x = 95; x < 1100 && !document.querySelector(".lit"); x += 3) for (let y = 4; y < 180 && !document.querySelector(".lit"); y += 8) c.dispatchEvent(new PointerEvent("pointermove", { bubbles: true, clientX: c.getBoundingClientRect().left + x, clientY: c.getBoundingClientRect().top + y })); })()`)
		if got := b.eval(`document.querySelectorAll(".lit").length > 0`); got != "true" {
			t.Error("no point of the plot lights anything up")
		}
	})
	t.Run("csv", func(t *testing.T) { b.checkFiles(t) })
	b.quiet()
}

// checkFiles checks the files that the page offers.
func (b *browser) checkFiles(t *testing.T) {
	t.Helper()
	b.eval(`(() => { window.files = []; const old = URL.createObjectURL; URL.createObjectURL = (blob) => { window.files.push(blob); return old(blob); };
		HTMLAnchorElement.prototype.click = function () { window.offered = (window.offered || "") + this.download + " "; }; for (const f of document.querySelectorAll(".file")) f.click(); })()`)
	if got := b.eval(`window.offered`); got != "faults.csv latency.csv quantiles.csv rate.csv running.csv " {
		t.Errorf("files %s", got)
	}
	b.eval(`Promise.all(window.files.map((f) => f.text())).then((all) => (window.texts = all)) && ""`)
	b.until(`window.texts !== undefined`)
	for i, want := range []string{"what,from_s,begun_s,ending_s,to_s", "invoked_s,latency_ms,f,process,type,op,line", "from_s,ok,p50_ms,p95_ms,p99_ms,max_ms", "from_s,ok_per_s,info_per_s,fail_per_s", "from_s,running"} {
		if got := b.eval(`window.texts[` + string(rune('0'+i)) + `].split("\n")[0]`); got != want {
			t.Errorf("file %d begins with %s", i, got)
		}
		if got := b.eval(`window.texts[` + string(rune('0'+i)) + `].split("\n").length > 5`); got != "true" {
			t.Errorf("file %d has no rows", i)
		}
	}
}
