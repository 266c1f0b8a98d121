package fressian

import (
	"bytes"
	"strings"
	"testing"

	"github.com/seed-c33ae711/jcheck/edn"
)

// FuzzDecode decodes anything: it must not panic, an error has a place, the text
// is EDN and no longer than it may be, and what is written of it is read back.
func FuzzDecode(f *testing.F) {
	for _, v := range vectors {
		f.Add(unhex(f, strings.TrimPrefix(v.bytes, "<")))
	}
	f.Add([]byte("\xef\xe3\x11jepsen.history.Op\x07\x00\xff\xcd\xca\xf7\xcd\xdc\x6f\x6b\x00\xf7\xf7\xc0\xe6\xca\xf7\xdb\x61\x01\xa0\x01\x02\x80\x03\xf7\xe4\xf7"))
	f.Add([]byte("\xed\xcd\x69\x86\xa0\xec\xcc\xcd\x00\xfe\xcd\xe4\xfd"))
	f.Fuzz(func(t *testing.T, in []byte) {
		const base = 1000
		d, ops, pairs := NewDecoder(in, base), NewDecoder(in, base), NewDecoder(in, base)
		pairs.SpellPairs()
		var text []byte
		for total := 0; d.More(); {
			if !ops.More() {
				t.Fatalf("at %d: no op follows where a value does", d.Pos())
			}
			at := d.Pos()
			var op Op
			var err error
			text, err = d.Append(text[:0])
			same, opErr := ops.AppendOp(nil, &op)
			if err != nil {
				e, ok := err.(*Error)
				if !ok || e.Offset < base+int64(at) || e.Offset > base+int64(len(in)) || len(text) > 0 {
					t.Fatalf("at %d: got %q, %v", at, text, err)
				}
				if opErr == nil || opErr.Error() != err.Error() {
					t.Fatalf("at %d: %v, but as an op %v", at, err, opErr)
				}
				return
			}
			if total += len(text); total > 2<<20+512*len(in) || d.depth != 0 {
				t.Fatalf("at %d: %d bytes of text, depth %d", at, total, d.depth)
			}
			if opErr != nil || !bytes.Equal(text, same) || ops.Pos() != d.Pos() {
				t.Fatalf("at %d: %s, but as an op %s, %v", at, text, same, opErr)
			}
			checkText(t, text)
			if spelled, err := pairs.Append(nil); err == nil && !bytes.Equal(spelled, text) { // else it may be too long
				if !d.Tuples() || pairs.Pos() != d.Pos() {
					t.Fatalf("at %d: %s, but with pairs %s", at, text, spelled)
				}
				checkText(t, spelled)
			}
		}
	})
}

// checkText writes a decoded value and reads it back, once to lose what cannot be
// told apart, and once more to lose nothing.
func checkText(t *testing.T, text []byte) {
	v := edn.NewSource("", text, edn.EDN).Value(0, len(text))
	s := v.Scanner()
	if s.Datum() == edn.Invalid || s.Next() != edn.EOF {
		t.Fatalf("%s is not EDN: %v", text, s.Err())
	}
	before := ""
	for range 2 {
		var e Encoder
		b, err := e.Append(nil, v)
		if err != nil {
			t.Fatalf("%s cannot be written: %v", v, err)
		}
		d := NewDecoder(b, 0)
		again, err := d.Append(nil)
		if err != nil || d.More() {
			t.Fatalf("%s is written as % x, which cannot be read: %v", v, b, err)
		}
		if before != "" && before != string(again) {
			t.Fatalf("%s is read back as %s", before, again)
		}
		before = string(again)
		v = edn.NewSource("", again, edn.EDN).Value(0, len(again))
	}
}
