package linearizable

import (
	"context"
	"testing"

	"github.com/seed-c33ae711/jcheck/format"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// TestBagFoundEmpty: where somebody found a queue empty, what pending operations
// took matters, though the queue keeps no order.
func TestBagFoundEmpty(t *testing.T) {
	m, err := ByName("unordered-queue", "")
	if err != nil {
		t.Fatal(err)
	}
	op := func(process, typ, f, value string) string {
		return "{:process " + process + ", :type :" + typ + ", :f :" + f + ", :value " + value + "}\n"
	}
	put := func(v string) string { return op("0", "invoke", "enqueue", v) + op("0", "ok", "enqueue", v) }
	lost := op("1", "invoke", "dequeue", "nil") + op("1", "info", "dequeue", "nil")
	take := func(v string) string { return op("2", "invoke", "dequeue", "nil") + op("2", "ok", "dequeue", v) }
	for _, c := range []struct {
		text string
		want verdict.Verdict
	}{
		{put("1") + lost + take("nil"), verdict.Valid},
		{put("1") + take("nil"), verdict.Invalid},
		{put("1") + put("2") + lost + take("nil"), verdict.Invalid},
		{put("1") + put("2") + lost + take("2") + take("nil"), verdict.Valid},
		{put("1") + lost + take("nil") + put("2") + take("1"), verdict.Invalid},
	} {
		h, err := format.ReadBytes(context.Background(), "h", []byte(c.text), format.Options{})
		if err != nil {
			t.Fatal(err)
		}
		res, err := Check(context.Background(), h, m, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if res.Valid != c.want {
			t.Errorf("%s%v, want %v", c.text, res.Valid, c.want)
		}
	}
}
