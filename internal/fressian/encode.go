package fressian

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
	"math/big"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/seed-c33ae711/jcheck/edn"
)

// An Encoder writes the values of one session, with the caches that Jepsen
// uses: the parts of names, and the whole :type and :f of an op.
type Encoder struct {
	structs map[string]int
	slots   map[string]int // cached values, by a letter for their kind and their text
	text    []byte         // scratch
	copies  int            // bytes of copies in multisets
}

// Reset begins another session.
func (e *Encoder) Reset() {
	clear(e.structs)
	clear(e.slots)
	e.copies = 0
}

// Append appends a value, whatever its syntax. What EDN can tell apart and
// Jepsen's tags cannot is lost: a list becomes a vector.
func (e *Encoder) Append(dst []byte, v edn.Value) ([]byte, error) {
	v, err := clean(v)
	if err != nil {
		return dst, err
	}
	s := v.Scanner()
	s.Next()
	dst, err = e.datum(dst, &s)
	if err == nil && s.Next() != edn.EOF {
		err = s.Errorf(s.Start, "expected one value, found a second")
	}
	return dst, err
}

// clean returns a value without what only the whole of it explains: JSON, and
// namespaces before maps.
func clean(v edn.Value) (edn.Value, error) {
	if !v.IsZero() && v.Syntax() == edn.EDN && !bytes.Contains(v.Bytes(), []byte("#:")) {
		return v, nil
	}
	text, err := edn.AppendEDN(nil, v)
	return edn.NewSource("", text, edn.EDN).Value(0, len(text)), err
}

// AppendRef appends a reference to a block of the file.
func (e *Encoder) AppendRef(dst []byte, id uint32) []byte {
	return AppendInt(e.begin(dst, tagRef, 1), int64(id))
}

// AppendMapHeader appends what stands before the keys and values of a map of so
// many entries.
func AppendMapHeader(dst []byte, n int) []byte { return appendListHeader(append(dst, cMap), 2*n) }

// AppendInt appends an integer in the shortest form.
func AppendInt(dst []byte, n int64) []byte {
	switch {
	case n == -1:
		return append(dst, cMinusOne)
	case n >= 0 && n < 64:
		return append(dst, byte(n))
	case n >= -1<<12 && n < 1<<12:
		return append(dst, byte(0x50+n>>8), byte(n))
	case n >= -1<<19 && n < 1<<19:
		return append(dst, byte(0x68+n>>16), byte(n>>8), byte(n))
	case n >= -1<<25 && n < 1<<25:
		return append(dst, byte(0x72+n>>24), byte(n>>16), byte(n>>8), byte(n))
	case n >= -1<<33 && n < 1<<33:
		return append(dst, byte(0x76+n>>32), byte(n>>24), byte(n>>16), byte(n>>8), byte(n))
	case n >= -1<<41 && n < 1<<41:
		return append(dst, byte(0x7a+n>>40), byte(n>>32), byte(n>>24), byte(n>>16), byte(n>>8), byte(n))
	case n >= -1<<49 && n < 1<<49:
		return append(dst, byte(0x7e+n>>48), byte(n>>40), byte(n>>32), byte(n>>24), byte(n>>16), byte(n>>8), byte(n))
	}
	return binary.BigEndian.AppendUint64(append(dst, cInt64), uint64(n))
}

func appendListHeader(dst []byte, n int) []byte {
	if n < 8 {
		return append(dst, byte(cList+n))
	}
	return AppendInt(append(dst, cListN), int64(n))
}

// begin appends what stands before the components of a struct.
func (e *Encoder) begin(dst []byte, tag string, n int) []byte {
	if slot, ok := e.structs[tag]; ok {
		if slot < 16 {
			return append(dst, byte(cStruct+slot))
		}
		return AppendInt(append(dst, cStructN), int64(slot))
	}
	if e.structs == nil {
		e.structs = map[string]int{}
	}
	e.structs[tag] = len(e.structs)
	return AppendInt(appendString(append(dst, cDefine), []byte(tag)), int64(n))
}

