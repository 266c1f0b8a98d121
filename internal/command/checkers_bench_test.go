package command

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
)

// opLog writes ops as JSON Lines, of ten clients that take turns.
type opLog struct {
	buf bytes.Buffer
	n   int
}

func (l *opLog) op(typ, f, value string) {
	fmt.Fprintf(&l.buf, `{"index":%d,"time":%d,"type":%q,"process":%d,"f":%q,"value":%s}`+"\n", l.n, l.n*1000, typ, l.n/2%10, f, value)
	l.n++
}

func (l *opLog) call(f, in, out string) {
	l.op("invoke", f, in)
	l.op("ok", f, out)
}

// workloads write valid histories of about so many ops.
var workloads = []struct {
	checker string
	write   func(l *opLog, n int)
}{
	{"counter", func(l *opLog, n int) {
		sum := 0
		for i := range n / 2 {
			if i%2 == 0 {
				sum += i % 7
				l.call("add", fmt.Sprint(i%7), fmt.Sprint(i%7))
			} else {
				l.call("read", "null", fmt.Sprint(sum))
			}
		}
	}},
	{"unique-ids", func(l *opLog, n int) {
		for i := range n / 2 {
			l.call("generate", "null", fmt.Sprint(i))
		}
	}},
	{"set", func(l *opLog, n int) {
		for i := range n / 2 {
			l.call("add", fmt.Sprint(i), fmt.Sprint(i))
		}
		l.call("read", "null", ints(n/2))
	}},
	{"set-full", func(l *opLog, n int) { // a read of all, 200 times at most
		for i := range n / 2 {
			l.call("add", fmt.Sprint(i), fmt.Sprint(i))
			if i%max(n/400, 1000) == 0 {
				l.call("read", "null", ints(i+1))
			}
		}
		l.call("read", "null", ints(n/2))
	}},
	{"total-queue", func(l *opLog, n int) {
		for i := range n / 4 {
			l.call("enqueue", fmt.Sprint(i), fmt.Sprint(i))
			l.call("dequeue", "null", fmt.Sprint(i))
		}
	}},
	{"queue", func(l *opLog, n int) {
		for i := range n / 4 {
			l.call("enqueue", fmt.Sprint(i), fmt.Sprint(i))
			l.call("dequeue", "null", fmt.Sprint(i))
		}
	}},
	{"bank", func(l *opLog, n int) {
		rng := rand.New(rand.NewPCG(1, 2))
		b := [8]int{100}
		for i := range n / 2 {
			if i%2 == 0 {
				from, to := rng.IntN(8), rng.IntN(8)
				x := min(b[from], 3)
				b[from] -= x
				b[to] += x
				t := fmt.Sprintf(`{"from":%d,"to":%d,"amount":%d}`, from, to, x)
				l.call("transfer", t, t)
				continue
			}
			l.call("read", "null", fmt.Sprintf(`{"0":%d,"1":%d,"2":%d,"3":%d,"4":%d,"5":%d,"6":%d,"7":%d}`, b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7]))
		}
	}},
	{"long-fork", func(l *opLog, n int) {
		for i := range n / 4 {
			w := fmt.Sprintf(`[["w",%d,1]]`, i)
			l.call("write", w, w)
			l.call("read", fmt.Sprintf(`[["r",%d,null],["r",%d,null]]`, i&^1, i|1), fmt.Sprintf(`[["r",%d,1],["r",%d,%s]]`, i&^1, i|1, map[bool]string{true: "null", false: "1"}[i&1 == 0]))
		}
	}},
	{"causal-reverse", func(l *opLog, n int) {
		for i := range n / 4 {
			l.call("write", fmt.Sprint(i), fmt.Sprint(i))
			l.call("read", "null", "[0]")
		}
	}},
	{"stats", func(l *opLog, n int) {
		for i := range n / 2 {
			l.call("read", "null", fmt.Sprint(i))
		}
	}},
}

func ints(n int) string {
	var b bytes.Buffer
	b.WriteByte('[')
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprint(&b, i)
	}
	b.WriteByte(']')
	return b.String()
}

// From a file to the verdict. MB/s are of text.
func BenchmarkCheckers(b *testing.B) {
	for _, w := range workloads {
		for _, n := range []int{10_000, 100_000, 1_000_000} {
			l := &opLog{}
			w.write(l, n)
			file := filepath.Join(b.TempDir(), "h.jsonl")
			if err := os.WriteFile(file, l.buf.Bytes(), 0o666); err != nil {
				b.Fatal(err)
			}
			b.Run(fmt.Sprintf("checker=%s/n=%d", w.checker, n), func(b *testing.B) {
				b.SetBytes(int64(l.buf.Len()))
				b.ReportAllocs()
				for b.Loop() {
					if status := Run(context.Background(), []string{w.checker, "-q", file}, nil, io.Discard, os.Stderr); status != exitValid {
						b.Fatalf("status %d", status)
					}
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(l.n), "ns/op-of-history")
			})
			l.buf.Reset()
		}
	}
}
