package page

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// On a narrow screen, what a picture says and nothing else does stands below it, too, and the page does not scroll
// sideways.
func TestBrowserNarrow(t *testing.T) {
	if testing.Short() {
		t.Skip("a browser takes some seconds")
	}
	b := newBrowser(t)
	said := `[...document.querySelectorAll(".drawing + .said")].map((e) => e.textContent).join("|")`
	for name, c := range map[string]struct {
		text, fault, want string
	}{
		"aborted-read": {faulty(t), "G1a", ""},
		"register":     {staleRegister, "not-linearizable", "each point is where an operation takes effect; its number is its place in the order."},
	} {
		page := pageOf(t, name, c.text)
		b.do(chromedp.EmulateViewport(390, 800))
		b.open(page, "#"+c.fault+"-1")
		b.shot("narrow-" + name)
		if got := b.eval(said); !strings.Contains(got, c.want) || c.want == "" && strings.Contains(got, "must not be visible") {
			t.Errorf("%s: below the pictures: %q", name, got)
		}
		if got := b.eval(`document.documentElement.scrollWidth`); got != "390" {
			t.Errorf("%s: the page is %s pixels wide", name, got)
		}
		b.do(chromedp.EmulateViewport(1200, 800))
		b.open(page, "#"+c.fault+"-1")
		if got := b.eval(said); c.want != "" && strings.Contains(got, c.want) {
			t.Errorf("%s: below pictures that fit: %q", name, got)
		}
	}
	b.quiet()
}

const staleRegister = `{:index 0, :type :invoke, :process 0, :f :write, :value 1, :time 0}
{:index 1, :type :ok, :process 0, :f :write, :value 1, :time 10}
{:index 2, :type :invoke, :process 0, :f :write, :value 2, :time 20}
{:index 3, :type :ok, :process 0, :f :write, :value 2, :time 30}
{:index 4, :type :invoke, :process 1, :f :read, :value nil, :time 40}
{:index 5, :type :ok, :process 1, :f :read, :value 1, :time 50}
`
