// Package gen describes what a test does next: which operation, when, and by which client.
//
// A generator is a value that answers two questions and does nothing else. Asked by Next, it
// names an operation and the generator that is left once that operation is performed; told by
// Update that an operation began or ended, it returns what it has become. Generators never
// change: an answer may be thrown away and asked for again, so whoever combines several can
// ask all and take one. Combinators such as Mix, Stagger, TimeLimit and Phases make large
// generators of small ones.
//
// Randomness is part of the value. A generator with the same seed emits the same operations,
// however often it is asked and however fast the database is; see Seed.
//
// The meaning of each combinator follows Jepsen's generators, except where its documentation
// says otherwise.
package gen
