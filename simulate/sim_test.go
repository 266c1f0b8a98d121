package simulate

import (
	"bytes"
	"fmt"
	"hash/fnv"
	"runtime"
	"strings"
	"testing"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/oracle"
)

// busy is a config in which everything happens that can.
func busy(w Workload, db string) Config {
	return Config{Workload: w, DB: db, Txns: 3000, Clients: 7, Seed: 42, FailRate: 0.05, CrashRate: 0.05, NemesisEvery: 100, FinalReads: true}
}

func text(t testing.TB, c Config) []byte {
	t.Helper()
	ops, err := c.Ops()
	if err != nil {
		t.Fatal(err)
	}
	var b []byte
	i := 0
	for op := range ops {
		b = append(op.AppendEDN(b, i), '\n')
		i++
	}
	return b
}

// eachBusy calls f with a busy config of each database and workload.
func eachBusy(t *testing.T, f func(t *testing.T, c Config)) {
	for _, w := range Workloads() {
		for _, db := range Databases() {
			t.Run(w.String()+"/"+db.Name, func(t *testing.T) { f(t, busy(w, db.Name)) })
		}
	}
}

func TestDeterminism(t *testing.T) {
	eachBusy(t, func(t *testing.T, c Config) {
		a, b := text(t, c), text(t, c)
		if !bytes.Equal(a, b) {
			t.Error("the same config gave two histories")
		}
		c.Seed++
		if bytes.Equal(a, text(t, c)) {
			t.Error("two seeds gave the same history")
		}
	})
	// The bytes are part of the promise: a change breaks whoever recorded a seed.
	for w, want := range []string{ListAppend: "e072fecbf93a441b", RWRegister: "1d646bcc8c7d155b"} {
		h := fnv.New64a()
		h.Write(text(t, busy(Workload(w), "serial")))
		if got := fmt.Sprintf("%016x", h.Sum64()); got != want {
			t.Errorf("the %s history of a known seed has hash %s, want %s", Workload(w), got, want)
		}
	}
}

// TestHistory checks that every history keeps process discipline, and that the
// text of its ops is what AppendEDN writes.
func TestHistory(t *testing.T) {
	eachBusy(t, func(t *testing.T, c Config) {
		h, err := c.History()
		if err != nil {
			t.Fatal(err)
		}
		lines := bytes.Split(bytes.TrimSuffix(text(t, c), []byte("\n")), []byte("\n"))
		if h.Len() != len(lines) {
			t.Fatalf("%d ops and %d lines", h.Len(), len(lines))
		}
		for i, line := range lines {
			if got := h.Text(i).String(); got != string(line) {
				t.Fatalf("op %d is %s, its line %s", i, got, line)
			}
		}
		count := map[string]int{}
		for op := range h.Ops() {
			count[op.Type.String()+" "+op.F]++
		}
		for _, kind := range []string{"invoke txn", "ok txn", "fail txn", "info txn", "info start", "info stop"} {
			if count[kind] < 30 {
				t.Errorf("%d of %s", count[kind], kind)
			}
		}
		if count["info start"] != count["info stop"] || count["info start"]%2 != 0 {
			t.Errorf("the nemesis started %d times and stopped %d times", count["info start"], count["info stop"])
		}
	})
}

// TestFinalReads checks that each key is read after its last write.
func TestFinalReads(t *testing.T) {
	for _, w := range Workloads() {
		ops, err := busy(w, "serial").Ops()
		if err != nil {
			t.Fatal(err)
		}
		unread := map[int64]int64{}
		for op := range ops {
			for _, m := range op.Txn {
				switch {
				case op.Type != history.OK:
				case m.Write:
					unread[m.Key] = m.Value
				default:
					delete(unread, m.Key)
				}
			}
		}
		if len(unread) > 0 {
			t.Errorf("%s: keys not read after their last write: %v", w, unread)
		}
	}
}

