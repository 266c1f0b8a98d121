package edn

import (
	"bytes"
	"math"
	"math/big"
	"math/bits"
	"slices"
	"strconv"
)

// number reads a token that begins like a number, in either syntax. An integer
// of up to 18 digits is recognised here, any other number by its grammar.
func (s *Scanner) number(i int) Kind {
	text, j := s.text, i
	neg := text[j] == '-'
	if neg || text[j] == '+' {
		j++
	}
	digits, n := j, int64(0)
	for j < len(text) && class[text[j]]&isDigit != 0 {
		n = n*10 + int64(text[j]-'0')
		j++
	}
	d := j - digits
	if d == 0 || d > 18 || (d > 1 && text[digits] == '0') || (j < len(text) && class[text[j]]&isDelim == 0) {
		return s.otherNumber(i)
	}
	if neg {
		n = -n
	}
	s.Int = n
	if s.json {
		return s.jsonAtom(j, Int)
	}
	return s.atom(j, Int)
}

// otherNumber is number without its fast path. It branches on the syntax, as
// calls through variables would move every scanner to the heap.
func (s *Scanner) otherNumber(i int) (k Kind) {
	end := 0
	if s.json {
		end = jsonTokenEnd(s.text, i)
		k, s.Int = classifyJSONNumber(s.text[i:end])
	} else {
		end = tokenEnd(s.text, i)
		k, s.Int = classifyNumber(s.text[i:end])
	}
	switch {
	case k == Invalid:
		return s.fail(i, "expected a number, found %s", s.quote(i, end))
	case s.json:
		return s.jsonAtom(end, k)
	}
	return s.atom(end, k)
}

// classifyNumber returns what kind of number an EDN token is, and its value if it is an
// Int.
func classifyNumber(b []byte) (Kind, int64) {
	if digits, base, neg, ok := splitInt(b); ok {
		return fitInt(digits, base, neg)
	}
	if num, den, neg, ok := splitRatio(b); ok {
		return classifyRatio(num, den, neg)
	}
	_, b = cutSign(b)
	b, decimal := bytes.CutSuffix(b, []byte{'M'})
	whole := digitsEnd(b)
	if whole == 0 || (whole == len(b) && !decimal) { // 08 comes here, too
		return Invalid, 0
	}
	b = b[whole:]
	if len(b) > 0 && b[0] == '.' {
		b = b[1+digitsEnd(b[1:]):]
	}
	if !isExponent(b) {
		return Invalid, 0
	}
	if !decimal {
		return Float, 0
	}
	if len(trimZeros(bytes.TrimLeft(b, "eE+-"))) > 9 { // as good as infinite
		return Invalid, 0
	}
	return Decimal, 0
}

// classifyJSONNumber returns what kind of number a JSON token is, and its value if it
// is an Int.
func classifyJSONNumber(token []byte) (Kind, int64) {
	b, neg := bytes.CutPrefix(token, []byte{'-'})
	whole := digitsEnd(b)
	if whole == 0 || (b[0] == '0' && whole > 1) {
		return Invalid, 0
	}
	if whole == len(b) {
		return fitInt(b, 10, neg)
	}
	b = b[whole:]
	if b[0] == '.' {
		frac := digitsEnd(b[1:])
		if frac == 0 {
			return Invalid, 0
		}
		b = b[1+frac:]
	}
	if !isExponent(b) {
		return Invalid, 0
	}
	if p, ok := splitFloat(token); ok && p.isIntegral() {
		var room [mostDigits]byte
		return fitInt(p.appendInt(room[:0]), 10, p.neg)
	}
	return Float, 0
}

// mostDigits is how many digits an integer may have that is spelled as a fraction: more than
// any float of 64 bits.
const mostDigits = 400

// floatParts are the parts of a float or a decimal, without zeros at the end of the fraction,
// nor of the whole if there is no fraction.
type floatParts struct {
	neg             bool
	whole, fraction []byte
	exponent        int64
}

