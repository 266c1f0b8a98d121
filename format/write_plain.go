package format

import (
	"strconv"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
)

// maxPlain is how deep plain values nest, and maxDigits how long plain integers are.
const (
	maxPlain  = 8
	maxDigits = 18
)

// A copier writes an op whose text is plain: integers, names, strings without escapes,
// nil, booleans, and vectors of these. It writes the same bytes as a walk over tokens
// would, in a tenth of the time; of anything else it says that it cannot.
type copier struct {
	text     []byte
	at       int
	dst      []byte
	from, to bool // whether the text and what is written are JSON
}

// appendPlain appends op i, unless it is not plain.
func appendPlain(dst []byte, h *history.History, i int, json bool) ([]byte, bool) {
	src := h.Source()
	c := copier{text: src.Text, at: h.Start(i), dst: dst, from: src.Syntax == edn.JSON, to: json}
	if !c.op(h, i) {
		return dst, false
	}
	return c.dst, true
}

func (c *copier) op(h *history.History, i int) bool {
	if !c.take('{') {
		return false
	}
	c.dst = append(c.dst, '{')
	for first := true; ; first = false {
		switch c.space(); {
		case c.take('}'):
			c.dst = append(c.dst, '}')
			return true
		case first:
		case c.from && !c.take(','):
			return false
		case c.to:
			c.dst = append(c.dst, ',')
		default:
			c.dst = append(c.dst, ", "...)
		}
		c.space()
		name, ok := c.key()
		if !ok || !c.field(string(name), h, i) {
			return false
		}
	}
}

// key copies the name of a field, and what stands between it and the value.
func (c *copier) key() (name []byte, ok bool) {
	if c.from {
		name, ok = c.quoted()
		ok = ok && isPlainName(name)
	} else {
		name, ok = c.keyword()
	}
	if !ok {
		return nil, false
	}
	c.name(name)
	if c.space(); c.from && !c.take(':') {
		return nil, false
	}
	if c.space(); c.to {
		c.dst = append(c.dst, ':')
	} else {
		c.dst = append(c.dst, ' ')
	}
	return name, true
}

func (c *copier) field(name string, h *history.History, i int) bool {
	mark := len(c.dst)
	switch name {
	case "index":
		if !c.atom(false) {
			return false
		}
		if digit := c.dst[len(c.dst)-1]; digit < '0' || digit > '9' {
			return string(c.dst[mark:]) == "nil" || string(c.dst[mark:]) == "null"
		}
		c.dst = strconv.AppendInt(c.dst[:mark], h.Index(i), 10)
		return true
	case "type", "f", "process":
		return c.atom(!c.to)
	case "value":
		return c.value(maxPlain, c.from && !c.to && c.isTxn())
	}
	return c.value(maxPlain, false)
}

// value copies a value; the first elements of the vectors in a transaction become keywords.
func (c *copier) value(depth int, txn bool) bool {
	if !c.take('[') {
		return c.atom(false)
	}
	if depth == 0 {
		return false
	}
	c.dst = append(c.dst, '[')
	for n := 0; ; n++ {
		switch c.space(); {
		case c.take(']'):
			c.dst = append(c.dst, ']')
			return true
		case n == 0:
		case c.from && !c.take(','):
			return false
		case c.to:
			c.dst = append(c.dst, ',')
		default:
			c.dst = append(c.dst, ' ')
		}
		c.space()
		if c.from && n > 0 && c.peek() == ']' {
			return false
		}
		if !c.element(depth, n, txn) {
			return false
		}
	}
}

// element copies element n of a vector.
func (c *copier) element(depth, n int, txn bool) bool {
	switch {
	case !txn || depth == maxPlain && c.peek() == '[':
		return c.value(depth-1, txn)
	case depth == maxPlain:
		return c.atom(false)
	case depth == maxPlain-1 && n == 0:
		mark := len(c.dst)
		return c.atom(true) && string(c.dst[mark:]) != ":rp"
	}
	return c.value(depth-1, false)
}

