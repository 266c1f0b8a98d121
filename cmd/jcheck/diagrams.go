package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/seed-c33ae711/jcheck/internal/graphviz"
	"github.com/seed-c33ae711/jcheck/render"
	"github.com/seed-c33ae711/jcheck/render/diagram"
	"github.com/seed-c33ae711/jcheck/result"
)

// mostDiagrams is how many diagrams are drawn of a type of anomaly: nobody looks at
// more, and a history may show thousands.
const mostDiagrams = 50

// The ways to draw a diagram.
var diagramKinds = []string{"svg", "dot", "json", "graphviz", "none"}

func addDiagramFlag(cmd *cobra.Command, kind *string) {
	cmd.Flags().StringVar(kind, "diagram", "svg",
		fmt.Sprintf("how to draw each case, %d of a type at most: svg, dot (a text for Graphviz), json, graphviz (needs jcheck-graphviz or dot), or none", mostDiagrams))
	completeFixed(cmd, "diagram", diagramKinds...)
}

func validateDiagram(kind string) error {
	if !slices.Contains(diagramKinds, kind) {
		return usagef("unknown --diagram %q: expected one of %s", kind, strings.Join(diagramKinds, ", "))
	}
	return nil
}

// diagrams draws what a result can show, as files: G1c/0.svg.
func (a *app) diagrams(ctx context.Context, r result.Result, kind string) (files []render.File, err error) {
	drawn, ok := r.(result.Drawn)
	if !ok || kind == "none" {
		return nil, nil
	}
	scenes := drawn.Scenes(mostDiagrams)
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
