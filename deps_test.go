package jcheck

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/seed-c33ae711/jcheck"

// floors is a statement of policy: the plan of the house. A package may import
// packages of lower floors only, and must stand here. Rooms that are not built
// yet have their floor already.
var floors = [][]string{
	0: {"edn", "verdict", "internal/graph", "internal/graphviz", "internal/huge", "internal/intern", "internal/lin", "internal/mmap", "internal/nemesis", "internal/par", "internal/suggest", "internal/svg"},
	1: {"history", "internal/fressian", "internal/monitor", "internal/values", "internal/weak"},
	2: {"query", "result"},
	3: {"format", "simulate", "internal/oracle"},
	4: { // the checkers
		"adya", "bank", "causal", "counter", "echo", "elle", "independent", "kafka", "linearizable", "lint", "logfile",
		"longfork", "perf", "queue", "sequential", "set", "stats", "triage", "uniqueids",
	},
	5:  {"render", "render/diagram", "render/linear", "render/logorder", "render/plot", "render/timeline", "perf/states", "checker", "shrink", "internal/histtest", "linearizable/lintest"},
	6:  {"elle/txntest", "render/page", "store"},
	7:  {"internal/command", "runner/control", "runner/gen"},
	8:  {"cmd/jcheck", "cmd/jcheck-graphviz", "runner", "runner/gen/gentest"},
	9:  {"runner/nemesis"},
	10: {"runner/cli", "runner/lab", "runner/runnertest"},
}

// Checkers see histories and what lies below them, never files: of the floors
// beneath their own they may use these only.
const (
	checkers     = 4
	checkersSeen = 2
)

// alone are modules that only one package may import, and so one command has: to import
// Graphviz costs a second at every start.
var alone = map[string]string{"github.com/goccy/go-graphviz": "cmd/jcheck-graphviz"}

// floorOf returns the floor of a package, by its path in the module. The root
// package imports nothing and is imported by nothing.
func floorOf(pkg string) (int, bool) {
	if pkg == "." {
		return 0, true
	}
	for floor, rooms := range floors {
		if slices.Contains(rooms, pkg) {
			return floor, true
		}
	}
	return 0, false
}

// sources calls visit with every Go file of the module.
func sources(t *testing.T, visit func(name string) error) {
	t.Helper()
	files := 0
	err := filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && name != "." && (d.Name() == "testdata" || d.Name() == "examples" || strings.ContainsAny(d.Name()[:1], "._")):
			return fs.SkipDir
		case d.IsDir() || !strings.HasSuffix(name, ".go"):
			return nil
		}
		files++
		return visit(name)
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 20 {
		t.Errorf("found %d files: is this the root of the module?", files)
	}
}

// TestDeps checks every import of the module. Test files are exempt.
func TestDeps(t *testing.T) {
	sources(t, func(name string) error {
		if strings.HasSuffix(name, "_test.go") {
			return nil
		}
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, name, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, fault := range faults(fset, f, path.Dir(filepath.ToSlash(name))) {
			t.Error(fault)
		}
		return nil
	})
}

// faults lists what breaks the plan in a file of a package.
func faults(fset *token.FileSet, f *ast.File, pkg string) (out []string) {
	complain := func(at token.Pos, format string, args ...any) {
		p := fset.Position(at)
		out = append(out, fmt.Sprintf("%s:%d: ", filepath.ToSlash(p.Filename), p.Line)+fmt.Sprintf(format, args...))
	}
	own, ok := floorOf(pkg)
	if !ok {
		complain(f.Package, "package %s has no floor: give it a place in the table of deps_test.go", pkg)
		return out
	}
	for _, spec := range f.Imports {
		full, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			complain(spec.Pos(), "%v", err)
			continue
		}
		if full == "C" {
			complain(spec.Pos(), "package %s uses cgo", pkg)
		}
		for mod, only := range alone {
			if (full == mod || strings.HasPrefix(full, mod+"/")) && pkg != only {
				complain(spec.Pos(), "%s imports %s, which only %s may", pkg, full, only)
			}
		}
		imported, ours := strings.CutPrefix(full, module+"/")
		if !ours {
			continue
		}
		floor, known := floorOf(imported)
		switch {
		case isRunner(imported) && !isRunner(pkg):
			complain(spec.Pos(), "%s is offline and imports %s: only the runner may", pkg, imported)
		case !known:
			complain(spec.Pos(), "%s imports %s, which has no floor", pkg, imported)
		case floor >= own:
			complain(spec.Pos(), "%s (floor %d) imports %s (floor %d): expected a lower floor", pkg, own, imported, floor)
		case own == checkers && floor > checkersSeen:
			complain(spec.Pos(), "%s is a checker and imports %s (floor %d): expected floor %d at most", pkg, imported, floor, checkersSeen)
		}
	}
	return out
}

// isRunner reports whether a package belongs to the runner, which makes histories. Whatever reads
// them does without it.
func isRunner(pkg string) bool { return pkg == "runner" || strings.HasPrefix(pkg, "runner/") }

// TestMap checks that the map of the module in doc.go has every package that others
// can import, and every command.
func TestMap(t *testing.T) {
	text, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	_, list, _ := strings.Cut(string(text), "from the ground up")
	named := strings.FieldsFunc(list, func(r rune) bool { return strings.ContainsRune(" ,:\n", r) })
	for _, rooms := range floors {
		for _, pkg := range rooms {
			if _, err := os.Stat(pkg); err == nil && !strings.HasPrefix(pkg, "internal/") && !slices.Contains(named, pkg) {
				t.Errorf("doc.go does not name package %s", pkg)
			}
		}
	}
}

// TestAlone checks that no other package can import what one has for itself.
func TestAlone(t *testing.T) {
	for pkg, want := range map[string]int{"cmd/jcheck-graphviz": 0, "cmd/jcheck": 1, "render": 1} {
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, "x.go", "package x\nimport \"github.com/goccy/go-graphviz/cgraph\"\n", parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		if got := faults(fset, f, pkg); len(got) != want {
			t.Errorf("%s: %q", pkg, got)
		}
	}
}

// TestDepsFaults checks that the test above can fail.
func TestDepsFaults(t *testing.T) {
	for _, c := range []struct{ pkg, imports, want string }{
		{"elle", "history", ""},
		{"format", "internal/par", ""},
		{"internal/command", "render", ""},
		{"elle", "format", "x.go:3: elle is a checker and imports format (floor 3): expected floor 2 at most"},
		{"history", "internal/weak", "x.go:3: history (floor 1) imports internal/weak (floor 1): expected a lower floor"},
		{"verdict", "history", "x.go:3: verdict (floor 0) imports history (floor 1): expected a lower floor"},
		{".", "verdict", "x.go:3: . (floor 0) imports verdict (floor 0): expected a lower floor"},
		{"cmd/jcheck", "runner/gen", "x.go:3: cmd/jcheck is offline and imports runner/gen: only the runner may"},
		{"runner", "store", ""},
		{"elle", "internal/secret", "x.go:3: elle imports internal/secret, which has no floor"},
		{"util", "history", "x.go:1: package util has no floor: give it a place in the table of deps_test.go"},
	} {
		fset := token.NewFileSet()
		src := fmt.Sprintf("package x\nimport \"fmt\"\nimport %q\n", module+"/"+c.imports)
		f, err := parser.ParseFile(fset, "x.go", src, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(faults(fset, f, c.pkg), "\n"); got != c.want {
			t.Errorf("%s imports %s: %q, want %q", c.pkg, c.imports, got, c.want)
		}
	}
}
