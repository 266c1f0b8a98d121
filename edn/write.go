package edn

import (
	"fmt"
	"math"
	"math/big"
	"reflect"
	"slices"
	"strconv"
	"unicode/utf8"
)

// A Kw is a name that is written with a colon in EDN and as a plain
// string in JSON.
type Kw string

// Raw is EDN text that is written as it is.
type Raw string

// An Appender writes itself as EDN.
type Appender interface {
	AppendEDN(dst []byte) ([]byte, error)
}

// Append writes a Go value as EDN to dst: nil, booleans, numbers, strings, keywords,
// Values, Raw text, the types that [Decode] returns, slices and arrays as vectors, maps
// in the order of their keys' texts, pointers and interfaces as the values they hold,
// and any Appender. It fails for other types, and for values that nest deeper than
// [MaxDepth].
func Append(dst []byte, v any) ([]byte, error) { return appendAny(dst, v, 0) }

func appendAny(dst []byte, v any, depth int) ([]byte, error) {
	switch v := v.(type) {
	case nil:
		return append(dst, "nil"...), nil
	case Appender:
		return v.AppendEDN(dst)
	case Kw:
		if !isKeywordName(string(v)) {
			return dst, fmt.Errorf("%q is not the name of a keyword", string(v))
		}
		return append(append(dst, ':'), v...), nil
	case Raw:
		return append(dst, v...), nil
	case Value:
		if v.IsZero() {
			return append(dst, "nil"...), nil
		}
		if v.Syntax() != EDN {
			return AppendEDN(dst, v)
		}
		return append(dst, v.Bytes()...), nil
	case string:
		return AppendString(dst, v), nil
	case int:
		return strconv.AppendInt(dst, int64(v), 10), nil
	case int64:
		return strconv.AppendInt(dst, v, 10), nil
	case Sym:
		return appendSpelled(dst, string(v), Symbol)
	case Rune:
		return appendChar(dst, rune(v)), nil
	case Dec:
		return appendSpelled(dst, string(v)+"M", Decimal)
	case Re:
		return appendSpelled(dst, `#"`+string(v)+`"`, Regex)
	case *big.Int:
		if v != nil {
			return v.Append(dst, 10), nil
		}
	case *big.Rat:
		if v != nil {
			return append(dst, v.RatString()...), nil
		}
	}
	if depth++; depth > MaxDepth { // or else a cycle would never end
		return dst, fmt.Errorf("expected at most %d levels of nesting in a %T", MaxDepth, v)
	}
	return appendNested(dst, v, depth)
}

// appendNested writes what holds other values.
func appendNested(dst []byte, v any, depth int) ([]byte, error) {
	switch v := v.(type) {
	case Bag:
		return appendItems(append(dst, "#{"...), v, '}', depth)
	case Entries:
		return appendEntries(dst, v, depth)
	case Tagged:
		dst, err := appendSpelled(dst, "#"+v.Tag, Tag)
		if err != nil {
			return dst, err
		}
		return appendAny(append(dst, ' '), v.Value, depth)
	case []any:
		if v != nil {
			return appendItems(append(dst, '['), v, ']', depth)
		}
	}
	return appendReflect(dst, reflect.ValueOf(v), depth)
}

// isKeywordName reports whether name can follow a colon.
func isKeywordName(name string) bool {
	for i := range len(name) {
		if class[name[i]]&isDelim != 0 {
			return false
		}
	}
	return name != "" && name[0] != ':'
}

// appendSpelled appends text if it is a token of kind k.
func appendSpelled(dst []byte, text string, k Kind) ([]byte, error) {
	if !spells([]byte(text), k) {
		return dst, fmt.Errorf("%q is not %s", text, k)
	}
	return append(dst, text...), nil
}

func appendItems(dst []byte, items []any, closer byte, depth int) (_ []byte, err error) {
	for i, item := range items {
		if i > 0 {
			dst = append(dst, ' ')
		}
		if dst, err = appendAny(dst, item, depth); err != nil {
			return dst, err
		}
	}
	return append(dst, closer), nil
}

func appendEntries(dst []byte, entries Entries, depth int) (_ []byte, err error) {
	dst = append(dst, '{')
	for i, e := range entries {
		if i > 0 {
			dst = append(dst, ", "...)
		}
		if dst, err = appendAny(dst, e[0], depth); err != nil {
			return dst, err
		}
		if dst, err = appendAny(append(dst, ' '), e[1], depth); err != nil {
			return dst, err
		}
	}
	return append(dst, '}'), nil
}