// splitFloat fails if the exponent is out of all bounds.
func splitFloat(b []byte) (p floatParts, ok bool) {
	p.neg, b = cutSign(b)
	mantissa, exponent, down := b, []byte(nil), false
	if e := bytes.IndexAny(b, "eE"); e >= 0 {
		mantissa = b[:e]
		down, exponent = cutSign(b[e+1:])
		exponent = trimZeros(exponent)
	}
	p.whole = mantissa
	if point := bytes.IndexByte(mantissa, '.'); point >= 0 {
		p.whole, p.fraction = mantissa[:point], bytes.TrimRight(mantissa[point+1:], "0")
	}
	p.whole = trimZeros(p.whole)
	short := p.whole
	if len(p.fraction) == 0 {
		short = bytes.TrimRight(p.whole, "0")
	}
	n, _ := parseUint(exponent[:min(len(exponent), 18)], 10)
	if p.exponent = int64(n); down {
		p.exponent = -p.exponent
	}
	p.exponent += int64(len(p.whole) - len(short))
	p.whole = short
	return p, len(exponent) <= 18 || p.isZero()
}

// isIntegral reports whether a number of JSON is an integer, though it is spelled with a
// fraction or an exponent: 1.0, 1e3, 10e-1. JSON has one kind of numbers, and many
// programs write so whatever they hold for a float.
func (p *floatParts) isIntegral() bool {
	return p.isZero() || p.power() >= 0 && p.digits()+p.power() <= mostDigits
}

// appendInt appends the digits of an integer.
func (p *floatParts) appendInt(dst []byte) []byte {
	if p.isZero() {
		return append(dst, '0')
	}
	dst = p.appendDigits(dst)
	for range p.power() {
		dst = append(dst, '0')
	}
	return dst
}

func (p *floatParts) isZero() bool { return len(p.whole) == 0 && len(p.fraction) == 0 }

// power is the power of ten that the digits are multiplied by, the last of which is not 0.
func (p *floatParts) power() int64 { return p.exponent - int64(len(p.fraction)) }

// digits is how many digits there are, or some more.
func (p *floatParts) digits() int64 { return int64(len(p.whole) + len(p.fraction)) }

// appendDigits appends the digits, from the first that is not 0.
func (p *floatParts) appendDigits(dst []byte) []byte {
	if len(p.whole) > 0 {
		return append(append(dst, p.whole...), p.fraction...)
	}
	return append(dst, trimZeros(p.fraction)...)
}

// appendScientific appends the digits times a power of ten.
func (p *floatParts) appendScientific(dst []byte) []byte {
	if p.isZero() {
		return append(dst, "0E0"...)
	}
	if p.neg {
		dst = append(dst, '-')
	}
	from, power := len(dst), p.power()
	dst = p.appendDigits(dst)
	if n := len(dst) - from; n > longDigits {
		dst, power = slices.Insert(dst, from+1, '.'), power+int64(n)-1
	}
	return strconv.AppendInt(append(dst, 'E'), power, 10)
}

// longDigits is from how many digits on a point follows the first: strconv.ParseFloat
// takes more than 800 before a point or an exponent for 800.
const longDigits = 700

// isFraction reports whether a number has a fraction or an exponent.
func isFraction(b []byte) bool { return bytes.ContainsAny(b, ".eE") }

// splitInt splits an EDN integer into its sign, its digits and their base: 12,
// 0x1F, 017, each with an optional N, and 36rZZ, where N is a digit.
func splitInt(b []byte) (digits []byte, base uint64, neg, ok bool) {
	neg, b = cutSign(b)
	r := bytes.IndexAny(b[:min(len(b), 3)], "rR")
	switch {
	case len(b) > 2 && b[0] == '0' && (b[1] == 'x' || b[1] == 'X'):
		b, base = b[2:], 16
	case r > 0 && r == digitsEnd(b) && b[0] != '0':
		for _, c := range b[:r] {
			base = base*10 + uint64(c-'0')
		}
		b = b[r+1:]
	case len(b) > 1 && b[0] == '0' && b[1] != 'N':
		b, base = b[1:], 8
	default:
		base = 10
	}
	if r <= 0 {
		b = bytes.TrimSuffix(b, []byte{'N'})
	}
	if len(b) == 0 || base < 2 || base > 36 {
		return nil, 0, false, false
	}
	for _, c := range b {
		if digitValue(c) >= base {
			return nil, 0, false, false
		}
	}
	return b, base, neg, true
}

