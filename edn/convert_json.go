package edn

import (
	"bytes"
	"slices"
	"unicode/utf8"
)

// AppendJSON appends v to dst as strict JSON on one line, whatever its syntax. An
// absent value is null. Keywords and symbols become plain strings, so :a and "a", and
// lists and vectors, become indistinguishable; everything else survives. Data that JSON
// lacks is spelled as follows, by jcheck's own convention:
//
//	#{1 2}             {"#set":[1,2]}
//	#inst "2020"       {"#tag":"inst","value":"2020"}
//	22/7               {"#tag":"ratio","value":"22/7"}
//	1.50M              {"#tag":"decimal","value":"1.50"}
//	\a                 {"#tag":"char","value":"a"}
//	#"a+"              {"#tag":"regex","value":"a+"}
//	##Inf ##-Inf ##NaN {"#tag":"float","value":"Inf"} and so on
//
// Big integers are written exactly, as numbers. JSON has one kind of number, so 1.0
// reads as 1 afterwards. The keys of an object are the names of keywords and the
// content of strings; any other key is its EDN text. If two keys become the same, both
// are written. Invalid UTF-8 becomes U+FFFD; a surrogate without a partner stays an
// escape.
//
// It fails if the JSON would nest deeper than [MaxDepth].
func AppendJSON(dst []byte, v Value) ([]byte, error) {
	w := jsonWriter{ednWriter: ednWriter{walker: newWalker(v), dst: dst}}
	return w.whole()
}

// A jsonWriter writes data as JSON, and keys that are no names as EDN.
type jsonWriter struct {
	ednWriter
	depth int
}

func (w *jsonWriter) whole() ([]byte, error) {
	w.next()
	err := w.finish(w.datum())
	return w.dst, err
}

// datum writes the datum that begins with the current token. It returns false
// when the text turned out to be wrong.
func (w *jsonWriter) datum() bool {
	tags, ok := 0, false
	for w.kind == Tag && w.text[0] != ':' {
		w.dst = append(w.dst, `{"#tag":`...)
		w.dst = append(appendQuoted(w.dst, w.valid(w.text)), `,"value":`...)
		tags++
		if !w.enter() {
			return false
		}
		w.next()
	}
	switch w.kind {
	case Tag:
		ns := w.text[1:]
		w.next()
		ok = w.entries(ns)
	case List, Vector:
		ok = w.elements()
	case Set:
		w.dst = append(w.dst, `{"#set":`...)
		if ok = w.enter() && w.elements(); ok {
			w.leave("}")
		}
	case Map:
		ok = w.entries(nil)
	default:
		ok = w.atom()
	}
	for ; tags > 0; tags-- {
		w.leave("}")
	}
	return ok
}

// enter goes one level deeper, if it may.
func (w *jsonWriter) enter() bool {
	if w.depth++; w.depth > MaxDepth {
		w.s.fail(w.s.Start, "expected at most %d levels of nesting when written as JSON", MaxDepth)
		return false
	}
	return true
}

func (w *jsonWriter) leave(closer string) {
	w.depth--
	w.dst = append(w.dst, closer...)
}

// elements writes the rest of a sequence.
func (w *jsonWriter) elements() bool {
	if !w.enter() {
		return false
	}
	w.dst = append(w.dst, '[')
	for first := true; w.next() != Close; first = false {
		if !first {
			w.dst = append(w.dst, ',')
		}
		if !w.datum() {
			return false
		}
	}
	w.leave("]")
	return true
}

// entries writes the rest of a map whose keys belong to namespace ns.
func (w *jsonWriter) entries(ns []byte) bool {
	if !w.enter() {
		return false
	}
	w.dst = append(w.dst, '{')
	for first := true; w.next() != Close; first = false {
		if !first {
			w.dst = append(w.dst, ',')
		}
		if !w.key(ns) {
			return false
		}
		w.dst = append(w.dst, ':')
		if w.next(); !w.datum() {
			return false
		}
	}
	w.leave("}")
	return true
}

// key writes the key that begins with the current token.
func (w *jsonWriter) key(ns []byte) bool {
	if w.kind == String {
		return w.atom()
	}
	mark, colon := len(w.dst), 0
	if w.kind == Keyword {
		colon = 1
	}
	if !w.ednWriter.key(ns) {
		return false
	}
	name := slices.Clone(w.dst[mark+colon:])
	w.dst = appendQuoted(w.dst[:mark], name)
	return true
}

// atom writes the current token, which is a datum by itself.
func (w *jsonWriter) atom() bool {
	switch w.kind {
	case Invalid, EOF, Close:
		return false
	case Nil:
		w.dst = append(w.dst, "null"...)
	case Bool:
		w.dst = append(w.dst, w.text...)
	case Int, BigInt:
		w.dst = w.appendNumber(w.dst)
	case Float:
		return w.float()
	case Ratio:
		return w.tagged("ratio", []byte(w.ratio().String()))
	case Decimal:
		return w.tagged("decimal", w.text[:len(w.text)-1])
	case Char:
		return w.tagged("char", utf8.AppendRune(nil, w.rune()))
	case Regex:
		return w.tagged("regex", w.appendPattern(nil))
	case Keyword:
		w.dst = appendQuoted(w.dst, w.valid(w.text[1:]))
	case Symbol:
		w.dst = appendQuoted(w.dst, w.valid(w.text))
	case String:
		text := w.valid(w.text)
		if bytes.IndexByte(text, '\\') >= 0 {
			text = w.appendContent(nil)
		}
		w.dst = appendQuoted(w.dst, text)
	}
	return true
}

// valid returns text as valid UTF-8.
func (w *jsonWriter) valid(text []byte) []byte {
	if utf8.Valid(text) {
		return text
	}
	return appendValid(nil, text)
}

// float writes the current float as it is spelled, if JSON spells it so.
func (w *jsonWriter) float() bool {
	if symbol, ok := bytes.CutPrefix(w.text, []byte("##")); ok {
		return w.tagged("float", symbol)
	}
	if k, _ := classifyJSONNumber(w.text); k != Invalid {
		w.dst = append(w.dst, w.text...)
		return true
	}
	text := w.appendFloat(nil)
	if symbol, ok := bytes.CutPrefix(text, []byte("##")); ok {
		return w.tagged("float", symbol)
	}
	w.dst = append(w.dst, text...)
	return true
}

func (w *jsonWriter) tagged(tag string, value []byte) bool {
	if !w.enter() {
		return false
	}
	w.dst = append(append(append(w.dst, `{"#tag":"`...), tag...), `","value":`...)
	w.dst = appendQuoted(w.dst, value)
	w.leave("}")
	return true
}
