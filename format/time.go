package format

import (
	"bytes"
	"math"
	"strconv"
	"time"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
)

// Jepsen's :time is nanoseconds since the start of a test. Others record seconds, with a fraction,
// or a date.

// readTime reads a time, or nil for none.
func readTime(s *edn.Scanner, row *history.Row, unit timeUnit) error {
	row.Time, row.HasTime = 0, true
	k := s.Next()
	for k == edn.Tag { // #inst
		k = s.Next()
	}
	switch k {
	case edn.Nil:
		row.HasTime = false
		return nil
	case edn.Int, edn.BigInt, edn.Float:
		text := s.Text()
		if unit > 0 {
			return readUnits(s, row, unit)
		}
		if k == edn.Int && !bytes.ContainsAny(text, ".eE") { // JSON's 2.0 is an integer, too
			row.Time = s.Int
			return nil
		}
		if ns, ok := scaled(text, 9); ok && k != edn.BigInt {
			row.Time, row.InSeconds = ns, true
			return nil
		}
		return s.Errorf(s.Start, "expected a :time of at most 64 bits, found %s", text)
	case edn.String:
		if ns, ok := date(string(s.Name())); ok {
			row.Time, row.IsDate = ns, true
			return nil
		}
	}
	return unexpected(s, "a :time in nanoseconds, or seconds with a fraction, or a date such as \"2026-11-21T03:12:00.5Z\"")
}

// readUnits reads a time in a unit.
func readUnits(s *edn.Scanner, row *history.Row, unit timeUnit) (err error) {
	var ok bool
	if row.Time, ok = scaled(s.Text(), int(unit)); !ok {
		err = s.Errorf(s.Start, "expected a :time of at most 64 bits, found %s", s.Text())
	}
	return err
}

// A timeUnit is how many digits behind the point of a time are nanoseconds; 0 if nobody said.
type timeUnit int

// timeUnits are the units that a time may have.
var timeUnits = map[string]timeUnit{"s": 9, "ms": 6, "us": 3}

// scaled returns a decimal number times a power of ten, without what is behind the point then.
func scaled(text []byte, digits int) (n int64, ok bool) {
	if bytes.ContainsAny(text, "eE") {
		f, err := strconv.ParseFloat(string(text), 64)
		f = math.Round(f * math.Pow10(digits))
		return int64(f), err == nil && math.Abs(f) < 1<<62
	}
	// Exactly, as a time since 1970 has more digits than a float.
	whole, fraction, _ := bytes.Cut(text, []byte{'.'})
	all := append(append(make([]byte, 0, 40), whole...), fraction[:min(len(fraction), digits)]...)
	for i := len(fraction); i < digits; i++ {
		all = append(all, '0')
	}
	n, err := strconv.ParseInt(string(all), 10, 64)
	return n, err == nil
}

// layouts are how programs write dates.
var layouts = []string{time.RFC3339Nano, "2006-01-02 15:04:05.999999999Z07:00", "2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05.999999999"}

// date turns a date into nanoseconds since 1970, in UTC unless it has a zone.
func date(text string) (ns int64, ok bool) {
	for _, layout := range layouts {
		if t, err := time.Parse(layout, text); err == nil {
			return t.UnixNano(), t.Year() > 1700 && t.Year() < 2200
		}
	}
	return 0, false
}
