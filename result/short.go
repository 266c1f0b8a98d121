package result

import (
	"fmt"
	"strings"

	"github.com/seed-c33ae711/jcheck/edn"
)

// Short writes a value in at most limit bytes, if leaving out items of long collections in it
// makes that possible, and says how many are missing where. It cuts no item in two, and none
// out of a micro-op.
func Short(v edn.Value, limit int) string {
	text := Text(v)
	if len(text) <= limit {
		return text
	}
	if asEDN, err := edn.Parse(text, edn.EDN); err == nil {
		v = asEDN // with names of micro-ops as keywords, if it was JSON
	}
	for _, most := range []int{16, 12, 8, 6, 4, 3} {
		if text = shortened(v, most); len(text) <= limit {
			break
		}
	}
	return text
}

// shortened writes a value with at most so many items of each collection in it.
func shortened(v edn.Value, most int) string {
	var parts []string
	open, end := "[", "]"
	switch v.Kind() {
	case edn.Map:
		pairs, n := Pairs(v, most)
		for _, p := range pairs {
			parts = append(parts, shortened(p[0], most)+" "+shortened(p[1], most))
		}
		return "{" + strings.Join(AppendLeft(parts, n-len(parts)), ", ") + "}"
	case edn.Vector:
	case edn.List:
		open, end = "(", ")"
	case edn.Set:
		open, end = "#{", "}"
	default:
		return Text(v)
	}
	items, err := v.Items(nil)
	if err != nil {
		return Text(v)
	}
	head, tail := len(items), 0
	if len(items) > most {
		head, tail = most-most/2, most/2
	}
	for _, item := range items[:head] {
		parts = append(parts, shortened(item, most))
	}
	if left := len(items) - head - tail; left > 0 {
		parts = append(parts, fmt.Sprintf("..%d more..", left))
	}
	for _, item := range items[len(items)-tail:] {
		parts = append(parts, shortened(item, most))
	}
	return open + strings.Join(parts, " ") + end
}