// datum appends the datum that begins with the current token.
func (e *Encoder) datum(dst []byte, s *edn.Scanner) ([]byte, error) {
	switch s.Kind {
	case edn.Nil:
		return append(dst, cNull), nil
	case edn.Bool:
		if string(s.Text()) == "true" {
			return append(dst, cTrue), nil
		}
		return append(dst, cFalse), nil
	case edn.Int:
		if text := s.Text(); text[len(text)-1] == 'N' && !bytes.ContainsAny(text, "rR") {
			return appendBigInt(dst, big.NewInt(s.Int)), nil
		}
		return AppendInt(dst, s.Int), nil
	case edn.Keyword:
		return e.keyword(dst, s.Text()[1:], false), nil
	case edn.String:
		text := s.Text()
		e.text = appendContent(e.text[:0], text[1:len(text)-1])
		return appendString(dst, e.text), nil
	case edn.Vector, edn.List:
		return e.elements(dst, s)
	case edn.Map:
		return e.elements(append(dst, cMap), s)
	case edn.Set:
		return e.set(dst, s)
	case edn.Tag:
		return e.tagged(dst, s)
	case edn.Symbol:
		return e.names(append(dst, cSymbol), s.Text()), nil
	case edn.Invalid, edn.EOF, edn.Close:
		if err := s.Err(); err != nil {
			return dst, err
		}
		return dst, s.Errorf(s.Start, "expected a value, found %s", s.Kind)
	}
	v, err := edn.Decode(s.Value())
	if err != nil {
		return dst, err
	}
	return e.atom(dst, s, v)
}

// atom appends a value that is neither a name nor a collection.
func (e *Encoder) atom(dst []byte, s *edn.Scanner, v any) ([]byte, error) {
	switch v := v.(type) {
	case float64:
		switch {
		case v == 0:
			return append(dst, cZero), nil
		case v == 1:
			return append(dst, cOne), nil
		case v != v:
			return binary.BigEndian.AppendUint64(append(dst, cDouble), 0x7ff8<<48), nil
		}
		return binary.BigEndian.AppendUint64(append(dst, cDouble), math.Float64bits(v)), nil
	case int64:
		return AppendInt(dst, v), nil
	case *big.Int:
		return appendBigInt(dst, v), nil
	case *big.Rat:
		return appendBigInt(appendBigInt(e.begin(dst, tagRatio, 2), v.Num()), v.Denom()), nil
	case edn.Dec:
		return e.decimal(dst, s, string(v))
	case edn.Rune:
		if v > math.MaxUint16 {
			return dst, s.Errorf(s.Start, "expected a character of one unit of UTF-16")
		}
		return AppendInt(e.begin(dst, tagChar, 1), int64(v)), nil
	case edn.Re:
		return appendString(append(dst, cRegex), appendJava(nil, []byte(v))), nil
	}
	return dst, s.Errorf(s.Start, "expected a value, found %s", s.Kind)
}

// appendBigInt appends an integer in two's complement.
func appendBigInt(dst []byte, n *big.Int) []byte {
	return appendBytes(append(dst, cBigInt), twos(n))
}

// twos returns the shortest two's complement of n, which needs another byte if
// the bits of its magnitude fill theirs.
func twos(n *big.Int) []byte {
	if n.Sign() >= 0 {
		return append(make([]byte, 1, 16)[:1-min(1, n.BitLen()%8)], n.Bytes()...)
	}
	m := new(big.Int).Not(n) // -n-1
	b := append(make([]byte, 1, 16)[:1-min(1, m.BitLen()%8)], m.Bytes()...)
	for i := range b {
		b[i] = ^b[i]
	}
	return b
}

// cachedString appends a string that is numbered when it occurs again.
func (e *Encoder) cachedString(dst, b []byte) []byte {
	e.text = append(append(e.text[:0], 's'), b...)
	if slot, ok := e.slots[string(e.text)]; ok {
		return appendSlot(dst, slot)
	}
	if len(b) == 0 || !e.slot(string(e.text)) {
		return appendString(dst, b)
	}
	return appendString(append(dst, cPutCached), b)
}

// slot takes the next slot, if there is one.
func (e *Encoder) slot(key string) bool {
	if e.slots == nil {
		e.slots = map[string]int{}
	}
	if len(e.slots) >= maxSlots {
		return false
	}
	e.slots[key] = len(e.slots)
	return true
}

func appendSlot(dst []byte, slot int) []byte {
	if slot < 32 {
		return append(dst, byte(cCached+slot))
	}
	return AppendInt(append(dst, cGetCached), int64(slot))
}

// keyword appends a keyword by its text without the colon, itself cached or
// only the parts of its name.
func (e *Encoder) keyword(dst, name []byte, cached bool) []byte {
	if cached {
		e.text = append(append(e.text[:0], 'k'), name...)
		if slot, ok := e.slots[string(e.text)]; ok {
			return appendSlot(dst, slot)
		}
		if e.slot(string(e.text)) {
			dst = append(dst, cPutCached)
		}
	}
	return e.names(append(dst, cKeyword), name)
}

