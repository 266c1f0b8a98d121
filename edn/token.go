package edn

// Kind is the kind of a token.
type Kind uint8

const (
	EOF     Kind = iota // the end of the text
	Invalid             // not a token; Scanner.Err says why
	Nil                 // nil, null
	Bool                // true, false
	Int                 // an integer that fits an int64
	BigInt              // an integer that does not
	Ratio               // 22/7
	Float               // 1.5, 1e3, ##Inf, ##-Inf, ##NaN
	Decimal             // 1.5M
	Char                // \a
	String              // "a"
	Regex               // #"a"
	Keyword             // :a
	Symbol              // a
	List                // (
	Vector              // [
	Map                 // {
	Set                 // #{
	Close               // ) ] }
	Tag                 // #a, or #:a before a map: belongs to the datum that follows
	discard             // #_
	meta                // ^
)

var kindNames = [...]string{
	EOF: "the end", Invalid: "an invalid token", Nil: "nil", Bool: "a boolean", Int: "an integer",
	BigInt: "a big integer", Ratio: "a ratio", Float: "a float", Decimal: "a decimal", Char: "a character",
	String: "a string", Regex: "a regular expression", Keyword: "a keyword", Symbol: "a symbol", List: "a list",
	Vector: "a vector", Map: "a map", Set: "a set", Close: "a closing bracket", Tag: "a tagged value",
	discard: "a discarded form", meta: "metadata",
}

// String names the kind in messages, with its article.
func (k Kind) String() string { return kindNames[k] }

// MaxDepth is how deep brackets may nest.
const MaxDepth = 1000

// What a byte can be, as bits of a table: one load decides in the hot loops.
const (
	isSpace   = 1 << iota // white space of EDN, which includes the comma
	isDelim               // ends a token of EDN
	isDigit               // 0 to 9
	isBracket             // interrupts skipping to a closing bracket
	isJSpace              // white space of JSON
	isQuote               // interrupts a string: a quote or a backslash
	isControl             // may not stand in a string of JSON
)

var class = func() (t [256]uint8) {
	for _, c := range " \t\n\r\f\v," {
		t[c] |= isSpace | isDelim
	}
	for c := 0; c < 0x20; c++ {
		t[c] |= isControl
	}
	for c := 0x1c; c <= 0x1f; c++ { // Clojure's reader counts the separators FS to US as white space
		t[c] |= isSpace | isDelim
	}
	for _, c := range `";^()[]{}\` {
		t[c] |= isDelim
	}
	for c := '0'; c <= '9'; c++ {
		t[c] |= isDigit
	}
	for _, c := range `"()[]{};\` {
		t[c] |= isBracket
	}
	for _, c := range " \t\n\r" {
		t[c] |= isJSpace
	}
	for _, c := range `"\` {
		t[c] |= isQuote
	}
	return t
}()
