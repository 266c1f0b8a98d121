// Package control runs commands on nodes.
//
// A Remote connects to a node, by SSH or otherwise. A Shell is a value that says as whom, where
// and with which environment a command runs; it is never changed, so whoever has one can hand
// it on. Arguments are quoted; text for the shell itself goes to Script.
package control
