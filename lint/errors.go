package lint

import (
	"bytes"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
)

// An error leaves the outcome of an operation open if it has one of these words,
// in any case, and none of those that prove that nothing happened. docs/lint.md
// lists both.
var (
	openWords = []string{
		"timeout", "timed out", "timed-out", "time-out", "deadline", "connection reset", "connection-reset", "reset by peer",
		"broken pipe", "broken-pipe", "connection closed", "connection-closed", "closed connection", "connection lost",
		"connection-lost", "lost connection", "socket closed", "socket-closed", "no response", "no-response", "indeterminate",
		"ambiguous", "unknown outcome", "outcome unknown", "unknown result", "result unknown", "result is unknown",
		"unknown state", "unknown status", "unexpected eof", "end of file", "eofexception",
	}
	closedWords = []string{
		"no-client", "no client", "refused", "could not connect", "cannot connect", "failed to connect", "unable to connect",
		"connect timeout", "connect timed out", "connecttimeout", "connection timeout", "lock wait timeout", "lock timeout",
		"lock request time", "lock-timeout", "unknown host", "unknownhost",
	}
	// openWhole are errors that are nothing but one of these.
	openWhole = []string{"unknown", "eof", "closed", "disconnected", "interrupted", "connection"}
)

// mostError is how much of an error's text is looked at.
const mostError = 1 << 12

// errorReader classifies errors. Tests have few different errors, so it remembers some.
type errorReader struct {
	h    *history.History
	seen [8]seenError
	next int
	low  []byte
}

type seenError struct {
	lo, hi int // where its text stands in the source
	open   bool
}

// isOpen reports whether the error of op i, or its exception if it has no error,
// leaves its outcome open.
func (r *errorReader) isOpen(i int) bool {
	if open, ok := r.fast(i); ok {
		return open
	}
	op := r.h.Text(i)
	if b := op.Bytes(); !bytes.Contains(b, errorName) && !bytes.Contains(b, exceptionName) {
		return false
	}
	if v, ok := op.Get("error"); ok && !v.IsNil() {
		return r.says(v)
	}
	v, ok := op.Get("exception")
	return ok && r.exceptionSays(v)
}

var errorName, exceptionName = []byte("error"), []byte("exception")

// fast is for an op whose error, if any, is a keyword or a string that stands
// right after its value and is the last thing in it. That is how Jepsen writes
// them.
func (r *errorReader) fast(i int) (open, ok bool) {
	text := r.h.Source().Text
	lo, hi := r.h.ValueSpan(i)
	if lo == hi {
		return false, false
	}
	rest := text[hi:min(hi+128, len(text))]
	switch {
	case len(rest) > 0 && rest[0] == '}':
		head := text[max(lo-128, 0):lo]
		at := bytes.LastIndexByte(head, '{')
		if at < 0 || bytes.IndexByte(head[at:], '}') >= 0 || bytes.Contains(head[at:], errorName) || bytes.Contains(head[at:], exceptionName) {
			return false, false
		}
		return false, true
	case bytes.HasPrefix(rest, []byte(", :error :")):
		lo = hi + len(", :error ")
	case bytes.HasPrefix(rest, []byte(`,"error":"`)):
		lo = hi + len(`,"error":`)
	default:
		return false, false
	}
	end := lo + 1
	for end < len(text) && isPlain[text[end]] {
		end++
	}
	if text[lo] == '"' && end < len(text) && text[end] == '"' {
		end++
	}
	if end >= len(text) || text[end] != '}' {
		return false, false
	}
	return r.saysText(lo, end), true
}

// isPlain are the bytes of names, and of what else needs no thought in a string.
var isPlain = func() (t [256]bool) {
	for c := range t {
		t[c] = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_' || c == '.' || c == '/'
	}
	return t
}()

func (r *errorReader) says(v edn.Value) bool {
	lo, hi := v.Span()
	return r.saysText(lo, hi)
}

// saysText is whether a text of the source leaves an outcome open.
func (r *errorReader) saysText(lo, hi int) bool {
	text := r.h.Source().Text
	hi = min(hi, lo+mostError)
	for k := range r.seen {
		if s := &r.seen[k]; s.hi-s.lo == hi-lo && bytes.Equal(text[s.lo:s.hi], text[lo:hi]) {
			return s.open
		}
	}
	r.low = append(r.low[:0], text[lo:hi]...)
	open := leavesOpen(r.low)
	r.seen[r.next%len(r.seen)] = seenError{lo, hi, open}
	r.next++
	return open
}

// leavesOpen judges the text of an error, which it turns into lower case.
func leavesOpen(text []byte) bool {
	for i, c := range text {
		if 'A' <= c && c <= 'Z' {
			text[i] = c + 'a' - 'A'
		}
	}
	whole := bytes.Trim(text, "[](): \"")
	for _, w := range openWhole {
		if string(whole) == w {
			return true
		}
	}
	has := func(words []string) bool {
		for _, w := range words {
			if bytes.Contains(text, []byte(w)) {
				return true
			}
		}
		return false
	}
	return has(openWords) && !has(closedWords)
}

// exceptionSays looks at what an exception says, and at what those say that it
// came through, but not at where in the program it came from.
func (r *errorReader) exceptionSays(v edn.Value) bool {
	if v.Kind() != edn.Map {
		return r.says(v)
	}
	via, _ := v.Get("via")
	list, err := via.Items(nil)
	if err != nil {
		list = nil
	}
	// What some of them say may close what the other ones leave open.
	r.low = r.low[:0]
	for _, e := range append(list, v) {
		for _, name := range []string{"type", "message", "cause"} {
			if x, ok := e.Get(name); ok {
				b := x.Bytes()
				r.low = append(append(r.low, b[:min(len(b), mostError)]...), ' ')
			}
		}
	}
	return leavesOpen(r.low)
}
