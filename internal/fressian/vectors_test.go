package fressian

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	"github.com/seed-c33ae711/jcheck/edn"
)

const hashSet = "EF E3 13 70 65 72 73 69 73 74 65 6E 74 2D 68 61 73 68 2D 73 65 74 01"

// vectors are values and their bytes, as Jepsen 0.3.14 wrote them. The mark <
// is for bytes that are only read, as we write the value otherwise.
var vectors = []struct{ text, bytes string }{
	{`"foo"`, "DD 66 6F 6F"},
	{`"12345678"`, "E3 08 31 32 33 34 35 36 37 38"},
	{`""`, "DA"},
	{`"é"`, "DC C3 A9"},
	{`"€"`, "DD E2 82 AC"},
	{`"\u0000"`, "DB 00"},
	{`"😀"`, "E0 ED A0 BD ED B8 80"},
	{`"😀"`, "< DE F0 9F 98 80"},
	{`"\ud83dx"`, "DE ED A0 BD 78"},
	{`"a\"\\\n"`, "DE 61 22 5C 0A"},
	{`:foo`, "CA F7 CD DD 66 6F 6F"},
	{`:foo/bar`, "CA CD DD 66 6F 6F CD DD 62 61 72"},
	{`foo`, "C9 F7 CD DD 66 6F 6F"},
	{`/`, "C9 F7 CD DB 2F"},
	{`:é`, "CA F7 CD DC C3 A9"},
	{`#keyword "a b"`, "CA F7 CD DD 61 20 62"},
	{`#symbol "nil"`, "C9 F7 CD DD 6E 69 6C"},
	{`#symbol "-1"`, "C9 F7 CD DC 2D 31"},
	{`[]`, "E4"},
	{`[1]`, "E5 01"},
	{`[1 2 3 4 5 6 7 8]`, "EC 08 01 02 03 04 05 06 07 08"},
	{`[1 2]`, "< ED 01 02 FD"},
	{`[1 2]`, "< EE 01 02 FD"},
	{`[1 2]`, "< EE 01 02"},
	{`[[1] 2]`, "< E6 EE 01 FD 02"},
	{`{}`, "C0 E4"},
	{`{:a 1}`, "C0 E6 CA F7 CD DB 61 01"},
	{`{:a 1}`, "< C0 ED CA F7 CD DB 61 01 FD"},
	{`[{:a 1} [:a 1]]`, "< E6 C0 CD E6 CA F7 DB 61 01 80"},
	{`#{}`, hashSet + "F7"},
	{`#{1 2}`, hashSet + "E6 01 02"},
	{`#{1 2}`, "< C1 E6 01 02"},
	{`#{:a #{:b}}`, hashSet + "E6 CA F7 CD DB 61 A0 E5 CA F7 CD DB 62"},
	{`#{1 2 3}`, "< EF E3 13 70 65 72 73 69 73 74 65 6E 74 2D 68 61 73 68 2D 73 65 74 03 01 02 03"},
	{`#{7}`, "< " + hashSet + "07"},
	{`123N`, "C6 D1 7B"},
	{`0N`, "C6 D1 00"},
	{`128N`, "C6 D2 00 80"},
	{`-128N`, "C6 D1 80"},
	{`-129N`, "C6 D2 FF 7F"},
	{`12345678901234567890N`, "C6 D9 09 00 AB 54 A9 8C EB 1F 0A D2"},
	{`123.45M`, "C7 D2 30 39 02"},
	{`-0.05M`, "C7 D1 FB 02"},
	{`5E3M`, "C7 D1 05 4F FD"},
	{`5/7`, "EF DF 72 61 74 69 6F 02 C6 D1 05 C6 D1 07"},
	{`1.5`, "FA 3F F8 00 00 00 00 00 00"},
	{`##NaN`, "FA 7F F8 00 00 00 00 00 00"},
	{`##Inf`, "FA 7F F0 00 00 00 00 00 00"},
	{`0.0`, "FB"},
	{`1.0`, "FC"},
	{`1.0E10`, "FA 42 02 A0 5F 20 00 00 00"},
	{`-5.25`, "< F9 C0 A8 00 00"},
	{`3`, "< EF DE 62 79 74 65 01 03"},
	{`\a`, "EF DE 63 68 61 72 01 50 61"},
	{`\newline`, "EF DE 63 68 61 72 01 0A"},
	{`#char 55357`, "EF DE 63 68 61 72 01 68 D8 3D"},
	{`#inst "2021-01-02T03:04:05.006-00:00"`, "C8 7B 76 C1 0D 54 8E"},
	{`#inst "2021-01-02T03:04:05.006Z"`, "< EF E1 69 6E 73 74 61 6E 74 01 E3 18 32 30 32 31 2D 30 31 2D 30 32 54 30 33 3A 30 34 3A 30 35 2E 30 30 36 5A"},
	{`#clj-time/date-time "2021-01-02T03:04:05.006Z"`, "EF E3 09 64 61 74 65 2D 74 69 6D 65 01 E3 14 32 30 32 31 30 31 30 32 54 30 33 30 34 30 35 2E 30 30 36 5A"},
	{`#uuid "00112233-4455-6677-8899-aabbccddeeff"`, "C3 D9 10 00 11 22 33 44 55 66 77 88 99 AA BB CC DD EE FF"},
	{`#{1 2 2}`, "EF E3 08 6D 75 6C 74 69 73 65 74 01 C0 E8 01 01 02 02"},
	{`[1 2]`, "< EF E3 09 6D 61 70 2D 65 6E 74 72 79 02 01 02"},
	{`[1]`, "< EF DE 61 74 6F 6D 01 E5 01"},
	{`#jepsen/block-ref 5`, "EF E3 09 62 6C 6F 63 6B 2D 72 65 66 01 05"},
	{`[1 -1]`, "< B0 02 01 FF"},
	{`[true false]`, "< B2 02 F5 F6"},
	{`#bytes "010203"`, "D3 01 02 03"},
	{`#user.Kitten {:fuzz "a", :mew :b}`, "EF E0 72 65 63 6F 72 64 02 CD C9 F7 CD E3 0B 75 73 65 72 2E 4B 69 74 74 65 6E C0 ED CD CA F7 CD DE 66 75 7A 7A DB 61 CD CA F7 CD DD 6D 65 77 CA F7 CD DB 62 FD"},
	{`[:a/b :a/b]`, "E6 CA CD DB 61 CD DB 62 CA 80 81"},
	{`{:a :b, :b :a}`, "C0 E8 CA F7 CD DB 61 CA F7 CD DB 62 CA F7 81 CA F7 80"},
	{`#foo [1 2]`, "< EF DD 66 6F 6F 02 01 02"},
	{`#fressian/x5f61 1`, "< EF DC 5F 61 01 01"},
	{`#foo 1`, "EF DD 66 6F 6F 01 01"},
	{`#atom 1`, "EF E3 0D 6A 63 68 65 63 6B 2F 74 61 67 67 65 64 02 DE 61 74 6F 6D 01"},
	{`#"a\.b"`, "C4 DE 61 5C 2E 62"},
	{`#uri ":x"`, "C5 DC 3A 78"},
	{`#uri "x:y"`, "C5 DD 78 3A 79"},
	{`#error {:cause "x"}`, "EF E3 09 74 68 72 6F 77 61 62 6C 65 01 C0 E6 CA F7 CD DF 63 61 75 73 65 DB 78"},
	{`[100000 100000]`, "< E6 CD 69 86 A0 80"},
	{`[[1 2] [1 2]]`, "< E6 CD E6 01 02 80"},
	{`[1 2 3]`, "< E7 01 FE 02 03"},
	// A length that clears the caches takes the string's own slot away.
	{`"ab"`, "< CD E3 FE 02 61 62"},
	{`:ab`, "< CA F7 CD E3 FE 02 61 62"},
	{`[1 2]`, "< CF CF CF CF 00 00 00 00 00 00 00 01 E6 01 02"},
	{`nil`, "F7"}, {`true`, "F5"}, {`false`, "F6"},

	{`0`, "00"}, {`63`, "3F"}, {`64`, "50 40"}, {`4095`, "5F FF"}, {`4096`, "68 10 00"}, {`524288`, "72 08 00 00"},
	{`33554432`, "76 02 00 00 00"}, {`8589934592`, "7A 02 00 00 00 00"}, {`562949953421312`, "F8 00 02 00 00 00 00 00 00"},
	{`2199023255552`, "7E 02 00 00 00 00 00"},
	{`-1`, "FF"}, {`-2`, "4F FE"}, {`-65`, "4F BF"}, {`-4096`, "40 00"}, {`-4097`, "67 EF FF"}, {`-524289`, "71 F7 FF FF"},
	{`-33554432`, "70 00 00 00"}, {`-562949953421312`, "7C 00 00 00 00 00 00"},
	{`-9223372036854775808`, "F8 80 00 00 00 00 00 00 00"}, {`9223372036854775807`, "F8 7F FF FF FF FF FF FF FF"},
}

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// whole decodes the one value that b holds.
func whole(b []byte) (string, error) {
	d := NewDecoder(b, 0)
	text, err := d.Append(nil)
	if err == nil && d.More() {
		err = fmt.Errorf("%d bytes left", len(b)-d.Pos())
	}
	return string(text), err
}

