package linearizable

import (
	"encoding/binary"
	"slices"
	"strings"
)

// States of collections are texts of ids, four bytes each, so that they compare
// as values.

func idText(ids ...int32) string {
	var b strings.Builder
	b.Grow(4 * len(ids))
	for _, id := range ids {
		var four [4]byte
		binary.LittleEndian.PutUint32(four[:], uint32(id))
		b.Write(four[:])
	}
	return b.String()
}

func idsOf(s string) []int32 {
	ids := make([]int32, len(s)/4)
	for i := range ids {
		ids[i] = int32(binary.LittleEndian.Uint32([]byte(s[4*i : 4*i+4])))
	}
	return ids
}

// setStep is a set that grows, and is read whole.
func setStep(s string, t *transition) (string, bool) {
	switch t.f {
	case opAdd:
		ids := idsOf(s)
		if i, there := slices.BinarySearch(ids, t.a); !there {
			return idText(slices.Insert(ids, i, t.a)...), true
		}
		return s, true
	case opReadSet:
		return s, s == t.list
	}
	return s, t.f == opReadAny
}

// bagStep is a queue without order: the ids in it, ascending.
func bagStep(s string, t *transition) (string, bool) {
	ids := idsOf(s)
	switch i, there := slices.BinarySearch(ids, t.a); t.f {
	case opEnqueue:
		return idText(slices.Insert(ids, i, t.a)...), true
	case opDequeue:
		if t.a == emptyValue {
			return s, s == ""
		}
		if !there {
			return s, false
		}
		return idText(slices.Delete(ids, i, i+1)...), true
	}
	return s, false
}

// queueStep is a queue, its head first.
func queueStep(s string, t *transition) (string, bool) {
	switch {
	case t.f == opEnqueue:
		return s + idText(t.a), true
	case t.f != opDequeue:
		return s, false
	case t.a == emptyValue:
		return s, s == ""
	case s == "":
		return s, false
	}
	return s[4:], t.a == anyValue || s[:4] == idText(t.a)
}

// stackStep is a stack, its top last.
func stackStep(s string, t *transition) (string, bool) {
	switch {
	case t.f == opPush:
		return s + idText(t.a), true
	case t.f != opPop:
		return s, false
	case t.a == emptyValue:
		return s, s == ""
	case s == "":
		return s, false
	}
	rest := s[:len(s)-4]
	return rest, t.a == anyValue || s[len(s)-4:] == idText(t.a)
}

func counterStep(s int64, t *transition) (int64, bool) {
	switch t.f {
	case opInc:
		return s + t.n, true
	case opCount:
		return s, s == t.n
	}
	return s, t.f == opReadAny
}

// multiStep is several registers in one: the ids of their values, by key. A
// transaction is pairs of a key and a value.
func multiStep(s string, t *transition) (string, bool) {
	if t.f != opTxn {
		return s, false
	}
	state := idsOf(s)
	ops := idsOf(t.list)
	for i := 0; i < len(ops); i += 2 {
		key, write, v := ops[i]>>1, ops[i]&1 != 0, ops[i+1]
		switch {
		case write:
			state[key] = v
		case v != anyValue && state[key] != v:
			return s, false
		}
	}
	return idText(state...), true
}
