package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/seed-c33ae711/jcheck/format"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/par"
	"github.com/seed-c33ae711/jcheck/kafka"
	"github.com/seed-c33ae711/jcheck/perf"
	"github.com/seed-c33ae711/jcheck/perf/states"
	"github.com/seed-c33ae711/jcheck/render/logorder"
	"github.com/seed-c33ae711/jcheck/render/plot"
	"github.com/seed-c33ae711/jcheck/store"
)

// drawInto draws pictures into a directory: one that appears when all are there, or one that exists, in which
// each appears when it is whole.
func drawInto(ctx context.Context, dir string, h *history.History, s *perf.Summary, about perf.Options, opt plot.Options) (int, error) {
	charts, err := states.Charts(ctx, h, about)
	if err != nil {
		return 0, err
	}
	pictures := append(plot.Pictures(s, opt), plot.Charts(s, charts, opt)...)
	logs, err := logFiles(ctx, h)
	if err != nil || len(pictures)+len(logs) == 0 {
		return 0, err
	}
	files := make([]bytes.Buffer, 2*len(pictures))
	x := &format.Output{Dir: true, Files: logs}
	for i := range files {
		name := pictures[i/2].Name + []string{".png", ".svg"}[i%2]
		x.Files = append(x.Files, outputFile(name, &files[i]))
	}
	err = par.Do(ctx, len(files), func(i int) error {
		if i%2 == 0 {
			return pictures[i/2].PNG(&files[i])
		}
		return pictures[i/2].SVG(&files[i])
	})
	if err != nil {
		return 0, err
	}
	drawn := len(pictures) + len(logs)
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		return drawn, output{path: dir}.write(nil, x)
	}
	if len(logs) > 0 {
		if err := makeDir(filepath.Join(dir, ordersDir)); err != nil {
			return 0, err
		}
	}
	for _, file := range x.Files {
		if err := store.WriteFile(filepath.Join(dir, file.Name), file.Write); err != nil {
			return 0, err
		}
	}
	return drawn, nil
}

func outputFile(name string, data *bytes.Buffer) format.OutputFile {
	return format.OutputFile{Name: name, Write: func(w io.Writer) error {
		_, err := w.Write(data.Bytes())
		return err
	}}
}

// makeDir makes a directory, if it is not there. A link to one is refused: files would land elsewhere.
func makeDir(path string) error {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return os.Mkdir(path, 0o777)
	case err != nil:
		return err
	case !info.IsDir():
		return usagef("%s is no directory: expected one for pictures", path)
	}
	return nil
}

// ordersDir is where the orders of logs are drawn, as in Jepsen.
const ordersDir = "orders"

// maxLogs is how many keys' logs are drawn.
const maxLogs = 12

// logFiles draws the logs in which something is wrong.
func logFiles(ctx context.Context, h *history.History) (files []format.OutputFile, err error) {
	if _, ok := h.SymbolOf("poll"); !ok {
		return nil, nil
	}
	r, err := kafka.Check(ctx, h, kafka.Options{})
	if err != nil || ctx.Err() != nil {
		return nil, ctx.Err() // it is no log
	}
	list, err := r.Orders(ctx, maxLogs)
	if err != nil {
		return nil, err
	}
	taken := map[string]bool{}
	for i := range list {
		name := logorder.FileName(list[i].Key)
		for n := 2; taken[name]; n++ {
			name = fmt.Sprintf("%s-%d.svg", strings.TrimSuffix(logorder.FileName(list[i].Key), ".svg"), n)
		}
		taken[name] = true
		files = append(files, outputFile(filepath.Join(ordersDir, name), bytes.NewBuffer(logorder.SVG(h, &list[i]))))
	}
	return files, nil
}
