package lintest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"github.com/seed-c33ae711/jcheck/linearizable"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// Check checks the recorded operations, and fails t unless they are linearizable. It
// also fails t if the verdict is unknown, or if nothing was recorded. The recording
// goroutines should have ended. A long search ends in time for the test to report that.
func (r *Recorder[S, In, Out]) Check(t testing.TB) {
	t.Helper()
	ctx, cancel := inTime(t)
	defer cancel()
	ops := r.Operations()
	out, err := r.object.Check(ctx, ops, r.Options)
	if err != nil {
		t.Errorf("lintest: %v", err)
		return
	}
	if out.Valid == verdict.Valid {
		return
	}
	text := r.object.Explain(ops, out)
	dir := t.ArtifactDir()
	if err := r.save(dir, ops, out, text); err != nil {
		t.Errorf("lintest: %v", err)
	}
	t.Errorf("%s\nthe recorded history is in %s", text, dir)
}

// inTime ends before the test binary gives up, and not with t.Context, so that
// Check can be a cleanup.
func inTime(t testing.TB) (context.Context, context.CancelFunc) {
	ctx := context.WithoutCancel(t.Context())
	if t, ok := t.(interface{ Deadline() (time.Time, bool) }); ok {
		if end, ok := t.Deadline(); ok {
			return context.WithDeadline(ctx, end.Add(-time.Until(end)/10-drawing))
		}
	}
	return context.WithCancel(ctx)
}

// row is an operation in a line of JSON.
type row struct {
	Op     int             `json:"op"`
	Client int             `json:"client"`
	Call   int64           `json:"call"`
	Return int64           `json:"return,omitempty"` // not of a pending one
	Text   string          `json:"text"`
	In     json.RawMessage `json:"in,omitempty"`  // if it can be written
	Out    json.RawMessage `json:"out,omitempty"` // likewise
}

// save writes the artifacts.
func (r *Recorder[S, In, Out]) save(dir string, ops []linearizable.Operation[In, Out], out *linearizable.Outcome, text string) error {
	var lines bytes.Buffer
	enc := json.NewEncoder(&lines)
	for i, op := range ops {
		line := row{Op: i, Client: op.Client, Call: op.Call, Return: op.Return, Text: r.describe(op)}
		line.In, _ = json.Marshal(op.In)
		if !op.Pending {
			line.Out, _ = json.Marshal(op.Out)
		}
		if err := enc.Encode(line); err != nil {
			return err
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "operations.jsonl"), lines.Bytes(), 0o666); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "explanation.txt"), []byte(text+"\n"), 0o666); err != nil {
		return err
	}
	for i := range out.Parts {
		if out.Parts[i].Valid == verdict.Invalid {
			return r.draw(filepath.Join(dir, "porcupine.html"), ops, out, i)
		}
	}
	return nil
}

func (r *Recorder[S, In, Out]) describe(op linearizable.Operation[In, Out]) string {
	switch {
	case r.object.Describe != nil:
		return r.object.Describe(op.In, op.Out, op.Pending)
	case op.Pending:
		return fmt.Sprintf("%v -> ?", op.In)
	}
	return fmt.Sprintf("%v -> %v", op.In, op.Out)
}

const (
	// drawing is how long Porcupine may take to make a picture; it shows less if that
	// is not enough.
	drawing = 5 * time.Second
	// drawn is how many operations before the failure the picture has.
	drawn = 200
)

// draw has Porcupine make a picture of an object that failed, as far as the
// operation that failed. If there is more before than can be seen, the picture
// begins in a state that the object may have been in after the first operations,
// which then leave no other way out either.
func (r *Recorder[S, In, Out]) draw(file string, ops []linearizable.Operation[In, Out], out *linearizable.Outcome, part int) error {
	o, p := r.object, &out.Parts[part]
	skip := map[int]bool{}
	if len(p.Final) > 0 {
		order := p.Final[0].Order
		for _, i := range order[:max(0, len(order)-drawn)] {
			skip[i] = true
			if op := ops[i]; op.Pending {
				o.Init, _ = o.Pending(o.Init, op.In)
			} else {
				o.Init, _ = o.Step(o.Init, op.In, op.Out)
			}
		}
	}
	end := ops[p.Culprit].Return
	var shown []linearizable.Operation[In, Out]
	for i, op := range ops {
		if op.Call <= end && !skip[i] && (o.Key == nil || o.Key(op.In) == out.Keys[part]) {
			shown = append(shown, op)
		}
	}
	o.Key = nil
	compact(shown)
	m, list := o.Porcupine(shown)
	_, info := porcupine.CheckOperationsVerbose(m, list, drawing)
	return porcupine.VisualizePath(m, info, file)
}

// compact gives clients the numbers from 0 on: Porcupine draws a line for each
// number.
func compact[In, Out any](ops []linearizable.Operation[In, Out]) {
	var clients []int
	for _, op := range ops {
		clients = append(clients, op.Client)
	}
	slices.Sort(clients)
	clients = slices.Compact(clients)
	for i := range ops {
		ops[i].Client, _ = slices.BinarySearch(clients, ops[i].Client)
	}
}