// splitRatio splits 22/7.
func splitRatio(b []byte) (num, den []byte, neg, ok bool) {
	neg, b = cutSign(b)
	num, den, _ = bytes.Cut(b, []byte{'/'})
	ok = len(num) > 0 && len(den) > 0 && digitsEnd(num) == len(num) && digitsEnd(den) == len(den)
	return num, den, neg, ok
}

// classifyRatio sorts out the ratios that are integers: 4/2 is 2.
func classifyRatio(num, den []byte, neg bool) (Kind, int64) {
	n, nFits := parseUint(num, 10)
	d, dFits := parseUint(den, 10)
	if dFits && d == 0 {
		return Invalid, 0
	}
	if !nFits || !dFits {
		q, r := new(big.Int).QuoRem(toBig(num, 10, neg), toBig(den, 10, false), new(big.Int))
		switch {
		case r.Sign() != 0:
			return Ratio, 0
		case q.IsInt64():
			return Int, q.Int64()
		}
		return BigInt, 0
	}
	if n%d != 0 {
		return Ratio, 0
	}
	return signed(n/d, neg)
}

// fitInt reports whether an integer fits an int64.
func fitInt(digits []byte, base uint64, neg bool) (Kind, int64) {
	n, ok := parseUint(digits, base)
	if !ok {
		return BigInt, 0
	}
	return signed(n, neg)
}

func signed(n uint64, neg bool) (Kind, int64) {
	switch {
	case n <= math.MaxInt64 && neg:
		return Int, -int64(n)
	case n <= math.MaxInt64:
		return Int, int64(n)
	case n == 1<<63 && neg:
		return Int, math.MinInt64
	}
	return BigInt, 0
}

func parseUint(digits []byte, base uint64) (n uint64, ok bool) {
	for _, c := range digits {
		hi, lo := bits.Mul64(n, base)
		sum, carry := bits.Add64(lo, digitValue(c), 0)
		if hi|carry != 0 {
			return 0, false
		}
		n = sum
	}
	return n, true
}

// digitValue returns the value of a digit of any base up to 36, and more than
// any base for what is none.
func digitValue(c byte) uint64 {
	switch {
	case c >= '0' && c <= '9':
		return uint64(c - '0')
	case c >= 'a' && c <= 'z':
		return uint64(c-'a') + 10
	case c >= 'A' && c <= 'Z':
		return uint64(c-'A') + 10
	}
	return 99
}

func cutSign(b []byte) (neg bool, rest []byte) {
	if len(b) > 0 && (b[0] == '-' || b[0] == '+') {
		return b[0] == '-', b[1:]
	}
	return false, b
}

// isExponent reports whether b is an exponent, or nothing.
func isExponent(b []byte) bool {
	if len(b) == 0 {
		return true
	}
	if b[0] != 'e' && b[0] != 'E' {
		return false
	}
	_, b = cutSign(b[1:])
	return len(b) > 0 && digitsEnd(b) == len(b)
}

// digitsEnd returns how many digits b begins with.
func digitsEnd(b []byte) int {
	i := 0
	for i < len(b) && class[b[i]]&isDigit != 0 {
		i++
	}
	return i
}

func trimZeros(b []byte) []byte { return bytes.TrimLeft(b, "0") }

func toBig(digits []byte, base uint64, neg bool) *big.Int {
	n, _ := new(big.Int).SetString(string(digits), int(base))
	if neg {
		n.Neg(n)
	}
	return n
}
