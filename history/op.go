package history

import (
	"fmt"
	"math"
	"strconv"

	"github.com/seed-c33ae711/jcheck/edn"
)

// Type is the kind of event that an op is.
type Type uint8

const (
	Invoke Type = iota // an operation begins
	OK                 // it happened
	Fail               // it did not happen
	Info               // indeterminate: it may take effect at any later time
)

var typeNames = [...]string{"invoke", "ok", "fail", "info"}

func (t Type) String() string { return typeNames[t] }

// TypeNamed returns the type of the given name, and whether there is one.
func TypeNamed(name []byte) (Type, bool) {
	switch string(name) {
	case "invoke":
		return Invoke, true
	case "ok":
		return OK, true
	case "fail":
		return Fail, true
	case "info":
		return Info, true
	}
	return 0, false
}

// A Process is a logical single-threaded client, by its number, or something
// that is not a client: the nemesis, or whatever else a history names.
// [History.ProcessName] spells either.
type Process int64

// notClient separates clients from others: processes below it stand for names.
const notClient = Process(math.MinInt64/2 + 1)

// NoProcess is the process of an op that names none.
const NoProcess = Process(math.MinInt64)

// Named returns the process that stands for the i-th name of a history.
func named(i int) Process { return NoProcess + 1 + Process(i) }

// IsClient reports whether p is a client. Only clients take part in a check.
func (p Process) IsClient() bool { return p > notClient }

// A Symbol is an interned operation name (:f); Symbol 0 stands for none.
type Symbol uint16

// NoTime is the time of an op that has none.
const NoTime = int64(-1)

// An Op is one event of a history, assembled from the columns.
type Op struct {
	Pos     int   // position in the history, from 0
	Index   int64 // the :index as recorded, or Pos
	Time    int64 // nanoseconds since the start, NoTime if unknown
	Type    Type
	Process string // a number, or a name such as nemesis; empty if there is none
	F       string // the operation's name, empty if there is none
	Value   edn.Value
}

// String names the op as messages do.
func (o Op) String() string {
	return fmt.Sprintf("op %d (%s by process %s)", o.Index, o.Type, o.Process)
}

func formatProcess(p Process) string { return strconv.FormatInt(int64(p), 10) }

// Number returns a client's number.
func (p Process) Number() int64 { return int64(p) }
