package linearizable

import (
	"cmp"
	"context"
	"fmt"
	"hash/maphash"
	"reflect"
	"slices"
	"strings"

	"github.com/anishathalye/porcupine"
)

// A PorcupineModel judges histories by a model that was made for Porcupine.
type PorcupineModel struct {
	m   porcupine.Model
	non *porcupine.NondeterministicModel // if not nil, it counts
}

// Porcupine uses an unchanged Porcupine model: it partitions and compares states as the
// model says, and calls StepContext rather than Step. If Equal is set, Hash should be
// too: without it, states that print differently are compared with only a few others,
// which may cost time but never changes a verdict.
func Porcupine(m porcupine.Model) PorcupineModel { return PorcupineModel{m: m} }

// PorcupineNondeterministic uses a model in which a step may lead to several states. It
// gives the same answers as Porcupine with m.ToModel(), but numbers the states and
// remembers the steps of each.
func PorcupineNondeterministic(m porcupine.NondeterministicModel) PorcupineModel {
	return PorcupineModel{non: &m, m: porcupine.Model{
		Partition: m.Partition, PartitionEvent: m.PartitionEvent,
		Equal: m.Equal, Hash: m.Hash,
		DescribeOperation: m.DescribeOperation, DescribeState: m.DescribeState,
	}}
}

// CheckOperations decides whether operations are linearizable, as Porcupine's function
// of that name does: clients do not matter, and operations that touch are concurrent.
// The Outcome names operations by their indices, or by -1 if the model's Partition made
// them. The error is an *OperationError if an operation returns before its call.
// Options.Keyed is ignored here.
func (p PorcupineModel) CheckOperations(ctx context.Context, history []porcupine.Operation, opt Options) (*Outcome, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	if p.m.Partition == nil {
		names := oneObject(len(history))
		return p.judge(ctx, history, nil, names, opt)
	}
	// Metadata is for pictures, so that it can hold the index on the way through.
	tagged := slices.Clone(history)
	for i := range tagged {
		tagged[i].Metadata = tag(i)
	}
	var ops []porcupine.Operation
	var names []int32
	var parts [][]int32
	for _, list := range p.m.Partition(tagged) {
		part := make([]int32, len(list))
		for i, op := range list {
			part[i] = int32(len(ops))
			ops = append(ops, op)
			names = append(names, nameOf(op.Metadata))
		}
		parts = append(parts, part)
	}
	return p.judge(ctx, ops, names, parts, opt)
}

// CheckEvents is CheckOperations for events. It names an operation by the index of its
// call. An operation without a return may have taken effect or not: the answer is
// Unknown if that matters, where Porcupine answers Illegal. The error is an
// *OperationError if a return has no call, or an id is called twice.
func (p PorcupineModel) CheckEvents(ctx context.Context, history []porcupine.Event, opt Options) (*Outcome, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	tagged := slices.Clone(history)
	for i := range tagged {
		tagged[i].Metadata = tag(i)
	}
	lists := [][]porcupine.Event{tagged}
	if p.m.PartitionEvent != nil {
		lists = p.m.PartitionEvent(tagged)
	}
	c := eventPairs{}
	var parts [][]int32
	for _, list := range lists {
		part, err := c.pair(list)
		if err != nil {
			return nil, err
		}
		parts = append(parts, part)
	}
	return p.judge(ctx, c.ops, c.names, parts, opt)
}

// tag is an index of an operation or event, as metadata.
type tag int32

func nameOf(metadata any) int32 {
	if i, ok := metadata.(tag); ok {
		return int32(i)
	}
	return -1
}

// unreturned is the output of an operation without a return.
type unreturned struct{}

// eventPairs makes operations of events.
type eventPairs struct {
	ops   []porcupine.Operation
	names []int32
	at    int64
}

// pair adds the operations of one part.
func (c *eventPairs) pair(events []porcupine.Event) (part []int32, err error) {
	open := map[int]int32{}
	for _, e := range events {
		name := nameOf(e.Metadata)
		i, called := open[e.Id]
		switch {
		case e.Kind == porcupine.CallEvent && called:
			return nil, &OperationError{int(name), fmt.Sprintf("id %d was called before, by event %d", e.Id, c.names[i])}
		case e.Kind == porcupine.CallEvent:
			i = int32(len(c.ops))
			open[e.Id] = i
			part = append(part, i)
			c.ops = append(c.ops, porcupine.Operation{ClientId: e.ClientId, Input: e.Value, Call: c.at, Output: unreturned{}, Return: never})
			c.names = append(c.names, name)
		case !called || c.ops[i].Return != never:
			return nil, &OperationError{int(name), fmt.Sprintf("id %d returns without a call", e.Id)}
		default:
			c.ops[i].Output, c.ops[i].Return = e.Value, c.at
		}
		c.at++
	}
	return part, nil
}

