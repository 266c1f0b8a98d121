package linearizable

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/suggest"
)

// A Model is a sequential object: what its operations do, one at a time.
type Model struct {
	kind *kind
	init edn.Value // the initial value, if the kind has one; zero for nil

	knossos bool // operations mean what they mean to Knossos
}

// Name returns the name that the model is chosen by.
func (m Model) Name() string { return m.kind.name }

// kind is a kind of object.
type kind struct {
	name string
	doc  string
	fs   []string // the operations that it knows
	init bool     // an initial value makes sense
	// call decodes an operation, given what it was invoked with and, if it is known,
	// how it completed.
	call func(d *decoder, f string, in, out edn.Value, known bool) (transition, error)
	// make makes the machine of an object whose initial value has that id.
	make func(init int32, v *vocabulary, ts []transition) machine
}

var lockFs = []string{"acquire", "release"}

var kinds = []*kind{
	{name: "register", doc: "read and write", fs: []string{"read", "write"}, init: true, call: registerCall, make: registerOf},
	{name: "cas-register", doc: "read, write and cas [old new]", fs: []string{"read", "write", "cas"}, init: true, call: registerCall, make: registerOf},
	{name: "etcd", doc: "a cas-register where nil is a value, and a failed cas is an observation", fs: []string{"read", "write", "cas"}, init: true, call: etcdCall, make: registerOf},
	{name: "mutex", doc: "acquire and release, by any process", fs: lockFs, call: mutexCall, make: lockOf},
	{name: "owner-mutex", doc: "acquire, and release by the holder", fs: lockFs, call: ownerCall, make: lockOf},
	{name: "reentrant-mutex", doc: "the same, and the holder may acquire again", fs: lockFs, call: ownerCall, make: reentrantOf},
	{name: "fenced-mutex", doc: "an owner-mutex where each acquire returns a greater token", fs: lockFs, call: fencedCall, make: fencedOf},
	{name: "semaphore", doc: "acquire and release n permits, by any process; --init sets how many there are", fs: lockFs, init: true, call: semaphoreCall, make: semaphoreOf},
	{name: "multi-register", doc: "txn [[:read k v] [:write k v] ...]", fs: []string{"txn"}, init: true, call: multiCall, make: multiOf},
	{name: "set", doc: "add, and read of all elements", fs: []string{"add", "read"}, call: setCall, make: setOf},
	{name: "list", doc: "append (or add) at the end, and read of all elements", fs: []string{"append", "add", "read"}, call: listCall, make: listOf},
	{name: "unordered-queue", doc: "enqueue and dequeue, in any order", fs: []string{"enqueue", "dequeue"}, call: queueCall, make: memoOf("", bagStep)},
	{name: "fifo-queue", doc: "enqueue and dequeue, in order", fs: []string{"enqueue", "dequeue"}, call: queueCall, make: memoOf("", queueStep)},
	{name: "stack", doc: "push and pop", fs: []string{"push", "pop"}, call: stackCall, make: memoOf("", stackStep)},
	{name: "priority-queue", doc: "add a number, and delete-min", fs: []string{"add", "delete-min"}, call: priorityCall, make: priorityOf},
	{name: "counter", doc: "add n, and read", fs: []string{"add", "read"}, init: true, call: counterCall, make: counterOf},
	{name: "kv", doc: "get, put and append of text", fs: []string{"get", "put", "append"}, init: true, call: textCall, make: textOf},
}

// Names lists the models by name.
func Names() (names []string) {
	for _, k := range kinds {
		names = append(names, k.name)
	}
	return names
}

// Doc describes the operations of a model.
func Doc(name string) string {
	for _, k := range kinds {
		if k.name == name {
			return k.doc
		}
	}
	return ""
}

// initKinds are the kinds of initial values where not any will do.
var initKinds = map[string]edn.Kind{"counter": edn.Int, "semaphore": edn.Int, "kv": edn.String, "multi-register": edn.Map}

// An OptionError says what is wrong with the options of a check.
type OptionError struct{ Msg string }

func (e *OptionError) Error() string { return e.Msg }

// ByName returns a model by its name, with an initial value written as EDN, nil
// if it is empty.
func ByName(name, init string) (Model, error) {
	for _, k := range kinds {
		if k.name != name {
			continue
		}
		m := Model{kind: k}
		if init == "" {
			return m, nil
		}
		if !k.init {
			return m, &OptionError{fmt.Sprintf("a %s has no initial value to choose", name)}
		}
		v, err := edn.Parse(init, edn.EDN)
		if err != nil {
			return m, &OptionError{fmt.Sprintf("initial value: %v", err)}
		}
		if v.IsNil() {
			return m, nil
		}
		if want, ok := initKinds[name]; ok && v.Kind() != want {
			return m, &OptionError{fmt.Sprintf("initial value: expected %s for a %s, found %s", want, name, v)}
		}
		if n, _ := v.Int(); name == "semaphore" && n < 1 {
			return m, &OptionError{fmt.Sprintf("initial value: expected at least 1 permit, found %s", v)}
		}
		m.init = v
		return m, nil
	}
	return Model{}, &OptionError{fmt.Sprintf("unknown model %q%s: expected one of %s", name, suggest.DidYouMean(name, Names()), strings.Join(Names(), ", "))}
}

