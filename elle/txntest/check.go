package txntest

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/seed-c33ae711/jcheck/elle"
	"github.com/seed-c33ae711/jcheck/format"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/render"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// History returns the recorded history, to be examined or checked in other ways. The
// error says what could not be recorded, or which op breaks the order of its process.
// After History, nothing can be recorded.
func (r *Recorder) History() (*history.History, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.err != nil {
		return nil, r.err
	}
	return r.builder.History()
}

// Check checks the recorded history, and fails t unless the history satisfies the
// model. It also fails t if the verdict is unknown, or if nothing was recorded. The
// recording goroutines should have ended. A long check ends in time for the test to
// report that.
func (r *Recorder) Check(t testing.TB) {
	t.Helper()
	ctx, cancel := inTime(t)
	defer cancel()
	h, err := r.History()
	if err != nil {
		t.Errorf("txntest: %v", err)
		return
	}
	res, err := elle.Check(ctx, h, r.opt)
	if err != nil {
		t.Errorf("txntest: %v", err)
		return
	}
	if res.Valid == verdict.Valid {
		return
	}
	dir := t.ArtifactDir()
	h.Source().Name = filepath.Join(dir, "history.jsonl") // whose lines are those of the history
	text := render.Prose("transactions", "elle", res, render.ProseOptions{})
	if err := save(ctx, dir, h, text); err != nil {
		t.Errorf("txntest: %v", err)
	}
	t.Errorf("%s\nthe recorded history is in %s", text, dir)
}

// inTime ends before the test binary gives up, and not with t.Context, so that Check
// can be a cleanup.
func inTime(t testing.TB) (context.Context, context.CancelFunc) {
	ctx := context.WithoutCancel(t.Context())
	if t, ok := t.(interface{ Deadline() (time.Time, bool) }); ok {
		if end, ok := t.Deadline(); ok {
			return context.WithDeadline(ctx, end.Add(-time.Until(end)/10))
		}
	}
	return context.WithCancel(ctx)
}

// save writes the artifacts.
func save(ctx context.Context, dir string, h *history.History, text string) error {
	x, err := format.Export(context.WithoutCancel(ctx), h, format.JSONL, format.ExportOptions{})
	if err != nil {
		return err
	}
	var lines bytes.Buffer
	if err := x.Files[0].Write(&lines); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "history.jsonl"), lines.Bytes(), 0o666); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "explanation.txt"), []byte(text), 0o666)
}
