package command

import "testing"

func TestByteSize(t *testing.T) {
	for text, want := range map[string]int64{"0": 0, "-1": -1, "1000": 1000, "2k": 2048, "500M": 500 << 20, "2G": 2 << 30, "2GB": 2 << 30, "2GiB": 2 << 30, "1T": 1 << 40, "17B": 17} {
		var n int64
		if err := newByteSize(&n, 5).Set(text); err != nil || n != want {
			t.Errorf("%s: %d, %v", text, n, err)
		}
	}
	for _, text := range []string{"", "G", "2.5G", "x", "9000000000T", "2 G"} {
		if n := int64(5); newByteSize(&n, 5).Set(text) == nil || n != 5 {
			t.Errorf("%q: %d without an error", text, n)
		}
	}
	for n, want := range map[int64]string{0: "0", 1000: "1000", 2048: "2K", 4 << 30: "4G", 1<<30 + 1: "1073741825"} {
		if got := (byteSize{&n}).String(); got != want {
			t.Errorf("%d: %s, want %s", n, got, want)
		}
	}
}
