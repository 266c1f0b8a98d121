package linearizable

import (
	"cmp"
	"fmt"
	"slices"
	"sync"

	"github.com/anishathalye/porcupine"

	"github.com/seed-c33ae711/jcheck/history"
)

// ToPorcupine converts the operations of h that Check would judge against m to
// operations and a model for Porcupine. Porcupine then gives the same verdict, and can
// draw. Times are positions in the history. Metadata is the position of an operation's
// completion, or of its invocation if it has none, as in a Part. The model partitions
// by key. Of the options, only Keyed counts.
//
// Porcupine knows no pending operations. Here, they return after everything else, and
// take effect if they can. That is equivalent, because one without an effect can always
// be put last.
func ToPorcupine(h *history.History, m Model, opt Options) (porcupine.Model, []porcupine.Operation, error) {
	parts, err := objects(h, &m, opt)
	if err != nil {
		return porcupine.Model{}, nil, err
	}
	clients := map[history.Process]int{}
	var ops []porcupine.Operation
	for i, o := range parts {
		p := &exported{m: &m, o: o, id: i, machine: m.kind.make(o.init, o.v, o.ts)}
		for _, c := range o.calls {
			process := h.Process(int(c.inv))
			client, ok := clients[process]
			if !ok {
				client = len(clients)
				clients[process] = client
			}
			op := porcupine.Operation{
				ClientId: client, Metadata: int(c.op), Call: int64(c.inv), Return: int64(c.ret),
				Input: exportedCall{p, c.t}, Output: "ok",
			}
			if c.ret == never {
				op.Return, op.Output = int64(h.Len()), perhaps{}
			}
			ops = append(ops, op)
		}
	}
	slices.SortStableFunc(ops, func(a, b porcupine.Operation) int { return cmp.Compare(a.Call, b.Call) })
	return exportedModel(len(parts)), ops, nil
}

// objects decodes the operations of each object of a history.
func objects(h *history.History, m *Model, opt Options) (list []*object, err error) {
	ops, err := operations(h)
	if err != nil {
		return nil, err
	}
	keys, parts, err := divide(h, m, ops, opt.Keyed)
	if err != nil {
		return nil, err
	}
	for i := range parts {
		o, err := newDecoder(h, m, keyOf(keys, i)).object(parts[i])
		if err != nil {
			return nil, err
		}
		list = append(list, o)
	}
	return list, nil
}

// perhaps is the output of a pending operation, which the model's steps know.
type perhaps struct{}

func (perhaps) String() string { return "?" }

// exported is an object that Porcupine judges. Its machine remembers steps, and
// several checks may run at a time.
type exported struct {
	m       *Model
	o       *object
	id      int
	mu      sync.Mutex
	machine machine
}

// exportedCall is the input of an operation.
type exportedCall struct {
	p *exported
	t int32
}

func (c exportedCall) String() string { return c.p.m.tell(c.p.o, c.t) }

// exportedState is a state, of which the zero one is every object's at the
// beginning.
type exportedState struct {
	p  *exported
	id int32
}

func (s exportedState) String() string {
	if s.p == nil {
		return "initial"
	}
	s.p.mu.Lock()
	defer s.p.mu.Unlock()
	return s.p.m.show(s.p.o, s.p.machine, s.id)
}

func exportedModel(parts int) porcupine.Model {
	return porcupine.Model{
		Partition: func(history []porcupine.Operation) [][]porcupine.Operation {
			lists := make([][]porcupine.Operation, parts)
			for _, op := range history {
				id := op.Input.(exportedCall).p.id
				lists[id] = append(lists[id], op)
			}
			return slices.DeleteFunc(lists, func(list []porcupine.Operation) bool { return len(list) == 0 })
		},
		PartitionEvent: func(history []porcupine.Event) [][]porcupine.Event {
			lists := make([][]porcupine.Event, parts)
			part := map[int]int{} // of each operation
			for _, e := range history {
				if e.Kind == porcupine.CallEvent {
					part[e.Id] = e.Value.(exportedCall).p.id
				}
				lists[part[e.Id]] = append(lists[part[e.Id]], e)
			}
			return slices.DeleteFunc(lists, func(list []porcupine.Event) bool { return len(list) == 0 })
		},
		Init: func() any { return exportedState{} },
		Step: exportedStep,
		Hash: func(state any) uint64 { return uint64(state.(exportedState).id) * 0x9e3779b97f4a7c15 },
		DescribeOperation: func(in, out any) string {
			if _, pending := out.(perhaps); pending {
				return fmt.Sprintf("%v, perhaps", in)
			}
			return fmt.Sprint(in)
		},
		DescribeState:             func(state any) string { return fmt.Sprint(state) },
		DescribeOperationMetadata: func(op any) string { return fmt.Sprintf("op %v", op) },
	}
}

