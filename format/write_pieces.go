package format

import (
	"context"
	"io"

	"github.com/seed-c33ae711/jcheck/internal/par"
)

// roundPieces is how many pieces a worker makes before they are written.
const roundPieces = 1024

// writePieces writes what piece appends for 0, ..., n-1, in this order, made on all
// cores. It stops when ctx is done.
func writePieces(ctx context.Context, w io.Writer, n int, piece func(dst []byte, i int) ([]byte, error)) error {
	bufs := make([][]byte, par.MaxWorkers())
	for base := 0; base < n; base += len(bufs) * roundPieces {
		err := par.Do(ctx, len(bufs), func(k int) (err error) {
			buf := bufs[k][:0]
			for i := base + k*roundPieces; i < min(base+(k+1)*roundPieces, n); i++ {
				if buf, err = piece(buf, i); err != nil {
					return err
				}
			}
			bufs[k] = buf
			return nil
		})
		if err != nil {
			return err
		}
		for _, buf := range bufs {
			if _, err := w.Write(buf); err != nil {
				return err
			}
		}
	}
	return nil
}
