package format

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
)

// completions are ops as tests of importers write them: the line in the imported
// file, and type, process and value.
func completions(t rapid.TB, h *history.History) (out []string) {
	t.Helper()
	for op := range h.Ops() {
		if op.F != "txn" || op.Index != int64(op.Pos) || h.Pair(op.Pos) != -1 {
			t.Errorf("%v of %s", op, op.F)
		}
		out = append(out, strconv.Itoa(h.Line(op.Pos))+" "+op.Type.String()+" "+op.Process+" "+op.Value.String())
	}
	if h.CompletionsOnly() != (h.Len() > 0) || h.Unordered() {
		t.Errorf("completions only: %v, unordered: %v", h.CompletionsOnly(), h.Unordered())
	}
	return out
}

// dbcopSample is a history in DBCop's bincode, in pieces: those in front of the
// sessions, and the sessions.
const (
	dbcopHead = "0000000000000000 0100000000000000 0100000000000000 0100000000000000 0100000000000000" +
		"0100000000000000 64 0100000000000000 73 0100000000000000 65"
	dbcopOne = dbcopHead + "0100000000000000 0100000000000000 0100000000000000" +
		"01 0700000000000000 0100000000000000 01 01"
)

func unhex(s string) string {
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		panic(err)
	}
	return string(b)
}

// cobra writes the records of a log: letters stand for themselves, numbers for
// eight bytes.
func cobra(records ...any) string {
	var out []byte
	for _, r := range records {
		switch r := r.(type) {
		case string:
			out = append(out, r...)
		case int:
			out = binary.BigEndian.AppendUint64(out, uint64(r))
		}
	}
	return string(out)
}

