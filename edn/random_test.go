package edn

import (
	"fmt"
	"math"
	"math/big"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// genData generates what Decode may return.
func genData(depth int) *rapid.Generator[any] {
	name := rapid.StringMatching(`[a-z_*!?][a-z0-9'#:.$é-]{0,4}(/[a-z][a-z0-9]{0,2})?`).Filter(func(s string) bool {
		return s != "nil" && s != "true" && s != "false"
	})
	gens := []*rapid.Generator[any]{
		rapid.Just[any](nil),
		rapid.Map(rapid.Bool(), func(b bool) any { return b }),
		rapid.Map(rapid.Int64(), func(n int64) any { return n }),
		rapid.Map(rapid.Int64Range(0, 3), func(n int64) any { return n }),
		rapid.Map(rapid.Int64Range(0, math.MaxInt64), func(n int64) any {
			b := new(big.Int).Lsh(big.NewInt(1), 64)
			return b.Add(b, big.NewInt(n))
		}),
		rapid.Map(rapid.Int64Range(0, 1000), func(n int64) any { return big.NewRat(2*n+1, 2) }),
		rapid.Map(rapid.Float64(), func(f float64) any { return f }),
		rapid.SampledFrom([]any{1.0, 2.0, math.NaN(), math.Inf(1), math.Inf(-1)}),
		rapid.Map(rapid.String(), func(s string) any { return s }),
		rapid.Map(rapid.StringMatching(`[\x00-\x7f]{0,5}`), func(s string) any { return s }),
		rapid.Map(name, func(s string) any { return Kw(s) }),
		rapid.Map(name, func(s string) any { return Sym(s) }),
		rapid.Map(rapid.Rune(), func(r rune) any { return Rune(r) }),
		rapid.Map(rapid.StringMatching(`-?[0-9]{1,3}(\.[0-9]{0,3})?(e-?[0-9]{1,3})?`), func(s string) any { return Dec(s) }),
		rapid.Map(rapid.StringMatching(`([a-z ]|\\[d"\\]){0,4}`), func(s string) any { return Re(s) }),
	}
	atoms := rapid.OneOf(gens...)
	if depth > 0 {
		gens = []*rapid.Generator[any]{atoms} // or else most data would be atoms
		inner := rapid.Deferred(func() *rapid.Generator[any] { return genData(depth - 1) })
		items := rapid.SliceOfN(inner, 0, 4)
		gens = append(gens,
			rapid.Map(items, func(s []any) any { return s }),
			rapid.Map(items, func(s []any) any { return Bag(s) }),
			rapid.Map(items, func(s []any) any {
				m := Entries{}
				for i := 0; i+1 < len(s); i += 2 {
					m = append(m, [2]any{s[i], s[i+1]})
				}
				return m
			}),
			rapid.Custom(func(t *rapid.T) any {
				return Tagged{rapid.StringMatching(`[a-z][a-z0-9.]{0,3}`).Draw(t, "tag"), inner.Draw(t, "value")}
			}),
		)
	}
	return rapid.OneOf(gens...)
}

// sameData compares what Decode returns, as exactly as it can.
var sameData = cmp.Options{
	cmp.Comparer(func(a, b *big.Int) bool { return a.Cmp(b) == 0 }),
	cmp.Comparer(func(a, b *big.Rat) bool { return a.Cmp(b) == 0 }),
	cmp.Comparer(func(a, b float64) bool { return a == b || (a != a && b != b) }),
}

func write(t rapid.TB, v any) Value {
	text, err := Append(nil, v)
	if err != nil {
		t.Fatalf("%#v: %v", v, err)
	}
	back, err := Parse(string(text), EDN)
	if err != nil {
		t.Fatalf("%#v is written as %s: %v", v, text, err)
	}
	return back
}

func canonical(t rapid.TB, v Value) string {
	text, err := AppendCanonical(nil, v)
	if err != nil {
		t.Fatalf("%s: %v", v, err)
	}
	return string(text)
}

func TestRandomWrite(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		data := genData(3).Draw(t, "data")
		v := write(t, data)
		got, err := Decode(v)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(data, got, sameData); diff != "" {
			t.Fatalf("%s: (-want +got)\n%s", v, diff)
		}
		clean, err := AppendEDN(nil, v)
		if err != nil || string(clean) != v.String() {
			t.Fatalf("clean already: %s, got %s, %v", v, clean, err)
		}
	})
}

