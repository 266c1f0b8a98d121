package query

import (
	"time"

	"github.com/seed-c33ae711/jcheck/history"
)

// A Field is something that an expression can ask of an op.
type Field struct {
	Name string
	Doc  string

	fill func(x *opFields, h *history.History, i int) error
}

// opFields is what an expression sees of one op. Only the fields that it asks for
// are filled.
type opFields struct {
	Index   int         `expr:"index"`
	Time    int         `expr:"time"`
	Seconds float64     `expr:"seconds"`
	Process any         `expr:"process"`
	Client  bool        `expr:"client"`
	Type    string      `expr:"type"`
	Invoke  bool        `expr:"invoke"`
	OK      bool        `expr:"ok"`
	Fail    bool        `expr:"fail"`
	Info    bool        `expr:"info"`
	F       string      `expr:"f"`
	Value   any         `expr:"value"`
	Key     any         `expr:"key"`
	Keys    []any       `expr:"keys"`
	Mops    []Mop       `expr:"mops"`
	Error   any         `expr:"error"`
	Op      map[any]any `expr:"op"`
}

// missing is what is seen of an invocation or completion that is not there.
var missing = opFields{Index: -1, Time: -1, Seconds: -1}

// fields has a row for each field of opFields, in the same order.
var fields = []Field{
	{"index", "the :index", func(x *opFields, h *history.History, i int) error {
		x.Index = int(h.Index(i))
		return nil
	}},
	{"time", "nanoseconds since the start, -1 if none", func(x *opFields, h *history.History, i int) error {
		x.Time = int(h.Time(i))
		return nil
	}},
	{"seconds", "the time in seconds", func(x *opFields, h *history.History, i int) error {
		x.Seconds = -1
		if t := h.Time(i); t != history.NoTime {
			x.Seconds = time.Duration(t).Seconds()
		}
		return nil
	}},
	{"process", "a number, or a name such as \"nemesis\"", func(x *opFields, h *history.History, i int) error {
		x.Process = nil
		if p := h.Process(i); p.IsClient() && !h.Unordered() && !h.IsNamed(p) {
			x.Process = int(p.Number())
		} else if name := h.ProcessName(p); name != "" {
			x.Process = name
		}
		return nil
	}},
	{"client", "whether the process is a client", func(x *opFields, h *history.History, i int) error {
		x.Client = h.Process(i).IsClient()
		return nil
	}},
	{"type", "\"invoke\", \"ok\", \"fail\" or \"info\"", func(x *opFields, h *history.History, i int) error {
		x.Type = h.Type(i).String()
		return nil
	}},
	{"invoke", "whether the op has that type", func(x *opFields, h *history.History, i int) error {
		x.Invoke = h.Type(i) == history.Invoke
		return nil
	}},
	{"ok", "whether the op has that type", func(x *opFields, h *history.History, i int) error {
		x.OK = h.Type(i) == history.OK
		return nil
	}},
	{"fail", "whether the op has that type", func(x *opFields, h *history.History, i int) error {
		x.Fail = h.Type(i) == history.Fail
		return nil
	}},
	{"info", "whether the op has that type", func(x *opFields, h *history.History, i int) error {
		x.Info = h.Type(i) == history.Info
		return nil
	}},
	{"f", "the operation's name, such as \"txn\"", func(x *opFields, h *history.History, i int) error {
		x.F = h.F(i)
		return nil
	}},
	{"value", "the :value, keywords as strings", func(x *opFields, h *history.History, i int) (err error) {
		x.Value, err = decode(h.Value(i))
		return err
	}},
	{"key", "the key, if the value is [key value]", func(x *opFields, h *history.History, i int) error {
		x.Key = nil
		k, _, is, err := tuple(h.Value(i))
		if is && err == nil {
			x.Key, err = decode(k)
		}
		return err
	}},
	{"keys", "all keys of the value: of a tuple, of micro-ops, of a map", func(x *opFields, h *history.History, i int) (err error) {
		x.Keys, err = keysOf(h.Value(i))
		return err
	}},
	{"mops", "a transaction's micro-ops, each with .f, .key and .value", func(x *opFields, h *history.History, i int) (err error) {
		x.Mops, err = mopsOf(x.Mops, h.Value(i))
		return err
	}},
	{"error", "the :error, or nil", func(x *opFields, h *history.History, i int) (err error) {
		e, _ := h.Text(i).Get("error")
		x.Error, err = decode(e)
		return err
	}},
	{"op", "the whole op as recorded, for other fields: op.node", func(x *opFields, h *history.History, i int) error {
		op, err := decode(h.Text(i))
		x.Op, _ = op.(map[any]any)
		return err
	}},
}
