package edn

import (
	"errors"
	"math"
	"math/big"
	"testing"
)

type point struct{ x int }

func (p point) AppendEDN(dst []byte) ([]byte, error) {
	if p.x < 0 {
		return dst, errors.New("negative")
	}
	return append(dst, "#point 1"...), nil
}

func TestAppend(t *testing.T) {
	five := 5
	type name string
	tests := []struct {
		v    any
		want string
	}{
		{nil, "nil"}, {true, "true"}, {5, "5"}, {int64(-5), "-5"}, {int8(-5), "-5"}, {uint64(math.MaxUint64), "18446744073709551615"},
		{1.0, "1.0"}, {1.5, "1.5"}, {1e21, "1e+21"}, {float32(0.1), "0.1"}, {math.NaN(), "##NaN"}, {math.Inf(1), "##Inf"}, {math.Inf(-1), "##-Inf"},
		{"a", `"a"`}, {name("a"), `"a"`}, {"\"\\\n\t\r\b\f\x01é\xff😀\u2028", `"\"\\\n\t\r\b\f\u0001é` + "\uFFFD😀\u2028\""},
		{Kw("a/b"), ":a/b"}, {Raw("#x [1]"), "#x [1]"}, {MustParse("[1, 2]"), "[1, 2]"}, {Value{}, "nil"}, {point{1}, "#point 1"},
		{[]int{1, 2}, "[1 2]"}, {[2]string{"a", "b"}, `["a" "b"]`}, {[]int(nil), "nil"}, {[]any{}, "[]"}, {[]any(nil), "nil"},
		{map[Kw]any{"b": 1, "a": []any{nil}}, "{:a [nil], :b 1}"}, {map[int]bool{}, "{}"},
		{&five, "5"}, {(*int)(nil), "nil"}, {(*big.Int)(nil), "nil"}, {(*big.Rat)(nil), "nil"},
		{new(big.Int).Lsh(big.NewInt(1), 70), "1180591620717411303424"}, {big.NewRat(4, 6), "2/3"}, {big.NewRat(4, 2), "2"},
		{Sym("a/b"), "a/b"}, {Rune('a'), `\a`}, {Rune('\n'), `\newline`}, {Rune(' '), `\space`}, {Rune(1), `\u0001`}, {Rune('é'), `\é`},
		{Dec("1.50"), "1.50M"}, {Re(`a\d"`[:3]), `#"a\d"`}, {Bag{1, 1}, "#{1 1}"}, {Entries{{Kw("a"), 1}, {nil, 2}}, "{:a 1, nil 2}"},
		{Tagged{"inst", "2020"}, `#inst "2020"`},
	}
	for _, tt := range tests {
		got, err := Append(nil, tt.v)
		if err != nil || string(got) != tt.want {
			t.Errorf("%#v: got %s, %v, want %s", tt.v, got, err, tt.want)
		}
	}
	v, _ := Parse(`{"a":[1,null]}`, JSON)
	if got, err := Append(nil, v); err != nil || string(got) != `{"a" [1 nil]}` {
		t.Errorf("JSON: got %s, %v", got, err)
	}
}

func TestAppendRefuses(t *testing.T) {
	cycle := []any{nil}
	cycle[0] = cycle
	for _, v := range []any{
		struct{}{}, func() {}, make(chan int), point{-1}, []any{point{-1}}, map[string]any{"a": struct{}{}}, map[point]int{{-1}: 1},
		cycle, Kw(""), Kw("a b"), Kw(":a"), Kw("a]"), Sym("nil"), Sym("1"), Sym("a b"), Sym(""), Dec("x"), Dec(""), Re(`"`), Re(`\`),
		Tagged{"1", 2}, Tagged{"a b", 2}, Tagged{"a", struct{}{}}, Bag{struct{}{}}, Entries{{struct{}{}, 1}}, Entries{{1, struct{}{}}},
	} {
		if got, err := Append(nil, v); err == nil {
			t.Errorf("%T: got %.40s", v, got)
		}
	}
}
