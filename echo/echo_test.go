package echo_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/seed-c33ae711/jcheck/echo"
	"github.com/seed-c33ae711/jcheck/format"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/histtest"
)

func TestOracle(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		text := histtest.Random(rt, func() histtest.Call {
			in := rapid.SampledFrom([]string{"1", "\"a\"", "nil"}).Draw(rt, "in")
			out := rapid.SampledFrom([]string{in, in, "{:type \"echo_ok\", :echo " + in + "}", "2", "{:echo 2}"}).Draw(rt, "out")
			return histtest.Call{F: rapid.SampledFrom([]string{"echo", "echo", "other"}).Draw(rt, "f"), In: in, Out: out}
		})
		h := histtest.Parse(t, text)
		r, err := echo.Check(context.Background(), h)
		if err != nil {
			rt.Fatal(err)
		}
		n, bad := 0, 0
		for i := range h.Len() {
			if h.F(i) != "echo" || h.Type(i) != history.OK {
				continue
			}
			n++
			in, out := h.Value(h.Pair(i)).String(), h.Value(i).String()
			if out != in && out != "{:type \"echo_ok\", :echo "+in+"}" {
				bad++
			}
		}
		valid := "true"
		switch {
		case bad > 0:
			valid = "false"
		case n == 0:
			valid = "unknown"
		}
		if r.Echoes != n || len(r.Errors) != bad || r.Valid.String() != valid || (len(r.Findings()) > 0) != (bad > 0) {
			rt.Fatalf("%s\n%d of %d, %s, want %d of %d, %s", text, len(r.Errors), r.Echoes, r.Valid, bad, n, valid)
		}
	})
}

func ExampleCheck() {
	h, err := format.Read(context.Background(), "history.edn", strings.NewReader(`
		{:process 0 :type :invoke :f :echo :value "hello"}
		{:process 0 :type :ok :f :echo :value {:type "echo_ok", :echo "hullo"}}`), format.Options{})
	if err != nil {
		panic(err)
	}
	r, err := echo.Check(context.Background(), h)
	if err != nil {
		panic(err)
	}
	fmt.Println(r.Valid, r.Errors)
	// Output: false [1]
}
