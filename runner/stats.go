package runner

import (
	"sync"

	"github.com/seed-c33ae711/jcheck/runner/gen"
)

// Stats count how operations of clients ended.
type Stats struct {
	mu sync.Mutex

	OK, Fail, Info int
	Nanoseconds    int64 // that those which ended took, in sum
}

func (s *Stats) count(op *gen.Op, took int64) {
	if process, _ := op.Process(); process == gen.NemesisProcess {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.Nanoseconds += took
	switch op.Type {
	case gen.OK:
		s.OK++
	case gen.Fail:
		s.Fail++
	default:
		s.Info++
	}
}
