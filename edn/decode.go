package edn

// Go types for what Go lacks. Their names are not those of the kinds of tokens
// (Symbol, Char, Set, Map, Decimal, Regex), which are constants.
type (
	// A Sym is a symbol.
	Sym string

	// A Rune is a character.
	Rune rune

	// A Bag is the elements of a set in the order they were written,
	// duplicates included.
	Bag []any

	// Entries are a map's entries, key and value, in the order they were
	// written. A key may be anything, and may occur twice: then the last one
	// counts.
	Entries [][2]any

	// A Tagged is a value with a tag: "inst" for #inst "2020".
	Tagged struct {
		Tag   string
		Value any
	}

	// A Dec is an exact decimal number: "1.50" for 1.50M.
	Dec string

	// A Re is the pattern of a regular expression.
	Re string
)

// Decode returns what v means as a Go value: nil, bool, int64, *big.Int (only
// where an int64 does not suffice), *big.Rat, float64, [Dec], string, [Kw],
// [Sym], [Rune], [Re], []any for lists and vectors, [Bag] for sets, [Entries]
// for maps, or [Tagged]. Both syntaxes are read as [AppendEDN] reads them.
// [Append] writes all of these.
func Decode(v Value) (any, error) {
	d := decoder{walker: newWalker(v)}
	d.next()
	if err := d.finish(d.datum()); err != nil {
		return nil, err
	}
	return d.value, nil
}

// A decoder builds Go values. Its recursion is as deep as brackets nest, which
// is at most MaxDepth.
type decoder struct {
	walker
	value any // the last complete datum
}

// datum decodes the datum that begins with the current token. It returns false
// when the text turned out to be wrong.
func (d *decoder) datum() bool {
	var tags []string
	for d.kind == Tag && d.text[0] != ':' {
		tags = append(tags, string(appendValid(nil, d.text)))
		d.next()
	}
	ok := false
	switch d.kind {
	case Tag:
		ns := d.text[1:]
		d.next()
		ok = d.entries(ns)
	case List, Vector:
		var items []any
		items, ok = d.elements()
		d.value = items
	case Set:
		var items []any
		items, ok = d.elements()
		d.value = Bag(items)
	case Map:
		ok = d.entries(nil)
	default:
		ok = d.atom()
	}
	for i := len(tags) - 1; i >= 0; i-- {
		d.value = Tagged{tags[i], d.value}
	}
	return ok
}

func (d *decoder) elements() ([]any, bool) {
	items := []any{}
	for d.next() != Close {
		if !d.datum() {
			return nil, false
		}
		items = append(items, d.value)
	}
	return items, true
}

func (d *decoder) entries(ns []byte) bool {
	m := Entries{}
	for d.next() != Close {
		if ns != nil && (d.kind == Keyword || d.kind == Symbol) {
			d.text = qualify(d.kind, ns, d.text)
		}
		if !d.datum() {
			return false
		}
		key := d.value
		if d.next(); !d.datum() {
			return false
		}
		m = append(m, [2]any{key, d.value})
	}
	d.value = m
	return true
}

func (d *decoder) atom() bool {
	switch d.kind {
	case Invalid, EOF, Close:
		return false
	case Nil:
		d.value = nil
	case Bool:
		d.value = d.text[0] == 't'
	case Int:
		d.value = d.s.Int
	case BigInt:
		d.value = d.bigInt()
	case Ratio:
		d.value = d.ratio()
	case Float:
		d.value = d.float()
	case Decimal:
		d.value = Dec(d.text[:len(d.text)-1])
	case Char:
		d.value = Rune(d.rune())
	case String:
		d.value = d.string()
	case Regex:
		d.value = Re(d.appendPattern(nil))
	case Keyword:
		d.value = Kw(appendValid(nil, d.text[1:]))
	case Symbol:
		d.value = Sym(appendValid(nil, d.text))
	}
	return true
}
