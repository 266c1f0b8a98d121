package store

import (
	"os"
	"path/filepath"
	"testing"
)

// A link that is a file leads to the run whose path it holds, and nowhere else.
func TestFollow(t *testing.T) {
	root := t.TempDir()
	run := filepath.Join(root, "etcd", "20260101T000000.000Z")
	if err := os.MkdirAll(run, 0o777); err != nil {
		t.Fatal(err)
	}
	write := func(path, text string) string {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		return path
	}
	write(filepath.Join(run, "history.edn"), "[]")
	for text, want := range map[string]string{
		"etcd/20260101T000000.000Z\n":                              run,
		"etcd/20260101T000000.000Z":                                run,
		"../" + filepath.Base(root) + "/etcd/20260101T000000.000Z": "",
		"/etc": "", "": "", "etcd": "", "etcd/2000": "", "a\nb": "",
	} {
		if got, ok := Follow(write(filepath.Join(root, "latest"), text)); ok != (want != "") || ok && got != want {
			t.Errorf("%q leads to %q, %v", text, got, ok)
		}
		if got, err := Find(root, "latest"); want != "" && (err != nil || got != want) {
			t.Errorf("%q is the run %q, %v", text, got, err)
		}
	}
	if _, ok := Follow(write(filepath.Join(root, "other"), "etcd/20260101T000000.000Z")); ok {
		t.Error("any file is a link")
	}
	if got, ok := Follow(write(filepath.Join(root, "etcd", "latest"), "20260101T000000.000Z")); !ok || got != run {
		t.Errorf("the test's link leads to %q", got)
	}
}
