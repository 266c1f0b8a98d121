package command

import (
	"context"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/format"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/store"
)

// unknownStart is when a test started if that was not recorded: Jepsen wants a
// time, and the same input makes the same file.
const unknownStart = `#clj-time/date-time "1970-01-01T00:00:00.000Z"`

// toJepsen writes a .jepsen file.
func (a *app) toJepsen(ctx context.Context, file string, h *history.History, tuples bool, out output) error {
	test, err := a.testOf(file)
	if err != nil {
		return err
	}
	err = out.replace(func(temp string) error { return writeJepsen(ctx, temp, test, h, tuples) })
	if err != nil {
		return err
	}
	var lost []string
	for i := range h.Len() {
		if h.Index(i) != int64(i) {
			lost = append(lost, "indices: they become 0, 1, 2, ...")
			break
		}
	}
	a.tellLost(file, jepsenFormat, lost)
	return nil
}

// testOf returns the map of the test that a history belongs to, or the little that
// can be said of one.
func (a *app) testOf(arg string) (edn.Value, error) {
	path, err := a.resolve(arg)
	if err != nil {
		return edn.Value{}, err
	}
	if path != "-" && isStored(path) {
		run, err := store.OpenRun(path)
		if err != nil {
			return edn.Value{}, err
		}
		defer run.Close()
		if test, err := run.Test(); err != nil || !test.IsZero() { // a run may have texts alone
			return test, err
		}
	}
	text := append(edn.AppendString([]byte("{:name "), testName(path)), ", :start-time "+unknownStart+"}"...)
	return edn.Parse(string(text), edn.EDN)
}

func writeJepsen(ctx context.Context, path string, test edn.Value, h *history.History, tuples bool) (err error) {
	w, err := store.Create(path, store.WriterOptions{Seal: -1})
	if err != nil {
		return err
	}
	defer func() {
		if closed := w.Close(); err == nil {
			err = closed
		}
	}()
	if err := w.SaveTest(test); err != nil {
		return err
	}
	for i := range h.Len() {
		if i%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		// Of an op that cannot be written, the error tells a place in this text only.
		text, err := format.AppendOpStored(nil, h, i, tuples)
		if err == nil {
			err = w.Add(edn.NewSource("", text, edn.EDN).Value(0, len(text)))
		}
		if err != nil {
			return h.Errorf(i, "op %d cannot be written: %v", h.Index(i), err)
		}
	}
	return w.EndHistory()
}
