package format

import (
	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
)

// A RowReader reads op maps one by one, for files whose ops are not one contiguous
// text. It remembers how ops are spelled, so use one reader for many ops. Its zero
// value is ready.
type RowReader struct {
	r   opReader
	rec record
}

// Read reads the op map that begins at offset at, and returns where it ends. The row
// refers to the text of src.
func (r *RowReader) Read(src *edn.Source, at int) (row *history.Row, end int, err error) {
	r.rec.ignores, r.r.rec = true, &r.rec
	end, err = r.r.read(src, at)
	return &r.r.row, end, err
}