func exportedStep(state, in, out any) (bool, any) {
	s, c := state.(exportedState), in.(exportedCall)
	c.p.mu.Lock()
	defer c.p.mu.Unlock()
	if s.p == nil {
		s = exportedState{c.p, c.p.machine.initial()}
	}
	next := c.p.machine.step(s.id, c.t)
	if next == illegal {
		_, pending := out.(perhaps)
		return pending, s
	}
	return true, exportedState{c.p, next}
}

// Porcupine converts operations of the object to operations and a model for Porcupine.
// Porcupine gives the same verdict if there is no pending operation, or Pending says
// what these may have done; without Pending, they do nothing there.
func (o Object[S, In, Out]) Porcupine(ops []Operation[In, Out]) (porcupine.Model, []porcupine.Operation) {
	end := int64(0)
	for _, op := range ops {
		end = max(end, op.Call)
		if !op.Pending {
			end = max(end, op.Return)
		}
	}
	list := make([]porcupine.Operation, len(ops))
	for i, op := range ops {
		list[i] = porcupine.Operation{ClientId: op.Client, Input: op.In, Output: op.Out, Call: op.Call, Return: op.Return, Metadata: i}
		if op.Pending {
			list[i].Output, list[i].Return = perhaps{}, end
		}
	}
	operation := func(in, out any) Operation[In, Out] {
		op := Operation[In, Out]{}
		op.In, _ = in.(In)
		_, op.Pending = out.(perhaps)
		op.Out, _ = out.(Out)
		return op
	}
	m := porcupine.Model{
		Init: func() any { return o.Init },
		Step: func(state, in, out any) (bool, any) {
			s, _ := state.(S)
			op := operation(in, out)
			if op.Pending && o.Pending == nil {
				return true, s
			}
			next, ok := o.step(s, &op)
			if !ok {
				next = s
			}
			return ok || op.Pending, next
		},
		DescribeOperation: func(in, out any) string {
			op := operation(in, out)
			return o.describe(&op)
		},
		DescribeState: func(state any) string { return fmt.Sprintf("%v", state) },
	}
	if o.Key != nil {
		m.Partition = o.partition
	}
	return m, list
}

// partition divides Porcupine's operations by their keys, in the order of their first ones.
func (o Object[S, In, Out]) partition(history []porcupine.Operation) (lists [][]porcupine.Operation) {
	ids := map[any]int{}
	for _, op := range history {
		in, _ := op.Input.(In)
		key := o.Key(in)
		id, ok := ids[key]
		if !ok {
			id = len(lists)
			ids[key] = id
			lists = append(lists, nil)
		}
		lists[id] = append(lists[id], op)
	}
	return lists
}

// PorcupineEvents converts operations to the events of a Porcupine history, in their
// order. At equal times, calls come before returns, because Porcupine's intervals are
// closed. Ids are indices.
func PorcupineEvents(ops []porcupine.Operation) []porcupine.Event {
	type moment struct {
		time int64
		ret  bool
		op   int
	}
	moments := make([]moment, 0, 2*len(ops))
	for i, op := range ops {
		moments = append(moments, moment{op.Call, false, i}, moment{op.Return, true, i})
	}
	slices.SortStableFunc(moments, func(a, b moment) int {
		switch {
		case a.time != b.time:
			return cmp.Compare(a.time, b.time)
		case a.ret == b.ret:
			return 0
		case b.ret:
			return -1
		}
		return 1
	})
	events := make([]porcupine.Event, len(moments))
	for i, m := range moments {
		op := &ops[m.op]
		events[i] = porcupine.Event{ClientId: op.ClientId, Kind: porcupine.CallEvent, Value: op.Input, Id: m.op, Metadata: op.Metadata}
		if m.ret {
			events[i].Kind, events[i].Value = porcupine.ReturnEvent, op.Output
		}
	}
	return events
}
