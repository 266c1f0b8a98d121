package format

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
	"pgregory.net/rapid"
)

// TestExportTxns exports random transactions and reads what was written: the
// same, of the same sessions, in the same order.
func TestExportTxns(t *testing.T) {
	root := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		for _, f := range []Format{Plume, AWDIT, DBCop, DBCopJSON, DBCopHist, Cobra, Viper, VeriStrong, EDN, JSON, JSONL} {
			h, want := randomTxns(t, f)
			dir, err := os.MkdirTemp(root, "")
			if err != nil {
				t.Fatal(err)
			}
			path, _, err := exported(t, dir, h, f)
			if err != nil {
				t.Fatalf("%v\n%s", err, h.Source().Text)
			}
			back, err := ReadFile(context.Background(), path, Options{})
			if err != nil {
				t.Fatalf("%s: %v", f, err)
			}
			got := sessionsOf(back)
			if f == Cobra || f == Viper { // the order of sessions is that of their numbers there
				for _, s := range [][][]string{got, want} {
					slices.SortFunc(s, func(a, b []string) int { return slices.Compare(a, b) })
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("%s: (-want +got)\n%s\n%s", f, diff, h.Source().Text)
			}
			if err := os.RemoveAll(dir); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// ability is what a format can say of transactions: that they were aborted or are open,
// have no micro-ops, and read nil; split says that each aborted write stands alone.
type ability struct{ aborted, open, empty, null, split bool }

var abilities = map[Format]ability{
	Plume: {aborted: true, null: true, split: true}, AWDIT: {}, DBCop: {aborted: true, null: true, empty: true}, DBCopJSON: {aborted: true, empty: true, null: true},
	DBCopHist: {aborted: true, null: true}, Cobra: {aborted: true, open: true, empty: true, null: true}, Viper: {empty: true, null: true},
	VeriStrong: {null: true}, EDN: {true, true, true, true, false}, JSON: {true, true, true, true, false}, JSONL: {true, true, true, true, false},
}

// randomTxn is a transaction as its invocation and its completion show it, and what a
// format keeps of it.
type randomTxn struct{ asked, mops, kept []string }

var randomNumber = rapid.OneOf(rapid.Uint64Range(1, 9), rapid.Uint64Min(1))

// drawTxn draws a transaction that a format can say. It counts the values that are
// written.
func drawTxn(t *rapid.T, f Format, typ string, value *uint64) (x randomTxn) {
	can, write := abilities[f], ":w"
	if f == VeriStrong {
		write = ":append"
	}
	for range rapid.IntRange(b2i(!can.empty || typ != "ok"), 4).Draw(t, "mops") {
		key := randomNumber.Draw(t, "key")
		name := fmt.Sprint(key)
		if f == DBCopHist {
			name = fmt.Sprintf("\"x%d\"", key)
		}
		if rapid.Bool().Draw(t, "write") {
			*value++
			mop := fmt.Sprintf("[%s %s %d]", write, name, *value*3+1<<40)
			x.mops, x.asked, x.kept = append(x.mops, mop), append(x.asked, mop), append(x.kept, mop)
			continue
		}
		read := fmt.Sprint(randomNumber.Draw(t, "value"))
		switch {
		case f == VeriStrong:
			read = strings.ReplaceAll(fmt.Sprint(rapid.SliceOfN(randomNumber, 0, 3).Draw(t, "list")), ",", "")
		case can.null && rapid.IntRange(0, 2).Draw(t, "nil") == 0:
			read = "nil"
		}
		mop := fmt.Sprintf("[:r %s %s]", name, read)
		x.mops, x.asked = append(x.mops, mop), append(x.asked, fmt.Sprintf("[:r %s nil]", name))
		if typ == "ok" {
			x.kept = append(x.kept, mop)
		}
	}
	if f == EDN || f == JSON || f == JSONL {
		x.kept = x.mops
	}
	return x
}

// randomTxns makes transactions that a format can say, of which some have
// invocations and all of them or none, and answers what is read of what is
// written.
func randomTxns(t *rapid.T, f Format) (*history.History, [][]string) {
	can := abilities[f]
	invocations := rapid.Bool().Draw(t, "invocations")
	var text strings.Builder
	n := 0
	add := func(typ string, process int, mops []string) {
		fmt.Fprintf(&text, "{:index %d, :type :%s, :process %d, :f :txn, :value [%s]}\n", n, typ, process, strings.Join(mops, " "))
		n++
	}
	var want [][]string
	sessions := map[int]int{}
	closed := map[int]bool{}
	value := uint64(0)
	for range rapid.IntRange(1, 12).Draw(t, "txns") {
		process := rapid.IntRange(0, 3).Draw(t, "process")
		if closed[process] {
			continue
		}
		typ := "ok"
		switch o := rapid.IntRange(0, 5).Draw(t, "outcome"); {
		case o == 0 && can.aborted:
			typ = "fail"
		case o == 1 && can.open:
			typ = "info"
			closed[process] = true
		}
		x := drawTxn(t, f, typ, &value)
		if typ != "ok" && len(x.kept) == 0 && (f == Plume || f == DBCop || f == DBCopHist) {
			continue // it would be left out
		}
		if invocations {
			add("invoke", process, x.asked)
		}
		add(typ, process, x.mops)
		k, ok := sessions[process]
		if !ok {
			k = len(want)
			sessions[process] = k
			want = append(want, nil)
		}
		if typ == "fail" && can.split {
			for _, mop := range x.kept {
				want[k] = append(want[k], "fail ["+mop+"]")
			}
			continue
		}
		want[k] = append(want[k], typ+" ["+strings.Join(x.kept, " ")+"]")
	}
	if n == 0 {
		return randomTxns(t, f)
	}
	return mustRead(t, text.String()), want
}

// checkExports exports a history to each format. What is not refused reads as a
// history with as many operations, at most, and as one that is refused no more.
func checkExports(t testing.TB, h *history.History) {
	t.Helper()
	ctx := context.Background()
	for _, x := range exporters {
		out, err := Export(ctx, h, x.format, ExportOptions{})
		if err != nil {
			var syntax *edn.SyntaxError
			if !errors.As(err, &syntax) {
				t.Fatalf("%s: %T: %v", x.format, err, err)
			}
			continue
		}
		read := x.format
		if read == TiPocket {
			read = EDN
		}
		for _, file := range out.Files {
			var text bytes.Buffer
			if err := file.Write(&text); err != nil {
				var syntax *edn.SyntaxError
				if errors.As(err, &syntax) && syntax.File == h.Source().Name {
					continue // what is inside a value nobody has looked at yet
				}
				t.Fatalf("%s: %v", x.format, err)
			}
			back, err := ReadBytes(ctx, "back", text.Bytes(), Options{Format: read})
			if err != nil {
				t.Fatalf("%s: %v\n%s\nof\n%s", x.format, err, text.Bytes(), h.Source().Text)
			}
			if x.format != Plume && back.Len() > h.Len() {
				t.Fatalf("%s: %d ops of %d", x.format, back.Len(), h.Len())
			}
			if _, err := Export(ctx, back, x.format, ExportOptions{}); err != nil && x.format != EDN && back.Len() > 0 {
				t.Fatalf("%s, again: %v\n%s", x.format, err, text.Bytes())
			}
		}
	}
}

// TestExportForeign exports what was imported, from each format to each.
func TestExportForeign(t *testing.T) {
	for _, tt := range foreign {
		h, err := readString(tt.text, Options{Format: tt.format})
		if err != nil {
			t.Fatal(err)
		}
		checkExports(t, h)
	}
	for _, tt := range opLogs {
		h, err := readString(tt.text, Options{Format: tt.format})
		if err != nil {
			t.Fatal(err)
		}
		checkExports(t, h)
	}
	for _, tt := range robustnessTests {
		checkExports(t, mustRead(t, tt.text))
	}
	for _, text := range containers() {
		checkExports(t, mustRead(t, text))
	}
}

// opRows are the ops of a history as formats of single operations have them.
func opRows(h *history.History, keep func(i int) bool) (out []string) {
	for op := range h.Ops() {
		if !keep(op.Pos) {
			continue
		}
		value, err := appendOrNil(nil, op.Value)
		if err != nil {
			value = []byte(err.Error())
		}
		out = append(out, fmt.Sprintf("%s %s %s %s", op.Process, op.Type, op.F, value))
	}
	return out
}

// TestExportOps exports random operations and reads what was written.
func TestExportOps(t *testing.T) {
	path := filepath.Join(t.TempDir(), "h")
	rapid.Check(t, func(t *rapid.T) {
		for _, f := range []Format{KV, Etcd, JepsenLog, HistoryTxt, TiPocket} {
			text := randomOps(t, f)
			h := mustRead(t, text)
			out, err := Export(context.Background(), h, f, ExportOptions{})
			if err != nil {
				t.Fatal(err)
			}
			var b bytes.Buffer
			if err := out.Files[0].Write(&b); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
				t.Fatal(err)
			}
			back, err := ReadFile(context.Background(), path, Options{})
			if err != nil {
				t.Fatalf("%s: %v\n%s", f, err, b.Bytes())
			}
			want, got := opRows(h, func(i int) bool { return f == JepsenLog || f == HistoryTxt || h.Process(i).IsClient() }), opRows(back, func(int) bool { return true })
			if f == Etcd { // these values are not kept
				for i, op := range want {
					if strings.Contains(op, " info ") || strings.Contains(op, " fail read") {
						want[i] = op[:strings.LastIndex(op, " ")+1] + "nil"
						if strings.HasSuffix(op, "]") {
							want[i] = op[:strings.Index(op, "[")] + "nil"
						}
					}
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("%s: (-want +got)\n%s\n%s", f, diff, b.Bytes())
			}
			for i := range back.Len() {
				k := i
				if f != JepsenLog && f != HistoryTxt {
					break
				}
				want, _ := h.Text(k).Get("error")
				got, _ := back.Text(i).Get("error")
				if want.String() != got.String() {
					t.Fatalf("error %s became %s", want, got)
				}
			}
		}
	})
}

var (
	randomWord  = rapid.SampledFrom([]string{`""`, `"a b"`, `"x\ty\n"`, `"é"`, `"\"q\""`})
	randomSmall = rapid.Map(rapid.IntRange(-3, 9), func(n int) string { return fmt.Sprint(n) })
	randomData  = rapid.OneOf(randomWord, randomSmall, rapid.SampledFrom([]string{"nil", ":timed-out", "[1 nil]", "#{1 #{}}", "{:a [1.5 2/3]}", `\a`, "##NaN", "#inst \"2020-01-01T00:00:00Z\""}))
	randomError = rapid.OneOf(randomWord, randomData, rapid.SampledFrom([]string{`"timeout"`, `"no answer: 5 s"`, `":x"`, `"1"`, `" x"`, `"[1"`}))
)

// drawOp draws an operation that a format can say, or the completion of what a process
// asked for.
func drawOp(t *rapid.T, f Format, asked, typ string) (name, value string) {
	one := func(names ...string) string {
		if asked != "" {
			return asked
		}
		return rapid.SampledFrom(names).Draw(t, "f")
	}
	switch f {
	case KV:
		name = one("get", "put", "append")
		value = "[" + randomWord.Draw(t, "key") + " " + rapid.OneOf(randomWord, rapid.Just("nil")).Draw(t, "value") + "]"
	case Etcd:
		name = one("read", "write", "cas")
		if value = randomSmall.Draw(t, "value"); name == "cas" {
			value = "[" + value + " " + randomSmall.Draw(t, "new") + "]"
		}
	case TiPocket:
		name, value = "txn", "[[:r 5 nil] [:append abc "+randomSmall.Draw(t, "value")+"]]"
		if typ == "ok" {
			value = "[[:r 5 [1 2 -3]] [:r x_y []]]"
		}
	default:
		name = one("read", "txn", "can't-be")
		value = randomData.Draw(t, "value")
	}
	return name, value
}

// randomOps makes operations of five processes and the nemesis.
func randomOps(t *rapid.T, f Format) string {
	var text strings.Builder
	open := map[int]string{} // what a process is doing
	dead := map[int]bool{}
	for range rapid.IntRange(1, 12).Draw(t, "ops") {
		p := rapid.IntRange(0, 4).Draw(t, "process")
		if dead[p] {
			continue
		}
		if p == 4 {
			fmt.Fprintf(&text, "{:type :info, :process :nemesis, :f :start, :value %s}\n", randomData.Draw(t, "value"))
			continue
		}
		asked, typ := open[p], "invoke"
		delete(open, p)
		if asked != "" {
			typ = rapid.SampledFrom([]string{"ok", "fail", "info"}).Draw(t, "type")
			dead[p] = typ == "info"
		}
		name, value := drawOp(t, f, asked, typ)
		fmt.Fprintf(&text, "{:type :%s, :process %d, :f :%s, :value %s", typ, p, name, value)
		if typ == "invoke" {
			open[p] = name
		} else if rapid.Bool().Draw(t, "failed") && (f == JepsenLog || f == HistoryTxt) {
			fmt.Fprintf(&text, ", :error %s", randomError.Draw(t, "error"))
		}
		text.WriteString("}\n")
	}
	if strings.Count(text.String(), ":type :") == strings.Count(text.String(), ":process :nemesis") {
		return randomOps(t, f)
	}
	return text.String()
}
