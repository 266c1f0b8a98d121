package linearizable

import (
	"cmp"
	"slices"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/internal/monitor"
)

// listCall decodes an operation on a list; nil is read of one that is empty.
func listCall(d *decoder, f string, in, out edn.Value, known bool) (t transition, err error) {
	switch {
	case f != "read":
		t.f = opExtend
		t.a, err = d.v.id(d.same(in, out, known))
		return t, err
	case !known:
		return transition{f: opReadAny}, nil
	case out.IsNil():
		return transition{f: opList}, nil
	case out.Elements().Kind() == edn.Set:
		return t, d.errorf("expected the elements that were read, in order, found %s", out)
	}
	ids, err := d.elements(out)
	return transition{f: opList, list: idText(ids...)}, err
}

// listOf is a text whose characters are ids.
func listOf(_ int32, _ *vocabulary, ts []transition) machine {
	v := &vocabulary{words: []string{""}}
	ids := map[string]int32{"": 0}
	word := func(text string) int32 {
		id, ok := ids[text]
		if !ok {
			id = int32(len(v.words))
			ids[text] = id
			v.words = append(v.words, text)
		}
		return id
	}
	ts = slices.Clone(ts)
	for i := range ts {
		switch t := &ts[i]; t.f {
		case opExtend:
			*t = transition{f: opAppend, a: word(idText(t.a))}
		case opList:
			*t = transition{f: opGet, a: word(t.list)}
		}
	}
	return newTextMachine("", v, ts)
}

// priorityCall decodes an operation on a queue of numbers.
func priorityCall(d *decoder, f string, in, out edn.Value, known bool) (transition, error) {
	t, err := d.putOrTake(f, "add", opInsert, opLeast, in, out, known)
	if err != nil || t.a == anyValue || t.a == emptyValue {
		return t, err
	}
	if v := d.v.value(t.a); v.Kind() != edn.Int {
		return t, d.errorf("expected an integer, found %s", v)
	}
	return t, nil
}

// byNumber compares ids by the integers that they stand for.
func (v *vocabulary) byNumber(a, b int32) int {
	x, _ := v.value(a).Int()
	y, _ := v.value(b).Int()
	return cmp.Compare(x, y)
}

// priorityOf is the ids of the numbers in the queue, the least first.
func priorityOf(_ int32, v *vocabulary, ts []transition) machine {
	return newMemoMachine("", ts, func(s string, t *transition) (string, bool) {
		switch {
		case t.f == opInsert:
			ids := idsOf(s)
			i, _ := slices.BinarySearchFunc(ids, t.a, v.byNumber)
			return idText(slices.Insert(ids, i, t.a)...), true
		case t.f != opLeast:
			return s, false
		case t.a == emptyValue:
			return s, s == ""
		case s == "":
			return s, false
		}
		return s[4:], t.a == anyValue || s[:4] == idText(t.a)
	})
}

// byPriority runs the monitor on values that are numbered as their integers are
// ordered.
func byPriority(ops []monitor.Op, o *object) monitor.Answer {
	ids := make([]int32, o.v.len())
	for i := range ids {
		ids[i] = int32(i)
	}
	slices.SortFunc(ids, o.v.byNumber)
	rank := make([]int32, len(ids))
	for i, id := range ids {
		rank[id] = int32(i)
	}
	for i := range ops {
		if ops[i].A != monitor.None {
			ops[i].A = rank[ops[i].A]
		}
	}
	return monitor.PriorityQueue(ops)
}