// isTxn is isTxn of the value that begins here.
func (c *copier) isTxn() bool {
	i := c.at
	for range 2 {
		if i == len(c.text) || c.text[i] != '[' {
			return false
		}
		for i++; i < len(c.text) && isJSONSpace(c.text[i]); i++ {
		}
	}
	return i < len(c.text) && c.text[i] == '"'
}

// atom copies what is not a collection; a string becomes a keyword if named.
func (c *copier) atom(named bool) bool {
	switch b := c.peek(); {
	case b == '"':
		text, ok := c.quoted()
		switch {
		case !ok:
			return false
		case named:
			c.dst = append(append(c.dst, ':'), text...)
			return isPlainName(text)
		}
		c.dst = append(append(append(c.dst, '"'), text...), '"')
		return true
	case b == ':' && !c.from:
		name, ok := c.keyword()
		c.name(name)
		return ok
	case b == '-' || b >= '0' && b <= '9':
		return c.integer()
	}
	return c.word()
}

func (c *copier) integer() bool {
	lo := c.at
	c.take('-')
	digits := c.at
	for c.peek() >= '0' && c.peek() <= '9' {
		c.at++
	}
	n := c.at - digits
	c.dst = append(c.dst, c.text[lo:c.at]...)
	return n > 0 && n <= maxDigits && (c.text[digits] != '0' || n == 1 && lo == digits) && c.ended()
}

// word copies nil, true or false.
func (c *copier) word() bool {
	lo := c.at
	for c.peek() >= 'a' && c.peek() <= 'z' {
		c.at++
	}
	null := "nil"
	if c.from {
		null = "null"
	}
	switch word := string(c.text[lo:c.at]); {
	case word == null && c.to:
		c.dst = append(c.dst, "null"...)
	case word == null:
		c.dst = append(c.dst, "nil"...)
	case word == "true", word == "false":
		c.dst = append(c.dst, word...)
	default:
		return false
	}
	return c.ended()
}

// quoted reads a string of printed ASCII characters without escapes.
func (c *copier) quoted() ([]byte, bool) {
	if !c.take('"') {
		return nil, false
	}
	lo := c.at
	for ; c.at < len(c.text); c.at++ {
		switch b := c.text[c.at]; {
		case b == '"':
			c.at++
			return c.text[lo : c.at-1], c.from && c.peek() == ':' || c.ended()
		case b == '\\' || b < ' ' || b > '~':
			return nil, false
		}
	}
	return nil, false
}

func (c *copier) keyword() ([]byte, bool) {
	if !c.take(':') {
		return nil, false
	}
	lo := c.at
	for isNameByte(c.peek()) {
		c.at++
	}
	name := c.text[lo:c.at]
	return name, isPlainName(name) && c.ended()
}

// name writes a name as the syntax has it.
func (c *copier) name(name []byte) {
	if c.to {
		c.dst = append(append(append(c.dst, '"'), name...), '"')
	} else {
		c.dst = append(append(c.dst, ':'), name...)
	}
}

// isPlainName reports whether a name is a keyword's, whatever surrounds it.
func isPlainName(name []byte) bool {
	for _, b := range name {
		if !isNameByte(b) {
			return false
		}
	}
	return len(name) > 0 && name[0] >= 'a' && name[0] <= 'z'
}

func isNameByte(b byte) bool {
	return b >= 'a' && b <= 'z' || b >= '0' && b <= '9' || b == '-' || b == '_' || b >= 'A' && b <= 'Z'
}

func isJSONSpace(b byte) bool { return b == ' ' || b == '\n' || b == '\t' || b == '\r' }

func (c *copier) peek() byte {
	if c.at < len(c.text) {
		return c.text[c.at]
	}
	return 0
}

func (c *copier) take(b byte) bool {
	if c.peek() != b {
		return false
	}
	c.at++
	return true
}

func (c *copier) space() {
	for c.at < len(c.text) && (isJSONSpace(c.text[c.at]) || !c.from && c.text[c.at] == ',') {
		c.at++
	}
}

// ended reports whether a token ends here.
func (c *copier) ended() bool {
	b := c.peek()
	return isJSONSpace(b) || b == ',' || b == ']' || b == '}'
}
