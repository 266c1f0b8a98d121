package checker_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// knownFailures are histories that fail in ways that random ones seldom do.
var knownFailures = map[string]string{
	"echo":          "i 0 echo \"hi\"\no 0 echo \"ho\"",
	"echo message":  "i 0 echo \"hi\"\no 0 echo {:echo \"ho\"}",
	"adya":          "i 0 insert [1 [1 nil]]\ni 1 insert [1 [nil 2]]\no 0 insert [1 [1 nil]]\no 1 insert [1 [nil 2]]",
	"final reads":   "i 0 add 1\no 0 add 1\ni 1 read nil ; :final? true\no 1 read [5] ; :final? true\ni 2 read nil ; :final? true\no 2 read [1] ; :final? true",
	"a final read":  "i 0 add 1\no 0 add 1\ni 0 add 2\no 0 add 2\ni 1 read nil ; :final? true\no 1 read [7] ; :final? true\ni 1 read nil\no 1 read [1 2]",
	"far off total": "i 0 transfer nil\no 0 transfer nil\ni 0 read nil\no 0 read {0 100}\ni 0 read nil\no 0 read {0 100}\ni 0 read nil\no 0 read {0 1000000000}\ni 0 read nil\no 0 read {0 1000000001}",
	"causal start":  "o 0 read-init 3 ; :position 1, :link :init",
	"causal link":   "o 0 read-init 0 ; :position 1, :link :init\no 0 write 1 ; :position 2, :link 7",
	"causal first":  "o 0 read-init 0 ; :position 1, :link 3",
	"causal write":  "o 0 read-init 0 ; :position 1, :link :init\no 0 write 5 ; :position 2, :link 1",
	"causal read":   "o 0 read-init 0 ; :position 1, :link :init\no 0 write 1 ; :position 2, :link 1\no 0 read 0 ; :position 3, :link 2",
	"sequential":    "i 0 write [1 :a]\no 0 write [1 :a]\ni 0 write [1 :b]\no 0 write [1 :b]\ni 1 read [1 nil]\no 1 read [1 [:b nil]]",
	"never":         "i 0 write 1\nx 0 write 1\ni 0 write 1\nn 0 write 1",
	"many copies":   "i 0 enqueue 1\no 0 enqueue 1\ni 0 enqueue 1\no 0 enqueue 1\ni 0 enqueue 1\no 0 enqueue 1\ni 0 dequeue nil\no 0 dequeue 1\ni 1 dequeue nil\no 1 dequeue nil",
	"out of turn":   "i 0 enqueue 1\no 0 enqueue 1\ni 0 enqueue 2\no 0 enqueue 2\ni 0 dequeue nil\no 0 dequeue 2",
	"open drain":    "i 0 enqueue 1\no 0 enqueue 1\ni 0 drain nil\nn 0 drain nil\ni 1 dequeue nil\no 1 dequeue 9",
	"impossible":    "i 0 add 4\ni 1 add 6\ni 2 read nil\no 2 read 5",
	"empty graph":   "i 0 send [[:send 0 1]]\ni 1 poll [[:poll]]\no 1 poll [[:poll {0 [[0 9]]}]]",
}

// A randomWorkload makes small histories of calls whose values are few, so that everything goes
// wrong.
type randomWorkload struct {
	name string
	call func(rng *rand.Rand) (f, in, out string)
}

func (w *randomWorkload) history(rng *rand.Rand) string {
	type call struct{ f, in, out string }
	var b strings.Builder
	open := map[int]call{}
	for range 6 + rng.IntN(30) {
		p := rng.IntN(4)
		c, running := open[p]
		if !running {
			c.f, c.in, c.out = w.call(rng)
			open[p] = c
			fmt.Fprintf(&b, "i %d %s %s\n", p, c.f, c.in)
			continue
		}
		delete(open, p)
		switch rng.IntN(8) {
		case 0:
			fmt.Fprintf(&b, "x %d %s %s\n", p, c.f, c.in)
		case 1:
			fmt.Fprintf(&b, "n %d %s %s\n", p, c.f, c.in)
		default:
			fmt.Fprintf(&b, "o %d %s %s\n", p, c.f, c.out)
		}
	}
	return b.String()
}

