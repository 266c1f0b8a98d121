// Package suggest finds the name that someone probably meant.
package suggest

import "strings"

// DidYouMean returns "; did you mean ...?" with the known name nearest to name,
// or the first that begins with it, or "" if there is neither.
func DidYouMean(name string, known []string) string {
	lower := strings.ToLower(name)
	best, bestDist := "", max(len(name)/3, 1)+1 // more letters than that are another name
	for _, k := range known {
		if d := distance(lower, strings.ToLower(k)); d < bestDist {
			best, bestDist = k, d
		}
	}
	for _, k := range known {
		if best == "" && len(name) > 1 && strings.HasPrefix(strings.ToLower(k), lower) {
			best = k
		}
	}
	if best == "" {
		return ""
	}
	return "; did you mean " + best + "?"
}

// distance is Levenshtein's.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost = 1 + min(diagonal, row[j], row[j+1])
			}
			diagonal, row[j+1] = row[j+1], cost
		}
	}
	return row[len(b)]
}
