package mmap

import (
	"bytes"
	"errors"
	"io"
	"testing"
	"testing/iotest"
)

func TestBuffer(t *testing.T) {
	for _, n := range []int{0, 1, 4096, firstBytes - 1, firstBytes, firstBytes + 1, 5*firstBytes + 7} {
		want := make([]byte, n)
		for i := range want {
			want[i] = byte(i * i >> 3)
		}
		var b Buffer
		if err := b.Fill(iotest.HalfReader(bytes.NewReader(want)), int64(n)); err != nil || !bytes.Equal(b.Bytes(), want) {
			t.Errorf("%d bytes: got %d, %v", n, len(b.Bytes()), err)
		}
		b.Free()
		if len(b.Bytes()) != 0 {
			t.Errorf("%d bytes after Free", len(b.Bytes()))
		}
	}
}

func TestBufferErrors(t *testing.T) {
	var b Buffer
	defer b.Free()
	broken := errors.New("broken")
	if err := b.Fill(io.MultiReader(bytes.NewReader([]byte("abc")), iotest.ErrReader(broken)), 10); err != broken || string(b.Bytes()) != "abc" {
		t.Errorf("%q, %v", b.Bytes(), err)
	}
	if err := b.Fill(bytes.NewReader(make([]byte, 100)), 10); err != nil || len(b.Bytes()) <= 10 {
		t.Errorf("beyond the limit: %d bytes, %v", len(b.Bytes()), err)
	}
}
