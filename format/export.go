package format

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
)

// TiPocket is only written: it is EDN of list-append transactions, spelled so that
// TiPocket's reader, which looks for patterns, finds them.
const TiPocket Format = "tipocket"

// An Output is a history in a format that can express what matters in it.
type Output struct {
	Dir   bool         // whether the files are those of a directory
	Files []OutputFile // one without a name, or those of a directory
	Lost  []string     // what the format does not say, such as "times"
}

// An OutputFile is a file that can be written.
type OutputFile struct {
	Name  string
	Write func(w io.Writer) error
}

// exporters write a history in each format.
var exporters = []struct {
	format Format
	dir    bool
	files  func(e *export) ([]OutputFile, error)
}{
	{EDN, false, func(e *export) ([]OutputFile, error) { return e.ops(EDN), nil }},
	{JSON, false, exportJSON},
	{JSONL, false, func(e *export) ([]OutputFile, error) { return e.ops(JSONL), nil }},
	{Plume, false, exportPlume},
	{AWDIT, false, exportAWDIT},
	{DBCop, false, exportDBCop},
	{DBCopJSON, false, exportDBCopJSON},
	{DBCopHist, false, exportDBCopHist},
	{Cobra, true, exportCobra},
	{Viper, true, exportViper},
	{VeriStrong, false, exportVeriStrong},
	{TiPocket, false, exportTiPocket},
	{Etcd, false, exportEtcd},
	{JepsenLog, false, exportJepsenLog},
	{HistoryTxt, false, exportHistoryTxt},
	{KV, false, exportKV},
}

// ExportOptions say how to export. The zero value changes nothing.
type ExportOptions struct {
	// NumberKeys gives the keys of transactions numbers, from 0 in the order in which they
	// first occur, for formats in which keys are integers.
	NumberKeys bool
}

// ExportFormats lists the formats that a history can be exported to.
func ExportFormats() []string {
	var names []string
	for _, x := range exporters {
		names = append(names, string(x.format))
	}
	return names
}

// Export prepares a history to be written in a format. Reading the output gives the
// same transactions or operations, with the same outcomes, by the same processes, each
// in the same order, or in realtime order if the format has it. If the format cannot
// express that, Export fails with an error that names the op. Lost lists what else the
// format cannot express.
func Export(ctx context.Context, h *history.History, f Format, opt ExportOptions) (*Output, error) {
	for _, x := range exporters {
		if x.format != f {
			continue
		}
		if _, lost := h.Lost(); lost && f != EDN && f != JSON && f != JSONL {
			return nil, &edn.SyntaxError{File: h.Source().Name, Msg: fmt.Sprintf("%s cannot record that ops are missing, and the rest would look complete; edn, json and jsonl can", f)}
		}
		e := &export{ctx: ctx, h: h, format: f, opt: opt}
		files, err := x.files(e)
		if err != nil {
			return nil, err
		}
		return &Output{Dir: x.dir, Files: files, Lost: e.lost}, nil
	}
	return nil, fmt.Errorf("unknown format %q to export to: expected %s", f, strings.Join(ExportFormats(), ", "))
}

// An export is the writing of a history.
type export struct {
	ctx    context.Context
	h      *history.History
	format Format
	opt    ExportOptions
	lost   []string
}

func (e *export) lose(format string, args ...any) {
	e.lost = append(e.lost, fmt.Sprintf(format, args...))
}

// refuse says why op i cannot be written.
func (e *export) refuse(i int, format string, args ...any) error {
	return e.h.Errorf(i, "%s cannot express this: %s", e.format, fmt.Sprintf(format, args...))
}

// ops is the history with one op to a line.
func (e *export) ops(f Format) []OutputFile {
	return []OutputFile{{"", func(w io.Writer) error { return Write(e.ctx, w, e.h, f) }}}
}

// exportJSON writes one array, an op to a line.
func exportJSON(e *export) ([]OutputFile, error) {
	mark := markBefore(e.h)
	return e.lines(e.h.Len(), func(dst []byte, i int) ([]byte, error) {
		switch {
		case i == 0:
			dst = append(dst, '[')
		default:
			dst = append(dst, " "...)
		}
		dst, err := withMark(dst, e.h, i, mark, JSON, ",\n ", AppendOpJSON)
		if i < e.h.Len()-1 {
			return append(dst, ",\n"...), err
		}
		return append(dst, "]\n"...), err
	}, "[]\n"), nil
}

// lines is a file of n pieces, or of what stands for none.
func (e *export) lines(n int, piece func(dst []byte, i int) ([]byte, error), none string) []OutputFile {
	return []OutputFile{{"", func(w io.Writer) error { return e.pieces(w, n, piece, none) }}}
}

// pieces writes n pieces, which may be made at the same time.
func (e *export) pieces(w io.Writer, n int, piece func(dst []byte, i int) ([]byte, error), none string) error {
	if n == 0 {
		_, err := io.WriteString(w, none)
		return err
	}
	return writePieces(e.ctx, w, n, piece)
}

// loseMeta notes which of the ops' other fields are lost, and whether realtime
// order is: of the ops that keep says yes to.
func (e *export) loseMeta(keep func(i int) bool, realtime bool, kept ...string) error {
	h := e.h
	var times, indices, nemesis int
	var others []string
	seen := map[string]bool{"index": true, "time": true, "type": true, "process": true, "f": true, "value": true}
	for _, name := range kept {
		seen[name] = true
	}
	for i := range h.Len() {
		if i%opsPerBatch == 0 && e.ctx.Err() != nil {
			return e.ctx.Err()
		}
		if !keep(i) {
			nemesis++
			continue
		}
		if h.Time(i) != history.NoTime {
			times++
		}
		if h.Index(i) != int64(i) {
			indices++
		}
		err := fields(h.Text(i), func(_ edn.Value, name []byte, _ edn.Value) error {
			if !seen[string(name)] {
				seen[string(name)] = true
				others = append(others, ":"+string(name))
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	if realtime && !h.CompletionsOnly() {
		e.lose("which operations had ended before others began")
	}
	if times > 0 && !slices.Contains(kept, "time") {
		e.lose("times")
	}
	if indices > 0 && !slices.Contains(kept, "index") {
		e.lose("indices")
	}
	if nemesis > 0 {
		e.lose("ops of processes that are not clients (%d)", nemesis)
	}
	if len(others) > 0 {
		e.lose("fields: %s", strings.Join(others, ", "))
	}
	return nil
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprint(n, " ", what, "s")
}

// clients lists the clients' ops, for a format in which their numbers have no sign.
func (e *export) clients() (ops []int, err error) {
	for i := range e.h.Len() {
		switch {
		case e.h.Unordered() || e.h.Process(i) == history.NoProcess:
			return nil, e.refuse(i, "an op has no process")
		case !e.isClient(i):
		case e.h.Process(i).Number() < 0:
			return nil, e.refuse(i, "expected a process of a number of at least 0, found %d", e.h.Process(i).Number())
		default:
			ops = append(ops, i)
		}
	}
	return ops, e.some(len(ops))
}

func (e *export) isClient(i int) bool { return e.h.Process(i).IsClient() }
