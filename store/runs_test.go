package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
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

// A run is found by the name of its test, whatever the directory is called, and who finds none is told of a
// few that there are.
func TestFindNames(t *testing.T) {
	root := t.TempDir()
	add := func(name string) string {
		t.Helper()
		dir := filepath.Join(root, pathName(name), fmt.Sprintf("20210102T030405.%03dZ", len(name)))
		if err := os.MkdirAll(dir, 0o777); err != nil {
			t.Fatal(err)
		}
		return dir
	}
	for _, name := range []string{"a/b", ".hidden", "latest?", "con", "two words"} {
		want := add(name)
		if dir, err := Find(root, name); err != nil || dir != want {
			t.Errorf("%s is %s, %v", name, dir, err)
		}
	}
	for i := range 40 {
		add(strings.Repeat("x", i+20))
		if err := os.Mkdir(filepath.Join(root, strings.Repeat("x", i+20), "20210102T030400.000Z"), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	_, err := Find(root, "nonsense")
	if err == nil || !strings.HasSuffix(err.Error(), "x and others") || strings.Count(err.Error(), strings.Repeat("x", 59)) != 1 || strings.Count(err.Error(), ", x") != mostNames-1 {
		t.Errorf("got %v", err)
	}
}

// What cannot be read of a store hides nothing else of it, but nobody counts without it.
func TestRunsUnreadable(t *testing.T) {
	root := t.TempDir()
	for _, dir := range []string{"a/20210102T030405.006Z", "b/20210102T030405.006Z"} {
		if err := os.MkdirAll(filepath.Join(root, dir), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	locked := filepath.Join(root, "b")
	if err := os.Chmod(locked, 0); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Chmod(locked, 0o777) })
	if _, err := os.ReadDir(locked); err == nil {
		t.Skip("this user may read everything")
	}
	runs, err := Runs(root)
	if len(runs) != 1 || runs[0].Name != "a" || !errors.Is(err, fs.ErrPermission) {
		t.Errorf("%v, %v", runs, err)
	}
	if _, err := Find(root, "-1"); !errors.Is(err, fs.ErrPermission) {
		t.Errorf("got %v", err)
	}
	if dir, err := Find(root, "a"); err != nil || dir != runs[0].Dir {
		t.Errorf("%s, %v", dir, err)
	}
}
