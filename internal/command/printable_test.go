package command

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/seed-c33ae711/jcheck/render"
)

// Whatever is written, in whatever pieces, no control character comes out but tabs, ends
// of lines and the colours of package render; and what is printable comes out as it is.
func TestPrintable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pieces := rapid.SliceOf(rapid.SliceOf(rapid.SampledFrom([]byte("a\n\t\r\x1b[31;1m\x7f\xc2\x9b\x80é")))).Draw(t, "pieces")
		colored := rapid.Bool().Draw(t, "colored")
		var out bytes.Buffer
		w := &printableWriter{w: &out, colored: colored}
		for _, p := range pieces {
			if n, err := w.Write(p); n != len(p) || err != nil {
				t.Fatalf("%d, %v", n, err)
			}
		}
		got := out.String()
		if colored {
			got = strings.ReplaceAll(strings.ReplaceAll(got, "\x1b[31;1m", ""), "\x1b[1m", "")
		}
		if i := unprintable([]byte(got)); i >= 0 {
			t.Errorf("%q: a control character at %d", got, i)
		}
		if whole := bytes.Join(pieces, nil); unprintable(whole) < 0 && !bytes.HasSuffix(whole, []byte{c1}) && out.String() != string(whole) {
			t.Errorf("%q, want %q", out.String(), whole)
		}
	})
}

// No command lets a value, a process or a file's name speak to the terminal.
func TestTerminalSafety(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "a\x1b[2J\nb.edn")
	text := "{:type :invoke, :process \"\x1b]0;title\a\", :f :read, :value nil}\n" +
		"{:type :ok, :process \"\x1b]0;title\a\", :f :read, :value \"\x1b[31m\u009b1m\"}\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"linearizable"}, {"linearizable", "-v"}, {"check"}, {"check", "--with", "stats"}, {"lint"}, {"ops"}, {"ops", "--count-by", "value"},
		{"elle"}, {"linearizable", "--model", "mutex"}, {"show"}, {"store", "verify"}, {"bank"}, {"convert", "--to", "nothing"},
	} {
		got := runWith(t.Context(), nil, append(args, file)...)
		if got.out+got.err == "" {
			t.Errorf("%v: wrote nothing", args)
		}
		if i := unprintable([]byte(got.out + got.err)); i >= 0 {
			t.Errorf("%v: a control character in %q", args, got.out+got.err)
		}
		if strings.Contains(got.out+got.err, "\x1b") || strings.Contains(got.out+got.err, "\nb.edn") {
			t.Errorf("%v: the name breaks a line: %q", args, got.out+got.err)
		}
	}
}

// Explanations stay in the directory that was asked for, whatever lies in it.
func TestWriteFilesFollowsNoLinkOut(t *testing.T) {
	dir, other := t.TempDir(), filepath.Join(t.TempDir(), "other")
	if err := os.WriteFile(other, []byte("untouched"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(other, filepath.Join(dir, "G1a.txt")); err != nil {
		t.Skip(err)
	}
	if err := writeFiles(dir, []render.File{{Name: "G1a.txt", Data: []byte("x")}}); err == nil {
		t.Error("expected an error")
	}
	if got, err := os.ReadFile(other); err != nil || string(got) != "untouched" {
		t.Errorf("%q, %v", got, err)
	}
}
