// Command jcheck-graphviz lays out a graph with Graphviz: DOT from standard input, SVG
// to standard output. jcheck starts it for each picture (--diagram graphviz) and kills
// it when its time is up.
//
// It is a command of its own since Graphviz, as WebAssembly, costs a second when its package
// is merely imported, ignores deadlines, and is not safe for concurrent use.
package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/goccy/go-graphviz"
)

// most is how many bytes a graph may have.
const most = 1 << 20

func main() {
	if err := run(context.Background(), os.Stdin, os.Stdout); err != nil {
		fmt.Fprintf(os.Stderr, "jcheck-graphviz: %v\n", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, in io.Reader, out io.Writer) error {
	text, err := io.ReadAll(io.LimitReader(in, most+1))
	if err != nil {
		return err
	}
	if len(text) > most {
		return fmt.Errorf("expected a graph of at most %d bytes", most)
	}
	engine, err := graphviz.New(ctx)
	if err != nil {
		return err
	}
	graph, err := graphviz.ParseBytes(text)
	if err != nil {
		return err
	}
	return engine.Render(ctx, graph, graphviz.SVG, out)
}