func TestVectors(t *testing.T) {
	for _, v := range vectors {
		hexes, readOnly := strings.CutPrefix(v.bytes, "<")
		b := unhex(t, hexes)
		got, err := whole(b)
		if err != nil || got != v.text {
			t.Errorf("% X: got %s, %v, want %s", b, got, err, v.text)
		}
		if _, err := edn.Parse(v.text, edn.EDN); err != nil {
			t.Errorf("%s is not EDN: %v", v.text, err)
		}
		if readOnly {
			continue
		}
		var e Encoder
		enc, err := e.Append(nil, edn.MustParse(v.text))
		if err != nil || !bytes.Equal(enc, b) {
			t.Errorf("%s: wrote % X, %v, want % X", v.text, enc, err, b)
		}
	}
}

// Three ops of one stream, as Jepsen wrote them.
func TestOps(t *testing.T) {
	b := unhex(t, "EFE3116A657073656E2E686973746F72792E4F7007 00 76C4301485 CDCAF7CDE0696E766F6B65 00 CDCAF7CDDE72656164 F7 F7"+
		"A001 76C4782A0E CDCAF7CDDC6F6B 0082 E603DB78 C0E6CAF7CDDF6572726F72CAF7CDDD666F6F A002FF CDCAF7CDDE696E666F"+
		"CAF7CDE16E656D65736973 CDCAF7CDDF7374617274 F7F7")
	want := []string{
		`{:index 0, :time 3291485317, :type :invoke, :process 0, :f :read, :value nil}`,
		`{:index 1, :time 3296209422, :type :ok, :process 0, :f :read, :value [3 "x"], :error :foo}`,
		`{:index 2, :time -1, :type :info, :process :nemesis, :f :start, :value nil}`,
	}
	d, e := NewDecoder(b, 0), &Encoder{}
	var enc []byte
	for i, w := range want {
		var op Op
		text, err := d.AppendOp([]byte("  "), &op)
		if err != nil || string(text[2:]) != w {
			t.Fatalf("op %d: got %s, %v, want %s", i, text, err, w)
		}
		if !op.Plain || op.Start != 2 || op.Index != int64(i) || string(text[op.F.Lo:op.F.Hi]) != []string{"read", "read", "start"}[i] {
			t.Errorf("op %d: got %+v", i, op)
		}
		if enc, err = e.AppendOp(enc, edn.MustParse(w)); err != nil {
			t.Fatal(err)
		}
	}
	if d.More() || !bytes.Equal(enc, b) {
		t.Errorf("wrote\n% X, want\n% X", enc, b)
	}
}

