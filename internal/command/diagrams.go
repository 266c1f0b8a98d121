package command

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/seed-c33ae711/jcheck/internal/graphviz"
	"github.com/seed-c33ae711/jcheck/linearizable"
	"github.com/seed-c33ae711/jcheck/render"
	"github.com/seed-c33ae711/jcheck/render/diagram"
	"github.com/seed-c33ae711/jcheck/render/linear"
	"github.com/seed-c33ae711/jcheck/result"
)

// mostDiagrams is how many diagrams are drawn of a type of anomaly: nobody looks at
// more, and a history may show thousands.
const mostDiagrams = 50

// storedDiagrams is how many are stored with a run.
const storedDiagrams = 5

// The ways to draw a diagram.
var diagramKinds = []string{"svg", "dot", "json", "graphviz", "none"}

func addDiagramFlag(cmd *cobra.Command, kind *string) {
	cmd.Flags().StringVar(kind, "diagram", "svg",
		fmt.Sprintf("how --out draws each case, at most %d per type: svg, dot (text for Graphviz), json, graphviz (needs jcheck-graphviz or dot), or none", mostDiagrams))
	completeFixed(cmd, "diagram", diagramKinds...)
}

func validateDiagram(kind string) error {
	if !slices.Contains(diagramKinds, kind) {
		return usagef("unknown --diagram %q: expected one of %s", kind, strings.Join(diagramKinds, ", "))
	}
	return nil
}

// diagrams draws what a result can show, most of a type, as files: G1c/0.svg.
func (a *app) diagrams(ctx context.Context, r result.Result, kind string, most int) (files []render.File, err error) {
	if kind == "none" {
		return nil, nil
	}
	scenes := diagram.Scenes(r, most)
	draw := func(s *result.Scene) []byte { return diagram.SVG(s, diagram.Options{}) }
	suffix := ".svg"
	switch {
	case kind == "dot":
		draw, suffix = diagram.DOT, ".dot"
	case kind == "json":
		suffix = ".json"
		draw = func(s *result.Scene) []byte {
			text, jsonErr := diagram.JSON(s)
			err = errors.Join(err, jsonErr)
			return text
		}
	case kind == "graphviz" && len(scenes) > 0:
		engine, err := graphviz.Find()
		if err != nil {
			return nil, fmt.Errorf("--diagram graphviz: %w; --diagram svg needs neither", err)
		}
		defer engine.Close()
		draw = func(s *result.Scene) []byte {
			picture, err := engine.SVG(ctx, diagram.DOT(s))
			if err != nil {
				a.complain(fmt.Errorf("%s #%d is drawn without Graphviz: %w", s.Kind, s.Number+1, err))
				return diagram.SVG(s, diagram.Options{})
			}
			return picture
		}
	}
	for i := range scenes {
		if ctx.Err() != nil {
			return files, ctx.Err()
		}
		s := &scenes[i]
		files = append(files, render.File{Name: fmt.Sprintf("%s/%d%s", render.FileName(s.Kind), s.Number, suffix), Data: draw(s)})
	}
	return files, err
}

// pictures draws what the results of several checks can show, under Jepsen's names:
// elle/G1c/0.svg, linear.svg, and the same for a key in a directory of its own.
func (a *app) pictures(ctx context.Context, r result.Result, kind string, most int) (files []render.File, err error) {
	var walk func(dir string, r result.Result) error
	walk = func(dir string, r result.Result) error {
		switch r := r.(type) {
		case *result.Group:
			for _, m := range r.Members {
				if err := walk(dir, m.Result); err != nil {
					return err
				}
			}
		case *result.Keyed:
			for _, k := range r.Failures() {
				if err := walk(dir+"independent/"+render.FileName(k.Key.String())+"/", k.Result); err != nil {
					return err
				}
			}
		case *linearizable.Result:
			if len(r.Failures()) == 0 || kind == "none" {
				return nil
			}
			picture, err := linear.SVG(r, linear.Options{Limit: most})
			if err != nil {
				return err
			}
			files = append(files, render.File{Name: dir + "linear.svg", Data: picture})
		default:
			drawn, err := a.diagrams(ctx, r, kind, most)
			if err != nil {
				return err
			}
			in := "faults/"
			if _, ok := r.(result.Drawn); ok {
				in = "elle/"
			}
			for _, f := range drawn {
				files = append(files, render.File{Name: dir + in + f.Name, Data: f.Data})
			}
		}
		return nil
	}
	err = walk("", r)
	return files, err
}
