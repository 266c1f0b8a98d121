package edn

import (
	"bytes"
	"fmt"
	"testing"
)

// A line of a list-append history as Jepsen and as elle-cli write it.
const (
	lineEDN  = `{:index 2571, :time 3291485317, :type :ok, :process 14, :f :txn, :value [[:append 77 12] [:r 76 [1 2 3 4 5 6 7 8 9 10 11 12 13 14]] [:r 78 nil] [:append 76 15]]}` + "\n"
	lineJSON = `{"index":2571,"time":3291485317,"type":"ok","process":14,"f":"txn","value":[["append",77,12],["r",76,[1,2,3,4,5,6,7,8,9,10,11,12,13,14]],["r",78,null],["append",76,15]]}` + "\n"
)

var benchTexts = []struct {
	syntax Syntax
	line   string
}{{EDN, lineEDN}, {JSON, lineJSON}}

func BenchmarkNext(b *testing.B) {
	for _, bt := range benchTexts {
		src := NewSource("bench", bytes.Repeat([]byte(bt.line), 1000), bt.syntax)
		b.Run(fmt.Sprintf("syntax=%v", bt.syntax), func(b *testing.B) {
			b.SetBytes(int64(len(src.Text)))
			b.ReportAllocs()
			s := NewScanner(src, 0, len(src.Text))
			for b.Loop() {
				s.Reset(src, 0, len(src.Text))
				for s.Next() != EOF {
					if s.Kind == Invalid {
						b.Fatal(s.Err())
					}
				}
			}
		})
	}
}

// BenchmarkDatum passes over the lines as a reader does that only splits them.
func BenchmarkDatum(b *testing.B) {
	for _, bt := range benchTexts {
		src := NewSource("bench", bytes.Repeat([]byte(bt.line), 1000), bt.syntax)
		b.Run(fmt.Sprintf("syntax=%v", bt.syntax), func(b *testing.B) {
			b.SetBytes(int64(len(src.Text)))
			b.ReportAllocs()
			s := NewScanner(src, 0, len(src.Text))
			for b.Loop() {
				s.Reset(src, 0, len(src.Text))
				for s.Datum() != EOF {
					if s.Kind == Invalid {
						b.Fatal(s.Err())
					}
				}
			}
		})
	}
}

func BenchmarkSkipInts(b *testing.B) {
	for _, syntax := range []Syntax{EDN, JSON} {
		text := []byte{'['}
		for i := range 1000 {
			if i > 0 {
				text = append(text, " ,"[syntax])
			}
			text = fmt.Appendf(text, "%d", i*7)
		}
		text = append(text, ']')
		src := NewSource("bench", text, syntax)
		b.Run(fmt.Sprintf("syntax=%v", syntax), func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			s := NewScanner(src, 0, len(text))
			for b.Loop() {
				s.Reset(src, 0, len(text))
				s.Next()
				if _, _, ok := s.SkipInts(); !ok {
					b.Fatal("not ints")
				}
			}
		})
	}
}
