package store

import (
	"context"
	"fmt"
	"slices"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/format"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/fressian"
	"github.com/seed-c33ae711/jcheck/internal/par"
)

// DefaultSpillBytes is the default limit of a history's text in memory.
const DefaultSpillBytes = 256 << 20

// Options say how to read a history. The zero value reads it.
type Options struct {
	SpillBytes int64                   // a longer text goes to a temporary file; DefaultSpillBytes if 0
	TempDir    string                  // where that is; the system's place if empty
	MaxBytes   int64                   // limit of the text, an error if it is longer; none if 0
	Progress   func(done, total int64) // called now and then, never concurrently, with bytes of the file
	Order      history.Order           // where the order of events comes from
	Map        *format.Mapping         // the names of the fields of ops; nil for Jepsen's names
}

// A History is a stored history.
type History struct {
	*history.History
	Tuples bool   // values of ops are certainly pairs of a key and its value, as in independent tests
	Losses []Loss // the missing parts of it and of the rest of the file; none if the file is undamaged
}

// Lossy reports whether ops are missing, or may be. The verdict on the rest is unknown
// unless it does not depend on the missing ops.
func (h *History) Lossy() bool {
	return slices.ContainsFunc(h.Losses, func(l Loss) bool { return l.Ops != 0 })
}

// flushBytes is how much text a worker keeps before it waits for its turn.
const flushBytes = 8 << 20

// load decodes the chunks in parallel and puts them together in order.
func (f *File) load(ctx context.Context, opt Options) (*History, error) {
	src := edn.NewSource(f.path, nil, edn.EDN)
	l := loader{f: f, opt: opt, b: history.NewBuilder(src), spool: spool{src: src, limit: opt.SpillBytes, dir: opt.TempDir}}
	l.b.SetOrder(opt.Order)
	if opt.SpillBytes == 0 {
		l.spool.limit = DefaultSpillBytes
	}
	for _, c := range f.chunks {
		l.total += c.length
	}
	turn := make([]chan struct{}, len(f.chunks)+1) // turn[i] is closed when the chunks before i are done with
	for i := range turn {
		turn[i] = make(chan struct{})
	}
	close(turn[0])
	err := par.Workers(ctx, len(f.chunks), func(int) func(int) error {
		w := worker{l: &l, src: edn.Source{Name: f.path}}
		return func(i int) error {
			ok := false
			defer func() { // even when reading has panicked, since others wait
				<-turn[i]
				l.failed = l.failed || !ok
				close(turn[i+1])
			}()
			err := w.read(ctx, f.chunks[i], turn[i])
			ok = err == nil
			return err
		}
	})
	var h *history.History
	if err == nil {
		h, err = l.b.History()
	}
	if err != nil {
		l.spool.abort()
		return nil, err
	}
	l.spool.finish()
	if opt.Map != nil || l.keyed && !l.tuples {
		if h, err = l.remap(ctx, h); err != nil {
			return nil, err
		}
	}
	losses := append(slices.Clone(f.losses), l.losses...)
	slices.SortStableFunc(losses, func(a, b Loss) int { return int(min(max(a.Offset-b.Offset, -1), 1)) })
	return &History{History: h, Tuples: l.tuples || h.Keyed(), Losses: losses}, nil
}

// A loader puts chunks together, one after another.
type loader struct {
	f           *File
	opt         Options
	b           *history.Builder
	spool       spool
	losses      []Loss
	tuples      bool
	keyed       bool // ops have a field :key
	failed      bool // no further chunk counts
	done, total int64
}

// add adds decoded ops.
func (l *loader) add(w *worker, bytes int64) error {
	if l.failed {
		return context.Canceled // another error is on its way
	}
	if n := l.spool.n + int64(len(w.text)); l.opt.MaxBytes > 0 && n > l.opt.MaxBytes {
		return tooLong(l.f.path, l.opt.MaxBytes)
	}
	if l.spool.n == 0 && bytes > 0 { // an estimate saves growing
		scale := float64(l.total) / float64(bytes) * 1.02
		l.b.Grow(int(min(float64(w.cols.Len())*scale, 1<<31-1)) + 64)
		if err := l.spool.reserve(int64(float64(len(w.text))*scale) + 1<<12); err != nil {
			return err
		}
	}
	w.cols.Shift(int(l.spool.n))
	if err := l.spool.add(w.text); err != nil {
		return err
	}
	l.tuples = l.tuples || w.dec.Tuples()
	l.keyed = l.keyed || w.dec.Keyed()
	if err := l.b.Add(&w.cols); err != nil {
		return err
	}
	if l.done += bytes; l.opt.Progress != nil {
		l.opt.Progress(l.done, l.total)
	}
	return nil
}

