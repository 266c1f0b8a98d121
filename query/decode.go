package query

import (
	"fmt"
	"iter"
	"math/big"
	"reflect"
	"strconv"

	"github.com/expr-lang/expr/vm/runtime"

	"github.com/seed-c33ae711/jcheck/edn"
)

// decode returns what an expression sees of a value: nil, bool, int, float64,
// string, []any, or map[any]any. Keywords, symbols and characters are strings,
// sets are lists, and tags are left out. Of a map, keys that are numbers stay
// numbers, in JSON too, where they are written as strings; keys that are
// collections are their text. Ratios and decimals are floats. An integer that
// does not fit 64 bits is its digits, since a float would equal its neighbours.
func decode(v edn.Value) (any, error) {
	if v.IsZero() {
		return nil, nil
	}
	d, err := edn.Decode(v)
	if err != nil {
		return nil, err
	}
	return plain(d, v.Syntax()), nil
}

// decodeDatum decodes what a scanner's Datum has read. Transactions are mostly
// integers and lists of them, for which this is several times faster than decode.
func decodeDatum(s *edn.Scanner) (any, error) {
	switch s.Kind {
	case edn.Nil:
		return nil, nil
	case edn.Int:
		return int(s.Int), nil
	case edn.Vector, edn.List:
		in := s.Value().Scanner()
		in.Next()
		list := []any{}
		for in.Next() == edn.Int {
			list = append(list, int(in.Int))
		}
		if in.Kind == edn.Close {
			return list, nil
		}
	}
	return decode(s.Value())
}

// plain recurses as deep as brackets nest, which is at most edn.MaxDepth.
func plain(v any, syntax edn.Syntax) any {
	switch v := v.(type) {
	case int64:
		return int(v) // Compile makes sure that it fits
	case *big.Int:
		return v.String()
	case *big.Rat:
		f, _ := v.Float64()
		return f
	case edn.Dec:
		f, _ := strconv.ParseFloat(string(v), 64) // infinite if it is too large
		return f
	case edn.Kw:
		return string(v)
	case edn.Sym:
		return string(v)
	case edn.Re:
		return string(v)
	case edn.Rune:
		return string(rune(v))
	case edn.Tagged:
		return plain(v.Value, syntax)
	case []any:
		return plainList(v, syntax)
	case edn.Bag:
		return plainList(v, syntax)
	case edn.Entries:
		m := make(map[any]any, len(v))
		for _, e := range v {
			m[keyOf(plain(e[0], syntax), syntax)] = plain(e[1], syntax)
		}
		return m
	}
	return v
}

func plainList(items []any, syntax edn.Syntax) []any {
	for i := range items {
		items[i] = plain(items[i], syntax)
	}
	return items
}

// keyOf returns what a decoded value is as the key of a map.
func keyOf(v any, syntax edn.Syntax) any {
	switch k := v.(type) {
	case string:
		if n, err := strconv.Atoi(k); err == nil && syntax == edn.JSON && strconv.Itoa(n) == k {
			return n
		}
	case []any, map[any]any:
		return keyText(k)
	}
	return v
}

// keyText is the text of a collection that is a key.
func keyText(v any) string {
	b, err := edn.Append(nil, v)
	if err != nil {
		panic(err) // decode made it
	}
	return string(b)
}

// text writes what an expression sees, or has made, as EDN.
func text(v any) (string, error) {
	if err := bounded(v); err != nil {
		return "", err
	}
	b, err := edn.Append(nil, v)
	return string(b), err
}

// bounded refuses what an expression has made that is too large to walk over,
// which can be a few lists that are many times in each other.
func bounded(v any) error {
	left := maxCells
	if !fits(v, &left) {
		return fmt.Errorf("this is larger than %d elements", maxCells)
	}
	return nil
}

func fits(v any, left *int) bool {
	if *left--; *left < 0 {
		return false
	}
	for e := range inside(v) {
		if !fits(e, left) {
			return false
		}
	}
	return true
}

// has reports whether x is v or somewhere inside it: an element, or a value of a
// map, at any depth.
func has(v, x any) bool {
	for e := range inside(v) {
		if has(e, x) {
			return true
		}
	}
	return runtime.Equal(v, x)
}

// inside yields the elements of a list, the values of a map, and what a micro-op
// has: of values, and of what an expression can make of them.
func inside(v any) iter.Seq[any] {
	return func(yield func(any) bool) {
		switch v := v.(type) {
		case nil, bool, int, float64, string:
		case []any:
			for _, e := range v {
				if !yield(e) {
					return
				}
			}
		case Mop:
			_ = yield(v.F) && yield(v.Key) && yield(v.Value)
		default:
			switch r := reflect.ValueOf(v); r.Kind() {
			case reflect.Slice, reflect.Array:
				for i := range r.Len() {
					if !yield(r.Index(i).Interface()) {
						return
					}
				}
			case reflect.Map:
				for it := r.MapRange(); it.Next(); {
					if !yield(it.Value().Interface()) {
						return
					}
				}
			}
		}
	}
}

// keysOf decodes the keys that a value is about, each once, in order.
func keysOf(value edn.Value) (keys []any, err error) {
	seen := map[any]bool{} // keys, or the texts of those that are collections
	scanErr := eachKey(value, func(k edn.Value, inMap bool) bool {
		var v any
		if v, err = decode(k); err != nil {
			return false
		}
		if inMap {
			v = keyOf(v, k.Syntax())
		}
		id := v
		switch v.(type) {
		case []any, map[any]any:
			id = keyText(v)
		}
		if !seen[id] {
			seen[id] = true
			keys = append(keys, v)
		}
		return true
	})
	if err == nil {
		err = scanErr
	}
	return keys, err
}