// names appends the namespace and the name in the text of a keyword or symbol.
func (e *Encoder) names(dst, text []byte) []byte {
	if utf8.RuneCount(text) != len(text) {
		text = appendJava(nil, text)
	}
	ns, name, ok := bytes.Cut(text, []byte{'/'})
	if !ok || len(text) == 1 {
		return e.cachedString(append(dst, cNull), text)
	}
	return e.cachedString(e.cachedString(dst, ns), name)
}

// elements appends the elements of the collection that was opened, behind their
// number.
func (e *Encoder) elements(dst []byte, s *edn.Scanner) ([]byte, error) {
	mark, n := len(dst), 0
	dst = append(dst, 0)
	for s.Next() != edn.Close {
		var err error
		if dst, err = e.datum(dst, s); err != nil {
			return dst, err
		}
		n++
	}
	if n < 8 {
		dst[mark] = byte(cList + n)
		return dst, nil
	}
	var room [16]byte
	header := appendListHeader(room[:0], n)
	dst = append(dst, header[1:]...)
	copy(dst[mark+len(header):], dst[mark+1:len(dst)-len(header)+1])
	copy(dst[mark:], header)
	return dst, nil
}

// set appends a set, or a multiset if an element occurs twice.
func (e *Encoder) set(dst []byte, s *edn.Scanner) ([]byte, error) {
	start := s.Start
	ahead := *s
	counts, repeated := map[string]int{}, false
	var firsts []edn.Value
	var keys []string
	for ahead.Datum() != edn.Close {
		if ahead.Kind == edn.Invalid || ahead.Kind == edn.EOF {
			return dst, ahead.Err()
		}
		key, err := edn.AppendCanonical(nil, ahead.Value())
		if err != nil {
			return dst, err
		}
		if counts[string(key)]++; counts[string(key)] > 1 {
			repeated = true
			if err := e.copy(ahead.Value()); err != nil {
				return dst, err
			}
			continue
		}
		firsts, keys = append(firsts, ahead.Value()), append(keys, string(key))
	}
	switch {
	case len(firsts) == 0:
		*s = ahead
		return append(e.begin(dst, tagHashSet, 1), cNull), nil
	case !repeated:
		return e.elements(e.begin(dst, tagHashSet, 1), s)
	}
	*s = ahead
	dst = AppendMapHeader(e.begin(dst, tagMultiset, 1), len(firsts))
	for i, v := range firsts {
		in := v.Scanner()
		in.Next()
		var err error
		if dst, err = e.datum(dst, &in); err != nil {
			return dst, fmt.Errorf("in the set at offset %d: %w", start, err)
		}
		dst = AppendInt(dst, int64(counts[keys[i]]))
	}
	return dst, nil
}

// copy counts a copy in a multiset: more than a decoder takes are refused.
func (e *Encoder) copy(v edn.Value) error {
	text, err := edn.AppendEDN(nil, v)
	if err != nil {
		return err
	}
	if e.copies += len(text) + 1; e.copies > maxCopies {
		return fmt.Errorf("expected at most %d bytes of copies in sets", maxCopies)
	}
	return nil
}

// tagged appends a tagged datum: as what Jepsen has a code or a struct for, a
// record if it looks like one, or a struct of one component.
func (e *Encoder) tagged(dst []byte, s *edn.Scanner) ([]byte, error) {
	tag := string(s.Text()[1:])
	ahead := *s
	kind := ahead.Next()
	content := ahead.Value()
	if kind == edn.String {
		text, err := edn.Decode(content)
		if err != nil {
			return dst, err
		}
		if dst, ok := e.spelled(dst, tag, text.(string)); ok {
			*s = ahead
			return dst, nil
		}
	}
	switch {
	case tag == ednRef && kind == edn.Int:
		dst = e.begin(dst, tagRef, 1)
	case tag == ednChar && kind == edn.Int && ahead.Int >= 0 && ahead.Int <= math.MaxUint16:
		dst = e.begin(dst, tagChar, 1)
	case tag == ednPair && isPair(*s):
		return e.pair(dst, s)
	case tag == ednError && kind == edn.Map:
		dst = e.begin(dst, tagThrowable, 1)
	case kind == edn.Map && bytes.IndexByte([]byte(tag), '.') > 0 && tag != tagOp:
		return e.record(dst, tag, s)
	case kinds[tag].kind != unknownKind || e.isOurs(tag):
		dst = appendString(e.begin(dst, tagTagged, 2), appendJava(nil, []byte(tag)))
	default:
		dst = e.begin(dst, tag, 1)
	}
	s.Next()
	return e.datum(dst, s)
}