func tooLong(path string, limit int64) error {
	return &edn.SyntaxError{File: path, Msg: fmt.Sprintf("expected at most %d bytes of text, found more: raise the limit if this is intended", limit)}
}

// remap reads the ops again, which have other fields than Jepsen's.
func (l *loader) remap(ctx context.Context, h *history.History) (*history.History, error) {
	var gaps []format.Gap
	for _, loss := range l.losses {
		if loss.Ops != 0 {
			gaps = append(gaps, format.Gap{At: loss.At, Ops: loss.Ops})
		}
	}
	return format.Remap(ctx, h, format.Options{Order: l.opt.Order, Map: l.opt.Map}, gaps)
}

// lose notes that something is missing behind what was added.
func (l *loader) lose(loss Loss) {
	loss.At = l.b.Len()
	l.losses = append(l.losses, loss)
	if loss.Ops != 0 {
		l.b.Gap(loss.Ops)
	}
}

// A worker decodes one chunk at a time. A chunk's text is added at its turn, and
// before that if it is long.
type worker struct {
	l    *loader
	dec  fressian.Decoder
	src  edn.Source
	text []byte
	cols history.Columns
	rows format.RowReader
	row  history.Row
}

func (w *worker) reset() {
	w.text = w.text[:0]
	w.cols.Reset()
	w.rows = format.RowReader{} // it remembers places in the text
}

func (w *worker) read(ctx context.Context, c chunk, turn chan struct{}) error {
	w.reset()
	if c.lost != nil {
		<-turn
		w.l.lose(*c.lost)
		return nil
	}
	n, from := 0, 0
	loss, err := w.l.f.enter(&c, &w.dec), error(nil)
	entered := loss == nil
	for ; err == nil && loss == nil && w.dec.More(); n++ {
		if n%512 == 511 {
			if err = ctx.Err(); err != nil {
				break
			}
		}
		if len(w.text) >= flushBytes {
			<-turn
			if err = w.l.add(w, int64(w.dec.Pos()-from)); err != nil {
				break
			}
			from = w.dec.Pos()
			w.reset()
		}
		loss, err = w.next(&c)
		if loss != nil {
			break
		}
	}
	if err != nil {
		return err
	}
	<-turn
	if err := w.l.add(w, c.length-int64(from)); err != nil {
		return err
	}
	if entered {
		loss = c.missing(n, &w.dec, loss)
	}
	if loss != nil {
		w.l.lose(*loss)
	}
	return nil
}

// next decodes an op. What is no Fressian is a loss; what is not an op is an error,
// as it would be in a text.
func (w *worker) next(c *chunk) (*Loss, error) {
	var op fressian.Op
	text, err := w.dec.AppendOp(w.text, &op)
	if err != nil {
		return w.l.f.broken(c, &w.dec, err), nil
	}
	w.src.Text, w.text = text, append(text, '\n')
	row := &w.row
	if !fill(row, &op, text) {
		var end int
		if row, end, err = w.rows.Read(&w.src, op.Start); err == nil && end != len(text) {
			err = fmt.Errorf("expected an op")
		}
	}
	if err == nil {
		err = w.cols.Append(&w.src, row)
	}
	if err != nil {
		msg := err.Error()
		if e, ok := err.(*edn.SyntaxError); ok {
			msg = e.Msg
		}
		return nil, &BlockError{File: w.l.f.path, Offset: c.begin() + int64(w.dec.Pos()), ID: c.id, Type: c.typ.String(), Msg: "before this offset: " + msg}
	}
	return nil, nil
}

// fill makes a row of an op that the decoder understood, if it did.
func fill(row *history.Row, op *fressian.Op, text []byte) bool {
	if !op.Plain || !history.Process(op.Process).IsClient() {
		return false
	}
	t, ok := history.TypeNamed(text[op.Type.Lo:op.Type.Hi])
	*row = history.Row{
		Start: op.Start, ValueLo: op.Value.Lo, ValueHi: op.Value.Hi, Type: t, F: text[op.F.Lo:op.F.Hi],
		Index: op.Index, HasIndex: op.HasIndex, Time: op.Time, HasTime: op.HasTime, HasProcess: op.HasProcess,
		Process: history.Process(op.Process),
	}
	if op.IsName {
		row.ProcessName, row.Process = text[op.ProcessName.Lo:op.ProcessName.Hi], history.NoProcess
	} else if !op.HasProcess {
		row.Process = history.NoProcess
	}
	return ok
}
