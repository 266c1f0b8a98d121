package edn

import (
	"bytes"
	"unicode/utf8"
)

// A walker reads the tokens of a value as data of EDN, whichever syntax they
// are written in: it sees through the two conventions by which JSON spells
// what it lacks,
//
//	{"#set":[1,2]}                      #{1 2}
//	{"#tag":"inst","value":"2020"}      #inst "2020"
//
// the second one also for atoms: {"#tag":"ratio","value":"22/7"} is 22/7, see
// AppendJSON. An object that does not have exactly this shape is a map.
//
// After a Tag the tagged datum follows, and nothing closes it.
type walker struct {
	s    Scanner
	kind Kind
	text []byte // the token as EDN spells it; of a Tag its name, of a String what is between the quotes

	wraps [MaxDepth/64 + 1]uint64 // which open brackets belong to a convention
}

func newWalker(v Value) walker { return walker{s: v.Scanner()} }

// next advances to the next token and returns its kind.
func (w *walker) next() Kind {
	w.kind = w.s.Next()
	switch w.text = w.s.Text(); w.kind {
	case EOF, Invalid, List, Vector, Set:
		return w.kind
	case Map:
		if !w.s.json || !w.convention() {
			return w.kind
		}
		if w.kind == Set || w.kind == Tag {
			return w.kind
		}
	case Tag:
		w.text = w.text[1:]
		return w.kind
	case String:
		w.text = w.text[1 : len(w.text)-1]
	}
	w.unwrap()
	return w.kind
}

// unwrap passes over the brackets that close a convention, now that a datum is
// complete.
func (w *walker) unwrap() {
	for d := w.s.depth - 1; d >= 0 && w.wraps[d/64]>>(d%64)&1 != 0; d-- {
		w.wraps[d/64] &^= 1 << (d % 64)
		if w.s.Next() == Invalid {
			w.kind = Invalid
			return
		}
	}
}

// wrap marks the bracket at depth d.
func (w *walker) wrap(d int) { w.wraps[d/64] |= 1 << (d % 64) }

// convention looks whether the object that was just opened spells something
// else. If so the walker is moved to behind what the convention adds in front,
// and kind and text tell what it spells.
func (w *walker) convention() bool {
	ahead := w.s.text[w.s.skipJSONSpace(w.s.pos):]
	if !bytes.HasPrefix(ahead, []byte(`"#`)) {
		return false
	}
	look := w.s
	look.Next()
	switch string(look.Text()) {
	case `"#set"`:
		return w.setConvention(look)
	case `"#tag"`:
		return w.tagConvention(look)
	}
	return false
}

func (w *walker) setConvention(look Scanner) bool {
	object := look.depth - 1
	if look.Next() != Vector {
		return false
	}
	first := look
	if !look.SkipToClose() || look.Next() != Close {
		return false
	}
	w.s, w.kind = first, Set
	w.wrap(object)
	return true
}

func (w *walker) tagConvention(look Scanner) bool {
	object := look.depth - 1
	if look.Next() != String {
		return false
	}
	tag := content(&look)
	if look.Next() != String || string(look.Text()) != `"value"` {
		return false
	}
	before := look
	k := look.Datum()
	value := []byte(nil)
	if k == String {
		value = content(&look)
	}
	if look.Next() != Close {
		return false
	}
	if k == String {
		if atom, text := tagged(string(tag), value); atom != Invalid {
			w.s, w.kind, w.text = look, atom, text
			return true
		}
	}
	if !spells(append([]byte{'#'}, tag...), Tag) {
		return false
	}
	w.s, w.kind, w.text = before, Tag, tag
	w.wrap(object)
	return true
}

// content returns what is in the string that s has read.
func content(s *Scanner) []byte {
	b := s.text[s.Start+1 : s.End-1]
	if s.escaped {
		b = unescape(nil, b, s.json)
	}
	return b
}

// tagged returns the atom that AppendJSON writes with this tag and value, as
// EDN spells it, or Invalid.
func tagged(tag string, value []byte) (k Kind, text []byte) {
	value = appendValid(nil, value) // as it will be written
	switch tag {
	case "ratio":
		k, text = Ratio, value
	case "decimal":
		k, text = Decimal, append(value, 'M')
	case "float":
		k, text = Float, append([]byte("##"), value...)
	case "regex":
		k, text = Regex, append(append([]byte(`#"`), value...), '"')
	case "char":
		if utf8.RuneCount(value) == 1 {
			k, text = Char, append([]byte{'\\'}, value...)
		}
	}
	if text == nil || !spells(text, k) {
		return Invalid, nil
	}
	return k, text
}

// spells reports whether text is one token of EDN, of kind k.
func spells(text []byte, k Kind) bool {
	s := NewScanner(NewSource("", text, EDN), 0, len(text))
	return s.nextEDN() == k && s.Start == 0 && s.End == len(text)
}

// appendContent appends what is in the current token, a String. A surrogate alone can only
// be meant by an escape.
func (w *walker) appendContent(dst []byte) []byte {
	if bytes.IndexByte(w.text, '\\') < 0 {
		return appendValid(dst, w.text)
	}
	text := w.text
	if !utf8.Valid(text) {
		text = appendValid(nil, text)
	}
	return unescape(dst, text, w.s.json)
}

// qualify returns the keyword or symbol that key stands for in #:ns{key ...}:
// b means ns/b, and _/c means c.
func qualify(k Kind, ns, key []byte) []byte {
	colon := key[:0]
	if k == Keyword {
		colon, key = key[:1], key[1:]
	}
	slash := bytes.IndexByte(key, '/')
	if slash <= 0 {
		return bytes.Join([][]byte{colon, ns, {'/'}, key}, nil)
	}
	if string(key[:slash]) == "_" {
		if bare := append(bytes.Clone(colon), key[slash+1:]...); spells(bare, k) {
			return bare
		}
	}
	return append(bytes.Clone(colon), key...)
}
