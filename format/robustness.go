package format

import (
	"cmp"
	"encoding/json"
	"errors"
	"hash/fnv"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
)

// The robustness tests of etcd write a report with what each client asked for and
// got, as JSON objects one after another, with times in nanoseconds:
//
//	{"ClientID": 2, "Call": 1200345, "Return": 1300456,
//	 "Input": {"Type": "txn", "Txn": {"Conditions": null, "OperationsOnSuccess":
//	   [{"Type": "put-operation", "Put": {"Key": "k1", "Value": {"Value": "v9"}}}]}},
//	 "Output": {"Txn": {"Failure": false, "Results": [{}]}, "Revision": 17, "Error": ""}}
//
// Every request is a transaction on registers, with invocation and completion in
// the order of the times; where two are the same, invocations come first, so that
// nothing is ordered that may not have been. A client that has a request whose
// end is unknown goes on as another process.
//
// What is said is true, and some of what could be said is not:
//
//   - A put is a write; a delete that found something is a write of a version of
//     its own, {:deleted n}.
//   - A range reads each key that it lists. Of one key, what is not there is read
//     as nil, unless somewhere a request deletes the key or gives it a lease: then
//     nobody knows which absence that was. A range at an older revision, or a
//     response that the test itself does not trust, reads nothing.
//   - Of a transaction with conditions, what the branch did that was taken. The
//     conditions are left out.
//   - An error leaves open what happened: info, with the writes alone. If the
//     writes were found in the log later (Persisted), they did happen, at some
//     time: that is an ok at the end of the history.
//   - Revisions are kept as fields; nothing depends on them.

// isRobustness reports whether a text begins with an object of a client and what
// it asked for.
func isRobustness(text []byte) bool {
	s := edn.NewScanner(edn.NewSource("", text, edn.JSON), skipMark(text), len(text))
	if s.Next() != edn.Map {
		return false
	}
	client, input := false, false
	for s.Next() == edn.String {
		switch name := string(s.Name()); {
		case strings.EqualFold(name, "ClientID"):
			client = true
		case name == "Input":
			input = true
		case name == "type" || name == "process":
			return false // an op
		}
		if k := s.Datum(); k == edn.Close || k == edn.Invalid {
			break
		}
	}
	return client && input
}

// A robustnessOp is an object of the report, as encoding/json reads it.
type robustnessOp struct {
	ClientID     *int64 // also spelled ClientId
	Call, Return *int64
	Input        *struct {
		Type  string
		Txn   *robustnessTxn
		Range *robustnessRange
	}
	Output struct {
		Txn *struct {
			Failure bool
			Results []robustnessResult
		}
		Range             *robustnessResult
		Revision          int64
		Error             string
		ClientError       string // a definite one
		Persisted         bool
		PersistedRevision int64
		PartialResponse   bool // the older name of Persisted, with its Revision
	}
}

type robustnessTxn struct {
	OperationsOnSuccess, OperationsOnFailure []robustnessStep
}

type robustnessStep struct {
	Type  string
	Range robustnessRange
	Put   struct {
		Key     string
		Value   robustnessValue
		LeaseID int64
	}
	Delete struct{ Key string }
}

type robustnessRange struct {
	Start, End string
	Revision   int64
}

type robustnessResult struct {
	KVs     []robustnessKV
	Deleted int64
}

type robustnessKV struct {
	Key   string
	Value robustnessValue
}

type robustnessValue struct {
	Value string
	Hash  uint32 // in place of a value of hashedLen bytes or more
}

const hashedLen = 20

// robustnessReader collects what all clients did, before anything is written.
type robustnessReader struct {
	*opLog
	requests []request
	volatile map[string]bool // keys that may be absent though they were put
	hashes   bool            // whether some value is a hash
	deletes  int
}

// A request is what a client asked for and got.
type request struct {
	client       int64
	process      history.Process
	name         string // of what it asked for
	call, ret    int64
	typ          history.Type
	late         bool // completes at the end of the history: when it did is unknown
	revision     int64
	err          string
	steps        []robustnessStep // that were taken, or of which the writes may have been
	results      []robustnessResult
	blind        bool   // whether what it read says nothing about the present
	invoke, done []byte // values
}