// foreign are small histories in each format, of which the file has one text.
var foreign = []struct {
	name   string
	format Format
	text   string
	want   []string
}{
	{"plume", Plume, "w(17,100,0,0)\nr(18,0,0,0)\nr(17,100,1,1)\nw(18,101,1,-1)\n", []string{
		"1 ok 0 [[:w 17 100] [:r 18 nil]]",
		"3 ok 1 [[:r 17 100]]",
		"4 fail 1 [[:w 18 101]]",
	}},
	{"plume, lines that alternate", Plume, "w(1,1,5,9)\nw(1,2,6,3)\nw(2,1,5,9)\nr(1,1,5,2)\nr(1,2,6,3)\nr(2,1,5,9)", []string{
		"1 ok 5 [[:w 1 1] [:w 2 1] [:r 2 1]]",
		"2 ok 6 [[:w 1 2] [:r 1 2]]",
		"4 ok 5 [[:r 1 1]]",
	}},
	{"plume, a write of 0", Plume, "w(1,0,0,0)\nr(1,0,1,1)\nr(2,0,1,1)\n", []string{
		"1 ok 0 [[:w 1 0]]",
		"2 ok 1 [[:r 1 0] [:r 2 nil]]",
	}},
	{"plume, a read before the write of 0", Plume, "r(1,0,1,1)\nw(1,0,0,0)\n", []string{
		"1 ok 1 [[:r 1 0]]",
		"2 ok 0 [[:w 1 0]]",
	}},
	{"plume, an aborted write of 0", Plume, "w(1,0,0,-1)\nw(1,1,0,-1)\nr(1,0,1,-1)\nr(1,0,1,1)\n", []string{
		"1 fail 0 [[:w 1 0]]",
		"2 fail 0 [[:w 1 1]]",
		"4 ok 1 [[:r 1 nil]]",
	}},
	{"plume, numbers", Plume, "w(18446744073709551615,-9223372036854775808,-3,18446744073709551615)\nr(-0,007,1,0)\nr(-1,-0,1,0)\n", []string{
		"1 ok -3 [[:w 18446744073709551615 -9223372036854775808]]",
		"2 ok 1 [[:r 0 7] [:r -1 nil]]",
	}},
	{"plume, line breaks", Plume, "\ufeff\n\r\nw(1,1,0,0)\r\n\n\nw(1,2,0,1)\r", []string{
		"3 ok 0 [[:w 1 1]]",
		"6 ok 0 [[:w 1 2]]",
	}},
	{"plume, a read first", Plume, "r(-5,0,0,0)", []string{"1 ok 0 [[:r -5 nil]]"}},

	{"awdit", AWDIT, "w 0 1\n-----\nr 1 2\n=====\nr 0 1\nw 1 2\n", []string{
		"1 ok 0 [[:w 0 1]]",
		"3 ok 0 [[:r 1 2]]",
		"5 ok 1 [[:r 0 1] [:w 1 2]]",
	}},
	{"awdit, zeros stay", AWDIT, "r 0 0", []string{"1 ok 0 [[:r 0 0]]"}},
	{"awdit, odd separators", AWDIT, "\n=\n-\n--\r\nw 1\t 18446744073709551615 \n\nr 2 3\n- \n===\n===\nw 4 5\n-", []string{
		"5 ok 1 [[:w 1 18446744073709551615] [:r 2 3]]",
		"11 ok 3 [[:w 4 5]]",
	}},

	{"dbcop", DBCop, unhex(dbcopOne), []string{"1 ok 0 [[:w 7 1]]"}},
	{"dbcop, what failed", DBCop, unhex(dbcopHead + "0200000000000000" +
		"0200000000000000" + // the first session has two transactions
		"0400000000000000" +
		"01 0700000000000000 0100000000000000 00" +
		"00 0700000000000000 0000000000000000 01" +
		"00 0700000000000000 0000000000000000 00" +
		"01 0800000000000000 ffffffffffffffff 01 01" +
		"0200000000000000" +
		"00 0700000000000000 0100000000000000 01" +
		"01 0700000000000000 0200000000000000 01 00" +
		"0200000000000000" + // the second as well
		"0000000000000000 01" +
		"0000000000000000 00"), []string{
		"1 ok 0 [[:r 7 nil] [:w 8 18446744073709551615]]",
		"2 fail 0 [[:w 7 1]]",
		"3 fail 0 [[:w 7 2]]",
		"4 ok 1 []",
	}},

	{"dbcop json", DBCopJSON, "[[{\"events\":[{\"Write\":{\"variable\":3,\"version\":9}},{\"Read\":{\"version\":null,\"variable\":4}}],\"committed\":true},\n" +
		"{\"committed\":false,\"events\":[{\"Read\":{\"variable\":3,\"version\":9}},{\"Write\":{\"variable\":3,\"version\":18446744073709551615}}]}],\n" +
		"[{\"events\":[{\"Read\":{\"variable\":3,\"version\":0}}],\"committed\":true}]]", []string{
		"1 ok 0 [[:w 3 9] [:r 4 nil]]",
		"2 fail 0 [[:w 3 18446744073709551615]]",
		"3 ok 1 [[:r 3 0]]",
	}},
	{"dbcop json, in an object", DBCopJSON, "{ \"params\": {\"data\": 1}, \"info\": \"type\", \"data\": [ [],\n [\n{\"events\": [], \"committed\": true, \"more\": [1]}]], \"end\":1}\n", []string{
		"3 ok 1 []",
	}},
	{"dbcop json, an empty session first", DBCopJSON, "[ [], [ { \"committed\": true, \"events\": [] } ] ]", []string{"1 ok 1 []"}},

	{"dbcop hist", DBCopHist, "// s1\n[x:=1 y:=2] [z==?]\n---\n[y==2 x:=3]!\n", []string{
		`2 ok 0 [[:w "x" 1] [:w "y" 2]]`,
		`2 ok 0 [[:r "z" nil]]`,
		`4 fail 1 [[:w "x" 3]]`,
	}},
	{"dbcop hist, over lines", DBCopHist, "-\n[ x_1==0 // one\n y:=18446744073709551615\n]\n[]!// end", []string{
		`2 ok 1 [[:r "x_1" 0] [:w "y" 18446744073709551615]]`,
		"5 fail 1 []",
	}},

	{"veristrong", VeriStrong, "3\n0 0 A 5 100\n0 0 R 5 1 100\n1 1 R 6 0\n", []string{
		"2 ok 0 [[:append 5 100] [:r 5 [100]]]",
		"4 ok 1 [[:r 6 []]]",
	}},
	{"veristrong, other spellings", VeriStrong, "\ufeff\n 4 \r\n7\t1 A 5 18446744073709551615 \n\n 8 1 R 5\n2 -1\n0\n7 2 A 5 2 7 1 R 6 1 -9223372036854775808", []string{
		"3 ok 7 [[:append 5 18446744073709551615] [:r 6 [-9223372036854775808]]]",
		"5 ok 8 [[:r 5 [-1 0]]]",
		"8 ok 7 [[:append 5 2]]",
	}},

	{"viper, a log alone", Viper, `{"value": [["w", 12, 900, 0], ["r", 13, "nil", false]]}
{"value": [["i", 14, 901], ["d", 12, 902, 900, 900, 0],
 ["range", 10, 20, [{"id":13,"val":77}], [{"val":902, "id":12}]], ["r", 12, 902, true], ["range", "nil", "nil", [], []], ["r", 1, null]]}
 {"isInitial": false, "value": []}
`, []string{
		"1 ok 0 [[:w 12 900] [:r 13 nil]]",
		"2 ok 0 [[:w 14 901] [:w 12 902] [:r 13 77] [:r 12 902] [:r 12 902] [:r 1 nil]]",
		"4 ok 0 []",
	}},

	{"cobra, a log alone", Cobra, cobra("S", 1, "W", 7, 3, 99, "R", 1, 7, 3, 99, "C", 1), []string{"1 ok 0 [[:w 3 7] [:r 3 7]]"}},
	{"cobra, with times", Cobra, cobra("S", 1, 1<<40, "W", 7, 3, 99, "C", 1, 1<<40, "S", 2, 1<<40, "A", 2), []string{"1 ok 0 [[:w 3 7]]", "2 fail 0 []"}},
	{"cobra, special numbers", Cobra, cobra("S", 5,
		"R", cobraInit, cobraInit, 1, 0, "R", cobraNull, cobraNull, 2, 0, "R", cobraInit, cobraNull, 3, 0,
		"R", 4, cobraNull, 4, 0, "R", cobraInit, cobraGCTrue, 5, 0, "R", cobraInit, cobraGCFalse, 5, 0, "R", cobraInit, 9, -1, 0,
		"W", cobraNull, 6, 0, "C", 5), []string{
		"1 ok 0 [[:r 1 nil] [:r 2 nil] [:r 3 nil] [:r 4 3735928559] [:r 18446744073709551615 9] [:w 6 3735928559]]",
	}},
	{"cobra, deleted rows", Cobra, cobra("S", 1, "W", 7, 3, 0, "R", cobraNull, cobraNull, 3, 0, "W", 8, 4, 0, "C", 1, "S", 2, "W", cobraDelete, 3, 0, "W", cobraNull, 5, 0, "C", 2,
		"S", 3, "R", 1, 7, 3, 0, "R", cobraNull, cobraNull, 3, 0, "R", cobraInit, cobraInit, 3, 0, "R", cobraDelete, cobraDelete, 3, 0, "R", 2, cobraNull, 5, 0,
		"R", cobraNull, cobraNull, 4, 0, "R", cobraDelete, cobraDelete, 4, 0, "C", 3, "S", 4, "R", cobraInit, cobraNull, 3, 0, "C", 4), []string{
		"1 ok 0 [[:w 3 7] [:w 4 8]]",
		"2 ok 0 [[:w 3 2882400171] [:w 5 3735928559]]",
		"3 ok 0 [[:r 3 7] [:r 3 nil] [:r 4 nil] [:r 4 2882400171]]",
		"4 ok 0 []",
	}},
	{"cobra, not committed", Cobra, cobra("S", 1, "W", 7, 3, 99, "R", 1, 7, 3, 99, "A", 1, "S", 2, "W", 8, 3, 99, "R", 1, 7, 3, 99), []string{
		"1 fail 0 [[:w 3 7]]",
		"2 info 0 [[:w 3 8]]",
	}},
}

