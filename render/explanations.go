package render

import (
	"github.com/seed-c33ae711/jcheck/elle"
	"github.com/seed-c33ae711/jcheck/result"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// Explanations are files about the result of a checker: all of it in words, and the cases of each anomaly of
// transactions. Name is what they call the history.
func Explanations(name, checker string, r result.Result) ([]File, error) {
	all := File{Name: "results.txt", Data: []byte(Prose(name, checker, r, ProseOptions{Limit: 10, Verbose: true}))}
	files, err := tell(r).files("")
	return append([]File{all}, files...), err
}

// CaseFiles are the explanations of a result's anomalies: a text for each type, and a page for each list whose
// reads contradict each other.
func CaseFiles(res *elle.Result) ([]File, error) {
	files, err := IncompatibleOrders(res)
	if err != nil || res.Valid != verdict.Invalid {
		return files, err
	}
	for i := range res.Anomalies {
		if a := &res.Anomalies[i]; len(a.Cases) > 0 {
			files = append(files, File{Name: string(a.Type) + ".txt", Data: []byte(ElleCases(res, a))})
		}
	}
	return files, nil
}
