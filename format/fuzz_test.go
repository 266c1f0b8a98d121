package format

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/seed-c33ae711/jcheck/edn"
)

// FuzzRead reads anything: it must not panic, and a rejection says where in the
// text, unless it is about the input as a whole. What is accepted does not
// depend on how the text is split, and reads back after it was written.
func FuzzRead(f *testing.F) {
	for name, text := range containers() {
		f.Add([]byte(text), uint16(len(name)))
	}
	for _, c := range compressors {
		f.Add(pack(f, c.name, okEDN), uint16(1))
	}
	for _, text := range []string{
		okJSON, "[", "({:type :ok} #_", `{"type":"ok","value":{"a":"\ud83d\ude00\u0000"}}`, "#:a{:type :ok}",
		"{:type :invoke :process :c1 :key 1 :f :w :value 2} {:type :ok :process :c1 :f :w}", `{"type":"ok","client":"c1","time":1.5,"key":null}`,
		"{:history [{:type :ok :process 1 :time \"2026-11-21T03:12:00Z\"}] :valid? 1}", "[1 :invoke :r nil] [1 :ok :r [2 3] :e]", "0 :invoke :r nil\n0 :ok :r 1 x y",
		"INFO jepsen.util: 1 :ok :r 1", "\xff\xfe{\x00:\x00t\x00y\x00p\x00e\x00:\x00o\x00k\x00}\x00", "{:type :ok :index 3} {:type :ok :index 1}", "{:type :ok :process 1 :value[1]}{:type :ok :process 1 :value77}",
		"^:m {:type :ok :f ^:a b}", "{:type :ok :process #a 1 :f \\a :value #{1 \"a\" 2/3 1.5M ##NaN}}",
	} {
		f.Add([]byte(text), uint16(3))
	}
	f.Fuzz(func(t *testing.T, data []byte, piece uint16) {
		text := string(data)
		if u := utf8Text(data); u != nil {
			text = string(u)
		}
		opt := Options{MaxBytes: 1 << 20}
		h, err := ReadBytes(context.Background(), "h", data, opt)
		if err != nil {
			checkRejection(t, text, method(data) != "", err)
		}
		if method(data) == "" {
			split, splitErr := inPieces(text, int(piece)+1)
			if message(splitErr) != message(err) {
				t.Fatalf("in pieces of %d: %v, at once: %v", int(piece)+1, splitErr, err)
			}
			if err == nil {
				same(t, h, split)
			}
		}
		if err == nil {
			roundTrip(t, h, EDN)
			checkExports(t, h)
		}
	})
}

func checkRejection(t *testing.T, text string, packed bool, err error) {
	var syntax *edn.SyntaxError
	if !errors.As(err, &syntax) {
		t.Fatalf("%T: %v", err, err)
	}
	if packed {
		return
	}
	var offset int
	if n, err := fmt.Sscanf(syntax.Msg, "offset %d: expected", &offset); n == 1 && err == nil && syntax.Line == 0 && offset <= len(text) {
		return // binary data have no lines
	}
	lines := strings.Split(text, "\n")
	if syntax.Line >= 1 && syntax.Line <= len(lines) && syntax.Col == 0 {
		return // of an op that has another column in what the text became
	}
	if syntax.Line < 1 || syntax.Line > len(lines) || syntax.Col < 1 || syntax.Col > len(lines[syntax.Line-1])+1 {
		t.Fatalf("outside of the text: %v", err)
	}
}

// FuzzMap reads anything by a mapping.
func FuzzMap(f *testing.F) {
	for _, text := range []string{`{"who":1,"event":"call","op":"write","k":"a","v":1,"ts":5,"id":3,"type":"x"}`, "{:who :c1 :event :ok :k [1] :v 2 :op \"a b\" :x/y 3} {:who 1 :event :return}", "0\t:ok\t:a\t1"} {
		f.Add([]byte(text))
	}
	m, err := ParseMapping("process=who,f=op,key=k,value=v,type=event,type=call:invoke,type=return:ok,time=ts:ms,index=id,f=a:b")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		h, err := ReadBytes(context.Background(), "h", data, Options{MaxBytes: 1 << 20, Map: m})
		if err != nil {
			checkRejection(t, string(data), true, err)
			return
		}
		roundTrip(t, h, EDN)
	})
}
