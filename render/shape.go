package render

import (
	"fmt"
	"strings"
)

// relations say in words what a step of a cycle means, from one transaction to the next.
var relations = map[string]struct{ between, plural string }{
	"ww": {"%s wrote what %s overwrote", "overwritten writes"},
	"wr": {"%s wrote what %s read", "writes that were read"},
	"rw": {"%s missed a write of %s", "missed writes"},
	"rt": {"%s completed before %s was invoked", "realtime order"},
	"p":  {"%s came before %s in their process", "process order"},
}

// shapeWords says what the relations of a group of cycles mean. It returns other shapes as they are.
func shapeWords(shape string) string {
	rels, long := strings.CutSuffix(shape, " over 5 or more transactions")
	if long {
		var kinds []string
		for rel := range strings.SplitSeq(rels, ", ") {
			kind, known := relations[rel]
			if !known {
				return shape
			}
			kinds = append(kinds, kind.plural)
		}
		return "cycles of 5 or more transactions through " + strings.Join(kinds, ", ") + " (" + rels + ")"
	}
	steps := strings.Fields(rels)
	var said []string
	for i, rel := range steps {
		kind, known := relations[rel]
		if !known {
			return shape
		}
		said = append(said, fmt.Sprintf(kind.between, txnName(i), txnName((i+1)%len(steps))))
	}
	if said == nil {
		return shape
	}
	return strings.Join(said, ", ") + " (" + rels + ")"
}

func txnName(i int) string { return fmt.Sprintf("T%d", i+1) }