func appendReflect(dst []byte, v reflect.Value, depth int) ([]byte, error) {
	switch v.Kind() {
	case reflect.Bool:
		return strconv.AppendBool(dst, v.Bool()), nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return strconv.AppendInt(dst, v.Int(), 10), nil
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return strconv.AppendUint(dst, v.Uint(), 10), nil
	case reflect.Float32, reflect.Float64:
		return appendFloat(dst, v.Float(), v.Type().Bits()), nil
	case reflect.String:
		return AppendString(dst, v.String()), nil
	case reflect.Slice, reflect.Array:
		if v.Kind() == reflect.Slice && v.IsNil() {
			return append(dst, "nil"...), nil
		}
		var err error
		dst = append(dst, '[')
		for i := range v.Len() {
			if i > 0 {
				dst = append(dst, ' ')
			}
			if dst, err = appendAny(dst, v.Index(i).Interface(), depth); err != nil {
				return dst, err
			}
		}
		return append(dst, ']'), nil
	case reflect.Map:
		return appendMap(dst, v, depth)
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return append(dst, "nil"...), nil
		}
		return appendAny(dst, v.Elem().Interface(), depth)
	}
	return dst, fmt.Errorf("a %s has no EDN form", v.Type())
}

func appendMap(dst []byte, v reflect.Value, depth int) ([]byte, error) {
	entries := make([]string, 0, v.Len())
	for _, key := range v.MapKeys() {
		e, err := appendAny(nil, key.Interface(), depth)
		if err != nil {
			return dst, err
		}
		if e, err = appendAny(append(e, ' '), v.MapIndex(key).Interface(), depth); err != nil {
			return dst, err
		}
		entries = append(entries, string(e))
	}
	slices.Sort(entries)
	dst = append(dst, '{')
	for i, e := range entries {
		if i > 0 {
			dst = append(dst, ", "...)
		}
		dst = append(dst, e...)
	}
	return append(dst, '}'), nil
}

func appendFloat(dst []byte, f float64, bits int) []byte {
	switch {
	case math.IsNaN(f):
		return append(dst, "##NaN"...)
	case math.IsInf(f, 1):
		return append(dst, "##Inf"...)
	case math.IsInf(f, -1):
		return append(dst, "##-Inf"...)
	}
	from := len(dst)
	dst = strconv.AppendFloat(dst, f, 'g', -1, bits)
	for _, c := range dst[from:] {
		if c == '.' || c == 'e' {
			return dst
		}
	}
	return append(dst, ".0"...)
}

// AppendString writes s as an EDN string. Invalid UTF-8 becomes U+FFFD, except for
// surrogates, which become escapes.
func AppendString(dst []byte, s string) []byte { return appendQuoted(dst, s) }

// appendQuoted writes a string of EDN or JSON: what needs an escape is the
// same, and each escape it writes means the same in both.
func appendQuoted[T string | []byte](dst []byte, s T) []byte {
	dst = append(dst, '"')
	from := 0
	for i := 0; i < len(s); {
		c := s[i]
		if class[c]&(isQuote|isControl) == 0 && c < utf8.RuneSelf {
			i++
			continue
		}
		if c >= utf8.RuneSelf {
			next := string(s[i:min(len(s), i+utf8.UTFMax)])
			r, size := utf8.DecodeRuneInString(next)
			if lone := loneSurrogate(next); lone != 0 {
				dst = appendUnicode(append(dst, s[from:i]...), lone)
				size = 3
				from = i + size
			} else if size == 1 {
				dst = utf8.AppendRune(append(dst, s[from:i]...), r)
				from = i + 1
			}
			i += size
			continue
		}
		dst = AppendEscape(append(dst, s[from:i]...), c)
		i++
		from = i
	}
	return append(append(dst, s[from:]...), '"')
}

// AppendEscape writes an ASCII character that a string cannot contain unescaped: a
// quote, a backslash, or one that does not print.
func AppendEscape(dst []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(dst, '\\', c)
	case '\n':
		return append(dst, `\n`...)
	case '\t':
		return append(dst, `\t`...)
	case '\r':
		return append(dst, `\r`...)
	case '\b':
		return append(dst, `\b`...)
	case '\f':
		return append(dst, `\f`...)
	}
	return appendUnicode(dst, rune(c))
}

// appendUnicode writes the \u escape of a character of at most 16 bits.
func appendUnicode(dst []byte, c rune) []byte {
	const hex = "0123456789abcdef"
	return append(dst, '\\', 'u', hex[c>>12&15], hex[c>>8&15], hex[c>>4&15], hex[c&15])
}
