package store

import (
	"os"
	"path/filepath"
	"testing"
)

// Runs are sorted by their instants, whatever the zones, and links do not count.
func TestRuns(t *testing.T) {
	root := t.TempDir()
	for _, dir := range []string{"b/20210102T030405.006Z", "a/20210102T030405.006-0500", "a/20210102T060405.006+0700", "a/nonsense", "c"} {
		if err := os.MkdirAll(filepath.Join(root, dir), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("20210102T030405.006-0500", filepath.Join(root, "a", "latest")); err != nil {
		t.Skip(err)
	}
	if err := os.Symlink("a/20210102T030405.006-0500", filepath.Join(root, "latest")); err != nil {
		t.Skip(err)
	}
	if err := os.Symlink("a", filepath.Join(root, "alias")); err != nil {
		t.Skip(err)
	}
	runs, err := Runs(root)
	if err != nil {
		t.Fatal(err)
	}
	got := ""
	for _, r := range runs {
		got += r.Name + " "
	}
	if got != "a b a " {
		t.Errorf("runs of %s", got)
	}
	for address, want := range map[string]string{
		"-1": "a/20210102T030405.006-0500", "-2": "b/20210102T030405.006Z", "0": "a/20210102T060405.006+0700", "a": "a/20210102T030405.006-0500",
		"b": "b/20210102T030405.006Z", "latest": "latest", "a/latest": "a/latest", "a/20210102T060405.006+0700": "a/20210102T060405.006+0700",
	} {
		if dir, err := Find(root, address); err != nil || dir != filepath.Join(root, filepath.FromSlash(want)) {
			t.Errorf("%s is %s, %v, want %s", address, dir, err, want)
		}
	}
	for _, address := range []string{"3", "-4", "nonsense", "../x", "/"} {
		if dir, err := Find(root, address); err == nil {
			t.Errorf("%s is %s", address, dir)
		}
	}
}
