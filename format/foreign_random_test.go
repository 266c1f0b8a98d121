package format

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// A regTxn is a random transaction on registers, and regMop an access of one;
// the value 0 is nil.
type regTxn struct {
	session   int
	committed bool
	mops      []regMop
}

type regMop struct {
	write      bool
	key, value uint64
}

// genSessions generates transactions in the order of their sessions, of which
// each has one.
func genSessions(t *rapid.T, aborts bool) (txns []regTxn) {
	number := rapid.OneOf(rapid.Uint64Range(1, 9), rapid.Uint64Min(1))
	mop := rapid.Custom(func(t *rapid.T) regMop {
		m := regMop{rapid.Bool().Draw(t, "write"), number.Draw(t, "key"), number.Draw(t, "value")}
		if aborts && !m.write && rapid.Bool().Draw(t, "nil") {
			m.value = 0
		}
		return m
	})
	for s := range rapid.IntRange(1, 4).Draw(t, "sessions") {
		for range rapid.IntRange(1, 4).Draw(t, "txns") {
			committed := !aborts || rapid.IntRange(0, 3).Draw(t, "outcome") > 0
			txns = append(txns, regTxn{s, committed, rapid.SliceOfN(mop, 1, 4).Draw(t, "mops")})
		}
	}
	return txns
}

// op is how the transaction reads, as completions has it; key formats keys.
func (x regTxn) op(key string) string {
	typ := "ok"
	var mops []string
	if !x.committed {
		typ = "fail"
	}
	for _, m := range x.mops {
		switch {
		case m.write:
			mops = append(mops, fmt.Sprintf("[:w "+key+" %d]", m.key, m.value))
		case !x.committed:
		case m.value == 0:
			mops = append(mops, fmt.Sprintf("[:r "+key+" nil]", m.key))
		default:
			mops = append(mops, fmt.Sprintf("[:r "+key+" %d]", m.key, m.value))
		}
	}
	return fmt.Sprintf("%s %d [%s]", typ, x.session, strings.Join(mops, " "))
}

func ops(txns []regTxn, key string, keep func(regTxn) bool) (out []string) {
	for _, x := range txns {
		if keep(x) {
			out = append(out, x.op(key))
		}
	}
	return out
}

func all(regTxn) bool { return true }

func writes(x regTxn) bool {
	for _, m := range x.mops {
		if m.write {
			return true
		}
	}
	return false
}

// bySession calls begin before the first transaction of each session, and txn
// for each.
func bySession(txns []regTxn, begin func(n int), txn func(i int, x regTxn)) {
	for i, x := range txns {
		if i == 0 || txns[i-1].session != x.session {
			n := 0
			for _, y := range txns {
				if y.session == x.session {
					n++
				}
			}
			begin(n)
		}
		txn(i, x)
	}
}