// readRobustness reads the operations of one file.
func readRobustness(l *opLog) error {
	r := robustnessReader{opLog: l, volatile: map[string]bool{}}
	if err := r.read(l.src); err != nil {
		return err
	}
	return r.write()
}

// read adds the requests of one file.
func (r *robustnessReader) read(src *edn.Source) error {
	src.Syntax = edn.JSON
	if !utf8.Valid(src.Text) {
		i := 0
		for c, size := utf8.DecodeRune(src.Text); c != utf8.RuneError || size > 1; c, size = utf8.DecodeRune(src.Text[i:]) {
			i += size
		}
		return src.Errorf(i, "expected UTF-8, found an invalid byte sequence")
	}
	s := edn.NewScanner(src, skipMark(src.Text), len(src.Text))
	for s.Datum() != edn.EOF {
		if s.Kind != edn.Map {
			return unexpected(&s, "an object with ClientID and Input")
		}
		if err := r.step(s.Start); err != nil {
			return err
		}
		if err := r.request(src, s.Start, s.End); err != nil {
			return err
		}
	}
	return nil
}

// request reads the object at text[lo:hi].
func (r *robustnessReader) request(src *edn.Source, lo, hi int) error {
	var op robustnessOp
	if err := json.Unmarshal(src.Text[lo:hi], &op); err != nil {
		var typ *json.UnmarshalTypeError
		if errors.As(err, &typ) {
			return src.Errorf(lo+max(int(typ.Offset)-1, 0), "expected %s, found a JSON %s", robustnessName(typ), typ.Value)
		}
		return src.Errorf(lo, "%v", err)
	}
	switch {
	case op.ClientID == nil || op.Input == nil || op.Call == nil || op.Return == nil:
		return src.Errorf(lo, "expected an object with ClientID, Input, Call, Output and Return, found one without")
	case *op.ClientID < 0 || *op.ClientID > math.MaxInt32:
		return src.Errorf(lo, "expected a ClientID from 0 to 2^31-1, found %d", *op.ClientID)
	case *op.Call < 0:
		return src.Errorf(lo, "expected a Call of at least 0, found %d", *op.Call)
	}
	q := request{blind: op.Output.Revision < 0, client: *op.ClientID, name: op.Input.Type, call: *op.Call, ret: *op.Return, err: op.Output.Error, revision: op.Output.Revision}
	out := &op.Output
	unknown := out.Error != "" || out.Persisted || out.PartialResponse
	var msg string
	switch op.Input.Type {
	case "range":
		msg = q.rangeRequest(&op, unknown)
	case "txn":
		msg = r.txnRequest(&q, &op, unknown)
	case "leaseGrant", "leaseRevoke", "defragment", "compact":
		q.settle(unknown, out.ClientError)
	default:
		msg = "expected an Input of the Type range, txn, leaseGrant, leaseRevoke, defragment or compact, found " + strconv.Quote(op.Input.Type)
	}
	if (out.Persisted || out.PartialResponse) && q.typ == history.Info {
		q.typ, q.revision = history.OK, max(out.PersistedRevision, out.Revision)
	}
	if q.err == "" {
		q.err = out.ClientError
	}
	if msg == "" && !q.late && q.ret < q.call {
		msg = "expected a Return of at least " + strconv.FormatInt(q.call, 10) + ", when it was called, found " + strconv.FormatInt(q.ret, 10)
	}
	if msg != "" {
		return src.Errorf(lo, "%s", msg)
	}
	for _, x := range q.results {
		for _, kv := range x.KVs {
			r.hashes = r.hashes || kv.Value.Hash != 0
		}
	}
	r.requests = append(r.requests, q)
	return nil
}

func robustnessName(err *json.UnmarshalTypeError) string {
	if err.Field == "" {
		return "a " + err.Type.String()
	}
	return "a " + err.Type.String() + " as " + err.Field
}