// TestProcesses checks that a process number is used by one client, and never
// again after a crash.
func TestProcesses(t *testing.T) {
	c := busy(ListAppend, "serial")
	ops, err := c.Ops()
	if err != nil {
		t.Fatal(err)
	}
	now := make([]int64, c.Clients)
	for i := range now {
		now[i] = int64(i)
	}
	last := int64(0)
	for op := range ops {
		if op.Time <= last {
			t.Fatalf("time %d after %d", op.Time, last)
		}
		last = op.Time
		if op.Nemesis || op.Type == history.Info { // which may come late
			continue
		}
		client := op.Process % int64(c.Clients)
		if op.Process < now[client] {
			t.Fatalf("process %d is used again after %d", op.Process, now[client])
		}
		if op.Process > now[client]+int64(c.Clients)*3 {
			t.Fatalf("process %d follows %d", op.Process, now[client])
		}
		now[client] = op.Process
	}
}

// TestMemory checks that the memory of a run does not grow with its length.
func TestMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	for _, db := range []string{"serial", "read-committed", "fractured-read"} {
		c := busy(ListAppend, db)
		c.Txns = 300_000
		ops, err := c.Ops()
		if err != nil {
			t.Fatal(err)
		}
		var first, most uint64
		i := 0
		for range ops {
			if i++; i%100_000 == 0 {
				runtime.GC()
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				if first == 0 {
					first = m.HeapAlloc
				}
				most = max(most, m.HeapAlloc)
			}
		}
		if most > first+256<<10 {
			t.Errorf("%s: the heap grew from %d to %d bytes", db, first, most)
		}
	}
}

func TestLines(t *testing.T) {
	for _, c := range []struct {
		op        Op
		edn, json string
	}{
		{
			Op{Time: 12, F: "txn", Txn: []Mop{{Write: true, Key: 5, Value: 1}, {Key: 6}}},
			`{:index 0, :time 12, :type :invoke, :process 0, :f :txn, :value [[:append 5 1] [:r 6 nil]]}`,
			`{"index":0,"time":12,"type":"invoke","process":0,"f":"txn","value":[["append",5,1],["r",6,null]]}`,
		},
		{
			Op{Type: history.OK, Process: 3, F: "txn", Txn: []Mop{{Key: 6, Read: []int64{}}, {Key: 7, Read: []int64{1, -2}}}},
			`{:index 0, :time 0, :type :ok, :process 3, :f :txn, :value [[:r 6 []] [:r 7 [1 -2]]]}`,
			`{"index":0,"time":0,"type":"ok","process":3,"f":"txn","value":[["r",6,[]],["r",7,[1,-2]]]}`,
		},
		{
			Op{Workload: RWRegister, F: "txn", Txn: []Mop{{Write: true, Key: 5, Value: 1}, {Key: 6}}},
			`{:index 0, :time 0, :type :invoke, :process 0, :f :txn, :value [[:w 5 1] [:r 6 nil]]}`,
			`{"index":0,"time":0,"type":"invoke","process":0,"f":"txn","value":[["w",5,1],["r",6,null]]}`,
		},
		{
			Op{Workload: RWRegister, Type: history.OK, F: "txn", Txn: []Mop{{Key: 6, Read: []int64{}}, {Key: 7, Read: []int64{-2}}}},
			`{:index 0, :time 0, :type :ok, :process 0, :f :txn, :value [[:r 6 nil] [:r 7 -2]]}`,
			`{"index":0,"time":0,"type":"ok","process":0,"f":"txn","value":[["r",6,null],["r",7,-2]]}`,
		},
		{
			Op{Type: history.Fail, F: "txn", Txn: []Mop{}, Error: "conflict"},
			`{:index 0, :time 0, :type :fail, :process 0, :f :txn, :value [], :error :conflict}`,
			`{"index":0,"time":0,"type":"fail","process":0,"f":"txn","value":[],"error":"conflict"}`,
		},
		{
			Op{Type: history.Info, Nemesis: true, F: "start"},
			`{:index 0, :time 0, :type :info, :process :nemesis, :f :start, :value nil}`,
			`{"index":0,"time":0,"type":"info","process":"nemesis","f":"start","value":null}`,
		},
	} {
		if got := string(c.op.AppendEDN(nil, 0)); got != c.edn {
			t.Errorf("EDN: got %s, want %s", got, c.edn)
		}
		if got := string(c.op.AppendJSON(nil, 0)); got != c.json {
			t.Errorf("JSON: got %s, want %s", got, c.json)
		}
	}
}