// isPair reports whether a vector of two comes next.
func isPair(s edn.Scanner) bool {
	if s.Datum() != edn.Vector {
		return false
	}
	items, err := s.Value().Items(nil)
	return err == nil && len(items) == 2
}

// pair appends the vector that comes next as a pair.
func (e *Encoder) pair(dst []byte, s *edn.Scanner) (_ []byte, err error) {
	dst = e.begin(dst, tagPair, 2)
	for s.Next(); s.Next() != edn.Close; {
		if dst, err = e.datum(dst, s); err != nil {
			return dst, err
		}
	}
	return dst, nil
}

// isOurs reports whether a tag that is spelled otherwise than the decoder does
// must not be taken for what the decoder spells.
func (e *Encoder) isOurs(tag string) bool {
	switch tag {
	case ednRef, ednPair, ednDateTime, ednError, ednChar, tagTagged:
		return true
	}
	return !isTag([]byte(tag))
}

// spelled appends what the decoder spells as a tagged string.
func (e *Encoder) spelled(dst []byte, tag, text string) (_ []byte, ok bool) {
	switch tag {
	case "inst":
		t, err := time.Parse(time.RFC3339Nano, text)
		if err != nil {
			return dst, false
		}
		if t.Nanosecond()%1e6 != 0 || t.UTC().Year() < 0 || t.UTC().Year() > 9999 {
			return appendString(e.begin(dst, tagInstant, 1), appendJava(nil, []byte(text))), true
		}
		return AppendInt(append(dst, cInstant), t.UnixMilli()), true
	case "uuid":
		b, err := hex.DecodeString(string(bytes.ReplaceAll([]byte(text), []byte("-"), nil)))
		if err != nil || len(b) != 16 || len(text) != 36 {
			return dst, false
		}
		return appendBytes(append(dst, cUUID), b), true
	case ednDateTime:
		t, err := time.Parse(jodaTime, text)
		if err != nil {
			return dst, false
		}
		return appendString(e.begin(dst, tagDateTime, 1), t.AppendFormat(nil, runTime)), true
	case ednBytes:
		b, err := hex.DecodeString(text)
		if err != nil {
			return dst, false
		}
		return appendBytes(dst, b), true
	case ednURI:
		return appendString(append(dst, cURI), appendJava(nil, []byte(text))), true
	case ednRegex:
		return appendString(append(dst, cRegex), appendJava(nil, []byte(text))), true
	case ednKeyword:
		return e.names(append(dst, cKeyword), []byte(text)), true
	case ednSymbol:
		return e.names(append(dst, cSymbol), []byte(text)), true
	}
	return dst, false
}

// record appends a record, whose class and keys are cached.
func (e *Encoder) record(dst []byte, class string, s *edn.Scanner) ([]byte, error) {
	dst = e.begin(dst, tagRecord, 2)
	e.text = append(append(e.text[:0], 'y'), class...)
	if slot, ok := e.slots[string(e.text)]; ok {
		dst = appendSlot(dst, slot)
	} else {
		if e.slot(string(e.text)) {
			dst = append(dst, cPutCached)
		}
		dst = e.names(append(dst, cSymbol), []byte(class))
	}
	dst = append(dst, cMap, cListClosed)
	s.Next() // the map
	for isKey := true; s.Next() != edn.Close; isKey = !isKey {
		if isKey && s.Kind == edn.Keyword {
			dst = e.keyword(dst, s.Text()[1:], true)
			continue
		}
		var err error
		if dst, err = e.datum(dst, s); err != nil {
			return dst, err
		}
	}
	return append(dst, cEnd), nil
}

// decimal appends a decimal: its digits as an integer, and how many of them
// follow the point.
func (e *Encoder) decimal(dst []byte, s *edn.Scanner, text string) ([]byte, error) {
	mantissa, exponent := []byte(text), 0
	if i := bytes.IndexAny(mantissa, "eE"); i >= 0 {
		n, err := strconv.Atoi(string(mantissa[i+1:]))
		if err != nil {
			return dst, s.Errorf(s.Start, "expected a decimal with a smaller exponent")
		}
		mantissa, exponent = mantissa[:i], n
	}
	whole, fraction, _ := bytes.Cut(mantissa, []byte{'.'})
	n, ok := new(big.Int).SetString(string(whole)+string(fraction), 10)
	if !ok {
		return dst, s.Errorf(s.Start, "expected a decimal")
	}
	return AppendInt(appendBytes(append(dst, cDecimal), twos(n)), int64(len(fraction)-exponent)), nil
}
