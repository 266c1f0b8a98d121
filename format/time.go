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
func readTime(s *edn.Scanner, row *history.Row) error {
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
		if k == edn.Int && bytes.IndexAny(text, ".eE") < 0 { // JSON's 2.0 is an integer, too
			row.Time = s.Int
			return nil
		}
		if ns, ok := seconds(text); ok && k != edn.BigInt {
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

// seconds turns a decimal number of seconds into nanoseconds.
func seconds(text []byte) (ns int64, ok bool) {
	if bytes.IndexAny(text, "eE") < 0 { // exactly, as long as that fits
		whole, fraction, _ := bytes.Cut(text, []byte{'.'})
		nine := append(append(make([]byte, 0, 32), whole...), fraction[:min(len(fraction), 9)]...)
		for i := len(fraction); i < 9; i++ {
			nine = append(nine, '0')
		}
		ns, err := strconv.ParseInt(string(nine), 10, 64)
		return ns, err == nil
	}
	f, err := strconv.ParseFloat(string(text), 64)
	f = math.Round(f * 1e9)
	return int64(f), err == nil && math.Abs(f) < 1<<62
}

// layouts are how programs write dates.
var layouts = []string{time.RFC3339Nano, "2006-01-02 15:04:05.999999999Z07:00", "2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05.999999999"}

// date turns a date into nanoseconds since 1970, in UTC unless it tells its zone.
func date(text string) (ns int64, ok bool) {
	for _, layout := range layouts {
		if t, err := time.Parse(layout, text); err == nil {
			return t.UnixNano(), t.Year() > 1700 && t.Year() < 2200
		}
	}
	return 0, false
}
