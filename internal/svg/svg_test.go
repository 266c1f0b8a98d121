package svg

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestEscaped(t *testing.T) {
	for in, want := range map[string]string{
		"a b":           "a b",
		`<a href="x">&`: "&lt;a href=&quot;x&quot;&gt;&amp;",
		"\x00\x1b[31m":  `\u0000\u001b[31m`,
		"\u202eevil":    `\u202eevil`,
		"\xff":          `\xff`,
		"\uffff":        `\uffff`,
		"añ😀":           "añ😀",
		"\u0085":        `\u0085`,
	} {
		if got := string(AppendEscaped(nil, in)); got != want {
			t.Errorf("%q: got %s, want %s", in, got, want)
		}
	}
}

func TestFit(t *testing.T) {
	long := strings.Repeat("wide ", 1000)
	for _, f := range []Font{Sans, Mono, Bold} {
		if got := Fit(f, 12, 100, long); Width(f, 12, got) > 100 || !strings.HasSuffix(got, "...") {
			t.Errorf("font %d: %q is %v wide", f, got, Width(f, 12, got))
		}
		if got := Fit(f, 12, 100, "short"); got != "short" {
			t.Errorf("font %d: got %q", f, got)
		}
	}
	for _, line := range Wrap(Sans, 12, 100, 5, long+strings.Repeat("x", 500)) {
		if Width(Sans, 12, line) > 100 {
			t.Errorf("a line of %v: %q", Width(Sans, 12, line), line)
		}
	}
}

// Any text is well-formed, and says the same apart from what cannot be said.
func FuzzEscaped(f *testing.F) {
	f.Add("plain <&> \" ' text")
	f.Add("\x00\x7f\u2028\u202e\ufffe\xed\xa0\x80")
	f.Fuzz(func(t *testing.T, s string) {
		var w Writer
		w.Start(10, 10, s, s, true)
		w.Elem("text", s, "class", s)
		picture := w.Bytes()
		if !utf8.Valid(picture) {
			t.Error("not UTF-8")
		}
		d := xml.NewDecoder(bytes.NewReader(picture))
		for {
			if _, err := d.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%q: %v", s, err)
			}
		}
		if Fit(Sans, 12, 50, s); len(Wrap(Sans, 12, 50, 3, s)) > 3 {
			t.Error("more lines than asked for")
		}
	})
}

// The sheet has a colour for every name, and each shade once on either ground.
func TestSheets(t *testing.T) {
	if s := Sheet() + PageSheet(); strings.ContainsAny(s, "$<&") {
		t.Errorf("what is that: %s", s)
	}
	for _, s := range shades {
		if !strings.Contains(Variables(false), "--jc-"+s.name+":"+s.light+";") || !strings.Contains(Variables(true), "--jc-"+s.name+":"+s.dark+";") {
			t.Errorf("no variable %s", s.name)
		}
	}
}

// Pictures that no upright page holds are marked, so that they are printed across.
func TestWide(t *testing.T) {
	for width, want := range map[float64]string{620: `<svg class="jc" `, 1300: `<svg class="jc" `, 2000: `<svg class="jc wide" `} {
		var w Writer
		w.Start(width, 100, "title", "", true)
		if got := string(w.Bytes()); !strings.HasPrefix(got, want) {
			t.Errorf("%g pixels: %s", width, got)
		}
	}
}
