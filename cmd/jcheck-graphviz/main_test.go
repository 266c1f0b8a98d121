package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Every diagram's DOT is laid out; what is no DOT is an error.
func TestRun(t *testing.T) {
	paths, err := filepath.Glob("../../render/diagram/testdata/*.dot")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no graphs: %v", err)
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if err := run(context.Background(), bytes.NewReader(text), &out); err != nil {
			t.Errorf("%s: %v", path, err)
		}
		if got := out.String(); !strings.Contains(got, "</svg>") || strings.Count(got, `class="edge"`) != strings.Count(string(text), " -> ") {
			t.Errorf("%s: not all edges are drawn", path)
		}
	}
	if err := run(context.Background(), strings.NewReader("digraph {"), &bytes.Buffer{}); err == nil {
		t.Error("half a graph was laid out")
	}
}
