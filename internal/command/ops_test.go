package command

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/seed-c33ae711/jcheck/edn"
)

func TestCut(t *testing.T) {
	for _, c := range []struct {
		line  string
		width int
		want  string
	}{
		{"abc", 0, "abc"}, {"abc", 3, "abc"}, {"abcd", 3, "ab…"}, {"abcd", 1, "…"},
		{"äöü", 3, "äöü"}, {"äöüß", 3, "äö…"}, {"", 1, ""},
	} {
		if got := cut(c.line, c.width); got != c.want {
			t.Errorf("%q to %d: %q, want %q", c.line, c.width, got, c.want)
		}
	}
}

// An op has one line in a table, however it was written.
func TestOneLine(t *testing.T) {
	for text, want := range map[string]string{"[1  2]": "[1  2]", "[1\n 2 ; two\n]": "[1 2]", "\"a\nb\"": `"a\nb"`} {
		if got := oneLine(edn.MustParse(text)); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestPatiently(t *testing.T) {
	wrong := errors.New("wrong")
	if err := patiently(context.Background(), func() error { return wrong }); err != wrong {
		t.Errorf("an error: %v", err)
	}
	if err := patiently(context.Background(), func() error { return nil }); err != nil {
		t.Errorf("no error: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	stuck := make(chan struct{})
	defer close(stuck)
	if err := patiently(ctx, func() error { <-stuck; return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("a function that does not end: %v", err)
	}
	defer func() {
		if v, ok := recover().(string); !ok || !strings.HasPrefix(v, "oh") {
			t.Errorf("a panic became %v", v)
		}
	}()
	_ = patiently(context.Background(), func() error { panic("oh") })
}

// An interrupted query has no answer.
func TestOpsInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	var out, errs bytes.Buffer
	status := Run(ctx, []string{"ops", "--where", "ok", "-"}, strings.NewReader("{:type :invoke, :process 0, :f :read}"), &out, &errs)
	if status != exitUnknown || out.Len() > 0 || !strings.Contains(errs.String(), "interrupted") {
		t.Errorf("status %d\n%s%s", status, &out, &errs)
	}
}
