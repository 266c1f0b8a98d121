package edn

import (
	"bytes"
	"cmp"
	"math"
	"math/big"
	"strings"
)

// Compare orders values: by kind (nil, booleans, numbers, characters, strings,
// keywords, symbols, sequences, sets, maps, the rest), within a kind as Clojure does:
// numbers by size, vectors by length and then by their elements. Everything else is
// ordered by canonical text, so the order is total: the result is 0 for equal values
// only. Both syntaxes are read as AppendEDN reads them.
func Compare(a, b Value) int {
	if m, ok := a.Int(); ok {
		if n, ok := b.Int(); ok {
			return cmp.Compare(m, n)
		}
	}
	x, errX := Decode(a)
	y, errY := Decode(b)
	if errX != nil || errY != nil {
		return bytes.Compare(a.Bytes(), b.Bytes())
	}
	return cmp.Or(compareAny(x, y), bytes.Compare(canonicalOf(a), canonicalOf(b)))
}

func canonicalOf(v Value) []byte {
	text, _ := AppendCanonical(nil, v) // what decodes is well formed
	return text
}

func compareAny(x, y any) int {
	if c := cmp.Compare(rankOf(x), rankOf(y)); c != 0 {
		return c
	}
	switch x := x.(type) {
	case bool:
		return cmp.Compare(oneIf(x), oneIf(y.(bool)))
	case Rune:
		return cmp.Compare(x, y.(Rune))
	case string:
		return strings.Compare(x, y.(string))
	case Kw:
		return strings.Compare(string(x), string(y.(Kw)))
	case Sym:
		return strings.Compare(string(x), string(y.(Sym)))
	case []any:
		y := y.([]any)
		if c := cmp.Compare(len(x), len(y)); c != 0 {
			return c
		}
		for i := range x {
			if c := compareAny(x[i], y[i]); c != 0 {
				return c
			}
		}
		return 0
	}
	if rankOf(x) == numberRank {
		return compareNumbers(x, y)
	}
	return 0
}

const numberRank = 2

func rankOf(x any) int {
	switch x.(type) {
	case nil:
		return 0
	case bool:
		return 1
	case int64, float64, *big.Int, *big.Rat, Dec:
		return numberRank
	case Rune:
		return 3
	case string:
		return 4
	case Kw:
		return 5
	case Sym:
		return 6
	case []any:
		return 7
	case Bag:
		return 8
	case Entries:
		return 9
	}
	return 10
}

func compareNumbers(x, y any) int {
	if m, ok := x.(int64); ok {
		if n, ok := y.(int64); ok {
			return cmp.Compare(m, n)
		}
	}
	p, finiteP := exact(x)
	q, finiteQ := exact(y)
	if finiteP && finiteQ {
		return p.Cmp(q)
	}
	return cmp.Compare(approximate(x, p), approximate(y, q)) // NaN is least
}

// exact returns a finite number as a ratio.
func exact(x any) (*big.Rat, bool) {
	switch x := x.(type) {
	case int64:
		return new(big.Rat).SetInt64(x), true
	case *big.Int:
		return new(big.Rat).SetInt(x), true
	case *big.Rat:
		return x, true
	case Dec:
		// An exponent could make a number of a billion digits.
		if strings.ContainsAny(string(x), "eE") {
			f, _, err := big.ParseFloat(string(x), 10, 200, big.ToNearestEven)
			if err != nil || f.IsInf() || f.MantExp(nil) > 1<<12 || f.MantExp(nil) < -1<<12 {
				return nil, false
			}
			r, _ := f.Rat(nil)
			return r, r != nil
		}
		return new(big.Rat).SetString(string(x))
	case float64:
		if !math.IsInf(x, 0) && !math.IsNaN(x) {
			return new(big.Rat).SetFloat64(x), true
		}
	}
	return nil, false
}

func approximate(x any, r *big.Rat) float64 {
	switch x := x.(type) {
	case float64:
		return x
	case Dec:
		if r == nil {
			f, _, err := big.ParseFloat(string(x), 10, 64, big.ToNearestEven)
			if err != nil {
				return math.NaN()
			}
			v, _ := f.Float64()
			return v
		}
	}
	if r == nil {
		return 0
	}
	f, _ := r.Float64()
	return f
}

func oneIf(b bool) int {
	if b {
		return 1
	}
	return 0
}
