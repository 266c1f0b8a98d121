package command

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"testing"
	"time"

	"github.com/seed-c33ae711/jcheck/elle"
	"github.com/seed-c33ae711/jcheck/format"
	"github.com/seed-c33ae711/jcheck/simulate"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// BenchmarkElleFile goes from a file to the verdict: a serial database, ten
// clients, lists of up to 32 elements. The largest size takes minutes and half
// a gigabyte of disk, and must be asked for: JCHECK_BENCH_10M=1.
func BenchmarkElleFile(b *testing.B) {
	defer debug.SetGCPercent(debug.SetGCPercent(gcPercent))
	sizes := []struct {
		name string
		txns int
	}{{"10k", 10_000}, {"100k", 100_000}, {"1M", 1_000_000}, {"10M", 10_000_000}}
	if os.Getenv("JCHECK_BENCH_10M") == "" {
		sizes = sizes[:3]
	}
	for _, size := range sizes {
		b.Run("n="+size.name, func(b *testing.B) {
			if testing.Short() && size.txns > 100_000 {
				b.Skip("long")
			}
			file := filepath.Join(b.TempDir(), "history.jsonl")
			bytes := writeJSONL(b, file, simulate.Config{Txns: size.txns, Clients: 10, MaxWritesPerKey: 32})
			runtime.GC()
			b.SetBytes(bytes)
			b.ReportAllocs()
			peak := watchHeap()
			for b.Loop() {
				h, err := format.ReadFile(context.Background(), file, format.Options{})
				if err != nil {
					b.Fatal(err)
				}
				res, err := elle.Check(context.Background(), h, elle.Options{})
				if err != nil || res.Valid != verdict.Valid {
					b.Fatal(res, err)
				}
				b.StopTimer() // a run of the command does not begin with another's garbage
				runtime.GC()
				b.StartTimer()
			}
			heap := peak()
			b.ReportMetric(float64(size.txns)*float64(b.N)/b.Elapsed().Seconds(), "txn/s")
			b.ReportMetric(float64(heap)/1e6, "peak-heap-MB")
			b.ReportMetric(float64(heap)/float64(size.txns), "peak-heap-B/txn")
		})
	}
}

// writeJSONL writes a generated history to a file, and returns its size.
func writeJSONL(b *testing.B, file string, c simulate.Config) int64 {
	b.Helper()
	ops, err := c.Ops()
	if err != nil {
		b.Fatal(err)
	}
	f, err := os.Create(file)
	if err != nil {
		b.Fatal(err)
	}
	w := bufio.NewWriterSize(f, 1<<20)
	var line []byte
	i, size := 0, int64(0)
	for op := range ops {
		line = append(op.AppendJSON(line[:0], i), '\n')
		if _, err := w.Write(line); err != nil {
			b.Fatal(err)
		}
		size += int64(len(line))
		i++
	}
	if err := w.Flush(); err != nil {
		b.Fatal(err)
	}
	if err := f.Close(); err != nil {
		b.Fatal(err)
	}
	return size
}

// watchHeap samples the bytes of heap objects, dead ones that are not swept yet
// included, every millisecond. The function that it returns stops that and
// returns the most there were.
func watchHeap() (peak func() uint64) {
	stop, done := make(chan struct{}), make(chan uint64)
	go func() {
		most := uint64(0)
		sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
		tick := time.NewTicker(time.Millisecond)
		defer tick.Stop()
		for {
			metrics.Read(sample)
			most = max(most, sample[0].Value.Uint64())
			select {
			case <-tick.C:
			case <-stop:
				done <- most
				return
			}
		}
	}()
	return func() uint64 {
		close(stop)
		return <-done
	}
}

// BenchmarkStart runs the real program on nothing, and on a history of ten lines: what a shell
// or a CI job pays before anything is checked. In between runs a program that does nothing, since how
// long that takes depends on the machine more than on jcheck.
func BenchmarkStart(b *testing.B) {
	dir := b.TempDir()
	file, source := filepath.Join(dir, "history.jsonl"), filepath.Join(dir, "empty.go")
	writeJSONL(b, file, simulate.Config{Txns: 5, Clients: 1})
	if err := os.WriteFile(source, []byte("package main\n\nfunc main() {}\n"), 0o600); err != nil {
		b.Fatal(err)
	}
	program, empty := buildStatic(b, "jcheck", "../../cmd/jcheck"), buildStatic(b, "empty", source)
	info, err := os.Stat(program)
	if err != nil {
		b.Fatal(err)
	}
	for _, args := range [][]string{{"version"}, {"elle", file}} {
		b.Run(args[0], func(b *testing.B) {
			var ours, least time.Duration
			for b.Loop() {
				ours += cpuOf(b, program, args...)
				b.StopTimer()
				least += cpuOf(b, empty)
				b.StartTimer()
			}
			b.ReportMetric(float64(info.Size())/1e6, "binary-MB")
			b.ReportMetric(ours.Seconds()*1e3/float64(b.N), "cpu-ms/op")
			b.ReportMetric(ours.Seconds()/least.Seconds(), "x-empty-program")
		})
	}
}

// buildStatic builds a program as it is released.
func buildStatic(b *testing.B, name, source string) (path string) {
	b.Helper()
	path = filepath.Join(b.TempDir(), name+".exe")
	build := exec.Command("go", "build", "-o", path, source)
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	return path
}

// cpuOf runs a program and returns the CPU time that it took.
func cpuOf(b *testing.B, program string, args ...string) time.Duration {
	b.Helper()
	cmd := exec.Command(program, args...)
	if out, err := cmd.CombinedOutput(); err != nil {
		b.Fatal(fmt.Errorf("%w\n%s", err, out))
	}
	return cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
}
