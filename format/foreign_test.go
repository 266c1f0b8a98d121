package format

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/hex"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

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
