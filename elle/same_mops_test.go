package elle

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/seed-c33ae711/jcheck/edn"
)

// FuzzSameMops: what the fast comparison of two texts takes for the same micro-ops
// is the same to the slow one.
func FuzzSameMops(f *testing.F) {
	for _, s := range []string{
		"[[:append 5 1] [:r 6 nil] [:r 7 nil]]|[[:append 5 1] [:r 6 [1 2]] [:r 7 []]]",
		"[[:append 5 1] [:r 6 nil]]|[[:append 5 1] [:r 6 [1 2]] [:r 7 []]]",
		"[[:w 5 1] [:r 6 nil]]|[[:w 5 1] [:r 6 4]]",
		"[[:r 6][]]|[[:r 6 []][]]",
		`[["r",6],[""]]|[["r",6,0],[""]]`,
		"[[:r 6] [:w 5 1]]|[[:r 6 [1]] [:w 5 1]]",
		"[[:r 6 nil]]|[[:r 6 [1 [2 3]]]]",
		`[["append",5,1],["r",6,null]]|[["append",5,1],["r",6,[1,2]]]`,
		`[["r",6,null],["w",5,1]]|[["r",6,4],["w",5,1]]`,
		`[["w","a[",1],["r","b",null]]|[["w","a[",1],["r","b","x]"]]`,
		`[[:w 5 "[:r 1 nil]"]]|[[:w 5 "[:r 1 4]"]]`,
	} {
		f.Add(s, s[0] == '[' && !strings.Contains(s, ":"))
	}
	f.Fuzz(func(t *testing.T, texts string, isJSON bool) {
		syntax := edn.EDN
		if isJSON {
			syntax = edn.JSON
		}
		a, b, _ := strings.Cut(texts, "|")
		asked, errA := edn.Parse(a, syntax)
		done, errB := edn.Parse(b, syntax)
		for _, v := range []edn.Value{asked, done} { // parsing looks at nothing inside
			if _, err := edn.AppendCanonical(nil, v); err != nil {
				return
			}
		}
		if errA != nil || errB != nil || a == b || !sameMops(asked.Bytes(), done.Bytes()) {
			return
		}
		if d := new(comparer).compare(asked, done); d != equalMops {
			t.Errorf("%s and %s are the same to the fast comparison, but %d", a, b, d)
		}
	})
}

// TestSameMops: the usual way to write transactions is compared fast.
func TestSameMops(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for range 1000 {
		var asked, done []string
		for range 1 + rng.IntN(4) {
			key := string(rune('0' + rng.IntN(10)))
			switch rng.IntN(4) {
			case 0:
				asked, done = append(asked, "[:append "+key+" 17]"), append(done, "[:append "+key+" 17]")
			case 1:
				asked, done = append(asked, "[:r "+key+" nil]"), append(done, "[:r "+key+" [1 2 -3]]")
			case 2:
				asked, done = append(asked, "[:r "+key+" nil]"), append(done, "[:r "+key+" nil]")
			default:
				asked, done = append(asked, "[:r "+key+" nil]"), append(done, "[:r "+key+" 42]")
			}
		}
		a, b := "["+strings.Join(asked, " ")+"]", "["+strings.Join(done, " ")+"]"
		json := strings.NewReplacer(":append", `"append"`, ":r", `"r"`, " ", ",", "nil", "null")
		for _, p := range [][2]string{{a, b}, {json.Replace(a), json.Replace(b)}} {
			if !sameMops([]byte(p[0]), []byte(p[1])) {
				t.Errorf("%s and %s were not compared fast", p[0], p[1])
			}
		}
	}
}