// genPlume writes transactions with the lines of different sessions in any
// order, and answers what should be read.
func genPlume(t *rapid.T, txns []regTxn) (text string, want []string) {
	lines := map[int][]string{}
	starts := map[string]string{} // the op that begins with a line
	for i, x := range txns {
		for k, m := range x.mops {
			id := i + 7
			if !x.committed {
				id = -1
			}
			line := fmt.Sprintf("%c(%d,%d,%d,%d)\n", "rw"[b2i(m.write)], m.key, m.value, x.session, id)
			lines[x.session] = append(lines[x.session], line)
			switch {
			case x.committed && k == 0:
				starts[fmt.Sprint(x.session, " ", len(lines[x.session]))] = x.op("%d")
			case !x.committed && m.write:
				starts[fmt.Sprint(x.session, " ", len(lines[x.session]))] = regTxn{x.session, false, []regMop{m}}.op("%d")
			}
		}
	}
	next := map[int]int{}
	for n := len(lines); n > 0; {
		s := rapid.IntRange(0, len(lines)-1).Draw(t, "turn")
		if next[s] == len(lines[s]) {
			s = 0 // the first that is not at its end
			for next[s] == len(lines[s]) {
				s++
			}
		}
		text += lines[s][next[s]]
		next[s]++
		if op, ok := starts[fmt.Sprint(s, " ", next[s])]; ok {
			want = append(want, op)
		}
		if next[s] == len(lines[s]) {
			n--
		}
	}
	return text, want
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

func genAWDIT(txns []regTxn) (text string) {
	bySession(txns, func(int) { text += "=====\n" }, func(_ int, x regTxn) {
		for _, m := range x.mops {
			text += fmt.Sprintf("%c %d %d\n", "rw"[b2i(m.write)], m.key, m.value)
		}
		text += "-----\n"
	})
	return strings.TrimPrefix(text, "=====\n")
}

func genDBCop(txns []regTxn) string {
	le := binary.LittleEndian
	text := []byte(unhex(dbcopHead))
	text = le.AppendUint64(text, uint64(txns[len(txns)-1].session+1))
	bySession(txns, func(n int) { text = le.AppendUint64(text, uint64(n)) }, func(_ int, x regTxn) {
		text = le.AppendUint64(text, uint64(len(x.mops)))
		for _, m := range x.mops {
			text = append(text, byte(b2i(m.write)))
			text = append(le.AppendUint64(le.AppendUint64(text, m.key), m.value), 1)
		}
		text = append(text, byte(b2i(x.committed)))
	})
	return string(text)
}

func genDBCopJSON(txns []regTxn) string {
	var sessions, session []string
	for i, x := range txns {
		var events []string
		for _, m := range x.mops {
			name, version := "Read", fmt.Sprint(m.value)
			if m.write {
				name = "Write"
			} else if m.value == 0 {
				version = "null"
			}
			events = append(events, fmt.Sprintf(`{"%s":{"variable":%d,"version":%s}}`, name, m.key, version))
		}
		session = append(session, fmt.Sprintf(`{"events":[%s],"committed":%v}`, strings.Join(events, ","), x.committed))
		if i == len(txns)-1 || txns[i+1].session != x.session {
			sessions = append(sessions, "["+strings.Join(session, ",\n")+"]")
			session = nil
		}
	}
	return "[" + strings.Join(sessions, ",") + "]"
}

func genDBCopHist(txns []regTxn) (text string) {
	bySession(txns, func(int) { text += "---\n" }, func(_ int, x regTxn) {
		var events []string
		for _, m := range x.mops {
			switch {
			case m.write:
				events = append(events, fmt.Sprintf("k%d:=%d", m.key, m.value))
			case m.value == 0:
				events = append(events, fmt.Sprintf("k%d==?", m.key))
			default:
				events = append(events, fmt.Sprintf("k%d==%d", m.key, m.value))
			}
		}
		text += "[" + strings.Join(events, " ") + "]"
		if !x.committed {
			text += "!"
		}
		text += "\n"
	})
	return strings.TrimPrefix(text, "---\n")
}

func genViper(t *rapid.T, txns []regTxn) (text string) {
	for _, x := range txns {
		var mops []string
		for _, m := range x.mops {
			switch {
			case m.write:
				mops = append(mops, rapid.SampledFrom([]string{
					fmt.Sprintf(`["w", %d, %d, 5]`, m.key, m.value), fmt.Sprintf(`["i",%d,%d]`, m.key, m.value), fmt.Sprintf(`["d",%d,%d,1,2,3]`, m.key, m.value),
				}).Draw(t, "write"))
			case m.value == 0:
				mops = append(mops, fmt.Sprintf(`["r", %d, "nil", false]`, m.key))
			default:
				mops = append(mops, rapid.SampledFrom([]string{
					fmt.Sprintf(`["r", %d, %d, true]`, m.key, m.value), fmt.Sprintf(`["range",1,"nil",[],[{"id":%d,"val":%d}]]`, m.key, m.value),
				}).Draw(t, "read"))
			}
		}
		text += `{"value": [` + strings.Join(mops, ",") + "]}\n"
	}
	return text
}

// genVeriStrong writes transactions as if registers were lists of at most one
// element, and answers what should be read.
func genVeriStrong(txns []regTxn) (text string, want []string) {
	n := 0
	for i, x := range txns {
		var mops []string
		for _, m := range x.mops {
			n++
			switch {
			case m.write:
				text += fmt.Sprintln(x.session, i, "A", m.key, m.value)
				mops = append(mops, fmt.Sprintf("[:append %d %d]", m.key, m.value))
			case m.value == 0:
				text += fmt.Sprintln(x.session, i, "R", m.key, 0)
				mops = append(mops, fmt.Sprintf("[:r %d []]", m.key))
			default:
				text += fmt.Sprintln(x.session, i, "R", m.key, 2, m.value, m.value)
				mops = append(mops, fmt.Sprintf("[:r %d [%d %d]]", m.key, m.value, m.value))
			}
		}
		want = append(want, fmt.Sprintf("ok %d [%s]", x.session, strings.Join(mops, " ")))
	}
	return fmt.Sprintln(n) + text, want
}

func genCobra(txns []regTxn) (text string) {
	for i, x := range txns {
		text += cobra("S", i)
		for _, m := range x.mops {
			switch {
			case m.write:
				text += cobra("W", int(m.value), int(m.key), 0)
			case m.value == 0:
				text += cobra("R", cobraInit, cobraNull, int(m.key), 0)
			default:
				text += cobra("R", 77, int(m.value), int(m.key), 0)
			}
		}
		text += cobra(string("AC"[b2i(x.committed)]), i)
	}
	return text
}

// TestForeignRandom writes random transactions in each format and reads them.
func TestForeignRandom(t *testing.T) {
	committedOrWrites := func(x regTxn) bool { return x.committed || writes(x) }
	rapid.Check(t, func(t *rapid.T) {
		clean, txns := genSessions(t, false), genSessions(t, true)
		one := genSessions(t, true) // of one session, for a log alone
		for i := range one {
			one[i].session = 0
		}
		committed := slices.DeleteFunc(slices.Clone(txns), func(x regTxn) bool { return !x.committed })
		oneCommitted := slices.DeleteFunc(slices.Clone(one), func(x regTxn) bool { return !x.committed })
		plume, wantPlume := genPlume(t, txns)
		lists, wantLists := genVeriStrong(committed)
		for _, c := range []struct {
			format Format
			text   string
			want   []string
		}{
			{Plume, plume, wantPlume},
			{AWDIT, genAWDIT(clean), ops(clean, "%d", all)},
			{DBCop, genDBCop(txns), ops(txns, "%d", committedOrWrites)},
			{DBCopJSON, genDBCopJSON(txns), ops(txns, "%d", all)},
			{DBCopHist, genDBCopHist(txns), ops(txns, `"k%d"`, all)},
			{VeriStrong, lists, wantLists},
			{Viper, genViper(t, oneCommitted), ops(oneCommitted, "%d", all)},
			{Cobra, genCobra(one), ops(one, "%d", all)},
		} {
			if len(c.want) == 0 {
				continue
			}
			h, err := readString(c.text, Options{Format: c.format})
			if err != nil {
				t.Fatalf("%v\n%s", err, c.text)
			}
			got := completions(t, h)
			for i := range got {
				_, got[i], _ = strings.Cut(got[i], " ")
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Fatalf("%s: (-want +got)\n%s\n%s", c.format, diff, c.text)
			}
			if c.format == Cobra || c.format == Viper {
				continue
			}
			if found, err := readString(c.text, Options{}); err != nil {
				t.Fatal(err)
			} else {
				same(t, h, found)
			}
		}
	})
}

// FuzzForeign reads anything as each format: it must not panic, a rejection says
// where in the file, and what is accepted reads back after it was written.
func FuzzForeign(f *testing.F) {
	for _, tt := range foreign {
		for i := range importers {
			if importers[i].format == tt.format {
				f.Add([]byte(tt.text), uint8(i))
			}
		}
	}
	for _, tt := range opLogs {
		for i := range importers {
			if importers[i].format == tt.format {
				f.Add([]byte(tt.text), uint8(i))
			}
		}
	}
	for _, tt := range robustnessTests {
		for i := range importers {
			if importers[i].format == Robustness {
				f.Add([]byte(tt.text), uint8(i))
			}
		}
	}
	f.Fuzz(func(t *testing.T, data []byte, i uint8) {
		if method(data) != "" {
			return
		}
		format := importers[int(i)%len(importers)].format
		h, err := readString(string(data), Options{Format: format})
		if err != nil {
			checkRejection(t, string(data), false, err)
			return
		}
		lines := strings.Count(string(data), "\n") + 1
		for i := range h.Len() {
			if line := h.Line(i); line > lines && format != DBCop && format != Cobra && format != Robustness {
				t.Fatalf("op %d on line %d of %d", i, line, lines)
			}
		}
		roundTrip(t, h, EDN)
		checkExports(t, h)
	})
}