// TestForeign reads each history by its content, packed in each way, and by the
// name of its format.
func TestForeign(t *testing.T) {
	ctx := context.Background()
	for _, tt := range foreign {
		t.Run(tt.name, func(t *testing.T) {
			check := func(door string, h *history.History, err error) {
				t.Helper()
				if err != nil {
					t.Fatalf("%s: %v", door, err)
				}
				if diff := cmp.Diff(tt.want, completions(t, h)); diff != "" {
					t.Errorf("%s: (-want +got)\n%s", door, diff)
				}
			}
			named := Options{Format: tt.format}
			h, err := ReadBytes(ctx, "h", []byte(tt.text), named)
			check("named", h, err)
			roundTrip(t, h, EDN, JSONL)
			if tt.format == Cobra || tt.format == Viper {
				return
			}
			for _, c := range compressors {
				packed := pack(t, c.name, tt.text)
				h, err := Read(ctx, "h", bytes.NewReader(packed), Options{})
				check("reader, "+c.name, h, err)
				h, err = ReadFile(ctx, writeFile(t, packed), Options{})
				check("file, "+c.name, h, err)
			}
		})
	}
}

// A history that was imported outlives the file, which need not stay the same.
func TestForeignOutlivesFile(t *testing.T) {
	path := writeFile(t, []byte(strings.Repeat("w(1,1,0,0)\n", 1000)))
	h, err := ReadFile(context.Background(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(path, 0); err != nil {
		t.Fatal(err)
	}
	if v := h.Value(0).String(); len(v) != 1000*len(" [:w 1 1]")+1 {
		t.Errorf("got %s", v)
	}
}

func TestForeignFormats(t *testing.T) {
	_, err := readString("w(1,1,0,0)\n", Options{Format: AWDIT})
	if got, want := message(err), "h:1:2: expected a space before a key, found \"(1,1,0,0)\""; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	_, err = readString("{:type :ok}", Options{Format: Plume})
	if got, want := message(err), "h:1:1: expected r(key,value,session,transaction) or w(...), found \"{:type\""; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	_, err = readString("w(1,1,0,0)\n", Options{Format: EDN})
	if got, want := message(err), "h:1:1: expected an op map, or a list of them, found \"w(1,1,0,0)\""; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	for _, im := range importers {
		f := im.format
		for _, c := range compressors {
			_, err := ReadBytes(context.Background(), "h", pack(t, c.name, ""), Options{Format: f})
			if got, want := message(err), "h:1:1: expected ops, found an empty file"; got != want {
				t.Errorf("%s, %s: got %q, want %q", f, c.name, got, want)
			}
		}
	}
}

func TestBadForeign(t *testing.T) {
	tests := []struct {
		name   string
		format Format
		text   string
		want   string
	}{
		{"plume: nothing", Plume, "\n\n", "h:3:1: expected committed or aborted writes, or committed reads, found none"},
		{"plume: aborted reads", Plume, "r(1,1,1,-1)", "h:1:12: expected committed or aborted writes, or committed reads, found none"},
		{"plume: other line", Plume, "w(1,1,0,0)\nx(1,1,0,0)", `h:2:1: expected r(key,value,session,transaction) or w(...), found "x(1,1,0,0)"`},
		{"plume: a space", Plume, "w(1, 1,0,0)", `h:1:5: expected a value, found " 1,0,0)"`},
		{"plume: a space in front", Plume, " w(1,1,0,0)", `h:1:1: expected r(key,value,session,transaction) or w(...), found " w(1,1,0,0)"`},
		{"plume: no bracket", Plume, "w(1,1,0,0)\nw 1", `h:2:2: expected '(' before a key, found " 1"`},
		{"plume: three fields", Plume, "w(1,1,0)", `h:1:8: expected ',' before a transaction, found ")"`},
		{"plume: five fields", Plume, "w(1,1,0,0,0)", `h:1:10: expected ')' after a transaction, found ",0)"`},
		{"plume: half a line", Plume, "w(1,1,0,0)\nw(1,1,", "h:2:7: expected a session, found the end of the text"},
		{"plume: a broken line", Plume, "w(1,1\n,0,0)", "h:1:6: expected ',' before a session, found the end of the line"},
		{"plume: more behind", Plume, "w(1,1,0,0) ", `h:1:11: expected the end of the line, found " "`},
		{"plume: two on a line", Plume, "w(1,1,0,0)w(1,1,0,0)", `h:1:11: expected the end of the line, found "w(1,1,0,0)"`},
		{"plume: a carriage return", Plume, "w(1,1,0,0)\rw(1,1,0,0)", `h:1:11: expected the end of the line, found "\rw(1,1,0,0)"`},
		{"plume: a large number", Plume, "w(1,18446744073709551616,0,0)", `h:1:5: expected a value of at most 64 bits, found "18446744073709551616"`},
		{"plume: a huge number", Plume, "w(1,-" + strings.Repeat("9", 100) + ",0,0)", `h:1:5: expected a value of at most 64 bits, found "-9999999999999999999"`},
		{"plume: a sign", Plume, "w(-,1,0,0)", `h:1:3: expected a key, found "-,1,0,0)"`},
		{"plume: a session too far away", Plume, "w(1,1,18446744073709551615,0)", `h:1:7: expected a session number nearer to 0, found 18446744073709551615`},
		{"plume: a negative transaction", Plume, "w(1,1,0,-2)", `h:1:9: expected the number of a transaction, or -1 for an aborted one, found -2`},
		{"plume: two sessions", Plume, "w(1,1,0,5)\nw(2,1,1,6)\nw(2,1,1,5)", `h:3:7: expected transaction 5 in session 0 only (see line 1), found it in session 1`},

		{"awdit: nothing", AWDIT, "---\n===\n", "h:3:1: expected reads or writes, found none"},
		{"awdit: a word", AWDIT, "w 0 1\nhello", `h:2:1: expected r or w, or a line of - or =, found "hello"`},
		{"awdit: mixed separator", AWDIT, "w 0 1\n--==", `h:2:3: expected the end of the line, found "=="`},
		{"awdit: a field", AWDIT, "w 0", "h:1:4: expected a space before a value, found the end of the text"},
		{"awdit: one field", AWDIT, "w 0 \nr 1 1", "h:1:5: expected a value, found the end of the line"},
		{"awdit: three fields", AWDIT, "w 0 1 2", `h:1:7: expected the end of the line, found "2"`},
		{"awdit: no space", AWDIT, "r 0 1\nr0 1", `h:2:2: expected a space before a key, found "0"`},
		{"awdit: a sign", AWDIT, "w 0 -1", `h:1:5: expected a value, found "-1"`},
		{"awdit: a large number", AWDIT, "w 18446744073709551616 1", `h:1:3: expected a key of at most 64 bits, found "18446744073709551616"`},

		{"veristrong: nothing", VeriStrong, "0\n", "h:2:1: expected operations, found none"},
		{"veristrong: no number", VeriStrong, "A", `h:1:1: expected the number of operations, found "A"`},
		{"veristrong: fewer", Auto, "2\n0 0 A 5 100\n", "h:1:1: expected 1 operations, as many as there are, found 2"},
		{"veristrong: more", Auto, "1\n0 0 A 5 100\n0 0 A 5 101\n", "h:3:1: expected 1 operations, as the first line says, found more"},
		{"veristrong: another operation", Auto, "2\n0 0 A 5 100\n0 0 W 5 101", `h:3:5: expected A or R, found "W"`},
		{"veristrong: a word", Auto, "2\n0 0 A 5 100\n0 0 A x 101", `h:3:7: expected a key, found "x"`},
		{"veristrong: no space", Auto, "2\n0 0 A 5 100\n0 0 A 5x 101", `h:3:8: expected a space behind a key, found "x"`},
		{"veristrong: cut", Auto, "2\n0 0 A 5 100\n0 0 R 5 2 1", "h:3:12: expected an element, found the end of the text"},
		{"veristrong: many elements", Auto, "1\n0 0 R 5 18446744073709551615 1", "h:2:9: expected a number of elements of at most 2, found 18446744073709551615"},
		{"veristrong: no element", Auto, "2\n0 0 R 5 2 1 x", `h:2:13: expected an element, found "x"`},
		{"veristrong: a session too far away", Auto, "1\n18446744073709551615 0 A 5 100", "h:2:1: expected a session number nearer to 0, found 18446744073709551615"},

		{"viper: nothing", Viper, " ", "h:1:2: expected transactions, found none"},
		{"viper: an array", Viper, `[{"value":[]}]`, "h:1:1: expected a transaction, an object with a value, found a vector"},
		{"viper: no value", Viper, "{\"value\":[]}\n{\"valu\":[]}", "h:2:1: expected a transaction with a value, found one without"},
		{"viper: two values", Viper, `{"value":[],"value":[]}`, "h:1:21: expected one array of operations as value, found a vector"},
		{"viper: another operation", Viper, `{"value":[["x",1,2]]}`, `h:1:12: expected r, w, i, d or range, found "x"`},
		{"viper: a key", Viper, `{"value":[["r","1",2]]}`, "h:1:16: expected an integer as key of at most 64 bits, found a string"},
		{"viper: a value", Viper, `{"value":[["r",1,"two"]]}`, `h:1:18: expected an integer or "nil" as value of at most 64 bits, found a string`},
		{"viper: a write of nil", Viper, `{"value":[["w",1,"nil"]]}`, "h:1:18: expected an integer as value of at most 64 bits, found a string"},
		{"viper: a tombstone of nothing", Viper, `{"value":[["r",1,"nil",true]]}`, `h:1:18: expected the value of a tombstone, found "nil"`},
		{"viper: more behind a read", Viper, `{"value":[["r",1,2,true,3]]}`, "h:1:25: expected the end of a read, found an integer"},
		{"viper: no tombstone", Viper, `{"value":[["r",1,2,0]]}`, "h:1:20: expected whether a tombstone was read, found an integer"},
		{"viper: a range of one list", Viper, `{"value":[["range",1,2,[]]]}`, "h:1:26: expected an array of tombstones, found a closing bracket"},
		{"viper: a row", Viper, `{"value":[["range",1,2,[{"id":1}],[]]]}`, "h:1:25: expected a row with id and val, found one without"},
		{"viper: cut", Viper, "{\"value\":[[\"w\",1,2", "h:1:19: expected ']', found the end of the text"},
		{"viper: initial, with others", Viper, "{\"isInitial\":true,\"value\":[[\"w\",1,2,true]]}\n{\"value\":[]}", "h:2:1: expected an initial transaction alone in its file, found another behind it"},
		{"viper: initial, behind others", Viper, "{\"value\":[]}\n{\"isInitial\":true,\"value\":[[\"w\",1,2,true]]}", "h:2:1: expected an initial transaction alone in one file, found another transaction before it"},
		{"viper: initial, twice", Viper, `{"isInitial":true,"value":[["w",1,2],["w",1,3]]}`, "h:1:1: expected one initial value of key 1, found none or another"},
		{"viper: alone", Auto, `{"value": [["w", 1, 2]]}`, "h:1:1: a log of Viper holds one session of a history: read the directory that it is in"},

		{"dbcop: cut", DBCop, unhex(dbcopOne)[:len(unhex(dbcopOne))-1], "h: offset 109: expected the success of a transaction, found the end of the file"},
		{"dbcop: more behind", DBCop, unhex(dbcopOne) + "x", "h: offset 110: expected the end of the file behind the last session, found more"},
		{"dbcop: short", DBCop, "abc", "h: offset 0: expected five counters, found the end of the file"},
		{"dbcop: short string", DBCop, unhex(dbcopOne)[:48], "h: offset 40: expected the length of the info of at most 0, since the file ends at 48, found 1"},
		{"dbcop: many sessions", DBCop, unhex(dbcopHead + "ffffffffffffffff 0000000000000000"), "h: offset 67: expected the number of sessions of at most 1, since the file ends at 83, found 18446744073709551615"},
		{"dbcop: no bool", DBCop, unhex(strings.TrimSuffix(dbcopOne, "01 01") + "02 01"), "h: offset 108: expected the success of an event, 0 or 1, found 2"},
		{"dbcop: no sessions", DBCop, unhex(dbcopHead), "h: offset 67: expected the number of sessions, found the end of the file"},
		{"dbcop: nothing in it", DBCop, unhex(dbcopHead + "0000000000000000"), "h: offset 75: expected transactions, found none"},
		{"dbcop: zeros alone", Auto, strings.Repeat("\x00", 9*8), "h: offset 72: expected transactions, found none"},

		{"dbcop json: nothing in it", DBCopJSON, "[[],\n[]]\n", "h:3:1: expected transactions, found none"},
		{"dbcop json: no data", DBCopJSON, `{"info": 1}`, "h:1:1: expected sessions as data, found none"},
		{"dbcop json: a number", DBCopJSON, `[[{"events":[{"Read":{"variable":1.5,"version":2}}],"committed":true}]]`, "h:1:34: expected an integer as variable of at most 64 bits, found a float"},
		{"dbcop json: no version", DBCopJSON, `[[{"events":[{"Read":{"variable":1}}],"committed":true}]]`, "h:1:22: expected an object with variable and version, found one without"},
		{"dbcop json: a write of null", DBCopJSON, `[[{"events":[{"Write":{"variable":1,"version":null}}],"committed":true}]]`, "h:1:47: expected an integer as version of at most 64 bits, found nil"},
		{"dbcop json: an unknown event", DBCopJSON, `[[{"events":[{"Append":{"variable":1,"version":1}}],"committed":true}]]`, `h:1:15: expected Read or Write, found "Append"`},
		{"dbcop json: two events", DBCopJSON, `[[{"events":[{"Read":{"variable":1,"version":1}, "Read": 1}],"committed":true}]]`, "h:1:50: expected the end of an event, found a string"},
		{"dbcop json: no end", DBCopJSON, `[[{"events":[]}]]`, "h:1:3: expected a transaction with events and committed, found one without"},
		{"dbcop json: cut", DBCopJSON, "[[{\"events\":[]\n", "h:2:1: expected '}', found the end of the text"},
		{"dbcop json: more behind", DBCopJSON, "[[{\"events\":[],\"committed\":true}]]\n[]", "h:2:1: expected nothing behind the history, found a vector"},
		{"dbcop json: a session", DBCopJSON, `[1]`, "h:1:2: expected a session, an array of transactions, found an integer"},

		{"dbcop hist: nothing", DBCopHist, "// nothing\n---", "h:2:4: expected transactions, found none"},
		{"dbcop hist: cut", DBCopHist, "[x:=1", "h:1:6: expected a variable or ']', found the end of the text"},
		{"dbcop hist: no operator", DBCopHist, "[x:=1 y=2]", `h:1:8: expected := or == behind a variable, found "=2]"`},
		{"dbcop hist: no version", DBCopHist, "[x:=?]", `h:1:5: expected a version, found "?]"`},
		{"dbcop hist: no space", DBCopHist, "[x:=1y:=2]", `h:1:6: expected a space or ']' behind an event, found "y:=2]"`},
		{"dbcop hist: a word", DBCopHist, "[x:=1]\nhello", `h:2:1: expected a transaction in brackets, or a line of -, found "hello"`},
		{"dbcop hist: no line", DBCopHist, "[x:=1]\n-- [x:=2]", `h:2:4: expected the end of the line, found "[x:=2]"`},

		{"cobra: no tag", Cobra, cobra("S", 1, "C", 1, "\xff"), `h: offset 18: expected S, W, R, C or A, found 'ÿ'`},
		{"cobra: cut", Cobra, cobra("S", 1, "W", 7, 3), "h: offset 26: expected a value, found the end of the file"},
		{"cobra: two begin", Cobra, cobra("S", 1, "S", 2), "h: offset 9: expected transaction 1 to commit or abort before the next one begins"},
		{"cobra: no begin", Cobra, cobra("S", 1, "C", 1, "C", 1), "h: offset 18: expected S, the begin of a transaction, found 'C'"},
		{"cobra: another ends", Cobra, cobra("S", 1, "C", 2), "h: offset 10: expected the end of transaction 1, found that of 2"},
		{"cobra: times, cut", Cobra, cobra("S", 1, 1<<40, "C", 1, 1<<40, "S", 2), "h: offset 43: expected a time, found the end of the file"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := readString(tt.text, Options{Format: tt.format})
			var syntax *edn.SyntaxError
			if message(err) != tt.want || !errors.As(err, &syntax) {
				t.Errorf("got  %v\nwant %s", err, tt.want)
			}
		})
	}
}

func TestCobraAlone(t *testing.T) {
	_, err := readString(cobra("S", 1, "C", 1), Options{})
	if got, want := message(err), "h:1:1: a log of Cobra holds one session of a history: read the directory that it is in"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func writeDir(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestCobraDir(t *testing.T) {
	log := func(id int) string {
		return cobra("S", id, "W", id, 1, 0, "C", id)
	}
	tests := []struct {
		name  string
		files map[string]string
		want  []string
		err   string // behind the name of the directory
	}{
		{"sessions by number", map[string]string{"T10.log": log(1), "T9.log": log(2) + log(3), "T2.log": "", "T1.debug": "S", "verbose.log": "S is for start"}, []string{
			"1 ok 9 [[:w 1 2]]", "2 ok 9 [[:w 1 3]]", "3 ok 10 [[:w 1 1]]",
		}, ""},
		{"sessions by name", map[string]string{"T10.log": log(1), "T9.log": log(2), "a.log": log(3)}, []string{
			"1 ok 0 [[:w 1 1]]", "2 ok 1 [[:w 1 2]]", "3 ok 2 [[:w 1 3]]",
		}, ""},
		{"with times", map[string]string{"T0.log": cobra("S", 1, 0, "C", 1, 0), "T1.log": cobra("S", 2, 5, "C", 2, 5)}, []string{
			"1 ok 0 []", "2 ok 1 []",
		}, ""},
		{"a damaged log", map[string]string{"T0.log": log(1), "T1.log": log(2)[1:]}, nil, "/T1.log: offset 0: expected S, W, R, C or A, found '\\x00'"},
		{"other logs", map[string]string{"client.log": "Starting", "T.txt": log(1)}, nil, ": expected a history file, found a directory"},
		{"empty logs", map[string]string{"T0.log": "", "T1.log": ""}, nil, ": expected a history file, found a directory"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := writeDir(t, tt.files)
			last := int64(0)
			h, err := ReadFile(context.Background(), dir, Options{Progress: func(done, total int64) {
				if last = done; done > total {
					t.Errorf("%d of %d", done, total)
				}
			}})
			if err != nil {
				got := filepath.ToSlash(strings.TrimPrefix(message(err), dir))
				if want := strings.ReplaceAll(tt.err, "DIR", dir); got != filepath.ToSlash(want) {
					t.Errorf("got %q, want %q", got, want)
				}
				return
			}
			if diff := cmp.Diff(tt.want, completions(t, h)); diff != "" || tt.err != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			size := 0
			for name, text := range tt.files {
				if strings.HasPrefix(name, "T") && strings.HasSuffix(name, ".log") || name == "a.log" {
					size += len(text)
				}
			}
			if last != int64(size) {
				t.Errorf("progress ended at %d of %d", last, size)
			}
		})
	}
	dir := writeDir(t, map[string]string{"T0.log": "", "T1.log": ""})
	_, err := ReadFile(context.Background(), dir, Options{Format: Cobra})
	if got, want := message(err), dir+": expected transactions, found none in 2 logs"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	_, err = ReadFile(context.Background(), dir, Options{Format: EDN})
	if got, want := message(err), dir+": expected a history file, found a directory"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestForeignCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	text := []byte(strings.Repeat("w(1,1,0,0)\n", 4*stepsPerLook))
	calls := 0
	_, err := ReadBytes(ctx, "h", text, Options{Progress: func(done, total int64) { calls++; cancel() }})
	if !errors.Is(err, context.Canceled) || calls != 1 {
		t.Errorf("%d calls, then %v", calls, err)
	}
	for _, tt := range foreign {
		if _, err := ReadBytes(ctx, "h", []byte(tt.text), Options{Format: tt.format}); !errors.Is(err, context.Canceled) && len(tt.want) > 0 {
			t.Errorf("%s: got %v", tt.name, err)
		}
	}
}

func TestForeignProgress(t *testing.T) {
	text := []byte(strings.Repeat("w(1,1,0,0)\n", 4*stepsPerLook))
	last, calls := int64(0), 0
	_, err := ReadBytes(context.Background(), "h", text, Options{Progress: func(done, total int64) {
		if calls++; done <= last || done > total || total != int64(len(text)) {
			t.Errorf("%d of %d, after %d", done, total, last)
		}
		last = done
	}})
	if err != nil || last != int64(len(text)) || calls != 5 {
		t.Errorf("%d calls, the last with %d of %d, %v", calls, last, len(text), err)
	}
}

// The limit holds for the text of what is compressed or piped.
func TestForeignMaxBytes(t *testing.T) {
	for _, c := range compressors[1:] {
		for _, tt := range foreign {
			opt := Options{Format: tt.format, MaxBytes: int64(len(tt.text)) - 1}
			_, err := ReadBytes(context.Background(), "h", pack(t, c.name, tt.text), opt)
			if !strings.Contains(message(err), "raise the limit") {
				t.Errorf("%s, %s: got %v", tt.name, c.name, err)
			}
		}
	}
}
