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
		"^:m {:type :ok :f ^:a b}", "{:type :ok :process #a 1 :f \\a :value #{1 \"a\" 2/3 1.5M ##NaN}}",
	} {
		f.Add([]byte(text), uint16(3))
	}
	f.Fuzz(func(t *testing.T, data []byte, piece uint16) {
		text := string(data)
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
	if syntax.Line < 1 || syntax.Line > len(lines) || syntax.Col < 1 || syntax.Col > len(lines[syntax.Line-1])+1 {
		t.Fatalf("outside of the text: %v", err)
	}
}
