package command

import (
	"bufio"
	"fmt"
	"os"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/term"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/query"
)

// An opsTable writes ops as people read them: index, seconds, process, type, f,
// latency, value and error.
type opsTable struct {
	h          *history.History
	process, f int  // the widths of columns
	latency    bool // whether there is such a column
	width      int  // of a line; 0 if it may be as long as it wants
}

func newOpsTable(h *history.History, ops []int, latency bool, width int) *opsTable {
	t := &opsTable{h: h, process: 8, f: 10, latency: latency, width: width}
	for _, i := range ops {
		t.process = max(t.process, utf8.RuneCountInString(h.ProcessName(h.Process(i))))
		t.f = max(t.f, utf8.RuneCountInString(h.F(i)))
	}
	return t
}

func (t *opsTable) head() string {
	latency := ""
	if t.latency {
		latency = fmt.Sprintf("%12s  ", "latency")
	}
	return cut(fmt.Sprintf("%8s %14s  %-*s %-6s  %-*s %svalue", "index", "seconds", t.process, "process", "type", t.f, "f", latency), t.width)
}

func (t *opsTable) row(i int) string {
	op := t.h.Op(i)
	at := "-"
	if op.Time != history.NoTime {
		at = fmt.Sprintf("%.6f", time.Duration(op.Time).Seconds())
	}
	latency := ""
	if t.latency {
		latency = fmt.Sprintf("%12s  ", t.latencyOf(i))
	}
	value := oneLine(op.Value)
	if op.Type == history.Fail || op.Type == history.Info {
		if e, ok := t.h.Text(i).Get("error"); ok && !e.IsNil() {
			value += "  error " + oneLine(e)
		}
	}
	row := fmt.Sprintf("%8d %14s  %-*s %-6s  %-*s %s%s", op.Index, at, t.process, op.Process, op.Type, t.f, op.F, latency, value)
	return strings.TrimRight(cut(row, t.width), " ")
}

// latencyOf returns how long an operation took, of its completion.
func (t *opsTable) latencyOf(i int) string {
	pair := t.h.Pair(i)
	if pair < 0 || t.h.Type(i) == history.Invoke {
		return ""
	}
	from, to := t.h.Time(pair), t.h.Time(i)
	if from == history.NoTime || to == history.NoTime {
		return ""
	}
	return time.Duration(to - from).String()
}

// oneLine is a value's text, or what that means if it has several lines.
func oneLine(v edn.Value) string {
	text := v.String()
	if strings.ContainsAny(text, "\n\r") {
		if b, err := edn.AppendEDN(nil, v); err == nil {
			return string(b)
		}
	}
	return text
}

// cut shortens a line to a width in characters.
func cut(line string, width int) string {
	if width <= 0 || len(line) <= width {
		return line
	}
	n := 0
	for at := range line {
		if n++; n == width {
			if utf8.RuneCountInString(line[at:]) > 1 {
				return line[:at] + "…"
			}
			return line
		}
	}
	return line
}

// lineWidth returns how wide lines may be: as asked for, else as wide as the
// terminal, if there is one.
func (a *app) lineWidth(asked int) int {
	if asked != 0 || !isTerminal(a.out) {
		return asked
	}
	width, _, err := term.GetSize(int(a.out.(*os.File).Fd()))
	if err != nil {
		return 0
	}
	return width
}

// writeGroups writes how many ops are in each group.
func (a *app) writeGroups(c *query.Columns, groups []query.Group, as string) error {
	out := bufio.NewWriter(a.writerOf(as == "table"))
	if as == "table" {
		writeGroupTable(out, c, groups)
		return out.Flush()
	}
	for _, g := range groups {
		text, err := edn.Append(nil, groupEntries(c, g))
		if err != nil {
			return err
		}
		if as == "jsonl" {
			if text, err = edn.AppendJSON(nil, edn.NewSource("", text, edn.EDN).Value(0, len(text))); err != nil {
				return err
			}
		}
		if _, err := out.Write(append(text, '\n')); err != nil {
			return err
		}
	}
	return out.Flush()
}

func groupEntries(c *query.Columns, g query.Group) edn.Entries {
	row := edn.Entries{{edn.Kw("count"), g.Count}}
	for k, name := range c.Names {
		var key any = name
		if !strings.ContainsFunc(name, func(r rune) bool { return r != '.' && r != '_' && (r < 'a' || r > 'z') }) {
			key = edn.Kw(name)
		}
		row = append(row, [2]any{key, g.Values[k]})
	}
	return row
}

func writeGroupTable(out *bufio.Writer, c *query.Columns, groups []query.Group) {
	rows := [][]string{append([]string{"count"}, c.Names...)}
	for _, g := range groups {
		row := []string{fmt.Sprint(g.Count)}
		for _, v := range g.Values {
			text, ok := v.Name()
			if !ok || text == "" || strings.ContainsAny(text, "\n\r\t") {
				text = v.String()
			}
			row = append(row, text)
		}
		rows = append(rows, row)
	}
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for k, cell := range row {
			widths[k] = max(widths[k], utf8.RuneCountInString(cell))
		}
	}
	for _, row := range rows {
		line := fmt.Sprintf("%*s", max(8, widths[0]), row[0])
		for k, cell := range row[1:] {
			line += fmt.Sprintf("  %-*s", widths[k+1], cell)
		}
		fmt.Fprintln(out, strings.TrimRight(line, " "))
	}
}