func TestStopsEarly(t *testing.T) {
	ops, err := busy(ListAppend, "serial").Ops()
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for range ops {
		if n++; n == 10 {
			break
		}
	}
}

func TestConfigErrors(t *testing.T) {
	for _, c := range []Config{
		{Workload: 7}, {KeyDist: "zipf"}, {Clients: -1}, {MinOps: 5, MaxOps: 4}, {FailRate: 1.5}, {CrashRate: -1}, {ReadRatio: 2},
	} {
		if _, err := c.Ops(); err == nil {
			t.Errorf("%+v: no error", c)
		}
	}
	for _, c := range []Config{
		{Txns: -1}, {MinOps: 9}, {ReadRatio: -1, Txns: 20}, {Keys: 100, Clients: 1, FinalReads: true}, {CrashRate: 1, FailRate: 1},
	} {
		if _, err := c.History(); err != nil {
			t.Errorf("%+v: %v", c, err)
		}
	}
}

// parse reads a history of EDN lines.
func parse(t *testing.T, text string) oracle.Txns {
	t.Helper()
	b, n := history.NewBuilder(nil), int64(0)
	for line := range strings.Lines(text) {
		v, err := edn.Parse(line, edn.EDN)
		if err != nil {
			t.Fatal(err)
		}
		get := func(name string) edn.Value {
			x, ok := v.Get(name)
			if !ok {
				t.Fatalf("no :%s in %s", name, line)
			}
			return x
		}
		if index, _ := get("index").Int(); index != n {
			t.Fatalf("index %d in %s", index, line)
		}
		n++
		name, _ := get("type").Name()
		e := history.Entry{F: "txn", Value: get("value")}
		e.Type, _ = history.TypeNamed([]byte(name))
		e.Process, _ = get("process").Int()
		e.Time, _ = get("time").Int()
		if err := b.Append(e); err != nil {
			t.Fatal(err)
		}
	}
	h, err := b.History()
	if err != nil {
		t.Fatal(err)
	}
	ts, err := oracle.FromHistory(h)
	if err != nil {
		t.Fatal(err)
	}
	return ts
}

func BenchmarkOps(b *testing.B) {
	const n = 100_000
	for _, db := range Databases() {
		b.Run("db="+db.Name, func(b *testing.B) {
			b.ReportAllocs()
			ops, err := Config{DB: db.Name, Txns: n, Clients: 10}.Ops()
			if err != nil {
				b.Fatal(err)
			}
			count := 0
			for b.Loop() {
				for range ops {
					count++
				}
			}
			b.ReportMetric(float64(count)/b.Elapsed().Seconds(), "ops/s")
		})
	}
}

func BenchmarkLines(b *testing.B) {
	const n = 100_000
	for _, syntax := range []edn.Syntax{edn.EDN, edn.JSON} {
		b.Run("syntax="+syntax.String(), func(b *testing.B) {
			b.ReportAllocs()
			ops, err := Config{Txns: n, Clients: 10}.Ops()
			if err != nil {
				b.Fatal(err)
			}
			count, bytes := 0, 0
			var line []byte
			for b.Loop() {
				i := 0
				for op := range ops {
					if syntax == edn.EDN {
						line = op.AppendEDN(line[:0], i)
					} else {
						line = op.AppendJSON(line[:0], i)
					}
					i++
					bytes += len(line) + 1
				}
				count += i
			}
			b.SetBytes(int64(bytes / b.N))
			b.ReportMetric(float64(count)/b.Elapsed().Seconds(), "ops/s")
		})
	}
}
