package linearizable

import (
	"fmt"
	"strings"
)

// show writes a state of an object.
func (m *Model) show(o *object, mach machine, state int32) string {
	switch mach := mach.(type) {
	case *registerMachine:
		if m.kind.name == "mutex" {
			return [...]string{unlocked: "free", locked: "held"}[state]
		}
		return o.v.value(state).String()
	case *textMachine:
		return fmt.Sprintf("%q", mach.text(state))
	case *memoMachine[int64]:
		return fmt.Sprint(mach.states[state])
	case *memoMachine[string]:
		s := mach.states[state]
		switch m.kind.name {
		case "multi-register":
			var parts []string
			for key, v := range idsOf(s) {
				if key > 0 { // nil is no key
					parts = append(parts, o.v.keys.value(int32(key)).String()+" "+o.v.value(v).String())
				}
			}
			return "{" + strings.Join(parts, ", ") + "}"
		}
		return "[" + o.list(s) + "]"
	}
	return "?"
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
	case opReadSet:
		return "reading [" + o.list(tr.list) + "]"
	case opEnqueue:
		return "enqueueing " + a
	case opDequeue:
		return "dequeueing " + a
	case opPush:
		return "pushing " + a
	case opPop:
		return "popping " + a
	case opInc:
		return fmt.Sprintf("adding %d", tr.n)
	case opCount:
		return fmt.Sprintf("reading %d", tr.n)
	}
	return "the transaction"
}
