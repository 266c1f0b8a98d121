package simulate

import (
	"embed"
	"path"
)

// A Demo is a tiny bad history for someone who meets an anomaly for the first
// time.
type Demo struct {
	Name    string
	Anomaly string // in Elle's spelling
	Look    string // what to look for, one line
	History string // EDN, one op a line
}

// Demos returns the demos, the worst anomaly first.
func Demos() (all []Demo) {
	for _, d := range demos {
		all = append(all, Demo{d.name, d.anomaly, d.look, Example(d.anomaly)})
	}
	return all
}

var demos = []struct{ name, anomaly, look string }{
	{"write-cycle", "G0", "Process 0 appends 1 to x and y, process 1 appends 2 to both; 1 came first on x, 2 came first on y."},
	{"aborted-read", "G1a", "The append of 2 to x failed, so it never happened, yet process 1 reads it."},
	{"circular-information-flow", "G1c", "Each of the two transactions reads what the other one appends: neither can have been first."},
	{"read-skew", "G-single-item", "Process 1 sees half of process 0's transaction: the 1 in x, but not the 1 in y."},
	{"lost-update", "lost-update", "Both read [1] in x and then append: whichever came second should have seen the other's element."},
	{"write-skew", "G2-item", "Each reads an empty list that the other one appends to; one after the other, the second would have seen the first."},
	{"stale-read", "G-single-item-realtime", "Process 1 begins after the append of 1 to x was acknowledged, and still reads x as empty."},
}

//go:embed examples/*.edn
var examples embed.FS

// Example returns a history that shows an anomaly and little else, as EDN with one
// op a line, or "" if there is none. The anomaly is in Elle's spelling.
func Example(anomaly string) string {
	text, err := examples.ReadFile(path.Join("examples", anomaly+".edn"))
	if err != nil {
		return ""
	}
	return string(text)
}
