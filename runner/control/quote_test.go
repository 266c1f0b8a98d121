//go:build unix

package control

import (
	"fmt"
	"os/exec"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// shells are those that are there.
func shells(t testing.TB) (out []string) {
	for _, s := range []string{"sh", "dash", "bash", "busybox"} {
		if _, err := exec.LookPath(s); err == nil {
			out = append(out, s)
		}
	}
	if out == nil {
		t.Skip("no shell is installed")
	}
	return out
}

func script(shell, text string) *exec.Cmd {
	if shell == "busybox" {
		return exec.Command(shell, "sh", "-c", text)
	}
	return exec.Command(shell, "-c", text)
}

// nasty are texts that mean something to shells.
var nasty = []string{
	"", "a", "'", "''", `"`, `\`, `\\'`, "|", "||", "#", "#a", "~", "~root", "$HOME", "${x}", "`id`", "$(id)", "*", "?", "[a-z]", "{a,b}", "!", "!!",
	";", "&", "&&", ">", "<x", "2>&1", "a b", " ", "\t", "\n", "a\nb\n", "\r", "-n", "-e", "--", "=", "a=b", "é", "\xff\xfe", "\x01\x1b[0m", "%s", "if", "^", "(", ")",
}

// checkWords checks that a shell, in so many others, takes words as they are.
func checkWords(t interface{ Fatalf(string, ...any) }, shell string, depth int, words []string) {
	argv := []any{"printf", `%s\0`}
	for _, w := range words {
		argv = append(argv, w)
	}
	text, err := Words(argv...)
	if err != nil {
		t.Fatalf("%v", err)
	}
	want := strings.Join(words, "\x00") + "\x00"
	for range depth {
		if text, err = Words("sh", "-c", text); err != nil {
			t.Fatalf("%v", err)
		}
	}
	out, err := script(shell, text).Output()
	if err != nil || string(out) != want {
		t.Fatalf("%s, depth %d: %q gives %q, want %q (%v)", shell, depth, text, out, want, err)
	}
}

func TestWords(t *testing.T) {
	for _, shell := range shells(t) {
		checkWords(t, shell, 0, nasty)
		checkWords(t, shell, 2, nasty)
	}
}

// Any words come out as they went in, also through shells in shells.
func TestWordsRandom(t *testing.T) {
	word := rapid.OneOf(rapid.SampledFrom(nasty), rapid.String(), rapid.StringMatching(`[ '"\\$#|~a\n]{0,8}`), rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }))
	shell := rapid.SampledFrom(shells(t))
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOfN(word, 1, 50).Draw(t, "words")
		for i, w := range words {
			words[i] = strings.ReplaceAll(w, "\x00", "0")
		}
		checkWords(t, shell.Draw(t, "shell"), rapid.IntRange(0, 2).Draw(t, "depth"), words)
	})
}

func FuzzQuote(f *testing.F) {
	for _, s := range nasty {
		f.Add(s)
	}
	all := shells(f)
	f.Fuzz(func(t *testing.T, s string) {
		if strings.Contains(s, "\x00") {
			if _, err := Quote(s); err == nil {
				t.Fatal("a NUL is quoted")
			}
			return
		}
		for _, shell := range all {
			checkWords(t, shell, 1, []string{s})
		}
	})
}

func TestWordsCases(t *testing.T) {
	for _, c := range []struct {
		argv []any
		want string
	}{
		{[]any{"ls", "-l", 3, Raw("2>&1")}, "ls -l 3 2>&1"},
		{[]any{"A=b", "c=d"}, "'A=b' c=d"},
		{[]any{"echo", "it's"}, `echo 'it'\''s'`},
		{[]any{Raw("A=b"), ""}, "A=b ''"},
		{nil, ""},
	} {
		if got, err := Words(c.argv...); err != nil || got != c.want {
			t.Errorf("%v: %q, %v", c.argv, got, err)
		}
	}
	if _, err := Words("a\x00b"); fmt.Sprint(err) != `expected an argument without NUL, found "a\x00b"` {
		t.Error(err)
	}
}
