package gen

import "fmt"

// Type is the kind of event that an op is.
type Type uint8

// An op that a generator emits is Invoke, Idle or Message; what it completes with is OK, Fail or
// Info. Ops of the nemesis are Info when they begin and when they end. Unset is filled in by
// Ctx.Fill.
const (
	Unset Type = iota
	Invoke
	OK
	Fail
	Info
	Idle    // its thread does nothing for Value, a time.Duration; never recorded
	Message // its thread logs Value; never recorded
)

// String returns invoke, ok, fail, info, sleep, log, or unset.
func (t Type) String() string {
	return [...]string{"unset", "invoke", "ok", "fail", "info", "sleep", "log"}[t]
}

// Recorded reports whether ops of the type are part of the history.
func (t Type) Recorded() bool { return t != Idle && t != Message }

// NemesisProcess is the process of the nemesis, which never changes.
const NemesisProcess = -1

// An Op is an operation as it begins or ends. A generator may leave out all but F and Value:
// Ctx.Fill completes it.
type Op struct {
	Type  Type
	F     string
	Value any
	Error any     // why it failed, or what makes its outcome unknown
	Time  int64   // nanoseconds since the test began; of an answer when it is due
	Extra []Field // further fields of the op, in order

	// EndProcess asks, of a completion, for a new process although the outcome is known.
	EndProcess bool

	process int
	placed  bool // process is set
}

// A Field is one that the runner knows nothing of, such as :final? true.
type Field struct {
	Name  string
	Value any
}

// On returns the op as one of a process: a number from 0, or NemesisProcess.
func (o Op) On(process int) Op {
	o.process, o.placed = process, true
	return o
}

// Process is who performs the op, and whether that is known yet.
func (o *Op) Process() (process int, known bool) { return o.process, o.placed }

// As returns what the op ended as: the same op with another type.
func (o Op) As(t Type) Op {
	o.Type = t
	return o
}

// With returns the op with another value.
func (o Op) With(value any) Op {
	o.Value = value
	return o
}

// String writes an op for people.
func (o Op) String() string {
	who := "?"
	switch {
	case o.placed && o.process == NemesisProcess:
		who = "nemesis"
	case o.placed:
		who = fmt.Sprint(o.process)
	}
	s := fmt.Sprintf("%s %s %s %v at %d ns", who, o.Type, o.F, o.Value, o.Time)
	if o.Error != nil {
		s += fmt.Sprintf(" (%v)", o.Error)
	}
	return s
}
