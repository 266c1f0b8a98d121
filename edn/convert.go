package edn

// AppendEDN appends v to dst as clean EDN on one line, whatever its syntax: without
// comments, discarded forms and metadata, with single spaces between elements and a
// comma between the entries of a map. Numbers, names and the order of elements stay as
// they are, except for JSON's integers that are spelled with a fraction, as in 1.0.
// Duplicates in maps and sets also stay. An absent value is nil.
//
// JSON's null becomes nil, its arrays vectors, its objects maps with strings as keys,
// and its strings stay strings: the reader of a format decides whether a string means a
// keyword. What [AppendJSON] writes for data that JSON lacks becomes that data again.
// Invalid UTF-8 becomes U+FFFD.
func AppendEDN(dst []byte, v Value) ([]byte, error) {
	w := ednWriter{walker: newWalker(v), dst: dst}
	return w.whole()
}

// An ednWriter writes data as EDN: as it is, or canonically. Its recursion is
// as deep as brackets nest, which is at most MaxDepth.
type ednWriter struct {
	walker
	dst       []byte
	canonical bool
	spans     []span // of the open maps and sets that are to be sorted
}

// whole writes the one datum of the walker's text.
func (w *ednWriter) whole() ([]byte, error) {
	w.next()
	err := w.finish(w.datum())
	return w.dst, err
}

// datum writes the datum that begins with the current token. It returns false
// when the text turned out to be wrong.
func (w *ednWriter) datum() bool {
	for w.kind == Tag {
		if w.text[0] == ':' {
			ns := w.text[1:]
			w.next() // the map: the scanner has made sure of it
			return w.entries(ns)
		}
		w.dst = append(appendValid(append(w.dst, '#'), w.text), ' ')
		tag := w.text
		if w.next() == String && w.canonical {
			if text, ok := canonicalTagged(string(tag), w.string); ok {
				w.dst = AppendString(w.dst, text)
				return true
			}
		}
	}
	switch w.kind {
	case List:
		if w.canonical {
			return w.elements("[", "]")
		}
		return w.elements("(", ")")
	case Vector:
		return w.elements("[", "]")
	case Set:
		return w.elements("#{", "}")
	case Map:
		return w.entries(nil)
	}
	return w.atom()
}

// elements writes the rest of a sequence.
func (w *ednWriter) elements(open, closer string) bool {
	sorted := w.canonical && open == "#{"
	w.dst = append(w.dst, open...)
	mark := len(w.spans)
	for first := true; w.next() != Close; first = false {
		if !first {
			w.dst = append(w.dst, ' ')
		}
		lo := len(w.dst)
		if !w.datum() {
			return false
		}
		if sorted {
			w.spans = append(w.spans, span{lo, len(w.dst), len(w.dst)})
		}
	}
	if sorted {
		w.sort(mark, false)
	}
	w.dst = append(w.dst, closer...)
	return true
}

// entries writes the rest of a map whose keys belong to namespace ns.
func (w *ednWriter) entries(ns []byte) bool {
	separator := ", "
	if w.canonical {
		separator = " "
	}
	w.dst = append(w.dst, '{')
	mark := len(w.spans)
	for first := true; w.next() != Close; first = false {
		if !first {
			w.dst = append(w.dst, separator...)
		}
		lo := len(w.dst)
		if !w.key(ns) {
			return false
		}
		mid := len(w.dst)
		w.dst = append(w.dst, ' ')
		w.next()
		if !w.datum() {
			return false
		}
		if w.canonical {
			w.spans = append(w.spans, span{lo, mid, len(w.dst)})
		}
	}
	if w.canonical {
		w.sort(mark, true)
	}
	w.dst = append(w.dst, '}')
	return true
}

func (w *ednWriter) key(ns []byte) bool {
	if ns != nil && (w.kind == Keyword || w.kind == Symbol) {
		w.text = qualify(w.kind, ns, w.text)
	}
	return w.datum()
}

// atom writes the current token, which is a datum by itself.
func (w *ednWriter) atom() bool {
	switch w.kind {
	case Invalid, EOF, Close:
		return false
	case Nil:
		w.dst = append(w.dst, "nil"...)
	case String:
		w.dst = w.appendString(w.dst)
	case Char:
		w.dst = appendChar(w.dst, w.rune())
	case Regex:
		w.dst = append(w.appendPattern(append(w.dst, `#"`...)), '"')
	case Int, BigInt, Ratio, Float, Decimal:
		isInt := w.kind == Int || w.kind == BigInt
		if w.canonical || isInt && w.s.json && isFraction(w.text) {
			w.dst = w.appendNumber(w.dst)
			break
		}
		w.dst = append(w.dst, w.text...)
	default:
		w.dst = appendValid(w.dst, w.text)
	}
	return true
}