// asJSON returns data as it comes back from JSON.
func asJSON(t rapid.TB, data any) any {
	switch data := data.(type) {
	case Kw:
		return string(data)
	case Sym:
		return string(data)
	case float64: // JSON has one kind of numbers
		if text := string(appendFloat(nil, data, 64)); text[0] != '#' {
			v, err := Parse(text, JSON)
			if err != nil {
				t.Fatal(err)
			}
			decoded, err := Decode(v)
			if err != nil {
				t.Fatal(err)
			}
			return decoded
		}
	case []any:
		return asJSONItems(t, data)
	case Bag:
		return Bag(asJSONItems(t, data))
	case Tagged:
		return Tagged{data.Tag, asJSON(t, data.Value)}
	case Entries:
		m := Entries{}
		for _, e := range data {
			key, ok := e[0].(string)
			if kw, isKw := e[0].(Kw); isKw {
				key, ok = string(kw), true
			}
			if !ok {
				key = write(t, e[0]).String()
			}
			m = append(m, [2]any{key, asJSON(t, e[1])})
		}
		return m
	}
	return data
}

func asJSONItems(t rapid.TB, items []any) []any {
	out := []any{}
	for _, x := range items {
		out = append(out, asJSON(t, x))
	}
	return out
}

func TestRandomJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		data := genData(3).Draw(t, "data")
		v := write(t, data)
		text, err := AppendJSON(nil, v)
		if err != nil {
			t.Fatal(err)
		}
		back, err := Parse(string(text), JSON)
		if err != nil {
			t.Fatalf("%s becomes %s: %v", v, text, err)
		}
		got, err := Decode(back)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(asJSON(t, data), got, sameData); diff != "" {
			t.Fatalf("%s becomes %s: (-want +got)\n%s", v, text, diff)
		}
		clean, err := AppendEDN(nil, back)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := Parse(string(clean), EDN); err != nil || !Equal(again, back) || canonical(t, again) != canonical(t, back) {
			t.Fatalf("%s is not %s: %v", clean, back, err)
		}
	})
}

// respell writes data as EDN in some other way that means the same.
func respell(t *rapid.T, data any) string {
	pick := func(spellings ...string) string { return rapid.SampledFrom(spellings).Draw(t, "spelling") }
	join := func(items []string) string {
		out := pick("", " ", "#_ [x] ")
		for _, item := range items {
			out += item + pick(" ", ", ", "\n", " ; c\n", " #_ #a x ", " #_#_ 1 2 ")
		}
		return out
	}
	text := ""
	switch data := data.(type) {
	case int64:
		text = pick(fmt.Sprint(data), fmt.Sprintf("%#x", data), fmt.Sprintf("%dN", data), fmt.Sprintf("%d/1", data), strings.Replace(fmt.Sprintf("%x", data), "-", "-16r", 1))
		if data >= 0 && text[0] != '-' && !strings.HasPrefix(text, "0") && !strings.ContainsAny(text, "N/") {
			text = pick(fmt.Sprintf("%d", data), fmt.Sprintf("+%d", data), fmt.Sprintf("16r%x", data))
		}
	case []any:
		items := respellAll(t, data)
		text = pick("["+join(items)+"]", "("+join(items)+")")
	case Bag:
		text = "#{" + join(rapid.Permutation(respellAll(t, data)).Draw(t, "order")) + "}"
	case Entries:
		seen := map[string]bool{} // only if no key occurs twice, the order does not matter
		entries := []string{}
		for _, e := range data {
			seen[canonical(t, write(t, e[0]))] = true
			entries = append(entries, respell(t, e[0])+" "+respell(t, e[1]))
		}
		if len(seen) == len(data) {
			entries = rapid.Permutation(entries).Draw(t, "order")
		}
		text = "{" + join(entries) + "}"
	case Tagged:
		text = "#" + data.Tag + pick(" ", "\n", " ;c\n", " #_ x ", " ^:m ") + respell(t, data.Value)
	default:
		text = write(t, data).String()
	}
	return pick("", "^:m ", "^{:a 1} ", "#_ x ") + text
}

func respellAll(t *rapid.T, items []any) []string {
	out := []string{}
	for _, x := range items {
		out = append(out, respell(t, x))
	}
	return out
}

func TestRandomSpelling(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		data := genData(3).Draw(t, "data")
		a, text := write(t, data), respell(t, data)
		b, err := Parse(text, EDN)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if !Equal(a, b) || !Equal(b, a) || Hash(a) != Hash(b) || canonical(t, a) != canonical(t, b) {
			t.Fatalf("%s is not %s", a, b)
		}
		clean, err := AppendEDN(nil, b)
		if err != nil {
			t.Fatal(err)
		}
		if c := MustParse(string(clean)); !Equal(b, c) || strings.ContainsAny(string(clean), "\n;^") && !strings.ContainsAny(a.String(), ";^") {
			t.Fatalf("%s is not a clean %s", clean, b)
		}
	})
}

