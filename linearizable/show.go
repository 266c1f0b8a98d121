package linearizable

import (
	"fmt"
	"strings"
)

// show writes a state of an object.
func (m *Model) show(o *object, mach machine, state int32) string {
	switch mach := mach.(type) {
	case *registerMachine:
		switch m.kind.name {
		case "mutex":
			return [...]string{unlocked: "free", locked: "held"}[state]
		case "owner-mutex":
			return o.holder(state)
		}
		return o.v.value(state).String()
	case *memoMachine[reentrantState]:
		s := mach.states[state]
		if s.depth > 1 {
			return fmt.Sprintf("%s, %d times", o.holder(s.owner), s.depth)
		}
		return o.holder(s.owner)
	case *memoMachine[fencedState]:
		s := mach.states[state]
		if s.token < noToken/2 { // nobody knows any
			return o.holder(s.owner)
		}
		return fmt.Sprintf("%s, the last token %d", o.holder(s.owner), s.token)
	case *textMachine:
		if m.kind.name == "list" {
			return "[" + o.list(mach.text(state)) + "]"
		}
		return fmt.Sprintf("%q", mach.text(state))
	case *memoMachine[int64]:
		if m.kind.name == "semaphore" {
			return fmt.Sprintf("%d permits free", mach.states[state])
		}
		return fmt.Sprint(mach.states[state])
	case *memoMachine[string]:
		s := mach.states[state]
		switch m.kind.name {
		case "multi-register":
			var parts []string
			for key, v := range idsOf(s) {
				if key > 0 { // nil is not a key
					parts = append(parts, o.v.keys.value(int32(key)).String()+" "+o.v.value(v).String())
				}
			}
			return "{" + strings.Join(parts, ", ") + "}"
		}
		return "[" + o.list(s) + "]"
	}
	return "?"
}

// holder writes who holds a lock, nil for nobody.
func (o *object) holder(owner int32) string {
	if owner == unlocked {
		return "free"
	}
	return "held by " + o.v.value(owner).String()
}

func (o *object) list(ids string) string {
	var parts []string
	for _, id := range idsOf(ids) {
		parts = append(parts, o.v.value(id).String())
	}
	return strings.Join(parts, " ")
}

// tell writes an operation of an object.
func (m *Model) tell(o *object, t int32) string {
	tr := &o.ts[t]
	a := ""
	switch {
	case tr.a == anyValue:
		a = "something"
	case tr.a == emptyValue:
		a = "nothing"
	default:
		a = o.v.value(tr.a).String()
	}
	switch tr.f {
	case opRead, opGet:
		return "reading " + a
	case opWrite, opPut:
		return "writing " + a
	case opCAS:
		return "a cas from " + a + " to " + o.v.value(tr.b).String()
	case opNotCAS:
		return "a cas from " + a + " that fails"
	case opAcquire:
		return "acquiring it"
	case opRelease:
		return "releasing it"
	case opAdd, opAppend:
		return "adding " + a
	case opReadSet, opList:
		return "reading [" + o.list(tr.list) + "]"
	case opEnqueue:
		return "enqueueing " + a
	case opDequeue:
		return "dequeueing " + a
	case opPush:
		return "pushing " + a
	case opPop:
		return "popping " + a
	case opExtend:
		return "appending " + a
	case opLock:
		return "an acquire by " + a
	case opFence:
		return fmt.Sprintf("an acquire by %s with token %d", a, tr.n)
	case opUnlock:
		return "a release by " + a
	case opTake:
		return fmt.Sprintf("acquiring %d", tr.n)
	case opGive:
		return fmt.Sprintf("releasing %d", tr.n)
	case opInsert:
		return "adding " + a
	case opLeast:
		return "taking " + a
	case opInc:
		return fmt.Sprintf("adding %d", tr.n)
	case opCount:
		return fmt.Sprintf("reading %d", tr.n)
	}
	return "the transaction"
}
