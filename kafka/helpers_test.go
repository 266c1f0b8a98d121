package kafka_test

import (
	"context"
	"testing"

	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/kafka"
	"github.com/seed-c33ae711/jcheck/render"
)

// result checks a history and returns the result as EDN, too.
func result(t testing.TB, h *history.History, opt kafka.Options) (string, *kafka.Result) {
	t.Helper()
	res, err := kafka.Check(context.Background(), h, opt)
	if err != nil {
		t.Fatal(err)
	}
	text, err := render.EDN(nil, res)
	if err != nil {
		t.Fatal(err)
	}
	return string(text), res
}
