package intern

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// machine is a Table beside plain maps that do the same.
type machine struct {
	table Table
	ints  map[int64]int32
	texts map[string]int32
}

// Few keys, so that they meet, some of which collide: Fibonacci hashing looks at the
// upper bits of the product.
var (
	someInt  = rapid.OneOf(rapid.Int64Range(-3, 60), rapid.SampledFrom([]int64{math.MinInt64, math.MaxInt64, 1 << 40, 1 << 32}), rapid.Int64())
	someText = rapid.StringMatching(`[ab]{0,3}`)
)

func (m *machine) len() int32 { return int32(len(m.ints) + len(m.texts)) }

func (m *machine) addInt(t *rapid.T, key int64) {
	want, known := m.ints[key]
	if !known {
		want = m.len()
		m.ints[key] = want
	}
	if id, fresh := m.table.Int(key); id != want || fresh == known {
		t.Fatalf("Int(%d) is %d, %v, want %d, %v", key, id, fresh, want, !known)
	}
}

func (m *machine) Int(t *rapid.T) { m.addInt(t, someInt.Draw(t, "key")) }

func (m *machine) Many(t *rapid.T) {
	for key := range rapid.Int64Range(0, 40).Draw(t, "many") {
		m.addInt(t, key*7)
	}
}

func (m *machine) Text(t *rapid.T) {
	key := someText.Draw(t, "key")
	want, known := m.texts[key]
	if !known {
		want = m.len()
		m.texts[key] = want
	}
	if id, fresh := m.table.Text([]byte(key)); id != want || fresh == known {
		t.Fatalf("Text(%q) is %d, %v, want %d, %v", key, id, fresh, want, !known)
	}
}

func (m *machine) Lookup(t *rapid.T) {
	key, text := someInt.Draw(t, "key"), someText.Draw(t, "text")
	want, ok := m.ints[key]
	if !ok {
		want = -1
	}
	if id := m.table.LookupInt(key); id != want {
		t.Fatalf("LookupInt(%d) is %d, want %d", key, id, want)
	}
	if want, ok = m.texts[text]; !ok {
		want = -1
	}
	if id := m.table.LookupText([]byte(text)); id != want {
		t.Fatalf("LookupText(%q) is %d, want %d", text, id, want)
	}
}

func (m *machine) Reset(t *rapid.T) {
	if rapid.IntRange(0, 3).Draw(t, "rarely") == 0 {
		clear(m.ints)
		clear(m.texts)
		m.table.Reset()
	}
}

func (m *machine) Check(t *rapid.T) {
	if m.table.Len() != int(m.len()) {
		t.Fatalf("Len is %d, want %d", m.table.Len(), m.len())
	}
}

// The table does what two maps do, whatever the order of calls.
func TestModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		t.Repeat(rapid.StateMachineActions(&machine{ints: map[int64]int32{}, texts: map[string]int32{}}))
	})
}

// After 2^32 resets the generations begin again, and slots of the first must
// not look alive.
func TestGenerationWraps(t *testing.T) {
	var table Table
	table.Int(1)
	table.Int(2)
	table.gen = math.MaxUint32 // the slots of generation 1 are still there
	table.n, table.hashed = 0, 0
	if id := table.LookupInt(1); id != -1 {
		t.Fatalf("1 has id %d in another generation", id)
	}
	table.Int(3)
	table.Reset()
	for want, key := range []int64{3, 2, 1} {
		if id, fresh := table.Int(key); id != int32(want) || !fresh {
			t.Errorf("Int(%d) is %d, %v, want %d, true", key, id, fresh, want)
		}
	}
}

func TestResetOfNothing(t *testing.T) {
	var table Table
	table.Reset()
	if id, fresh := table.Int(7); id != 0 || !fresh || table.LookupInt(7) != 0 || table.LookupInt(8) != -1 {
		t.Errorf("Int(7) is %d, %v", id, fresh)
	}
}

// A table that has been large serves small sets at the price of small ones.
func BenchmarkReset(b *testing.B) {
	var table Table
	for i := range int64(1 << 20) {
		table.Int(i)
	}
	b.ReportAllocs()
	for b.Loop() {
		table.Reset()
		for i := range int64(10) {
			table.Int(i)
		}
	}
}

func BenchmarkInt(b *testing.B) {
	for _, n := range []int64{1 << 10, 1 << 20} {
		b.Run("n="+map[int64]string{1 << 10: "1k", 1 << 20: "1M"}[n], func(b *testing.B) {
			var table Table
			b.ReportAllocs()
			for b.Loop() {
				table.Reset()
				for i := range n {
					table.Int(i * 3 % n)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/key")
		})
	}
}

// TestWidens: keys that were hashed are found when dense has come to hold them, and
// those beyond stay where they are.
func TestWidens(t *testing.T) {
	var table Table
	for round := range int64(3) {
		table.Reset()
		for i := range int64(5000) {
			key := i/2 + 1
			if i%2 == 1 {
				key = 1<<40 + i*round
			}
			_, fresh := table.Int(key)
			if id, again := table.Int(key); again || id != table.LookupInt(key) || fresh && int(id) != table.Len()-1 {
				t.Fatalf("round %d: %d has id %d of %d", round, key, id, table.Len())
			}
		}
		for i := range int64(2500) {
			if id := table.LookupInt(i + 1); id < 0 {
				t.Fatalf("round %d: %d was forgotten", round, i+1)
			}
		}
	}
	if len(table.dense) < 2500 {
		t.Errorf("dense holds %d keys", len(table.dense))
	}
}
