package render

import (
	"github.com/seed-c33ae711/jcheck/result"
)

// EDN writes any result as Jepsen's result map, on one line: of several checks
// a map of their results, of a lifted one a map with :results and :failures.
func EDN(dst []byte, r result.Result) ([]byte, error) {
	dst, err := appendEDN(dst, tell(r).edn())
	return append(dst, '\n'), err
}

// An Input says where a result comes from, so that it can be found again.
type Input struct {
	File    string // as it was given, of a run its directory
	Version string // of the tool; empty if unknown
	SHA256  string // of the file, as hex digits; empty if unknown
}

// JSON writes any result as a JSON object on one line, with its input and the
// name of the checker first. docs/json.md documents the keys.
func JSON(dst []byte, in Input, checker string, r result.Result) ([]byte, error) {
	out := append(fields{{"file", in.File}, {"checker", checker}}, tell(r).json()...)
	if in.Version != "" {
		out = append(out, field{"version", in.Version})
	}
	if in.SHA256 != "" {
		out = append(out, field{"sha256", in.SHA256})
	}
	dst, err := appendJSON(dst, out)
	return append(dst, '\n'), err
}
