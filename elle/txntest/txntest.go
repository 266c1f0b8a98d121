// Package txntest checks in a Go test whether a database satisfies a consistency model.
//
// A [Recorder] records the transactions that clients run, when each began and how it
// ended. At the end, [Recorder.Check] checks them all, and fails the test if they
// violate the model. The failure says which transactions contradict each other, and why.
// The recorded history is in the test's artifacts (go test -artifacts): history.jsonl, which
// the jcheck command reads, and explanation.txt.
//
//	func TestSerializable(t *testing.T) {
//		rec := txntest.New(elle.Options{Models: []string{"serializable"}})
//		var clients sync.WaitGroup
//		for client := range 4 {
//			clients.Go(func() {
//				for i := range 1000 {
//					txn := rec.Begin(client, txntest.Append("x", client*1000+i), txntest.Read("y"))
//					y, err := run(db, client, i) // appends to x and reads y in one transaction
//					switch {
//					case err == nil:
//						txn.OK(txntest.Append("x", client*1000+i), txntest.ReadAs("y", y))
//					case errors.Is(err, errAborted):
//						txn.Fail(err)
//					default:
//						txn.Unknown(err)
//					}
//				}
//			})
//		}
//		clients.Wait()
//		rec.Check(t)
//	}
//
// Each element should be appended to a key once in the whole test, or each value
// written once: then a read shows which transaction it saw.
package txntest

import (
	"reflect"
	"sync"
	"time"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/elle"
	"github.com/seed-c33ae711/jcheck/history"
)

// A Mop is a micro-op of a transaction. Keys and values are integers, strings and
// anything else that edn.Append takes.
type Mop struct {
	name       edn.Kw
	key, value any
}

// Append adds an element to the list of a key.
func Append(key, element any) Mop { return Mop{"append", key, element} }

// Write sets the register of a key.
func Write(key, value any) Mop { return Mop{"w", key, value} }

// Read reads a key; its result is not known yet.
func Read(key any) Mop { return Mop{"r", key, nil} }

// ReadAs is a read that returned a value: for a register its value, or nil; for a list
// a slice of its elements in order.
func ReadAs(key, value any) Mop {
	if v := reflect.ValueOf(value); v.Kind() == reflect.Slice {
		elements := make([]any, v.Len())
		for i := range elements {
			elements[i] = v.Index(i).Interface()
		}
		value = elements
	}
	return Mop{"r", key, value}
}

// A Recorder records transactions. Its methods, and those of transactions, may be used
// by several goroutines at a time.
type Recorder struct {
	opt   elle.Options
	began time.Time

	mu        sync.Mutex
	builder   *history.Builder
	err       error         // the first op that could not be recorded
	processes map[int]int64 // of each client
	next      int64
}

// New returns a recorder of transactions. Check uses opt; the zero Options demand
// strict serializability.
func New(opt elle.Options) *Recorder {
	return &Recorder{opt: opt, began: time.Now(), builder: history.NewBuilder(nil), processes: map[int]int64{}}
}

// A Txn is a transaction that has begun. It ends once.
type Txn struct {
	r       *Recorder
	client  int
	process int64
	mops    []Mop
	ended   bool
}

// Begin records that a client begins a transaction. Call it right before the
// transaction. A client runs one transaction at a time.
func (r *Recorder) Begin(client int, mops ...Mop) *Txn {
	r.mu.Lock()
	defer r.mu.Unlock()
	process, ok := r.processes[client]
	if !ok {
		process = r.next
		r.next++
		r.processes[client] = process
	}
	r.add(process, history.Invoke, mops, nil)
	return &Txn{r: r, client: client, process: process, mops: mops}
}

// OK records that the transaction committed, with the results of its reads. Call it
// right after the transaction.
func (t *Txn) OK(mops ...Mop) { t.end(history.OK, mops, nil) }

// Fail records that the transaction certainly did not take effect, and never will.
// After a timeout or a lost connection, use Unknown instead.
func (t *Txn) Fail(err error) { t.end(history.Fail, t.mops, err) }

// Unknown records that the outcome of the transaction is unknown. Its client continues
// as another process. A transaction that never ends is also unknown.
func (t *Txn) Unknown(err error) { t.end(history.Info, t.mops, err) }

func (t *Txn) end(typ history.Type, mops []Mop, err error) {
	t.r.mu.Lock()
	defer t.r.mu.Unlock()
	if t.ended {
		panic("txntest: a transaction ends twice")
	}
	t.ended = true
	if typ == history.Info {
		delete(t.r.processes, t.client)
	}
	t.r.add(t.process, typ, mops, err)
}

// add appends an op. The caller holds the lock.
func (r *Recorder) add(process int64, typ history.Type, mops []Mop, err error) {
	value := make([]any, len(mops))
	for i, m := range mops {
		value[i] = []any{m.name, m.key, m.value}
	}
	e := history.Entry{Process: process, Type: typ, F: "txn", Time: time.Since(r.began).Nanoseconds(), Value: value}
	if err != nil {
		e.Extra = []history.Field{{Name: "error", Value: err.Error()}}
	}
	if err := r.builder.Append(e); r.err == nil {
		r.err = err
	}
}
