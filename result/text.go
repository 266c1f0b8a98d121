package result

import (
	"fmt"
	"strings"

	"github.com/seed-c33ae711/jcheck/edn"
)

// Text writes a value as EDN, and a transaction in its notation.
func Text(v edn.Value) string {
	b, err := edn.AppendTxn(nil, v)
	if err != nil {
		return v.String()
	}
	return string(b)
}

// ListText writes a list. For a long one, it writes the beginning, the end, and the
// part around mark.
func ListText(v edn.Value, mark int) string {
	if k := v.Kind(); k != edn.Vector && k != edn.List {
		return Text(v)
	}
	items, err := v.Items(nil)
	if err != nil {
		return v.String()
	}
	const head, tail, around = 2, 4, 2
	keep := func(i int) bool {
		return len(items) <= head+tail+4 || i < head || i >= len(items)-tail || (mark >= 0 && i >= mark-around && i <= mark+around)
	}
	b := []byte{'['}
	for i := 0; i < len(items); i++ {
		if len(b) > 1 {
			b = append(b, ' ')
		}
		if keep(i) {
			b = append(b, Text(items[i])...)
			continue
		}
		from := i
		for !keep(i + 1) {
			i++
		}
		b = fmt.Appendf(b, "..%d more..", i+1-from)
	}
	return string(append(b, ']'))
}

// MopText writes a micro-op, a long list in it abridged.
func MopText(m edn.Value) string {
	if s, ok := itemMopText(m); ok {
		return s
	}
	parts, err := m.Items(nil)
	if err != nil || len(parts) != 3 {
		return m.String()
	}
	name, _ := parts[0].Name()
	return "[:" + strings.TrimPrefix(name, ":") + " " + Text(parts[1]) + " " + ListText(parts[2], -1) + "]"
}

// AppendLeft writes how many parts were left out, if any.
func AppendLeft(parts []string, n int) []string {
	if n == 0 {
		return parts
	}
	return append(parts, fmt.Sprintf("..%d more..", n))
}

// PredicateText writes a read by predicate without its result.
func PredicateText(mop edn.Value) string {
	short, _, _ := predicateParts(mop)
	return short + "]"
}

// predicateParts is a read by predicate up to what it returned, which comes
// after that.
func predicateParts(mop edn.Value) (short string, returned edn.Value, ok bool) {
	parts, err := mop.Items(nil)
	if err != nil || len(parts) < 2 {
		return "", returned, false
	}
	if name, _ := parts[0].Name(); name != "rp" {
		return "", returned, false
	}
	if len(parts) > 2 {
		returned = parts[2]
	}
	b, err := edn.AppendNamed(nil, parts[1])
	if err != nil {
		b = parts[1].Bytes()
	}
	return "[:rp " + string(b), returned, true
}

// itemMopText writes a micro-op that only closed-predicate has, with what it
// returned abridged.
func itemMopText(m edn.Value) (string, bool) {
	if short, returned, ok := predicateParts(m); ok {
		return short + " " + ItemsText(returned) + "]", true
	}
	parts, err := m.Items(nil)
	if err != nil || len(parts) != 2 {
		return "", false
	}
	name, _ := parts[0].Name()
	return "[:" + name + " " + Text(parts[1]) + "]", name == "delete"
}

// maxItems is how many items are shown of a map.
const maxItems = 8

// ItemsText writes a map of items; only the beginning of a long one.
func ItemsText(v edn.Value) string {
	if v.Kind() != edn.Map {
		return Text(v)
	}
	var parts []string
	items, n := Pairs(v, maxItems)
	for _, item := range items {
		parts = append(parts, Text(item[0])+" "+Text(item[1]))
	}
	return "{" + strings.Join(AppendLeft(parts, n-len(parts)), ", ") + "}"
}

// Pairs returns the keys of a map with their values, in its order, at most limit; nil if v is
// no map. All counts them.
func Pairs(v edn.Value, limit int) (pairs [][2]edn.Value, all int) {
	if v.Kind() != edn.Map {
		return nil, 0
	}
	s := v.Scanner()
	s.Next()
	for ; more(&s); all++ {
		key := s.Value()
		s.Datum()
		if all < limit {
			pairs = append(pairs, [2]edn.Value{key, s.Value()})
		}
	}
	return pairs, all
}

// more advances to the next key of a map, and reports whether there is one.
func more(s *edn.Scanner) bool {
	k := s.Datum()
	return k != edn.Close && k != edn.EOF && k != edn.Invalid
}

func Joined(vs []edn.Value) string {
	var parts []string
	for _, v := range vs {
		parts = append(parts, Text(v))
	}
	return strings.Join(parts, ", ")
}
