package format

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/seed-c33ae711/jcheck/edn"
)

// TestShapeDepth: an op that is read by its shape may nest as deep as one that
// is read by its grammar.
func TestShapeDepth(t *testing.T) {
	for _, n := range []int{edn.MaxDepth - 1, edn.MaxDepth} {
		deep := "{:type :ok, :value " + strings.Repeat("[", n) + strings.Repeat("]", n) + "}\n"
		plain := "{:type :ok, :value []}\n"
		_, first := ReadBytes(context.Background(), "h", []byte(deep), Options{})
		_, second := ReadBytes(context.Background(), "h", []byte(plain+deep), Options{})
		if (first == nil) != (second == nil) || (first == nil) != (n < edn.MaxDepth) {
			t.Errorf("%d levels: %v by the grammar, %v by the shape", n, first, second)
		}
	}
}

// TestShapes: ops that begin alike and go on differently are read as if each
// stood alone.
func TestShapes(t *testing.T) {
	ops := []string{
		"{:index %d, :type :ok, :process 1, :f :txn, :value [1]}",
		"{:index %d, :type :ok, :process 1, :f :txn, :value nil}",
		"{:index %d, :type :info, :process :nemesis, :f :kill, :value \"}\"}",
		"{:index %d, :type :fail, :process 10, :f :read-all?, :value (1 ; }\n)}",
		"{:index %d, :type :ok:x, :process 1, :f :txn, :value [1]}",
		"{:index %d, :type \"ok\":process 1, :f :txn, :value [1]}",
		"{:index %d, :type :ok:process 1, :f :txn, :value [1]}",
		"{:index %d, :type :ok, :process 01, :f :txn, :value [1]}",
		"{:index %d, :type :ok, :process 1N, :f :txn, :value [1]}",
		"{:index %d, :type :ok, :process 1, :f :txn, :value #_ 2 [1]}",
		"{:index %d, :type :ok, :process 1, :f :txn, :value }",
		"{:index %d, :type :ok, :process 1, :f :txn, :value [1], :error :timeout}",
		"{:index %d :type :ok :process 1 :f :txn :value [1]}",
		"{:type :ok, :index %d, :process 1, :f :txn, :value [1]}",
		"{:index %d, :type :ok, :process 1, :f :txn, :value[1]}",
		"{:index %d, :type :ok, :process 1, :f :txn, :value77}",
		"{:index %d, :type :ok, :process 1, :f :txn, :value1 :w2}",
		"{:index %d, :type :ok, :process 1, :f\"txn\", :value[1]}",
		"{:index %d, :type :ok, :process 1, :ftxn, :value[1]}",
		"{:index %d, :type :ok, :process 1, :f:txn, :value[1]}",
		"{:index %d, :type\"ok\", :process 1, :f :txn, :value (1)}",
		"{:index %d, :type:ok, :process 1, :f :txn, :value (1)}",
		"{:index %d, :type :ok, :process 1, :f :txn, :value#{1}}",
		"{:index %d, :type :ok, :process 1, :f :txn, :value\\a}",
		"{:index %d, :type :ok, :process 1, :f :txn, :value#_[]1}",
		"{:index %d, :type :ok, :process 1, :f :txn, :value#_[]1 2}",
		"{:index %d, \"type\"\"ok\" \"process\"1 :f :txn, \"value\"[1]}",
		"{:index %d, \"type\":ok \"process\"1 :f :txn, \"value\"77}",
	}
	read := func(text string) string {
		h, err := ReadBytes(context.Background(), "h", []byte(text), Options{})
		if err != nil {
			return "refused"
		}
		op := h.Op(h.Len() - 1)
		return fmt.Sprint(op.Type, op.Process, op.F, op.Value)
	}
	for _, a := range ops {
		if read(fmt.Sprintf(a, 0)) == "refused" {
			continue
		}
		for _, b := range ops {
			if got, want := read(fmt.Sprintf(a+"\n"+b+"\n", 0, 1)), read(fmt.Sprintf(b+"\n", 1)); got != want {
				t.Errorf("%s\nafter\n%s\nis %s, want %s", b, a, got, want)
			}
		}
	}
}