// Detect chooses the model that fits the operations of a history, if they determine it.
// A history without operations of clients counts as one of a register: whatever the
// model, nothing is judged.
func Detect(h *history.History) (Model, error) {
	u := usesOf(h)
	name := ""
	switch {
	case !u.clients, u.only("read", "write"):
		name = "register"
	case u.only("read", "write", "cas"):
		name = "cas-register"
	case u.only("acquire", "release") && u.permits:
		return Model{}, &OptionError{"acquire and release with numbers may be those of a semaphore: give --model semaphore --init PERMITS, or name another lock"}
	case u.only("acquire", "release"):
		name = "mutex"
	case u.only("txn"):
		name = "multi-register"
	case u.only("append", "read") && !u.numbers:
		name = "list"
	case u.only("add", "delete-min") && u.seen["delete-min"]:
		name = "priority-queue"
	case u.only("add", "read") && u.numbers && u.seen["read"]:
		name = "counter"
	case u.only("add", "read"):
		name = "set"
	case u.only("enqueue", "dequeue"):
		name = "fifo-queue"
	case u.only("push", "pop"):
		name = "stack"
	case u.only("get", "put", "append"):
		name = "kv"
	default:
		fs := slices.Sorted(maps.Keys(u.seen))
		return Model{}, &OptionError{fmt.Sprintf("the operations (%s) do not determine the model: choose one of %s", strings.Join(fs, ", "), strings.Join(Names(), ", "))}
	}
	return ByName(name, "")
}

// uses are what the clients of a history do, as far as models differ in it.
type uses struct {
	seen    map[string]bool // the :f of ops that did not fail
	clients bool            // there are ops of clients
	numbers bool            // every add is of a number, and every read of at most one
	permits bool            // a lock is acquired or released with a number
}

func usesOf(h *history.History) uses {
	u := uses{seen: map[string]bool{}, numbers: true}
	for i := range h.Len() {
		u.clients = u.clients || h.Process(i).IsClient()
		if !h.Process(i).IsClient() || h.Type(i) == history.Fail {
			continue
		}
		f := h.F(i)
		u.seen[f] = true
		if f == "acquire" || f == "release" {
			_, number := value(h, i).Int()
			u.permits = u.permits || number && h.Type(i) == history.Invoke
		}
		if v := value(h, i).Elements(); f == "read" && (v.Kind() == edn.Vector || v.Kind() == edn.Set || v.Kind() == edn.List) {
			u.numbers = false
		}
	}
	return u
}

// only reports whether there are operations, and none but these.
func (u *uses) only(fs ...string) bool {
	for f := range u.seen {
		if !slices.Contains(fs, f) {
			return false
		}
	}
	return len(u.seen) > 0
}

// value returns the value of an op without the key of an independent tuple.
func value(h *history.History, i int) edn.Value {
	v := h.Value(i)
	if v.Kind() != edn.Vector {
		return v
	}
	if parts, err := v.Items(nil); err == nil && len(parts) == 2 {
		if k := parts[1].Elements().Kind(); k == edn.Vector || k == edn.Set || k == edn.List {
			return parts[1]
		}
	}
	return v
}

func registerOf(init int32, _ *vocabulary, ts []transition) machine {
	return &registerMachine{init, ts}
}

func lockOf(_ int32, _ *vocabulary, ts []transition) machine { return &registerMachine{unlocked, ts} }

func memoOf(init string, step func(string, *transition) (string, bool)) func(int32, *vocabulary, []transition) machine {
	return func(_ int32, _ *vocabulary, ts []transition) machine { return newMemoMachine(init, ts, step) }
}

// setOf sorts what was read, so that it compares with states. Monitors, which come
// first, have no need of that.
func setOf(_ int32, _ *vocabulary, ts []transition) machine {
	ts = slices.Clone(ts)
	for i := range ts {
		if ts[i].f == opReadSet {
			ids := idsOf(ts[i].list)
			slices.Sort(ids)
			ts[i].list = idText(ids...)
		}
	}
	return newMemoMachine("", ts, setStep)
}

func counterOf(init int32, v *vocabulary, ts []transition) machine {
	n, _ := v.value(init).Int() // nil counts from 0
	return newMemoMachine(n, ts, counterStep)
}

func textOf(init int32, v *vocabulary, ts []transition) machine {
	return newTextMachine(v.text(init), v, ts)
}

// multiOf begins with the values that the initial map has for the keys in use.
func multiOf(init int32, v *vocabulary, ts []transition) machine {
	state := make([]int32, v.keys.len())
	for i := range state {
		state[i] = v.initialOf(init, int32(i))
	}
	return newMemoMachine(idText(state...), ts, multiStep)
}