// equalData is equality straight from its definition, slow on purpose.
func equalData(a, b any) bool {
	switch a := a.(type) {
	case []any:
		b, ok := b.([]any)
		return ok && equalItems(a, b)
	case Bag:
		b, ok := b.(Bag)
		return ok && equalBags(a, b, equalData)
	case Entries:
		b, ok := b.(Entries)
		return ok && equalBags(lastWins(a), lastWins(b), func(x, y any) bool {
			p, q := x.([2]any), y.([2]any)
			return equalData(p[0], q[0]) && equalData(p[1], q[1])
		})
	case Tagged:
		b, ok := b.(Tagged)
		return ok && a.Tag == b.Tag && equalData(a.Value, b.Value)
	}
	return cmp.Equal(a, b, sameData)
}

func equalItems(a, b []any) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if !equalData(a[i], b[i]) {
			return false
		}
	}
	return true
}

// equalBags pairs off equal elements.
func equalBags(a, b []any, equal func(x, y any) bool) bool {
	used := make([]bool, len(b))
next:
	for _, x := range a {
		for i, y := range b {
			if !used[i] && equal(x, y) {
				used[i] = true
				continue next
			}
		}
		return false
	}
	return len(a) == len(b)
}

func lastWins(m Entries) (out []any) {
next:
	for i, e := range m {
		for _, later := range m[i+1:] {
			if equalData(e[0], later[0]) {
				continue next
			}
		}
		out = append(out, e)
	}
	return out
}

// genSmall generates data that is often equal.
func genSmall(depth int) *rapid.Generator[any] {
	atoms := rapid.SampledFrom([]any{nil, int64(0), int64(1), 1.0, 0.0, math.Copysign(0, -1), "1", Kw("a"), Sym("a"), "a", Rune('a')})
	if depth == 0 {
		return atoms
	}
	return rapid.OneOf(atoms, rapid.Custom(func(t *rapid.T) any { // one in two is a collection
		items := rapid.SliceOfN(genSmall(depth-1), 0, 3).Draw(t, "items")
		switch rapid.IntRange(0, 3).Draw(t, "kind") {
		case 0:
			return items
		case 1:
			return Bag(items)
		case 2:
			return Tagged{"a", []any(items)}
		}
		m := Entries{}
		for _, x := range items {
			m = append(m, [2]any{x, genSmall(depth-1).Draw(t, "value")})
		}
		return m
	}))
}

// vary returns data that is equal to x, or nearly so: independent draws hardly
// ever are.
func vary(t *rapid.T, x any) any {
	items := func(s []any) []any {
		out := []any{}
		for _, e := range s {
			out = append(out, vary(t, e))
		}
		if len(out) == 0 {
			return out
		}
		switch rapid.IntRange(0, 5).Draw(t, "change") {
		case 0:
			return append(out, out[0])
		case 1:
			return out[1:]
		case 2, 3:
			return rapid.Permutation(out).Draw(t, "order")
		}
		return out
	}
	switch x := x.(type) {
	case []any:
		return items(x)
	case Bag:
		return Bag(items(x))
	case Tagged:
		return Tagged{x.Tag, vary(t, x.Value)}
	case Entries:
		boxed := []any{}
		for _, e := range x {
			boxed = append(boxed, [2]any{e[0], vary(t, e[1])})
		}
		m := Entries{}
		for _, e := range items(boxed) {
			m = append(m, e.([2]any))
		}
		return m
	case float64:
		if x == 0 {
			return rapid.SampledFrom([]any{x, -x}).Draw(t, "zero")
		}
	}
	return x
}

func TestRandomEqual(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := genSmall(2).Draw(t, "x")
		y := vary(t, x)
		if rapid.IntRange(0, 3).Draw(t, "independent") == 0 {
			y = genSmall(2).Draw(t, "y")
		}
		a, b := write(t, x), write(t, y)
		want := equalData(x, y)
		if Equal(a, b) != want || Equal(b, a) != want || (canonical(t, a) == canonical(t, b)) != want {
			t.Fatalf("%s, %s: want %v", a, b, want)
		}
		if want && Hash(a) != Hash(b) {
			t.Fatalf("%s, %s: hashes differ", a, b)
		}
		if !Equal(a, a) || !Equal(a, write(t, x)) {
			t.Fatalf("%s is not itself", a)
		}
	})
}