// several writes a vector of a few small numbers.
func several(rng *rand.Rand, most int) string {
	var list []string
	for range rng.IntN(most + 1) {
		list = append(list, fmt.Sprint(rng.IntN(5)))
	}
	return "[" + strings.Join(list, " ") + "]"
}

var randomWorkloads = []randomWorkload{
	{"set", func(rng *rand.Rand) (f, in, out string) {
		if v := fmt.Sprint(rng.IntN(5)); rng.IntN(2) == 0 {
			return "add", v, v
		}
		return "read", "nil", several(rng, 5)
	}},
	{"counter", func(rng *rand.Rand) (f, in, out string) {
		if v := fmt.Sprint(rng.IntN(12) - 4); rng.IntN(2) == 0 {
			return "add", v, v
		}
		return "read", "nil", fmt.Sprint(rng.IntN(20) - 5)
	}},
	{"queue", func(rng *rand.Rand) (f, in, out string) {
		switch v := fmt.Sprint(rng.IntN(4)); rng.IntN(9) {
		case 0, 1, 2, 3:
			return "enqueue", v, v
		case 4:
			return "drain", "nil", several(rng, 2)
		case 5:
			return "dequeue", "nil", "nil"
		default:
			return "dequeue", "nil", v
		}
	}},
	{"bank", func(rng *rand.Rand) (f, in, out string) {
		if rng.IntN(3) == 0 {
			return "transfer", "{:from 0, :to 1, :amount 1}", "{:from 0, :to 1, :amount 1}"
		}
		second := []string{"5", "4", "-1", "nil", "11"}[rng.IntN(5)]
		return "read", "nil", fmt.Sprintf("{0 %d, %d %s}", 5+rng.IntN(2), []int{1, 1, 1, 9}[rng.IntN(4)], second)
	}},
	{"ids", func(rng *rand.Rand) (f, in, out string) { return "generate", "nil", fmt.Sprint(rng.IntN(8)) }},
	{"causal-reverse", func(rng *rand.Rand) (f, in, out string) {
		if v := fmt.Sprint(rng.IntN(5)); rng.IntN(2) == 0 {
			return "write", v, v
		}
		return "read", "nil", several(rng, 4)
	}},
	{"sequential", func(rng *rand.Rand) (f, in, out string) {
		k := rng.IntN(2)
		if v := fmt.Sprintf("[%d %d]", k, rng.IntN(3)); rng.IntN(2) == 0 {
			return "write", v, v
		}
		parts := []string{"2", "1", "0"}
		for i := range parts {
			if rng.IntN(3) == 0 {
				parts[i] = "nil"
			}
		}
		return "read", fmt.Sprintf("[%d nil]", k), fmt.Sprintf("[%d [%s]]", k, strings.Join(parts, " "))
	}},
	{"logs", randomLogs},
}

// randomLogs sends and polls messages of two keys, mostly with the value as offset.
func randomLogs(rng *rand.Rand) (f, in, out string) {
	at := func(v int) string {
		if rng.IntN(8) == 0 {
			return fmt.Sprint(rng.IntN(6))
		}
		return fmt.Sprint(v)
	}
	var ins, outs []string
	sends, polls := 0, 0
	for range 1 + rng.IntN(3) {
		k, v := rng.IntN(2), rng.IntN(6)
		if rng.IntN(2) == 0 {
			sends++
			ins = append(ins, fmt.Sprintf("[:send %d %d]", k, v))
			outs = append(outs, fmt.Sprintf("[:send %d [%s %d]]", k, at(v), v))
			continue
		}
		polls++
		var msgs []string
		for i := range 1 + rng.IntN(3) {
			msgs = append(msgs, fmt.Sprintf("[%s %d]", at(v+i), v+i))
		}
		ins = append(ins, "[:poll]")
		outs = append(outs, fmt.Sprintf("[:poll {%d [%s]}]", k, strings.Join(msgs, " ")))
	}
	f = "txn"
	switch {
	case sends == 0:
		f = "poll"
	case polls == 0:
		f = "send"
	}
	return f, "[" + strings.Join(ins, " ") + "]", "[" + strings.Join(outs, " ") + "]"
}
