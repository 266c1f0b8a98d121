package render

import "testing"

// The shape of a cycle is told in words, and whatever else groups have as it is.
func TestShapeWords(t *testing.T) {
	for shape, want := range map[string]string{
		"rw rw":                              "T1 missed a write of T2, T2 missed a write of T1 (rw rw)",
		"rt rw wr":                           "T1 completed before T2 was invoked, T2 missed a write of T3, T3 wrote what T1 read (rt rw wr)",
		"p ww":                               "T1 came before T2 in their process, T2 wrote what T1 overwrote (p ww)",
		"rw, wr over 5 or more transactions": "cycles of 5 or more transactions through missed writes, writes that were read (rw, wr)",
		"direct rw":                          "direct rw",
		"dequeue: never-enqueued":            "dequeue: never-enqueued",
		"":                                   "",
	} {
		if got := shapeWords(shape); got != want {
			t.Errorf("%q becomes %q, want %q", shape, got, want)
		}
	}
}