func TestTuple(t *testing.T) {
	d := NewDecoder(unhex(t, "EFE3096D61702D656E74727902 05 E60102"), 0)
	if text, err := d.Append(nil); string(text) != "[5 [1 2]]" || err != nil || !d.Tuples() {
		t.Errorf("got %s, %v, %v", text, err, d.Tuples())
	}
}

// Slots past those that have codes of their own.
func TestManySlots(t *testing.T) {
	var text strings.Builder
	text.WriteString("[")
	for range 2 {
		for i := range 40 {
			fmt.Fprintf(&text, "#t%d :k%d ", i, i)
		}
	}
	v := edn.MustParse(strings.TrimSpace(text.String()) + "]")
	var e Encoder
	b, err := e.Append(nil, v)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := whole(b); err != nil || got != v.String() {
		t.Errorf("got %s, %v", got, err)
	}
	if !bytes.Contains(b, []byte{0xF0, 17, 0xCA, 0xF7, 0x80 + 17}) || !bytes.Contains(b, []byte{0xCC, 33}) {
		t.Errorf("struct 17 or value 33 is not named by its number: % X", b)
	}
}

// Long strings go in parts of 65536 bytes, none of which ends in a character.
func TestLongStrings(t *testing.T) {
	for _, c := range []struct {
		s    string
		head string
		tail string
	}{
		{strings.Repeat("x", 65535), "E3 68 FF FF", ""},
		{strings.Repeat("x", 65536), "E3 69 00 00", ""},
		{strings.Repeat("x", 65537), "E2 69 00 00", "DB 78"},
		{strings.Repeat("x", 65539), "E2 69 00 00", "DD 78 78 78"},
		{strings.Repeat("x", 70000), "E2 69 00 00", ""},
		{strings.Repeat("é", 70000), "E2 69 00 00", ""},
		{strings.Repeat("€", 30000), "E2 68 FF FF", ""},
		{"a" + strings.Repeat("😀", 20000), "E2", ""},
	} {
		var e Encoder
		text := string(edn.AppendString(nil, c.s))
		b, err := e.Append(nil, edn.MustParse(text))
		if err != nil || !bytes.HasPrefix(b, unhex(t, c.head)) || !bytes.HasSuffix(b, unhex(t, c.tail)) {
			t.Errorf("%d bytes: % X ... % X, %v", len(c.s), b[:4], b[len(b)-4:], err)
		}
		if got, err := whole(b); err != nil || got != text {
			t.Errorf("%d bytes: not read back: %v", len(c.s), err)
		}
	}
	// A reader takes a character that lies across two parts.
	if got, err := whole(unhex(t, "E2 01 E2 DC 82 AC")); got != `"€"` || err != nil {
		t.Errorf("got %s, %v", got, err)
	}
	if got, err := whole(unhex(t, "D8 02 01 02 D9 01 03")); got != `#bytes "010203"` || err != nil {
		t.Errorf("got %s, %v", got, err)
	}
}

