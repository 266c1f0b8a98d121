package format

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/seed-c33ae711/jcheck/edn"
)

// badForeign are texts in other tools' formats, with the error that they are refused
// with.
var badForeign = []struct {
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
	{"plume: a session too far away", Plume, "w(1,1,18446744073709551615,0)", `h:1:7: expected a session number in range, found 18446744073709551615`},
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
	{"veristrong: no space", Auto, "2\n0 0 A 5 100\n0 0 A 5x 101", `h:3:8: expected a space after a key, found "x"`},
	{"veristrong: cut", Auto, "2\n0 0 A 5 100\n0 0 R 5 2 1", "h:3:12: expected an element, found the end of the text"},
	{"veristrong: many elements", Auto, "1\n0 0 R 5 18446744073709551615 1", "h:2:9: expected a number of elements of at most 2, found 18446744073709551615"},
	{"veristrong: no element", Auto, "2\n0 0 R 5 2 1 x", `h:2:13: expected an element, found "x"`},
	{"veristrong: a session too far away", Auto, "1\n18446744073709551615 0 A 5 100", "h:2:1: expected a session number in range, found 18446744073709551615"},

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
	{"viper: initial, with others", Viper, "{\"isInitial\":true,\"value\":[[\"w\",1,2,true]]}\n{\"value\":[]}", "h:2:1: expected an initial transaction alone in its file, found another after it"},
	{"viper: initial, behind others", Viper, "{\"value\":[]}\n{\"isInitial\":true,\"value\":[[\"w\",1,2,true]]}", "h:2:1: expected an initial transaction alone in one file, found another transaction before it"},
	{"viper: initial, twice", Viper, `{"isInitial":true,"value":[["w",1,2],["w",1,3]]}`, "h:1:1: expected one initial value of key 1, found none or another"},
	{"viper: alone", Auto, `{"value": [["w", 1, 2]]}`, "h:1:1: a Viper log holds one session of a history: read its directory"},

	{"dbcop: cut", DBCop, unhex(dbcopOne)[:len(unhex(dbcopOne))-1], "h: offset 109: expected the success of a transaction, found the end of the file"},
	{"dbcop: more behind", DBCop, unhex(dbcopOne) + "x", "h: offset 110: expected the end of the file after the last session, found more"},
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
	{"dbcop json: more behind", DBCopJSON, "[[{\"events\":[],\"committed\":true}]]\n[]", "h:2:1: expected nothing after the history, found a vector"},
	{"dbcop json: a session", DBCopJSON, `[1]`, "h:1:2: expected a session, an array of transactions, found an integer"},

	{"dbcop hist: nothing", DBCopHist, "// nothing\n---", "h:2:4: expected transactions, found none"},
	{"dbcop hist: cut", DBCopHist, "[x:=1", "h:1:6: expected a variable or ']', found the end of the text"},
	{"dbcop hist: no operator", DBCopHist, "[x:=1 y=2]", `h:1:8: expected := or == after a variable, found "=2]"`},
	{"dbcop hist: no version", DBCopHist, "[x:=?]", `h:1:5: expected a version, found "?]"`},
	{"dbcop hist: no space", DBCopHist, "[x:=1y:=2]", `h:1:6: expected a space or ']' after an event, found "y:=2]"`},
	{"dbcop hist: a word", DBCopHist, "[x:=1]\nhello", `h:2:1: expected a transaction in brackets, or a line of -, found "hello"`},
	{"dbcop hist: no line", DBCopHist, "[x:=1]\n-- [x:=2]", `h:2:4: expected the end of the line, found "[x:=2]"`},

	{"cobra: no tag", Cobra, cobra("S", 1, "C", 1, "\xff"), `h: offset 18: expected S, W, R, C or A, found 'ÿ'`},
	{"cobra: cut", Cobra, cobra("S", 1, "W", 7, 3), "h: offset 26: expected a value, found the end of the file"},
	{"cobra: two begin", Cobra, cobra("S", 1, "S", 2), "h: offset 9: expected transaction 1 to commit or abort before the next one begins"},
	{"cobra: no begin", Cobra, cobra("S", 1, "C", 1, "C", 1), "h: offset 18: expected S, the start of a transaction, found 'C'"},
	{"cobra: another ends", Cobra, cobra("S", 1, "C", 2), "h: offset 10: expected the end of transaction 1, found that of 2"},
	{"cobra: times, cut", Cobra, cobra("S", 1, 1<<40, "C", 1, 1<<40, "S", 2), "h: offset 43: expected a time, found the end of the file"},
}

func TestBadForeign(t *testing.T) {
	for _, tt := range badForeign {
		t.Run(tt.name, func(t *testing.T) {
			_, err := readString(tt.text, Options{Format: tt.format})
			var syntax *edn.SyntaxError
			if message(err) != tt.want || !errors.As(err, &syntax) {
				t.Errorf("got  %v\nwant %s", err, tt.want)
			}
		})
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