// settle says how a request ended that changes nothing.
func (q *request) settle(unknown bool, clientError string) {
	switch {
	case unknown:
		q.typ, q.late = history.Info, true
	case clientError != "":
		q.typ = history.Fail
	default:
		q.typ = history.OK
	}
}

// rangeRequest fills in a range. It answers what is wrong with it.
func (q *request) rangeRequest(op *robustnessOp, unknown bool) string {
	rng, got := op.Input.Range, op.Output.Range
	if rng == nil || rng.Start == "" {
		return "expected a Range with a Start, found none"
	}
	q.settle(unknown, op.Output.ClientError)
	if q.typ != history.OK {
		return ""
	}
	if got == nil {
		return "expected a Range in the Output, or an Error, found none"
	}
	q.steps = []robustnessStep{{Type: "range-operation", Range: *rng}}
	q.results = []robustnessResult{*got}
	return q.checkResults()
}

// txnRequest fills in a transaction. It answers what is wrong with it.
func (r *robustnessReader) txnRequest(q *request, op *robustnessOp, unknown bool) string {
	txn, got := op.Input.Txn, op.Output.Txn
	if txn == nil {
		return "expected a Txn, found none"
	}
	writing := [2]bool{}
	for branch, steps := range [...][]robustnessStep{txn.OperationsOnSuccess, txn.OperationsOnFailure} {
		for i := range steps {
			write, msg := r.notes(&steps[i])
			if msg != "" {
				return msg
			}
			writing[branch] = writing[branch] || write
		}
	}
	if unknown || op.Output.ClientError != "" && (writing[0] || writing[1]) {
		q.typ, q.late = history.Info, true
		q.steps = txn.OperationsOnSuccess
		switch {
		case writing[0] && writing[1]:
			return "expected a transaction that writes in one branch only, since its outcome is unknown, found one that writes in both"
		case writing[1]:
			q.steps = txn.OperationsOnFailure
		}
		return ""
	}
	q.settle(false, op.Output.ClientError)
	if q.typ != history.OK {
		return ""
	}
	if got == nil {
		return "expected a Txn in the Output, or an Error, found none"
	}
	q.steps = txn.OperationsOnSuccess
	if got.Failure {
		q.steps = txn.OperationsOnFailure
	}
	if q.results = got.Results; len(q.results) != len(q.steps) {
		return "expected " + strconv.Itoa(len(q.steps)) + " Results, one for each operation, found " + strconv.Itoa(len(q.results))
	}
	return q.checkResults()
}

// notes notes what an operation of a transaction may do, and answers whether it
// writes, or what is wrong with it.
func (r *robustnessReader) notes(step *robustnessStep) (write bool, msg string) {
	key := ""
	switch step.Type {
	case "range-operation":
		key = step.Range.Start
	case "put-operation":
		key, write = step.Put.Key, true
		if step.Put.LeaseID != 0 {
			r.volatile[key] = true
		}
		r.hashes = r.hashes || step.Put.Value.Hash != 0
	case "delete-operation":
		key, write = step.Delete.Key, true
		r.volatile[key] = true
	default:
		return false, "expected an operation of the Type range-operation, put-operation or delete-operation, found " + strconv.Quote(step.Type)
	}
	if key == "" {
		return false, "expected a key in a " + step.Type + ", found none"
	}
	return write, ""
}

// checkResults answers what is wrong with the results.
func (q *request) checkResults() string {
	for i, step := range q.steps {
		kvs := q.results[i].KVs
		if step.Type == "range-operation" && step.Range.End == "" && (len(kvs) > 1 || len(kvs) == 1 && kvs[0].Key != step.Range.Start) {
			return "expected the key " + strconv.Quote(step.Range.Start) + " or nothing in the results of its range, found something else"
		}
		seen := map[string]bool{}
		for _, kv := range kvs {
			if seen[kv.Key] || kv.Key == "" {
				return "expected every key once in the results of a range, found " + strconv.Quote(kv.Key) + " again or none"
			}
			seen[kv.Key] = true
		}
	}
	return ""
}

