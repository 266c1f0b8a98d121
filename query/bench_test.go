package query_test

import (
	"bytes"
	"context"
	"testing"

	"github.com/seed-c33ae711/jcheck/format"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/query"
	"github.com/seed-c33ae711/jcheck/simulate"
)

// BenchmarkOps asks a million ops, of 10 clients that append to lists.
func BenchmarkOps(b *testing.B) {
	h := million(b)
	for _, where := range []string{
		"",
		`true`,
		`type == "ok" && process == 3`,
		`ok && process == 3 && any(mops, .key == 559)`,
		`ok && 559 in keys`,
		`any(mops, .f == "append" && .value == 3)`,
		`ok && latency > duration("1ms")`,
	} {
		b.Run("where="+where, func(b *testing.B) {
			f := query.Filter{}
			if where != "" {
				e, err := query.Compile(where)
				if err != nil {
					b.Fatal(err)
				}
				f.Where = e
			}
			b.ReportAllocs()
			for b.Loop() {
				if _, err := f.Ops(context.Background(), h); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(h.Len()), "ns/row")
		})
	}
}

func million(b *testing.B) *history.History {
	b.Helper()
	ops, err := simulate.Config{Txns: 500_000, Clients: 10, MaxWritesPerKey: 32}.Ops()
	if err != nil {
		b.Fatal(err)
	}
	var text []byte
	n := 0
	for op := range ops {
		text = append(op.AppendJSON(text, n), '\n')
		n++
	}
	h, err := format.Read(context.Background(), "history.jsonl", bytes.NewReader(text), format.Options{})
	if err != nil {
		b.Fatal(err)
	}
	return h
}
