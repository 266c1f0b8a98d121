package format

import (
	"bufio"
	"compress/bzip2"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/s2"
	"github.com/klauspost/compress/zstd"
	"github.com/ulikunitz/xz"
)

// What was cut must not pass for a shorter history. The libraries notice that
// mostly; the readers here notice the rest. Between two streams that were put
// behind each other nobody can tell a cut, nor between two blocks of s2, which has
// nothing at its end.

// maxWindow is how far back zstd data may refer, which must be in memory: as much as
// the zstd tool allows by default.
const maxWindow = 128 << 20

func decompressor(method string, r *bufio.Reader) (io.ReadCloser, error) {
	switch method {
	case "gzip":
		return newGzipReader(r)
	case "zstd":
		d, err := zstd.NewReader(r, zstd.WithDecoderMaxWindow(maxWindow))
		if err != nil {
			return nil, err
		}
		return d.IOReadCloser(), nil
	case "s2":
		return io.NopCloser(s2.NewReader(r)), nil
	case "bzip2":
		return io.NopCloser(bzip2.NewReader(r)), nil
	case "xz":
		if err := checkXZ(r); err != nil {
			return nil, err
		}
		return newXZReader(r)
	}
	return io.NopCloser(r), nil
}

// checkXZ looks at how far back the first block of xz data may refer, which the
// decoder takes memory for at once: more than the tool ever asks for is refused.
func checkXZ(r *bufio.Reader) error {
	const largest = 1536 << 20
	const streamHeader = 12
	head, _ := r.Peek(streamHeader + 1<<6) // shorter if the data are; then the decoder complains
	block := head[min(streamHeader, len(head)):]
	if len(block) < 2 || block[0] == 0 || block[1]&3 != 0 {
		return nil // no block, or one with filters, which the decoder refuses
	}
	i := 2
	for sizes := block[1] >> 6; sizes > 0; sizes &= sizes - 1 { // compressed, uncompressed
		for i < len(block) && block[i]&0x80 != 0 {
			i++
		}
		i++
	}
	if i+2 >= len(block) || block[i] != 0x21 {
		return nil
	}
	if code := block[i+2]; code >= 40 || (2|int64(code&1))<<(code/2+11) > largest {
		return fmt.Errorf("expected a dictionary of at most %d MiB, found a larger one", largest>>20)
	}
	return nil
}

// A gzipReader reads the members of gzip data one by one: the library takes a member
// that is cut in its header for the end of the data.
type gzipReader struct {
	*gzip.Reader
	r *bufio.Reader
}

func newGzipReader(r *bufio.Reader) (io.ReadCloser, error) {
	z, err := gzip.NewReader(r)
	if err != nil {
		return nil, noEOF(err)
	}
	z.Multistream(false)
	return &gzipReader{z, r}, nil
}

func (g *gzipReader) Read(p []byte) (int, error) {
	n, err := g.Reader.Read(p)
	if err != io.EOF {
		return n, err
	}
	if _, err := g.r.Peek(1); err != nil {
		return n, err
	}
	if err := g.Reset(g.r); err != nil {
		return n, noEOF(err)
	}
	g.Multistream(false)
	return n, nil
}

func noEOF(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

// An xzReader reads xz data, and checks that they end with the footer of a stream:
// the library takes a cut between two blocks for the end of the data.
type xzReader struct {
	x    io.Reader
	last *lastBytes
}

func newXZReader(r io.Reader) (io.ReadCloser, error) {
	last := &lastBytes{r: r}
	x, err := xz.NewReader(last)
	return io.NopCloser(&xzReader{x, last}), err
}

func (x *xzReader) Read(p []byte) (int, error) {
	n, err := x.x.Read(p)
	if err == io.EOF && !isXZFooter(x.last.text[:]) {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

const xzFooterLen = 12

// isXZFooter checks a footer: the checksum of what follows it, six bytes, and a
// magic.
func isXZFooter(b []byte) bool {
	return binary.LittleEndian.Uint32(b) == crc32.ChecksumIEEE(b[4:10]) && string(b[10:]) == "YZ"
}

// lastBytes remembers the last bytes that were read, but for zeros behind them,
// which may be padding.
type lastBytes struct {
	r     io.Reader
	text  [xzFooterLen]byte
	zeros int
}

func (l *lastBytes) Read(p []byte) (int, error) {
	n, err := l.r.Read(p)
	for _, c := range p[:n] {
		if c == 0 {
			l.zeros++
			continue
		}
		for ; l.zeros > 0; l.zeros-- {
			l.push(0)
		}
		l.push(c)
	}
	return n, err
}

func (l *lastBytes) push(c byte) {
	copy(l.text[:], l.text[1:])
	l.text[xzFooterLen-1] = c
}