// write orders the requests in time and writes them.
func (r *robustnessReader) write() error {
	if len(r.requests) == 0 {
		return r.src.Errorf(len(r.src.Text), "expected operations, found none")
	}
	slices.SortStableFunc(r.requests, func(a, b request) int { return cmp.Compare(a.call, b.call) })
	r.assign()
	type event struct {
		time int64
		done bool
		q    *request
	}
	var events []event
	for i := range r.requests {
		q := &r.requests[i]
		r.values(q)
		ret := q.ret
		if q.late {
			ret = math.MaxInt64
		}
		events = append(events, event{q.call, false, q}, event{ret, true, q})
	}
	slices.SortStableFunc(events, func(a, b event) int {
		switch {
		case a.time != b.time:
			return cmp.Compare(a.time, b.time)
		case a.done == b.done:
			return 0
		case a.done:
			return 1
		}
		return -1
	})
	var op loggedOp
	for _, e := range events {
		q := e.q
		if err := r.step(0); err != nil {
			return err
		}
		op = loggedOp{line: r.n + 1, process: q.process, f: txnName, time: e.time, typ: history.Invoke, value: q.invoke, extra: op.extra[:0]}
		if e.done {
			op.typ, op.value = q.typ, q.done
			if q.late {
				op.time = history.NoTime
			}
			if q.err != "" {
				op.err = edn.AppendString(nil, q.err)
			}
			if q.revision > 0 {
				op.extra = strconv.AppendInt(append(op.extra, ", :revision "...), q.revision, 10)
			}
		}
		op.extra = strconv.AppendInt(append(op.extra, ", :client "...), q.client, 10)
		op.extra = append(append(op.extra, ", :request :"...), q.name...)
		if err := r.add(&op); err != nil {
			return err
		}
	}
	return nil
}

// values writes the values of a request's ops.
func (r *robustnessReader) values(q *request) {
	invoke, done := []byte{'['}, []byte{'['}
	mop := func(f, key string, value []byte) {
		if len(done) > 1 {
			invoke, done = append(invoke, ' '), append(done, ' ')
		}
		head := append(edn.AppendString(append(append([]byte("[:"), f...), ' '), key), ' ')
		done = append(append(append(done, head...), value...), ']')
		if f == "r" {
			value = []byte("nil")
		}
		invoke = append(append(append(invoke, head...), value...), ']')
	}
	for i, step := range q.steps {
		var got *robustnessResult
		if q.results != nil {
			got = &q.results[i]
		}
		switch step.Type {
		case "put-operation":
			mop("w", step.Put.Key, r.value(step.Put.Value))
		case "delete-operation":
			if got == nil || got.Deleted > 0 {
				r.deletes++
				mop("w", step.Delete.Key, []byte("{:deleted "+strconv.Itoa(r.deletes)+"}"))
			}
		case "range-operation":
			if got == nil || q.blind || step.Range.Revision != 0 {
				continue
			}
			for _, kv := range got.KVs {
				mop("r", kv.Key, r.value(kv.Value))
			}
			if key := step.Range.Start; len(got.KVs) == 0 && step.Range.End == "" && !r.volatile[key] {
				mop("r", key, []byte("nil"))
			}
		}
	}
	q.invoke, q.done = append(invoke, ']'), append(done, ']')
}

// value writes a value. If the report has hashes, all that are long become one,
// since a put may have the value itself, and a range of it the hash.
func (r *robustnessReader) value(v robustnessValue) []byte {
	if r.hashes && v.Hash == 0 && len(v.Value) >= hashedLen {
		h := fnv.New32a()
		h.Write([]byte(v.Value)) // never fails
		v.Hash = h.Sum32()
	}
	if v.Hash != 0 {
		return []byte("{:hash " + strconv.FormatUint(uint64(v.Hash), 10) + "}")
	}
	return edn.AppendString(nil, v.Value)
}