// judge decides the parts of ops. names are what callers know them by, nil if
// these are the indices.
func (p PorcupineModel) judge(ctx context.Context, ops []porcupine.Operation, names []int32, parts [][]int32, opt Options) (*Outcome, error) {
	name := func(i int32) int32 {
		if names != nil {
			i = names[i]
		}
		return i
	}
	// A model may list its parts in the order of a map.
	parts = slices.DeleteFunc(parts, func(part []int32) bool { return len(part) == 0 })
	slices.SortStableFunc(parts, func(a, b []int32) int { return cmp.Compare(name(slices.Min(a)), name(slices.Min(b))) })
	spans := make([]span, len(ops))
	for i := range ops {
		op := &ops[i]
		_, pending := op.Output.(unreturned)
		spans[i] = span{op.ClientId, op.Call, op.Return, pending}
	}
	if err := ordered(spans); err != nil {
		e := err.(*OperationError)
		return nil, &OperationError{int(name(int32(e.Op))), e.Msg}
	}
	out, err := judgeParts(ctx, nil, parts, rank(spans), opt, func(s *subject) { p.fill(s, ops) })
	if err != nil {
		return nil, err
	}
	if names != nil {
		out.rename(names)
	}
	return out, nil
}

// rename calls operations by their names.
func (out *Outcome) rename(names []int32) {
	all := func(ops []int) {
		for i, op := range ops {
			ops[i] = int(names[op])
		}
	}
	one := func(op *int) {
		if *op >= 0 {
			*op = int(names[*op])
		}
	}
	all(out.Witness)
	for i := range out.Parts {
		p := &out.Parts[i]
		all(p.Witness)
		all(p.Window)
		one(&p.Culprit)
		one(&p.PreviousOK)
		for j := range p.Final {
			all(p.Final[j].Order)
			all(p.Final[j].Pending)
			one(&p.Final[j].Last)
		}
	}
}

// check looks for what a model must have.
func (p PorcupineModel) check() error {
	var init []any
	switch {
	case p.non != nil && (p.non.Init == nil || p.non.Step == nil && p.non.StepContext == nil),
		p.non == nil && (p.m.Init == nil || p.m.Step == nil && p.m.StepContext == nil):
		return &OptionError{"a model needs Init, and Step or StepContext"}
	case p.non != nil:
		init = p.non.Init()
	default:
		init = []any{p.m.Init()}
	}
	for _, s := range init {
		if p.m.Equal == nil && !reflect.ValueOf(&s).Elem().Comparable() {
			return &OptionError{fmt.Sprintf("states are of type %T, which is not comparable: the model needs Equal", s)}
		}
	}
	return nil
}

// fill makes the searched operations of one part, and their machine.
func (p PorcupineModel) fill(s *subject, ops []porcupine.Operation) {
	kinds := newSharing()
	s.keep(func(i int32) (int32, use) {
		if _, pending := ops[i].Output.(unreturned); pending {
			return 0, blind
		}
		return kinds.id(i, signature{in: ops[i].Input, out: ops[i].Output}, false), searched
	})
	example := func(t int32) *porcupine.Operation { return &ops[kinds.example[t]] }
	if p.non != nil {
		p.fillPowerset(s, kinds, example)
	} else {
		p.fillDeterministic(s, kinds, example)
	}
	s.tell = func(i int32) string { return p.describe(ops[i].Input, ops[i].Output) }
}

func (p PorcupineModel) fillDeterministic(s *subject, kinds *sharing, example func(int32) *porcupine.Operation) {
	states := newEquals(p.m.Equal, p.m.Hash)
	states.id(p.m.Init())
	s.machine = newMemo(s.ctx, kinds.pure, states.bytes, func(state, t int32) int32 {
		op := example(t)
		var ok bool
		var next any
		if p.m.StepContext != nil {
			ok, next = p.m.StepContext(s.ctx, states.all[state], op.Input, op.Output)
		} else {
			ok, next = p.m.Step(states.all[state], op.Input, op.Output)
		}
		if !ok || s.ctx.Err() != nil {
			return illegal
		}
		return states.id(next)
	})
	s.show = func(state int32) string { return p.showState(states.all[state]) }
}

