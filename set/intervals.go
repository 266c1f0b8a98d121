package set

import (
	"strings"

	"github.com/seed-c33ae711/jcheck/edn"
)

// Intervals writes sorted elements as Jepsen does, runs of integers abridged: #{1..3
// 5}. Elements that are not integers stand for themselves.
func Intervals(sorted []edn.Value) string {
	var b strings.Builder
	b.WriteString("#{")
	for i := 0; i < len(sorted); {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(sorted[i].String())
		last := i
		if n, ok := sorted[i].Int(); ok {
			for last+1 < len(sorted) {
				if m, ok := sorted[last+1].Int(); !ok || m != n+int64(last+1-i) {
					break
				}
				last++
			}
		}
		if last > i {
			b.WriteString("..")
			b.WriteString(sorted[last].String())
		}
		i = last + 1
	}
	b.WriteByte('}')
	return b.String()
}
