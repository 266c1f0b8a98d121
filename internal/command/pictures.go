package command

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/seed-c33ae711/jcheck/format"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/par"
	"github.com/seed-c33ae711/jcheck/kafka"
	"github.com/seed-c33ae711/jcheck/perf"
	"github.com/seed-c33ae711/jcheck/perf/states"
	"github.com/seed-c33ae711/jcheck/render/logorder"
	"github.com/seed-c33ae711/jcheck/render/plot"
	"github.com/seed-c33ae711/jcheck/result"
	"github.com/seed-c33ae711/jcheck/store"
)

// measured is what pictures and pages show of a history.
type measured struct {
	history *history.History
	summary *perf.Summary
	charts  []perf.Chart
	logs    *kafka.Result // nil if the history is none of logs
}

// measureAll measures a history. The result is that of a check of it, nil if there is none.
func measureAll(ctx context.Context, h *history.History, opt perf.Options, r result.Result) (m measured, err error) {
	m.history = h
	if m.summary, err = perf.Measure(ctx, h, opt); err != nil {
		return m, err
	}
	if m.charts, err = states.Charts(ctx, h, opt); err != nil {
		return m, err
	}
	m.logs, err = logsOf(ctx, h, r)
	return m, err
}

// logsOf is the result on logs: of the check that was made, or else of one of its own.
func logsOf(ctx context.Context, h *history.History, r result.Result) (*kafka.Result, error) {
	if g, ok := r.(*result.Group); ok {
		for _, m := range g.Members {
			if logs, ok := m.Result.(*kafka.Result); ok {
				return logs, nil
			}
		}
	}
	if logs, ok := r.(*kafka.Result); ok {
		return logs, nil
	}
	if _, ok := h.SymbolOf("poll"); !ok || r != nil {
		return nil, nil
	}
	logs, err := kafka.Check(ctx, h, kafka.Options{})
	if err != nil || ctx.Err() != nil {
		return nil, ctx.Err() // it is no log
	}
	return logs, nil
}

// drawInto draws pictures into a directory: one that appears when all are there, or one that exists, in which
// each appears when it is whole.
func drawInto(ctx context.Context, dir string, m measured, opt plot.Options) (int, error) {
	pictures := append(plot.Pictures(m.summary, opt), plot.Charts(m.summary, m.charts, opt)...)
	logs, err := logFiles(ctx, m)
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
	orders := filepath.Join(dir, ordersDir)
	if len(logs) > 0 {
		if err := makeDir(orders); err != nil {
			return 0, err
		}
	}
	for _, file := range x.Files {
		if err := store.WriteFile(filepath.Join(dir, file.Name), file.Write); err != nil {
			return 0, err
		}
	}
	return drawn, removeOrders(orders, logs)
}

// removeOrders removes the orders that were drawn before of logs that have none now.
func removeOrders(dir string, current []format.OutputFile) error {
	old, err := filepath.Glob(filepath.Join(dir, "*.svg"))
	if err != nil || len(old) == 0 {
		return nil // the directory has a name that is a pattern
	}
	for _, path := range old {
		same := func(f format.OutputFile) bool { return filepath.Base(f.Name) == filepath.Base(path) }
		if slices.ContainsFunc(current, same) || !isPicture(path) {
			continue
		}
		if err := os.Remove(path); err != nil {
			return err
		}
	}
	return nil
}

// isPicture reports whether a file is a picture of ours.
func isPicture(path string) bool {
	info, err := os.Lstat(path)
	return err == nil && info.Mode().IsRegular() && startsWith(path, `class="jc`)
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
func logFiles(ctx context.Context, m measured) (files []format.OutputFile, err error) {
	if m.logs == nil {
		return nil, nil
	}
	list, err := m.logs.Orders(ctx, maxLogs)
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
		files = append(files, outputFile(filepath.Join(ordersDir, name), bytes.NewBuffer(logorder.SVG(m.history, &list[i]))))
	}
	return files, nil
}
