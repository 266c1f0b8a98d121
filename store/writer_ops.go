package store

import (
	"encoding/binary"
	"time"

	"github.com/seed-c33ae711/jcheck/edn"
)

// Add adds an op to the history, which is a map such as {:index 0, :time 17, :type
// :invoke, :process 3, :f :read, :value nil}. Indices should be 0, 1, 2, ..., because
// other programs find ops by position. In a test of independent keys, a value with its
// key is #jepsen/map-entry [key value].
//
// An op that cannot be written is refused, and costs nothing else.
func (w *Writer) Add(op edn.Value) error {
	return w.step(func() error {
		switch {
		case w.root == 0:
			return refusal{errNoTest}
		case w.sealed:
			return refusal{errSealed}
		case w.ops == 0:
			w.stream = w.id()
			w.startTimer()
		}
		before := len(w.buf)
		var err error
		if w.buf, err = w.enc.AppendOp(w.buf, op); err != nil {
			w.buf = w.buf[:before] // what the encoder has cached of it is gone, so another chunk begins
			w.enc.Reset()
			if err := w.seal(true); err != nil {
				return err
			}
			return refusal{err}
		}
		if w.ops++; w.ops >= w.opt.ChunkOps || len(w.buf) >= sealBytes {
			return w.seal(false)
		}
		if len(w.buf)-w.written >= flushed {
			return w.flush()
		}
		return nil
	})
}

// flush writes what there is of the open chunk, but for its header: zeros there
// tell a reader that it is unsealed.
func (w *Writer) flush() error {
	from := max(w.written, blockHeader)
	if _, err := w.file.WriteAt(w.buf[from:], w.end+int64(from)); err != nil {
		return err
	}
	w.written = len(w.buf)
	return nil
}

// startTimer sees to it that ops do not wait for others to come.
func (w *Writer) startTimer() {
	if w.opt.Seal < 0 {
		return
	}
	stream := w.stream
	w.since = time.AfterFunc(w.opt.Seal, func() {
		_ = w.step(func() error { // an error is the next step's
			if w.stream != stream || w.ops == 0 {
				return nil
			}
			return w.seal(true)
		})
	})
}

// seal ends the open chunk, if there is one. Chunks that were sealed early are
// joined with what they follow if that is no longer than they are, so that
// there are few of them in the end, and each op is written a few times at most.
func (w *Writer) seal(early bool) error {
	if w.ops == 0 {
		return nil
	}
	if w.since != nil {
		w.since.Stop()
	}
	c := sealedChunk{first: w.total, n: w.ops, id: w.stream, off: w.end, length: len(w.buf)}
	if err := w.put(c.id, streamBlock, w.buf); err != nil {
		return err
	}
	w.total += int64(w.ops)
	w.buf, w.ops, w.written, w.stream = w.buf[:blockHeader], 0, 0, 0
	w.enc.Reset()
	join := len(w.chunks)
	for sum := c; early && join > 0; join-- {
		before := w.chunks[join-1]
		if before.n > sum.n || before.n+sum.n > w.opt.ChunkOps || before.length+sum.length > sealBytes {
			break
		}
		sum.n, sum.length = before.n+sum.n, before.length+sum.length
	}
	w.chunks = append(w.chunks, c)
	if err := w.join(join); err != nil {
		return err
	}
	return w.saveVector()
}

// join writes the chunks from one on as one: each but the first begins with the
// code that clears what those before it have cached.
func (w *Writer) join(from int) error {
	parts := w.chunks[from:]
	if len(parts) < 2 {
		return nil
	}
	to := sealedChunk{first: parts[0].first}
	block := newBlock()
	for i, c := range parts {
		if i > 0 {
			block = append(block, 0xfe)
		}
		at := len(block)
		block = append(block, make([]byte, c.length-blockHeader)...)
		if _, err := w.file.ReadAt(block[at:], c.off+blockHeader); err != nil {
			return err
		}
		delete(w.blocks, c.id)
		to.n += c.n
	}
	to.id, to.off, to.length = w.id(), w.end, len(block)
	w.chunks = append(w.chunks[:from], to)
	return w.put(to.id, streamBlock, block)
}

func (w *Writer) saveVector() error {
	block := binary.BigEndian.AppendUint64(newBlock(), uint64(w.total))
	for _, c := range w.chunks {
		block = binary.BigEndian.AppendUint64(block, uint64(c.first))
		block = binary.BigEndian.AppendUint32(block, c.id)
	}
	if err := w.put(w.history, vectorBlock, block); err != nil {
		return err
	}
	return w.commit()
}

// Flush writes the ops added so far to the file.
func (w *Writer) Flush() error { return w.step(func() error { return w.seal(true) }) }

// EndHistory marks the history as complete.
func (w *Writer) EndHistory() error {
	return w.step(func() error {
		switch {
		case w.root == 0:
			return refusal{errNoTest}
		case w.sealed:
			return refusal{errSealed}
		}
		w.sealed = true
		if w.ops > 0 {
			return w.seal(false)
		}
		if len(w.chunks) > 0 {
			return nil
		}
		id := w.id()
		w.chunks = []sealedChunk{{id: id, off: w.end, length: blockHeader}}
		if err := w.put(id, streamBlock, newBlock()); err != nil {
			return err
		}
		return w.saveVector()
	})
}
