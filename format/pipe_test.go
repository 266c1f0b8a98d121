package format

import (
	"context"
	"errors"
	"io"
	"testing"
	"time"
)

// TestSilentPipe: a reader to which nothing comes does not keep a cancelled call
// waiting.
func TestSilentPipe(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	r, w := io.Pipe()
	defer w.Close()
	done := make(chan error)
	go func() {
		_, err := Read(ctx, "pipe", r, Options{})
		done <- err
	}()
	if _, err := w.Write([]byte("{:type :ok}")); err != nil {
		t.Fatal(err)
	}
	cancel()
	select {
	case err := <-done:
		if !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
	case <-time.After(time.Minute):
		t.Error("still waiting")
	}
}