func TestRefused(t *testing.T) {
	for in, want := range map[string]string{
		"":                           "offset 100: expected the rest of a value, found the end",
		"E6 01":                      "offset 102: expected the rest of a value, found the end",
		"ED 01":                      "offset 102: expected the rest of a value, found the end",
		"B7":                         "offset 100: expected a value, found the unknown code 0xb7",
		"F1":                         "offset 100: expected a value, found the unknown code 0xf1",
		"FD":                         "offset 100: expected a value, found the end of a list",
		"E5 FD":                      "offset 101: expected a value, found the end of a list",
		"C0 E5 01":                   "offset 100: expected a value for every key of a map, found a key alone",
		"E6 CD DB 61 FE 80":          "offset 105: expected one of 0 cached values, found number 0",
		"E6 EF DB 61 01 01 FE A0 01": "offset 107: expected one of 0 kinds of structs, found number 0",
		"80":                         "offset 100: expected one of 0 cached values, found number 0",
		"CD E5 80":                   "offset 102: expected a cached value that is complete, found number 0, which this is a part of",
		"A3":                         "offset 100: expected one of 0 kinds of structs, found number 3",
		"EC 76 7F FF FF FF 01":       "offset 101: expected at most 1 elements in what is left, found a count of 2147483647",
		"EC FF":                      "offset 101: expected at most 0 elements in what is left, found a count of -1",
		"E3 F8 7FFFFFFFFFFFFFFF":     "offset 101: expected at most 0 bytes in what is left, found a length of 9223372036854775807",
		"D9 FF":                      "offset 101: expected at most 0 bytes in what is left, found a length of -1",
		"EF DD 66 6F 6F 3F 00":       "offset 105: expected at most 1 components in what is left, found a count of 63",
		"CC F8 7FFFFFFFFFFFFFFF":     "offset 100: expected one of 0 cached values, found number 2147483647",
		"CA F7 01":                   "offset 102: expected a string, found code 0x01",
		"DD C3 28 41":                "offset 100: expected a string in CESU-8 or UTF-8, found c3 28 41",
		"EF DF 72 61 74 69 6F 02 C6 D1 05 C6 D1 00": "offset 100: expected two integers in a ratio, the second above 0",
		"EF DF 72 61 74 69 6F 03 01 02 03":          "offset 107: expected 2 components of ratio, found a count of 3",
		"C3 D2 01 02":                               "offset 100: expected 16 bytes of a UUID, found 2",
		strings.Repeat("E5", 1001) + "01":           "offset 1100: expected at most 1000 levels of nesting",
		strings.Repeat("CD", 1001) + "01":           "offset 1100: expected at most 1000 levels of nesting",
		// A count that is cached costs no depth, so it gains none.
		"ED CD 69 86 A0" + strings.Repeat("C8 80", 1001) + strings.Repeat("E5", 1001) + "01": "offset 3106: expected at most 1000 levels of nesting",
		"CF CF 00 CF 00 00 00 00 00 00 00 01 E4":                                             "offset 100: expected a footer, found cf cf 00 cf",
	} {
		d := NewDecoder(unhex(t, in), 100)
		text, err := d.Append(nil)
		if err == nil || err.Error() != want || len(text) > 0 {
			t.Errorf("%s: got %s, %v, want %s", in, text, err, want)
		}
	}
}

