package format

import (
	"encoding/binary"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
)

// A history may be a field of a map.
func TestWrapper(t *testing.T) {
	const edn = "{:type :invoke, :process 0, :f :r}\n{:type :ok, :process 0, :f :r, :value 1}"
	json := strings.NewReplacer("{:type :", `{"type":"`, ", :process ", `","process":`, ", :f :r", `,"f":"r"`, ", :value ", `,"value":`).Replace(edn)
	want := rows(mustRead(t, edn))
	for _, text := range []string{
		"{:history [" + edn + "]}", "{:name \"x\" :history (" + edn + ") :results {:valid? true}} ; done\n", "{:valid? false, \"history\" [" + edn + "]}",
		"#test{:history [\n\n" + edn + "\n] :opts {:type 1}}", `{"history":[` + strings.ReplaceAll(json, "\n", ",") + `]}`,
		"{\"a\":[{}],\n\"history\":[\n" + strings.ReplaceAll(json, "\n", ",\n") + "\n],\"z\":null}\n",
	} {
		h, err := readString(text, Options{})
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if diff := cmp.Diff(want, rows(h)); diff != "" {
			t.Errorf("%s (-want +got)\n%s", text, diff)
		}
		if want := 1 + strings.Count(text[:strings.Index(text, "invoke")], "\n"); h.Line(0) != want {
			t.Errorf("%s: op 0 is on line %d, want %d", text, h.Line(0), want)
		}
		for n := 1; n < 30; n++ {
			if split, err := inPieces(text, n); err != nil || !cmp.Equal(rows(split), want) {
				t.Errorf("%s, in pieces of %d: %v", text, n, err)
			}
		}
	}
	for text, want := range map[string]string{
		"{:history []}":                               "",
		"{:history [" + edn + "] :a}":                 "h:2:45: expected a value for the map's last key, found '}'",
		"{:history [" + edn + "]} {:type :ok}":        `h:2:44: expected nothing after the list of ops, found "{:type"`,
		"{:history [" + edn + "]":                     "h:2:42: expected '}', found the end of the text",
		"{:history [" + edn + "\xff]}":                "h:2:41: expected UTF-8, found an invalid byte sequence",
		"{:history [" + edn + " 5]}":                  "h:2:42: expected an op map, found an integer",
		"{:history 5}":                                "h:1:1: expected an op with a :type of invoke, ok, fail or info, found one without",
		"{:stats {:valid? true}, :a {:b 1}}":          "h:1:2: expected ops, found a verdict: these look like the results of an analysis, not a history",
		`{"workload":{"count":1},"valid?":"unknown"}`: "h:1:25: expected ops, found a verdict: these look like the results of an analysis, not a history",
		`{"file":"h","checker":"elle","valid":true}`:  "h:1:30: expected ops, found a verdict: these look like the results of an analysis, not a history",
		"{:name \"etcd\", :nodes [\"n1\"]}":           "h:1:1: expected an op with a :type of invoke, ok, fail or info, found one without",
	} {
		if _, err := readString(text, Options{}); message(err) != want {
			t.Errorf("%s: got %v, want %s", text, err, want)
		}
	}
}

// UTF-16 with a byte order mark is read as what it says.
func TestUTF16(t *testing.T) {
	const text = "{:type :invoke, :process 0, :f :r, :value \"é😀\"}\r\n{:type :ok, :process 0, :f :r}\r\n"
	for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
		encode := func(units []uint16) string {
			b := order.AppendUint16(nil, 0xfeff)
			for _, u := range units {
				b = order.AppendUint16(b, u)
			}
			return string(b)
		}
		units := utf16.Encode([]rune(text))
		h, err := readString(encode(units), Options{})
		if err != nil || !cmp.Equal(rows(h), rows(mustRead(t, text))) || h.Line(1) != 2 {
			t.Errorf("got %v", err)
		}
		for _, c := range []struct {
			units []uint16
			want  string
		}{
			{append(units[:43:43], 0xd800, '"', '}'), "h:1:44: expected UTF-8, found an invalid byte sequence"},
			{append(units[:43:43], 0xd800, 'a', '"', '}'), "h:1:44: expected UTF-8, found an invalid byte sequence"},
			{append(units[:43:43], 0xdc00, 0xd800, '"', '}'), "h:1:44: expected UTF-8, found an invalid byte sequence"},
		} {
			if _, err := readString(encode(c.units), Options{}); message(err) != c.want {
				t.Errorf("%x: got %v, want %s", c.units[43:], err, c.want)
			}
		}
		if _, err := readString(encode(units)+"x", Options{}); err == nil {
			t.Error("half a character is read")
		}
	}
}
