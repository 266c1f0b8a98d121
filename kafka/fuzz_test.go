package kafka_test

import (
	"context"
	"errors"
	"testing"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/format"
	"github.com/seed-c33ae711/jcheck/kafka"
)

// FuzzCheck: whatever can be read is checked or refused at a place of the text.
func FuzzCheck(f *testing.F) {
	for _, k := range known {
		f.Add(tell(f, k.history).Source().Text)
	}
	f.Add([]byte(`[{"type":"ok","process":1,"f":"txn","value":[["send","a",[1,[2]]],["poll",{"a":[[1,{"k":null}]],"3":[]}]]}]`))
	f.Add([]byte(`{:type :ok, :process 0, :f :assign, :value #{#a [1] nil "x" 1.5}}
{:type :ok, :process 0, :f :poll, :value ([:poll nil] [:poll {{:a 1} [[1 #{2}] [2 #b 3]] 1/2 nil}]), :rebalance-log [{:keys 5} 6 {:keys [1/2]}]}
{:type :info, :process 0, :f :send, :value [[:send {:a 1} [nil #{2}]] [:send 1/2 (1 2)]], :error [1 {}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		h, err := format.ReadBytes(context.Background(), "fuzz", text, format.Options{MaxBytes: 1 << 20})
		if err != nil {
			return
		}
		for _, opt := range []kafka.Options{{}, {WWDeps: true, AllErrors: true, SubVia: kafka.Subscribe}} {
			r, err := kafka.Check(context.Background(), h, opt)
			var syntax *edn.SyntaxError
			if errors.As(err, &syntax) && syntax.Line > 0 {
				continue
			} else if err != nil {
				t.Fatalf("%v has no place", err)
			}
			for _, found := range r.Findings() {
				if found.Msg == "" || found.Count == 0 {
					t.Fatalf("%+v", found)
				}
			}
			r.Fields()
		}
	})
}
