package format_test

import (
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/seed-c33ae711/jcheck/format"
)

// plumeText returns a text of so many lines, eight to a transaction, of ten
// sessions that take turns. In one of two files they take turns at every line.
func plumeText(lines int, interleaved bool) []byte {
	rng := rand.New(rand.NewPCG(1, 2))
	var text []byte
	for i := range lines {
		group, k := i/80, i%80
		session := k / 8
		if interleaved {
			session = k % 10
		}
		text = append(text, "rw"[i%2], '(')
		text = strconv.AppendInt(text, int64(rng.IntN(100_000)), 10)
		text = strconv.AppendInt(append(text, ','), int64(i), 10)
		text = strconv.AppendInt(append(text, ','), int64(session), 10)
		text = strconv.AppendInt(append(text, ','), int64(group*10+session), 10)
		text = append(text, ")\n"...)
	}
	return text
}

func BenchmarkPlume(b *testing.B) {
	for _, c := range []struct {
		name        string
		lines       int
		interleaved bool
	}{{"n=100k", 100_000, false}, {"n=10M", 10_000_000, false}, {"interleaved/n=10M", 10_000_000, true}} {
		b.Run(c.name, func(b *testing.B) {
			text := plumeText(c.lines, c.interleaved)
			path := filepath.Join(b.TempDir(), "history.txt")
			if err := os.WriteFile(path, text, 0o600); err != nil {
				b.Fatal(err)
			}
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				h, err := format.ReadFile(context.Background(), path, format.Options{})
				if err != nil || h.Len() != c.lines/8 {
					b.Fatal(err)
				}
			}
		})
	}
}