// fillPowerset makes a machine whose states are sets of the model's (Rabin &
// Scott 1959): those that it may be in.
func (p PorcupineModel) fillPowerset(s *subject, kinds *sharing, example func(int32) *porcupine.Operation) {
	states := newEquals(p.m.Equal, p.m.Hash)
	var init []int32
	for _, state := range p.non.Init() {
		init = append(init, states.id(state))
	}
	sets := newInterner(setText(init))
	known := map[uint64][]int32{} // a state and a transition: the states after
	after := func(state, t int32) []int32 {
		key := uint64(uint32(state))<<32 | uint64(uint32(t))
		if list, ok := known[key]; ok {
			return list
		}
		op := example(t)
		var next []any
		if p.non.StepContext != nil {
			next = p.non.StepContext(s.ctx, states.all[state], op.Input, op.Output)
		} else {
			next = p.non.Step(states.all[state], op.Input, op.Output)
		}
		if s.ctx.Err() != nil {
			return nil
		}
		list := make([]int32, len(next))
		for i, n := range next {
			list[i] = states.id(n)
		}
		known[key] = list
		return list
	}
	bytes := func() int64 { return states.bytes() + sets.bytes() + mapEntry*int64(len(known)) }
	s.machine = newMemo(s.ctx, kinds.pure, bytes, func(set, t int32) int32 {
		var next []int32
		for _, state := range setIDs(sets.all[set]) {
			next = append(next, after(state, t)...)
		}
		if len(next) == 0 {
			return illegal
		}
		return sets.id(setText(next))
	})
	s.show = func(set int32) string {
		var parts []string
		for _, state := range setIDs(sets.all[set]) {
			parts = append(parts, p.showState(states.all[state]))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	}
}

func (p PorcupineModel) showState(state any) string {
	if p.m.DescribeState != nil {
		return p.m.DescribeState(state)
	}
	return fmt.Sprintf("%v", state)
}

// setText is a set of ids as text, so that it compares.
func setText(ids []int32) string {
	slices.Sort(ids)
	return idText(slices.Compact(ids)...)
}

func setIDs(text string) []int32 { return idsOf(text) }

// equals numbers states that a model compares. The verdict does not depend on
// equal states having the same number, only the work does: so what costs too much
// to find stays apart.
type equals struct {
	equal func(a, b any) bool
	hash  func(any) uint64
	own   bool               // hash is the model's: equal states have the same
	same  map[any]int32      // states that compare by themselves
	near  map[uint64][]int32 // by hash
	all   []any
	last  uint64 // the hash of the state that was searched last
	held  int64  // bytes
	tries int    // how many states were compared with the latest, and
	hits  int    // how many had an equal there
}

// scanned is how many of the latest states are compared with one that looks
// new, if the model has no Hash. Equal states mostly come up close to each other.
// If none had an equal there in trials, no more are.
const (
	scanned = 64
	trials  = 64
)

func newEquals(equal func(a, b any) bool, hash func(any) uint64) *equals {
	e := &equals{equal: equal, hash: hash, own: hash != nil, same: map[any]int32{}, near: map[uint64][]int32{}}
	if !e.own {
		e.hash = hasher{maphash.MakeSeed()}.hash
	}
	return e
}

func (e *equals) id(s any) int32 {
	compares := reflect.ValueOf(&s).Elem().Comparable()
	if compares {
		if id, ok := e.same[s]; ok {
			return id
		}
	}
	id := int32(-1)
	switch {
	case e.equal != nil:
		id = e.search(s)
	case !compares:
		panic(fmt.Sprintf("a state of type %T is not comparable: the model needs Equal", s))
	}
	if id < 0 {
		id = int32(len(e.all))
		e.all = append(e.all, s)
		e.held += 3*mapEntry + weigh(reflect.ValueOf(&s).Elem())
		if e.equal != nil {
			e.near[e.last] = append(e.near[e.last], id)
		}
	}
	if compares {
		e.same[s] = id
	}
	return id
}

func (e *equals) bytes() int64 { return e.held }

// search returns the number of a state that the model has for the same, or -1.
func (e *equals) search(s any) int32 {
	e.last = e.hash(s)
	for _, id := range e.near[e.last] {
		if e.equal(e.all[id], s) {
			return id
		}
	}
	if e.own || e.tries >= trials && e.hits == 0 {
		return -1
	}
	e.tries++
	for id := len(e.all) - 1; id >= max(0, len(e.all)-scanned); id-- {
		if e.equal(e.all[id], s) {
			e.hits++
			return int32(id)
		}
	}
	return -1
}

// FromPorcupine converts operations that were recorded for Porcupine to operations for
// an Object.
func FromPorcupine(history []porcupine.Operation) []Operation[any, any] {
	ops := make([]Operation[any, any], len(history))
	for i, op := range history {
		ops[i] = Operation[any, any]{Client: op.ClientId, In: op.Input, Out: op.Output, Call: op.Call, Return: op.Return}
	}
	return ops
}
