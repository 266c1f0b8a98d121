// Package edn reads and writes the values of histories: EDN, and JSON as a
// second spelling of the same data.
//
// A history holds millions of values of which a checker needs a few each, so a
// value is kept as what it was read as: its text. A [Value] is a view of one
// datum inside a [Source]; nothing is decoded until a [Scanner] walks it. The
// scanner is one tokenizer for both syntaxes and allocates nothing.
//
// What the two syntaxes share: JSON's null is nil, its arrays are vectors, its
// objects are maps, and a string in a place where EDN would have a keyword
// ("append" for :append) names the same thing, which [Scanner.Name] answers.
//
// Two values are equal when Clojure and Elle say so ([Equal]): integers of any
// width and spelling are equal, 1 and 1.0 are not, a list equals a vector with
// the same elements, sets and maps do not depend on their order, metadata and
// discarded forms do not count. [AppendCanonical] lists the few exceptions. It
// writes a text that is the same for equal values and differs for different
// ones, so it can serve as a key.
//
// The grammar is EDN as found in the wild (https://github.com/edn-format/edn
// and what Clojure's printer emits besides): tagged literals, discards,
// comments, characters, ratios, big integers and decimals, symbolic values,
// namespaced maps, metadata, and regular expressions. Nesting is limited to
// [MaxDepth]; nothing here recurses deeper than that.
package edn
