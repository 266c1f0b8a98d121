package format

import (
	"bytes"
	"context"
	"encoding/base64"
	"testing"
)

// The library has no compressor for bzip2, so these were made with the tool: two
// ops, and nothing.
const (
	bzip2Ops = "QlpoOTFBWSZTWaNEnAEAAERbgAAQQARgEAAKLy3faiAAYCqgkbUaZomj0mahRoaAAAC765OzRFVEqm8NpSy3ekNEV0SEkWDV02WU" +
		"OHTOSyrGDFZu2cQ5d87slGCThRM6RazSXLt38XckU4UJCjRJwBA="
	bzip2Empty = "QlpoORdyRThQkAAAAAA="
)

const bzip2Text = "{:index 0, :type :invoke, :process 0, :f :txn, :value [[:append :x 1]]}\n" +
	"{:index 1, :type :ok, :process 0, :f :txn, :value [[:append :x 1]]}\n"

func unbase64(t testing.TB, s string) []byte {
	t.Helper()
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestBzip2(t *testing.T) {
	packed := unbase64(t, bzip2Ops)
	h, err := ReadFile(context.Background(), writeFile(t, packed), Options{})
	if err != nil || string(h.Source().Text) != bzip2Text {
		t.Fatalf("%v, %v", h, err)
	}
	// Two streams, one behind the other, are one file.
	_, err = Read(context.Background(), "h", bytes.NewReader(append(packed, packed...)), Options{})
	if got, want := message(err), "h:3:1: expected a unique :index, but 0 is also that of the op on line 1"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	_, err = ReadBytes(context.Background(), "h", unbase64(t, bzip2Empty), Options{})
	if got, want := message(err), "h:1:1: expected ops, found an empty file"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	// What begins like a name is no compressed file.
	if method([]byte("BZhang's log, read by hand")) != "" {
		t.Error("a text was taken for bzip2")
	}
}
