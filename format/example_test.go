package format_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/seed-c33ae711/jcheck/format"
)

func ExampleRead() {
	text := `{"type": "invoke", "process": 0, "f": "read"}
{"type": "ok", "process": 0, "f": "read", "value": 3}`
	h, err := format.Read(context.Background(), "history.jsonl", strings.NewReader(text), format.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for op := range h.Ops() {
		fmt.Println(op.Process, op.Type, op.F, op.Value)
	}
	// Output:
	// 0 invoke read nil
	// 0 ok read 3
}

func ExampleReadFile() {
	dir, err := os.MkdirTemp("", "example")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "history.edn")
	text := "{:type :invoke, :process 0, :f :read}\n{:type :okay, :process 0, :f :read}\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		fmt.Println(err)
		return
	}
	_, err = format.ReadFile(context.Background(), path, format.Options{})
	fmt.Println(strings.TrimPrefix(err.Error(), dir+string(filepath.Separator)))
	// Output:
	// history.edn:2:8: expected a :type of invoke, ok, fail or info, found :okay
}

func ExampleExport() {
	text := "[x:=1 y:=2] [y==2]\n---\n[x==?]\n"
	h, err := format.ReadBytes(context.Background(), "history.hist", []byte(text), format.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = format.Export(context.Background(), h, format.Plume, format.ExportOptions{})
	fmt.Println(err)
	out, err := format.Export(context.Background(), h, format.JSON, format.ExportOptions{})
	if err == nil {
		err = out.Files[0].Write(os.Stdout)
	}
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// history.hist:1:1: plume cannot express this: expected an integer of 64 bits as a key, found "x"
	// [{"index":0,"type":"ok","process":0,"f":"txn","value":[["w","x",1],["w","y",2]]},
	//  {"index":1,"type":"ok","process":0,"f":"txn","value":[["r","y",2]]},
	//  {"index":2,"type":"ok","process":1,"f":"txn","value":[["r","x",null]]}]
}

func ExampleWrite() {
	text := `{"type": "invoke", "process": 0, "f": "txn", "value": [["append", "x", 1]]}`
	h, err := format.ReadBytes(context.Background(), "history.jsonl", []byte(text), format.Options{})
	if err == nil {
		err = format.Write(context.Background(), os.Stdout, h, format.EDN)
	}
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// {:type :invoke, :process 0, :f :txn, :value [[:append "x" 1]]}
}
