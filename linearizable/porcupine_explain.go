package linearizable

import (
	"fmt"

	"github.com/anishathalye/porcupine"
)

// Explain describes an outcome of CheckOperations for people: the verdict, and for each
// object that is not linearizable, the operation that no linearization reaches, the
// operations that ran then, and what the object may have been.
func (p PorcupineModel) Explain(history []porcupine.Operation, out *Outcome) string {
	return out.explain(func(i int) string {
		if i < 0 {
			return "an operation that the model's Partition made"
		}
		op := &history[i]
		return fmt.Sprintf("operation %d, client %d, %d to %d: %s", i, op.ClientId, op.Call, op.Return, p.describe(op.Input, op.Output))
	})
}

// ExplainEvents is Explain for an outcome of CheckEvents.
func (p PorcupineModel) ExplainEvents(history []porcupine.Event, out *Outcome) string {
	return out.explain(func(i int) string {
		call := &history[i]
		for at, e := range history[i:] {
			if e.Kind == porcupine.ReturnEvent && e.Id == call.Id {
				return fmt.Sprintf("events %d to %d, client %d: %s", i, i+at, call.ClientId, p.describe(call.Value, e.Value))
			}
		}
		return fmt.Sprintf("event %d on, client %d: %v, which never returned", i, call.ClientId, call.Value)
	})
}

func (p PorcupineModel) describe(in, out any) string {
	if d := p.m.DescribeOperation; d != nil {
		return d(in, out)
	}
	return fmt.Sprintf("%v -> %v", in, out)
}
