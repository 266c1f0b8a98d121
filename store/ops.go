package store

import (
	"fmt"
	"sync"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/internal/fressian"
)

// Len returns how many ops the history has. It decodes nothing, except for the chunks
// of a file whose vector of chunks is missing, and a list of version 0 without a count.
func (f *File) Len() (n int, err error) {
	err = f.guard(func() error {
		for i := range f.chunks {
			k, err := f.chunkLen(i)
			if err != nil {
				return err
			}
			n += k
		}
		return nil
	})
	return n, err
}

// chunkLen returns how many ops chunk i has; those that are lost do not count.
func (f *File) chunkLen(i int) (int, error) {
	c := &f.chunks[i]
	switch {
	case c.lost != nil:
		return 0, nil
	case c.n >= 0:
		return c.n, nil
	}
	if n, ok := f.listLen(c); ok {
		return n, nil
	}
	t, err := f.texts(i)
	if err != nil {
		return 0, err
	}
	return len(t.ends), nil
}

// listLen returns the length of a list that says it.
func (f *File) listLen(c *chunk) (int, bool) {
	if c.typ != valueBlock {
		return 0, false
	}
	d := fressian.NewDecoder(f.data[c.off+blockHeader:c.off+c.length], 0)
	return d.EnterLen()
}

// Ops returns the ops from position lo up to hi, as they are spelled in EDN. Only the
// chunks that hold them are decoded, and a few are kept for the next call. It fails if
// one of them is damaged; [File.History] reads the rest.
func (f *File) Ops(lo, hi int) (ops []edn.Value, err error) {
	err = f.guard(func() error {
		at := 0
		for i := 0; i < len(f.chunks) && at < hi; i++ {
			n, err := f.chunkLen(i)
			if err != nil {
				return err
			}
			if n > 0 && at+n > lo {
				if ops, err = f.appendOps(ops, i, max(lo-at, 0), min(hi-at, n)); err != nil {
					return err
				}
			}
			at += n
		}
		if lo < 0 || lo > hi || at < hi {
			return fmt.Errorf("%s: expected ops in the range 0 to %d, found %d to %d", f.path, at, lo, hi)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return ops, nil
}

func (f *File) appendOps(ops []edn.Value, i, lo, hi int) ([]edn.Value, error) {
	t, err := f.texts(i)
	if err != nil {
		return nil, err
	}
	if hi > len(t.ends) { // a list that says more than it has
		c := &f.chunks[i]
		return nil, &BlockError{File: f.path, Offset: c.off, ID: c.id, Type: c.typ.String(), Msg: fmt.Sprintf("expected %d ops, found %d", hi, len(t.ends))}
	}
	for k := lo; k < hi; k++ {
		start := 0
		if k > 0 {
			start = t.ends[k-1] + 1
		}
		ops = append(ops, t.src.Value(start, t.ends[k]))
	}
	return ops, nil
}

// opTexts are the decoded ops of a chunk.
type opTexts struct {
	chunk int
	src   *edn.Source
	ends  []int
}

// cachedBytes is how much text of decoded chunks is kept, or else one chunk.
const cachedBytes = 32 << 20

// An opCache keeps what was decoded last.
type opCache struct {
	mu   sync.Mutex
	kept []*opTexts // the most recent last
}

// texts returns the decoded chunk i.
func (f *File) texts(i int) (*opTexts, error) {
	f.cache.mu.Lock()
	defer f.cache.mu.Unlock()
	for k, t := range f.cache.kept {
		if t.chunk == i {
			f.cache.kept = append(append(f.cache.kept[:k:k], f.cache.kept[k+1:]...), t)
			return t, nil
		}
	}
	t, err := f.decodeChunk(i)
	if err != nil {
		return nil, err
	}
	kept, size := append(f.cache.kept, t), 0
	for k := len(kept) - 1; k >= 0; k-- {
		if size += len(kept[k].src.Text); size > cachedBytes && k < len(kept)-1 {
			kept = kept[k+1:]
			break
		}
	}
	f.cache.kept = kept
	return t, nil
}

// decodeChunk decodes the ops of chunk i, all of which must be there.
func (f *File) decodeChunk(i int) (*opTexts, error) {
	c := f.chunks[i]
	t := &opTexts{chunk: i, src: edn.NewSource(f.path, nil, edn.EDN)}
	var d fressian.Decoder
	all := make([]byte, 0, 8*c.length)
	_, loss := f.walk(&c, &d, func(text []byte) error {
		all = append(all, text...)
		t.ends = append(t.ends, len(all))
		all = append(all, '\n')
		return nil
	})
	if loss != nil {
		return nil, &BlockError{File: f.path, Offset: loss.Offset, ID: c.id, Type: c.typ.String(), Msg: loss.Reason}
	}
	t.src.Text = all
	return t, nil
}
