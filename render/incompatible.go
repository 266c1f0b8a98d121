package render

import (
	"bytes"
	"fmt"
	"hash/fnv"
	"html/template"
	"strings"
	"sync"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/elle"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/result"
)

// A File is something to write beside a result.
type File struct {
	Name string // with slashes
	Data []byte
}

// IncompatibleOrders writes a page for each list of which two reads contradict
// each other: all that committed transactions read of it, one read a row, with
// what differs from the longest in a colour of its own.
func IncompatibleOrders(r *elle.Result) ([]File, error) {
	pages := map[string]*incompatiblePage{}
	var names []string
	for _, a := range append(append([]elle.Anomalies(nil), r.Anomalies...), r.Tolerated...) {
		if a.Type != elle.IncompatibleOrder {
			continue
		}
		for i := range a.Cases {
			key := result.Text(a.Cases[i].Key)
			if pages[key] == nil {
				pages[key] = &incompatiblePage{Key: key}
				names = append(names, key)
			}
		}
	}
	if len(names) == 0 {
		return nil, nil
	}
	if err := gatherReads(r, pages); err != nil {
		return nil, err
	}
	var files []File
	for _, key := range names {
		var b bytes.Buffer
		if err := incompatibleHTML().Execute(&b, pages[key].color()); err != nil {
			return nil, err
		}
		files = append(files, File{"incompatible-order/" + FileName(key) + ".html", b.Bytes()})
	}
	return files, nil
}

type incompatiblePage struct {
	Key     string
	Rows    []incompatibleRow
	longest []string
}

type incompatibleRow struct {
	Index   int64
	Seconds string
	Process string
	Fun     string
	Cells   []incompatibleCell
	values  []string
}

type incompatibleCell struct {
	Text  string
	Color template.CSS // empty if it is what the longest read has there
}

// gatherReads collects what committed transactions read of the keys.
func gatherReads(r *elle.Result, pages map[string]*incompatiblePage) error {
	h := r.History
	var mops, parts, items []edn.Value
	for i := range h.Len() {
		if h.Type(i) != history.OK || !h.Process(i).IsClient() {
			continue
		}
		var err error
		if mops, err = h.Value(i).Items(mops[:0]); err != nil {
			return err
		}
		for _, m := range mops {
			if parts, err = m.Items(parts[:0]); err != nil {
				return err
			}
			if len(parts) < 3 || parts[2].IsNil() {
				continue
			}
			p := pages[result.Text(parts[1])]
			if name, _ := parts[0].Name(); p == nil || strings.TrimPrefix(name, ":") != "r" {
				continue
			}
			if items, err = parts[2].Items(items[:0]); err != nil {
				return err
			}
			p.add(h, i, items)
		}
	}
	return nil
}

func (p *incompatiblePage) add(h *history.History, op int, items []edn.Value) {
	row := incompatibleRow{Index: h.Index(op), Process: h.ProcessName(h.Process(op)), Fun: h.F(op)}
	if t := h.Time(op); t >= 0 {
		row.Seconds = fmt.Sprintf("%.2f", float64(t)/1e9)
	}
	for _, v := range items {
		row.values = append(row.values, result.Text(v))
	}
	if len(row.values) > len(p.longest) {
		p.longest = row.values
	}
	p.Rows = append(p.Rows, row)
}

// color fills in the cells.
func (p *incompatiblePage) color() *incompatiblePage {
	for i := range p.Rows {
		row := &p.Rows[i]
		for j, v := range row.values {
			c := incompatibleCell{Text: v}
			if v != p.longest[j] {
				c.Color = colorOf(v)
			}
			row.Cells = append(row.Cells, c)
		}
	}
	return p
}

// colorOf is a light colour that tells elements apart.
func colorOf(v string) template.CSS {
	f := fnv.New32a()
	f.Write([]byte(v))
	sum := f.Sum32()
	channel := func(shift uint) uint32 { return 130 + sum>>shift&0xff*120/255 }
	return template.CSS(fmt.Sprintf("background: #%02x%02x%02x", channel(0), channel(8), channel(16)))
}

var incompatibleHTML = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("").Parse(`<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>Reads of key {{.Key}}</title>
<style>body { font-family: sans-serif } td, th { padding: 0 0.4em; text-align: left; white-space: nowrap }</style></head>
<body>
<h1>Reads of key {{.Key}}</h1>
<p>Coloured elements differ from what the longest read has at that place.</p>
<table>
<tr><th>Index</th><th>Time (s)</th><th>Process</th><th>Fun</th></tr>
{{- range .Rows}}
<tr><td>{{.Index}}</td><td>{{.Seconds}}</td><td>{{.Process}}</td><td>{{.Fun}}</td>
{{- range .Cells}}<td{{if .Color}} style="{{.Color}}"{{end}}>{{.Text}}</td>{{end}}</tr>
{{- end}}
</table>
</body>
</html>
`))
})
