// Package render writes the results of checks: for people as prose, for
// programs as JSON and as EDN with the keys of the Jepsen tools. It decides
// nothing: what is written here was found elsewhere.
package render
