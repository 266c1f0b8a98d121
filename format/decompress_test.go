package format

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/ulikunitz/xz"
)

// Compressed data that are cut anywhere are an error, and no shorter history. Only
// between two streams a cut cannot be seen.
func TestCutCompressed(t *testing.T) {
	text := strings.Repeat("{:type :info, :process :nemesis}\n", 20)
	stream := map[string]func(w io.Writer) (io.WriteCloser, error){
		"gzip": func(w io.Writer) (io.WriteCloser, error) {
			z := gzip.NewWriter(w)
			z.Name, z.Comment, z.Extra = "history.edn", "ops", []byte("more")
			return z, nil
		},
		"xz, blocks": func(w io.Writer) (io.WriteCloser, error) {
			return xz.WriterConfig{DictCap: 1 << 16, BlockSize: 100}.NewWriter(w)
		},
		"zstd": func(w io.Writer) (io.WriteCloser, error) { return compressors[2].new(w), nil },
	}
	for name, create := range stream {
		var one bytes.Buffer
		w, err := create(&one)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, text); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		two := bytes.Repeat(one.Bytes(), 2)
		for n := magicLen; n <= len(two); n++ {
			h, err := Read(context.Background(), "h", bytes.NewReader(two[:n]), Options{})
			if whole := n%one.Len() == 0; whole != (err == nil) {
				t.Errorf("%s, %d of %d bytes: %v", name, n, len(two), err)
			} else if whole && h.Len() != 20*n/one.Len() {
				t.Errorf("%s, %d of %d bytes: %d ops", name, n, len(two), h.Len())
			}
		}
		if name == "xz, blocks" { // padding of four zeros, and more of them
			padded := append(bytes.Clone(two), make([]byte, 64)...)
			if h, err := Read(context.Background(), "h", bytes.NewReader(padded), Options{}); err != nil || h.Len() != 40 {
				t.Errorf("padding: %v, %v", h, err)
			}
		}
	}
}
