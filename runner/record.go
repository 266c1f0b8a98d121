package runner

import (
	"fmt"
	"strconv"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/runner/gen"
	"github.com/seed-c33ae711/jcheck/store"
)

// batchBytes is how much text of ops goes to the store at a time, or less as soon as the scheduler has
// nothing to do.
const batchBytes = 16 << 10

// A recorder writes ops into a run while the test goes on. The scheduler makes the text of each
// op, so that nobody changes its value meanwhile; another goroutine stores it.
type recorder struct {
	to    *store.Recording
	next  int64 // index of the next op
	batch batch
	queue chan batch
	ended chan error // what became of the goroutine
	used  chan batch // whose memory can be reused
}

// A batch is the text of several ops.
type batch struct {
	text []byte
	ends []int // of each op
}

func newRecorder(to *store.Recording) *recorder {
	r := &recorder{to: to, queue: make(chan batch, 64), ended: make(chan error, 1), used: make(chan batch, 64)}
	go r.write()
	return r
}

// add records an op.
func (r *recorder) add(op *gen.Op) (err error) {
	text, err := appendOp(r.batch.text, op, r.next)
	if err != nil { // the batch is what it was
		return fmt.Errorf("recording %s: %w", op, err)
	}
	r.next++
	r.batch.text, r.batch.ends = text, append(r.batch.ends, len(text))
	if len(text) < batchBytes {
		return nil
	}
	return r.send()
}

// flush hands over what was recorded so far.
func (r *recorder) flush() error {
	if len(r.batch.ends) == 0 {
		return nil
	}
	return r.send()
}

func (r *recorder) send() error {
	select {
	case err := <-r.ended:
		r.ended <- err
		return err
	case r.queue <- r.batch:
	}
	select {
	case r.batch = <-r.used:
		r.batch.text, r.batch.ends = r.batch.text[:0], r.batch.ends[:0]
	default:
		r.batch = batch{}
	}
	return nil
}

// close stores what is left.
func (r *recorder) close() error {
	err := r.send()
	close(r.queue)
	if ended := <-r.ended; err == nil {
		err = ended
	}
	return err
}

func (r *recorder) write() {
	src := edn.NewSource("", nil, edn.EDN)
	for b := range r.queue {
		from := 0
		for _, end := range b.ends {
			line := b.text[from:end]
			src.Text = line
			if err := r.to.Add(src.Value(0, len(line))); err != nil {
				r.ended <- err
				return
			}
			from = end
		}
		select {
		case r.used <- b:
		default:
		}
	}
	r.ended <- nil
}

// appendOp writes an op as EDN.
func appendOp(dst []byte, op *gen.Op, index int64) (_ []byte, err error) {
	dst = strconv.AppendInt(append(dst, "{:index "...), index, 10)
	dst = strconv.AppendInt(append(dst, ", :time "...), op.Time, 10)
	dst = append(append(dst, ", :type :"...), op.Type.String()...)
	if process, _ := op.Process(); process == gen.NemesisProcess {
		dst = append(dst, ", :process :nemesis"...)
	} else {
		dst = strconv.AppendInt(append(dst, ", :process "...), int64(process), 10)
	}
	if dst, err = edn.Append(append(dst, ", :f "...), edn.Kw(op.F)); err != nil {
		return nil, err
	}
	if dst, err = edn.Append(append(dst, ", :value "...), op.Value); err != nil {
		return nil, err
	}
	for _, f := range op.Extra {
		if dst, err = edn.Append(append(dst, ", "...), edn.Kw(f.Name)); err != nil {
			return nil, err
		}
		if dst, err = edn.Append(append(dst, ' '), f.Value); err != nil {
			return nil, err
		}
	}
	if op.Error != nil {
		if dst, err = edn.Append(append(dst, ", :error "...), op.Error); err != nil {
			return nil, err
		}
	}
	return append(dst, '}'), nil
}
