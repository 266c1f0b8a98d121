package page

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"regexp"
	"strings"
	"testing"

	"github.com/klauspost/compress/flate"

	"github.com/seed-c33ae711/jcheck/checker"
	"github.com/seed-c33ae711/jcheck/format"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/linearizable"
	"github.com/seed-c33ae711/jcheck/render"
	"github.com/seed-c33ae711/jcheck/simulate"
)

// reportOf judges a history, for its page.
func reportOf(t testing.TB, name, text string) *Report {
	t.Helper()
	h, err := format.ReadBytes(t.Context(), name, []byte(text), format.Options{})
	if err != nil {
		t.Fatal(err)
	}
	r, err := checker.RunFitting(t.Context(), h, checker.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return &Report{Title: name, Check: "check", Result: r, History: h, Command: "jcheck report " + name, Input: render.Input{File: name, SHA256: "0123"}}
}

func pageOf(t testing.TB, name, text string) string {
	t.Helper()
	var b bytes.Buffer
	if err := reportOf(t, name, text).Write(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestPage(t *testing.T) {
	for _, d := range simulate.Demos() {
		page := pageOf(t, d.Name, d.History)
		for _, want := range []string{`id="` + d.Anomaly + `"`, `id="` + d.Anomaly + `-1"`, "✗", "Invalid", `class="jc"`, "jcheck report " + d.Name} {
			if !strings.Contains(page, want) {
				t.Errorf("%s: no %s", d.Name, want)
			}
		}
		if page != pageOf(t, d.Name, d.History) {
			t.Errorf("%s: two pages differ", d.Name)
		}
		sound(t, page)
	}
}

var (
	tags    = regexp.MustCompile(`<[a-zA-Z][^>]*>`)
	scripts = regexp.MustCompile(`(?s)<script[^>]*>.*?</script>`)
	handler = regexp.MustCompile(`\s(on[a-z]+|style|src|href)\s*=\s*("[^"]*"|[^\s>]*)`)
	policy  = regexp.MustCompile(`script-src &#39;(sha256-[^&]*)&#39;; style-src &#39;(sha256-[^&]*)&#39;`)
)

// sound checks that a page has two script elements of ours and nothing else that runs or loads.
func sound(t *testing.T, page string) {
	t.Helper()
	if n := len(scripts.FindAllString(page, -1)); n != 2 {
		t.Errorf("%d scripts", n)
	}
	rest := scripts.ReplaceAllString(page, "")
	style := regexp.MustCompile(`(?s)<style>(.*?)</style>`).FindStringSubmatch(page)
	rest = strings.Replace(rest, style[0], "", 1)
	for _, tag := range tags.FindAllString(rest, -1) {
		for _, m := range handler.FindAllStringSubmatch(tag, -1) {
			if m[1] != "href" || !strings.HasPrefix(m[2], `"#`) {
				t.Errorf("%s in %.200s", m[0], tag)
			}
		}
	}
	script := regexp.MustCompile(`(?s)<script type="module">(.*?)</script>`).FindStringSubmatch(page)
	said := policy.FindStringSubmatch(strings.ReplaceAll(page, "&#43;", "+"))
	if said == nil {
		t.Fatal("no policy")
	}
	if said[1] != hash(script[1]) || said[2] != hash(style[1]) {
		t.Error("the policy allows other scripts or sheets than there are")
	}
	ids := map[string]bool{}
	for _, m := range regexp.MustCompile(`\sid="([^"]*)"`).FindAllStringSubmatch(rest, -1) {
		if ids[m[1]] {
			t.Errorf("two elements have the id %s", m[1])
		}
		ids[m[1]] = true
	}
	if i := strings.IndexFunc(page, func(r rune) bool { return r < ' ' && r != '\n' && r != '\t' || r == 0x7f || r == 0x202e }); i >= 0 {
		t.Errorf("a control character in %q", page[max(i-60, 0):min(i+60, len(page))])
	}
}

// odd are the histories that nobody wants to see.
func odd() map[string]string {
	op := func(i int, typ, process, f, value string) string {
		return fmt.Sprintf("{:index %d, :time %d, :type :%s, :process %s, :f %s, :value %s}\n", i, 1000*i, typ, process, f, value)
	}
	pairs := func(n int, of func(i int) (process, f, value string)) string {
		var b strings.Builder
		for i := range n {
			p, f, v := of(i)
			b.WriteString(op(2*i, "invoke", p, f, v) + op(2*i+1, "ok", p, f, v))
		}
		return b.String()
	}
	evil := `"</script><script>alert(1)</script>' <img src=x onerror=alert(2)> & \\ \u202e\u0007 ` + "שלום 😀" + `"`
	return map[string]string{
		"empty":          "[]",
		"one op":         op(0, "invoke", "0", ":read", "nil"),
		"nemesis only":   op(0, "info", ":nemesis", ":start", "nil") + op(1, "info", ":nemesis", ":start", "nil"),
		"no completions": op(0, "invoke", "0", ":read", "nil") + op(1, "invoke", "1", ":write", "1"),
		"all info":       op(0, "invoke", "0", ":write", "1") + op(1, "info", "0", ":write", "1"),
		"no times":       strings.ReplaceAll(demoText("read-skew"), ":time", ":when"),
		"backwards":      "{:time 5000, :type :invoke, :process 0, :f :read, :value nil}\n{:time 10, :type :ok, :process 0, :f :read, :value 3}\n",
		"negative":       "{:time -5000, :type :invoke, :process 0, :f :read, :value nil}\n{:time -10, :type :ok, :process 0, :f :read, :value 3}\n",
		"far":            "{:time 9223372036854775807, :type :invoke, :process 0, :f :read, :value nil}\n{:time -9223372036854775807, :type :ok, :process 0, :f :read, :value 3}\n",
		"instant":        "{:time 7, :type :invoke, :process 0, :f :read, :value nil}\n{:time 7, :type :ok, :process 0, :f :read, :value 3}\n",
		"40 fs":          pairs(200, func(i int) (string, string, string) { return "0", fmt.Sprintf(":f%d", i%40), "1" }),
		"1000 processes": pairs(3000, func(i int) (string, string, string) { return fmt.Sprint(i % 1000), ":read", "1" }),
		"30 nemeses": pairs(100, func(i int) (string, string, string) {
			if i%3 > 0 {
				return ":nemesis", fmt.Sprintf(":start-fault-%d", i%30), "nil"
			}
			return "0", ":read", "1"
		}),
		"evil values": pairs(20, func(i int) (string, string, string) { return fmt.Sprint(i % 3), ":write", evil }),
		"evil names": strings.ReplaceAll(`[{"type":"invoke","process":0,"f":EVIL,"value":1,"time":1},{"type":"ok","process":0,"f":EVIL,"value":1,"time":2},{"type":"info","process":EVIL,"f":"start","value":EVIL,"time":3}]`,
			"EVIL", `"</script><script>alert(1)</script> <b onclick=alert(1) style='x'> & \" \\ \u0000 \u202e"`),
		"evil key":    strings.ReplaceAll(demoText("write-cycle"), ":x", `"</script><svg onload=alert(1)>"`),
		"huge values": pairs(3, func(i int) (string, string, string) { return "0", ":write", `"` + strings.Repeat("<&>", 350_000) + `"` }),
	}
}

// demoText is one of the demonstration's histories.
func demoText(name string) string {
	for _, d := range simulate.Demos() {
		if d.Name == name {
			return d.History
		}
	}
	return ""
}

// What nobody wants to see is a page, too, and never markup.
func TestOdd(t *testing.T) {
	for name, text := range odd() {
		t.Run(name, func(t *testing.T) {
			page := pageOf(t, `a "file" </title> <b>&`, text)
			sound(t, page)
			if strings.Contains(page, "<script>alert") || strings.Contains(page, "<img") || strings.Contains(page, "<svg onload") {
				t.Error("a value became markup")
			}
			if len(page) > 3_000_000 {
				t.Errorf("the page has %d bytes", len(page))
			}
		})
	}
}

// Names and values of any kind leave the page sound, with what it draws: an anomaly of one register,
// the operations around it, and the plots.
func FuzzPage(f *testing.F) {
	f.Add("x", "</script>", "", "0")
	f.Add("<b>", "\x00\u202e<!--", "\"'&<svg onload=x>", "]]>")
	f.Fuzz(func(t *testing.T, name, value, other, process string) {
		var text []byte
		for i, op := range [][3]string{{"invoke", "write", value}, {"ok", "write", value}, {"invoke", other, value}, {"info", other, value}, {"invoke", "read", ""}, {"ok", "read", value + "?"}} {
			if op[1] == "" {
				continue
			}
			line, err := json.Marshal(map[string]any{"time": 5*i + 1, "type": op[0], "process": fmt.Sprint(process, i/2), "f": op[1], "value": op[2], "error": other, "node": process})
			if err != nil {
				t.Fatal(err)
			}
			text = append(append(text, line...), '\n')
		}
		h, err := format.ReadBytes(t.Context(), name, text, format.Options{})
		if err != nil {
			t.Skip()
		}
		r, err := checker.RunFitting(t.Context(), h, checker.Options{})
		if err != nil {
			t.Skip()
		}
		var b bytes.Buffer
		if err := (&Report{Title: name, Check: "check", Result: r, History: h, Command: value, Input: render.Input{File: name}}).Write(t.Context(), &b); err != nil {
			t.Fatal(err)
		}
		sound(t, b.String())
	})
}

// The columns say what the history does.
func TestEncode(t *testing.T) {
	for name, text := range odd() {
		h, err := format.ReadBytes(t.Context(), name, []byte(text), format.Options{})
		if err != nil {
			t.Fatal(err)
		}
		c, err := encode(h)
		if err != nil {
			t.Fatal(err)
		}
		decode(t, name, h, c)
	}
}

// unpack returns the columns one by one.
func unpack(t *testing.T, c *columns) (cols []*bytes.Reader) {
	t.Helper()
	packed, err := base64.StdEncoding.DecodeString(c.Packed)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := io.ReadAll(flate.NewReader(bytes.NewReader(packed)))
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range c.Sizes {
		cols = append(cols, bytes.NewReader(raw[:n]))
		raw = raw[n:]
	}
	return cols
}

// place reads one of n numbers, which are bytes if that is enough.
func place(col *bytes.Reader, n int) int {
	if n <= 256 {
		b, _ := col.ReadByte()
		return int(b)
	}
	x, _ := binary.ReadUvarint(col)
	return int(x)
}

// decode compares the columns with the history, op by op.
func decode(t *testing.T, name string, h *history.History, c *columns) {
	t.Helper()
	cols := unpack(t, c)
	tick, line, index := int64(0), int64(-1), int64(-1)
	for i := range h.Len() {
		kind, _ := cols[0].ReadByte()
		if history.Type(kind&3) != h.Type(i) || (kind&alone != 0) != (h.Type(i) != history.Invoke && h.Pair(i) < 0) {
			t.Errorf("%s: op %d is %d", name, i, kind)
		}
		if lane := place(cols[1], len(c.Lanes)); c.Lanes[lane] != clean(h.ProcessName(h.Process(i)), 80) {
			t.Errorf("%s: op %d is of process %q", name, i, c.Lanes[lane])
		}
		if kind == 0 || kind&alone != 0 {
			if f := place(cols[2], len(c.Fs)); c.Fs[f] != clean(h.F(i), 80) {
				t.Errorf("%s: op %d is %q", name, i, c.Fs[f])
			}
		}
		u, _ := binary.ReadUvarint(cols[3])
		if u > 0 {
			u--
			tick += int64(u>>1) ^ -int64(u&1)
			u = 1
		}
		want := h.Time(i)
		none := want == history.NoTime || want > math.MaxInt64/4 || want < -math.MaxInt64/4 // too far for the script
		if (u == 0) != none || u > 0 && tick != want/c.Unit {
			t.Errorf("%s: op %d is at %d, not %d", name, i, tick, want)
		}
		d, _ := binary.ReadVarint(cols[4])
		if line += d + 1; line != int64(h.Line(i)) {
			t.Errorf("%s: op %d is on line %d", name, i, line)
		}
		d, _ = binary.ReadVarint(cols[5])
		if index += d + 1; index != h.Index(i) {
			t.Errorf("%s: op %d has index %d", name, i, index)
		}
	}
	for i, col := range cols {
		if col.Len() > 0 {
			t.Errorf("%s: %d bytes of column %d are left", name, col.Len(), i)
		}
	}
}

// The code of a page is small.
func TestBudget(t *testing.T) {
	if n := len(assets().script) + len(assets().sheet); n > 100_000 {
		t.Errorf("script and sheet have %d bytes", n)
	}
}

// The page says what a check judged, and what its faults mean to who uses the database.
func TestMeaning(t *testing.T) {
	lines := func(ops ...string) string {
		var b strings.Builder
		for i, op := range ops {
			process, rest, _ := strings.Cut(op, " ")
			typ, f, _ := strings.Cut(rest, " ")
			fmt.Fprintf(&b, "{:index %d, :time %d, :process %s, :type :%s, :f :%s, :value nil}\n", i, 1000*i, process, typ, f)
		}
		return b.String()
	}
	for name, c := range map[string]struct{ model, text, want string }{
		"held": {"mutex", lines("0 invoke acquire", "0 ok acquire", "1 invoke acquire", "1 ok acquire"), "Two clients can hold the lock at the same time."},
		"free": {"mutex", lines("0 invoke release", "0 ok release"), "A client can release a lock that it does not hold."},
	} {
		r := reportOf(t, name, c.text)
		m, err := linearizable.ByName(c.model, "")
		if err != nil {
			t.Fatal(err)
		}
		of, err := linearizable.Check(context.Background(), r.History, m, linearizable.Options{})
		if err != nil {
			t.Fatal(err)
		}
		r.Check, r.Result = "linearizable", of
		var b strings.Builder
		if err := r.Write(context.Background(), &b); err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{c.want, "It showed first at", "What came after that was not judged."} {
			if !strings.Contains(b.String(), want) {
				t.Errorf("%s: the page does not say %q", name, want)
			}
		}
	}
}
