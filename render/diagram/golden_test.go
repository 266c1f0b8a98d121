package diagram

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/seed-c33ae711/jcheck/elle"
	"github.com/seed-c33ae711/jcheck/format"
	"github.com/seed-c33ae711/jcheck/result"
)

var update = flag.Bool("update", false, "write golden pictures")

// scenes are those of the histories of which render has golden prose, by file, and of
// one with many anomalies.
func scenes(t testing.TB) (all map[string][]result.Scene) {
	t.Helper()
	paths, err := filepath.Glob("../testdata/elle/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no histories: %v", err)
	}
	all = map[string][]result.Scene{}
	for _, path := range append(paths, "../../../shared/pictures/elle-all.edn") {
		text, err := os.ReadFile(path)
		if errors.Is(err, os.ErrNotExist) {
			continue
		} else if err != nil {
			t.Fatal(err)
		}
		name, opt := "history.edn", elle.Options{}
		if archive := txtar.Parse(text); len(archive.Files) > 0 {
			name, text = archive.Files[0].Name, archive.Files[0].Data
			opt = options(string(archive.Comment))
		}
		h, err := format.ReadBytes(context.Background(), name, text, format.Options{})
		if err != nil {
			t.Fatal(err)
		}
		res, err := elle.Check(context.Background(), h, opt)
		if err != nil {
			t.Fatal(err)
		}
		base := strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
		all[base] = res.Scenes(2)
	}
	return all
}

func options(comment string) (opt elle.Options) {
	for line := range strings.Lines(comment) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		switch key {
		case "models":
			opt.Models = strings.Fields(value)
		case "anomalies":
			opt.Anomalies = strings.Fields(value)
		case "assume":
			opt.WFRKeys = strings.Contains(value, "wfr")
			opt.SequentialKeys = strings.Contains(value, "sequential")
			opt.LinearizableKeys = strings.Contains(value, "linearizable")
		}
	}
	return opt
}

// each calls f with every scene, in order, and a name for it.
func each(t testing.TB, f func(name string, s *result.Scene)) {
	all := scenes(t)
	var names []string
	for name := range all {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		for i := range all[name] {
			s := &all[name][i]
			f(fmt.Sprintf("%s/%s-%d", name, s.Kind, s.Number), s)
		}
	}
}

// TestGoldens compares pictures and DOT with those that were looked at. The first
// picture of each kind of anomaly is kept.
func TestGoldens(t *testing.T) {
	seen := map[string]bool{}
	each(t, func(name string, s *result.Scene) {
		if strings.HasPrefix(name, "elle-all/") || seen[s.Kind] {
			return // elle-all is not always there
		}
		seen[s.Kind] = true
		for suffix, got := range map[string][]byte{".svg": SVG(s, Options{Embedded: true}), ".dot": DOT(s)} {
			path := filepath.Join("testdata", s.Kind+suffix)
			if *update {
				if err := os.WriteFile(path, got, 0o666); err != nil {
					t.Fatal(err)
				}
				continue
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, want) {
				t.Errorf("%s of %s differs from %s; look at it, and bless it with -update", suffix, name, path)
			}
		}
	})
	for _, a := range elle.Explained() {
		if !seen[string(a)] && a != elle.EmptyGraph {
			t.Errorf("no picture of %s", a)
		}
	}
}

// wellFormed parses XML, and refuses what must not be in a picture.
func wellFormed(t testing.TB, name string, picture []byte) {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(picture))
	d.Strict = true
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		el, ok := tok.(xml.StartElement)
		if !ok {
			continue
		}
		if !slices.Contains([]string{"svg", "title", "desc", "style", "g", "rect", "circle", "line", "path", "text"}, el.Name.Local) {
			t.Errorf("%s: an element <%s>", name, el.Name.Local)
		}
		for _, a := range el.Attr {
			if a.Name.Local == "style" || strings.HasPrefix(a.Name.Local, "on") || a.Name.Local == "href" {
				t.Errorf("%s: an attribute %s", name, a.Name.Local)
			}
		}
	}
}
