// Package runner makes histories: it runs a test of a database.
//
// A Test says which nodes there are, how the database is set up on them, what clients do, what
// breaks, and how the history is judged. Run carries it out: it sets up the nodes and the
// database, lets clients perform the operations of a generator while the nemesis breaks things,
// records every operation as it begins and ends, tears everything down, and stores the run.
//
// A client is bound to one node and performs one operation at a time. The runner decides who
// performs what, and when, as the generator says (package gen). An operation that ends with an
// error which is not definite may have taken effect: it is recorded as info, and its process
// never appears again.
package runner
