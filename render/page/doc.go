// Package page writes a report of a history as one HTML file that needs nothing else:
// the verdict and what it means, each fault with its diagram and argument, when it
// happened against which nemesis, a timeline of all operations, statistics, and where
// it all comes from.
//
// The page opens from a file, loads nothing, and has a Content-Security-Policy that
// allows its own script and stylesheet by their hashes and nothing else. Without
// JavaScript it is complete: tables, diagrams and pictures are in the HTML. The script
// adds zoom, hover, filters and a timeline that holds a million ops.
//
// Everything that comes from a history is hostile. It becomes text by html/template,
// without control characters and cut where it is long, and the script sets it as
// textContent. Same input, same bytes.
package page
