package graphviz

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// script makes a program that runs a line of shell.
func script(t *testing.T, dir, name, line string) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("there is no shell")
	}
	if err := os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\n"+line+"\n"), 0o777); err != nil {
		t.Fatal(err)
	}
}

func TestFind(t *testing.T) {
	dir := t.TempDir()
	old := os.Getenv("PATH")
	t.Setenv("PATH", dir)
	if _, err := Find(); !errors.Is(err, ErrNotFound) {
		t.Errorf("found something in an empty directory: %v", err)
	}
	script(t, dir, "dot", "echo '<svg>dot</svg>'")
	for _, want := range []string{"dot", "helper"} {
		e, err := Find()
		if err != nil {
			t.Fatal(err)
		}
		defer e.Close()
		got, err := e.SVG(context.Background(), []byte("digraph {}"))
		if err != nil || !strings.Contains(string(got), want) {
			t.Errorf("got %q, %v, want that of %s", got, err, want)
		}
		script(t, dir, helper, "echo \"<svg>helper $TMPDIR</svg>\"") // it comes first
	}
	t.Setenv("PATH", dir+":"+old)
}

// The helper has a directory of its own for what it compiles.
func TestPrivate(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
	script(t, dir, helper, `echo "<svg>$TMPDIR</svg>"`)
	e, err := Find()
	if err != nil {
		t.Fatal(err)
	}
	got, err := e.SVG(context.Background(), nil)
	if want := "<svg>" + e.cache + "</svg>\n"; err != nil || string(got) != want {
		t.Errorf("got %q, %v, want %q", got, err, want)
	}
	if info, err := os.Stat(e.cache); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the directory is open to others: %v, %v", info, err)
	}
	if err := e.Close(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(e.cache); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the directory is still there: %v", err)
	}
}

// A layout that does not end is killed, and what is no picture is an error.
func TestFailures(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
	for line, want := range map[string]string{
		"exec sleep 1000":             "took longer",
		"echo oops >&2; exit 1":       "oops",
		"echo half":                   "no whole picture",
		"head -c 20000000 </dev/zero": "no whole picture",
	} {
		script(t, dir, helper, line)
		e, err := Find()
		if err != nil {
			t.Fatal(err)
		}
		defer e.Close()
		ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
		if _, err := e.SVG(ctx, []byte("digraph {}")); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", line, err, want)
		}
		cancel()
	}
	e := &Engine{path: "none"}
	if _, err := e.SVG(context.Background(), make([]byte, largest+1)); err == nil || !strings.Contains(err.Error(), "expected at most") {
		t.Errorf("a graph that is too large: %v", err)
	}
}
