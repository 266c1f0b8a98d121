// Package edn reads and writes the values of histories: EDN, and JSON as a
// second spelling of the same data.
//
// A history holds millions of values, and a checker needs a few of them. So a
// value remains the text that was read: a [Value] is a view of one datum inside a
// [Source], and nothing is decoded until a [Scanner] walks it. The scanner is one
// tokenizer for both syntaxes and allocates nothing.
//
// The two syntaxes share their data: JSON's null is nil, its arrays are vectors, and
// its objects are maps. A string in a place where EDN would have a keyword
// ("append" for :append) is the same name; [Scanner.Name] returns it.
//
// Two values are equal if they are in Clojure and Elle ([Equal]): integers of any
// width and spelling are equal, 1 and 1.0 are not, a list equals a vector with
// the same elements, the order of sets and maps does not matter, metadata and
// discarded forms do not count. [AppendCanonical] lists the few exceptions. It
// writes the same text for equal values and different texts for different
// ones, so its text can serve as a key.
//
// The grammar is EDN as found in the wild (https://github.com/edn-format/edn
// and the other output of Clojure's printer): tagged literals, discards,
// comments, characters, ratios, big integers and decimals, symbolic values,
// namespaced maps, metadata, and regular expressions. Nesting is limited to
// [MaxDepth]; nothing here recurses deeper than that.
package edn
