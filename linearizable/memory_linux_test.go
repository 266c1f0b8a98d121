package linearizable

import (
	"context"
	"os"
	"os/exec"
	"runtime/debug"
	"strings"
	"syscall"
	"testing"

	"github.com/seed-c33ae711/jcheck/simulate"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// memoryChild marks this test binary as the process whose memory is limited.
const memoryChild = "JCHECK_TEST_MEMORY"

// TestMemoryHolds: a search with a bound keeps within it, in a process that ends if it
// asks for much more, also where thousands of operations run at a time: to store who
// runs at each level would take ten times the limit.
func TestMemoryHolds(t *testing.T) {
	if os.Getenv(memoryChild) != "" {
		checkInLittle(t)
		return
	}
	if testing.Short() {
		t.Skip("the race detector, which runs with it, takes memory of its own")
	}
	cmd := exec.Command(os.Args[0], "-test.run", "^TestMemoryHolds$", "-test.v")
	cmd.Env = append(os.Environ(), memoryChild+"=1")
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "at its limit of memory") {
		t.Fatalf("%v\n%.2000s", err, out)
	}
}

const littleMemory = 32 << 20

// checkInLittle limits this process to what it has and a few times littleMemory, and
// checks a history in that.
func checkInLittle(t *testing.T) {
	o := simulate.Object{Kind: simulate.Counter, Operations: 60_000, Clients: 6000, Seed: 1}
	h, err := o.History()
	if err != nil {
		t.Fatal(err)
	}
	m, err := ByName("counter", "")
	if err != nil {
		t.Fatal(err)
	}
	debug.FreeOSMemory()
	limit := syscall.Rlimit{Cur: addressSpace(t) + 5*littleMemory, Max: addressSpace(t) + 5*littleMemory}
	if err := syscall.Setrlimit(syscall.RLIMIT_AS, &limit); err != nil {
		t.Skip(err)
	}
	res, err := Check(context.Background(), h, m, Options{Budget: Budget{Memory: littleMemory}})
	if err != nil || res.Valid != verdict.Unknown {
		t.Fatal(err, res)
	}
	t.Log(res.Reason)
}

// addressSpace returns how many bytes of addresses this process has.
func addressSpace(t *testing.T) uint64 {
	status, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		t.Skip(err)
	}
	pages := uint64(0)
	for _, c := range status {
		if c < '0' || c > '9' {
			break
		}
		pages = 10*pages + uint64(c-'0')
	}
	return pages * uint64(os.Getpagesize())
}