// What is short and stands for something long expands without end: a cached value that
// doubles what is cached, and a cached string or the name of a struct over and over.
func TestExpansion(t *testing.T) {
	long := func(code string, n int) string {
		return code + string(AppendInt(nil, int64(n))) + strings.Repeat("x", n)
	}
	doubles := "\xed\xcd" + long("\xe3", 63)
	for i := range 30 {
		doubles += "\xcd\xe6" + strings.Repeat(string([]byte{byte(0x80 + i)}), 2)
	}
	for name, in := range map[string]string{
		"doubles":  doubles + "\xfd",
		"regexes":  "\xed\xcd" + long("\xe3", 1<<15) + strings.Repeat("\xc4\x80", 1<<11) + "\xfd",
		"uris":     "\xed\xcd" + long("\xe3", 1<<15) + strings.Repeat("\xc5\x80", 1<<11) + "\xfd",
		"keywords": "\xed\xcd" + long("\xe3", 1<<15) + strings.Repeat("\xca\xf7\x80", 1<<11) + "\xfd",
		"symbols":  "\xed\xcd" + long("\xe3", 1<<15) + strings.Repeat("\xc9\xf7\x80", 1<<11) + "\xfd",
		"dates":    "\xed\xef\xe3\x09date-time\x01\xcd" + long("\xe3", 1<<15) + strings.Repeat("\xa0\x80", 1<<11) + "\xfd",
		"names":    "\xef" + long("\xe3", 1<<15) + "\x01" + strings.Repeat("\xa0", 990) + "\x00",
	} {
		d := NewDecoder([]byte(in), 0)
		_, err := d.Append(nil)
		if err == nil || !strings.Contains(err.Error(), "in proportion") {
			t.Errorf("%s: got %v", name, err)
		} else if long := 1 << 15; err.(*Error).Offset > int64(long+len(in))/2 {
			t.Errorf("%s: noticed late, %v", name, err)
		}
	}
}

// A multiset has so many copies that what is written of it can be read again, and no more
// are read or written.
func TestCopies(t *testing.T) {
	for n, fits := range map[int]bool{maxCopies/2 + 1: true, maxCopies/2 + 2: false} {
		text := "#{" + strings.Repeat("7 ", n-1) + "7}"
		var e Encoder
		b, err := e.Append(nil, edn.MustParse(text))
		if (err == nil) != fits {
			t.Fatalf("%d are written: %v", n, err)
		}
		if !fits {
			b = AppendInt(append(unhex(t, "EFE3086D756C7469736574 01 C0 E6"), 7), int64(n))
		}
		got, err := NewDecoder(b, 0).Append(nil)
		if (err == nil) != fits || fits && string(got) != text {
			t.Errorf("%d are read: %v", n, err)
		}
	}
}
