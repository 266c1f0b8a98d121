package format

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/par"
)

// A Format is a way to write ops down.
type Format string

const (
	Auto  Format = ""      // detected from the content
	EDN   Format = "edn"   // op maps, or one vector or list of them
	JSON  Format = "json"  // one array of op objects
	JSONL Format = "jsonl" // op objects, usually one to a line

	// Formats of other checkers: transactions on registers, without times. Each is one
	// completion, in a process that stands for its session.
	Plume     Format = "plume"      // w(key,value,session,txn), one to a line
	AWDIT     Format = "awdit"      // w key value, one to a line; lines of - and = between transactions and sessions
	DBCop     Format = "dbcop"      // bincode
	DBCopJSON Format = "dbcop-json" // sessions of objects with events
	DBCopHist Format = "dbcop-hist" // [x:=1 y==2], with lines of - between sessions
	Cobra     Format = "cobra"      // a directory of T<N>.log, one for each session
	Viper     Format = "viper"      // a directory of J<N>.log, one for each session

	// The same for transactions on lists.
	VeriStrong Format = "veristrong" // session txn A key value, one to a line

	// Operations with invocations, in the order of the file.
	Robustness Format = "etcd-robustness" // {"ClientID": 2, "Input": ..., "Call": ..., "Output": ..., "Return": ...}, or a directory of client-*/operations.json
	Etcd       Format = "etcd"            // jepsen.util - 3 :invoke :cas [2 4], among the lines of an old console log
	JepsenLog  Format = "jepsen-log"      // the same with tabs, among the lines of a jepsen.log
	HistoryTxt Format = "history-txt"     // the same alone, as in Jepsen's history.txt
	Knossos    Format = "knossos"         // [81 :invoke :read nil], one to a line
	KV         Format = "kv"              // {:process 4, :type :invoke, :f :append, :key "7", :value "x"}: ops with a key
)

// Formats lists what Options.Format may be.
func Formats() []string {
	var names []string
	for _, f := range []Format{EDN, JSON, JSONL, Plume, AWDIT, DBCop, DBCopJSON, DBCopHist, Cobra, Viper, VeriStrong, Robustness, Etcd, JepsenLog, HistoryTxt, Knossos, KV} {
		names = append(names, string(f))
	}
	return names
}

// DefaultMaxBytes is the default limit of compressed or piped input in memory.
const DefaultMaxBytes = 4 << 30

// Options say how to read. The zero value detects everything.
type Options struct {
	Format   Format                  // Auto if empty
	MaxBytes int64                   // limit of input that must be held in memory; DefaultMaxBytes if 0
	Order    history.Order           // where the order of events comes from
	Cut      bool                    // the text may end in the middle of its last line, which is then dropped: ops are lost
	Map      *Mapping                // the names of the fields of ops; nil for Jepsen's names and common others
	Progress func(done, total int64) // called now and then, never concurrently, with bytes of text
}

// ReadFile reads the history in a file, or in a directory in the format of another
// checker. A plain file is mapped, and must not change while the history is in use.
// Errors of content are *edn.SyntaxError.
func ReadFile(ctx context.Context, path string, opt Options) (*history.History, error) {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return readDir(ctx, path, opt)
	}
	if err := alone(path, opt); err != nil {
		return nil, err
	}
	text, err := openText(ctx, path, opt)
	if err != nil {
		return nil, err
	}
	return read(ctx, path, text, opt)
}

// Read reads a history from r, to its end; name is for messages. An *os.File that is a
// plain file is mapped from its current offset, and must not change while the history
// is in use. If ctx is done while r has no data, Read returns although a call of r.Read
// is still running: r must not be used afterwards.
func Read(ctx context.Context, name string, r io.Reader, opt Options) (*history.History, error) {
	if f, ok := r.(*os.File); ok {
		if in, err := mapRest(f); in != nil || err != nil {
			if err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			return read(ctx, name, in, opt)
		}
	}
	text, err := readText(ctx, name, r, opt)
	if err != nil {
		return nil, err
	}
	return read(ctx, name, text, opt)
}

// ReadBytes reads a history from a text in memory, which must not change while
// the history is in use.
func ReadBytes(ctx context.Context, name string, text []byte, opt Options) (*history.History, error) {
	if isCompressed(text) {
		return Read(ctx, name, bytes.NewReader(text), opt)
	}
	return read(ctx, name, &input{Text: text}, opt)
}

func read(ctx context.Context, name string, in *input, opt Options) (*history.History, error) {
	return readInPieces(ctx, name, in, opt, pieceBytes)
}

// readInPieces reads a text in pieces of about the given length, on which
// nothing depends.
func readInPieces(ctx context.Context, name string, in *input, opt Options, piece int) (h *history.History, err error) {
	defer in.close()
	if text := utf8Text(in.Text); text != nil {
		in.close()
		in.Text = text
	}
	if opt.Format != Auto {
		if _, err := ParseFormat(string(opt.Format)); err != nil {
			return nil, err
		}
	}
	src := edn.NewSource(name, in.Text, edn.EDN)
	err = par.Guard(func() error {
		if opt.Cut {
			src.Text = src.Text[:bytes.LastIndexByte(src.Text, '\n')+1]
		}
		if im := importerOf(src.Text, opt.Format); im != nil {
			if h, err = im.history(ctx, src, opt); err == nil && opt.Map != nil && im.format != KV {
				h, err = Remap(ctx, h, opt, nil)
			}
			return err
		}
		if h, err = readOps(ctx, src, piece, opt); err == nil {
			h, err = untriple(ctx, h, opt)
		}
		return err
	})
	if err != nil {
		return nil, located(name, err)
	}
	if h.Source() == src { // an imported history does not refer to the text
		in.release(src)
	}
	return h, nil
}

// readOps reads op maps.
func readOps(ctx context.Context, src *edn.Source, piece int, opt Options) (*history.History, error) {
	if opt.Map == nil {
		start, err := detect(src, opt.Format)
		if err != nil {
			return nil, err
		}
		h, err := decode(ctx, src, start, piece, opt)
		if err != errRecord {
			return h, err
		}
	}
	return singleOps(readRecords)(job{ctx: ctx, src: src, opt: opt, total: int64(len(src.Text))})
}

// located puts the file's name before an error that does not have it.
func located(name string, err error) error {
	if fault, ok := err.(*par.FaultError); ok {
		return &edn.SyntaxError{File: name, Msg: fault.Error()}
	}
	return err
}

// detect sets the syntax of src, and returns where its first form begins.
func detect(src *edn.Source, want Format) (int, error) {
	text := src.Text
	i := len(text) - len(bytes.TrimPrefix(text, []byte("\ufeff")))
	if bytes.HasPrefix(text[i:], []byte("#!")) {
		i += lineLen(text[i:])
	}
	i = skipSpace(text, i, false)
	if i == len(text) {
		return 0, src.Errorf(i, "expected ops, found %s", nothing(text))
	}
	if msg := refuse(text[i:]); msg != "" {
		return 0, src.Errorf(i, "%s", msg)
	}
	found := EDN
	if looksLikeJSON(text, i) {
		found = JSON
	}
	switch c := text[i]; c {
	case '{', '[', '(', '#', '^':
	default:
		return 0, src.Errorf(i, "expected an op map, or a list of them, found %q", preview(text[i:]))
	}
	if want != Auto {
		found = want
	}
	if found != EDN {
		src.Syntax = edn.JSON
	}
	return i, nil
}

func nothing(text []byte) string {
	if len(text) == 0 {
		return "an empty file"
	}
	return "only white space and comments"
}

// refuse recognises what a history may be mistaken for.
func refuse(b []byte) string {
	switch {
	case bytes.HasPrefix(b, []byte("JEPSEN")):
		return "a .jepsen file is not read here: use the history.edn beside it"
	case bytes.HasPrefix(b, []byte("S\x00")):
		return "a Cobra log holds one session of a history: read its directory"
	case bytes.HasPrefix(b, []byte(`{"`)) && isViper(b):
		return "a Viper log holds one session of a history: read its directory"
	}
	return ""
}

// looksLikeJSON looks behind the opening brackets for a string and a colon. In
// EDN, where a string may be a key, too, a colon behind it begins a keyword: it
// has a space before it and none behind it.
func looksLikeJSON(text []byte, i int) bool {
	for i < len(text) && (text[i] == '[' || text[i] == '{') {
		i = skipSpace(text, i+1, true)
	}
	if i == len(text) || text[i] != '"' {
		return false
	}
	for i++; i < len(text) && text[i] != '"'; i++ {
		if text[i] == '\\' {
			i++
		}
	}
	end := min(i+1, len(text))
	colon := skipSpace(text, end, true)
	switch {
	case colon == len(text):
		return true
	case text[colon] != ':':
		return false
	}
	return colon == end || colon+1 < len(text) && bytes.IndexByte([]byte(" \t\r\n\"[{"), text[colon+1]) >= 0
}

func preview(b []byte) string {
	if n := bytes.IndexAny(b, " \t\r\n"); n > 0 {
		b = b[:n]
	}
	if len(b) > 20 {
		b = b[:20]
	}
	return string(b)
}

func lineLen(b []byte) int {
	if n := bytes.IndexByte(b, '\n'); n >= 0 {
		return n + 1
	}
	return len(b)
}

// skipSpace passes over white space: JSON's, or EDN's without the comma, with
// comments.
func skipSpace(text []byte, i int, json bool) int {
	for i < len(text) {
		switch c := text[i]; {
		case c == ' ' || c == '\n' || c == '\t' || c == '\r':
			i++
		case json:
			return i
		case c == '\f' || c == '\v' || c >= 0x1c && c <= 0x1f: // as package edn has it
			i++
		case c == ';':
			i += lineLen(text[i:])
		default:
			return i
		}
	}
	return i
}

// ParseFormat returns the format of that name.
func ParseFormat(name string) (Format, error) {
	for _, f := range Formats() {
		if name == f {
			return Format(f), nil
		}
	}
	return Auto, fmt.Errorf("unknown format %q: expected %s", name, strings.Join(Formats(), ", "))
}

func openText(ctx context.Context, path string, opt Options) (*input, error) {
	f, err := openFile(ctx, path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		return nil, &edn.SyntaxError{File: path, Msg: "expected a history file, found a directory" + hint(path)}
	}
	in, err := mapRest(f)
	switch {
	case err != nil:
		return nil, fmt.Errorf("%s: %w", path, err)
	case in != nil:
		return in, nil
	}
	return readText(ctx, path, f, opt)
}

func hint(dir string) string {
	for _, name := range []string{"history.edn", "history.jsonl"} {
		if _, err := os.Stat(filepath.Join(dir, name)); err == nil {
			return "; try " + filepath.Join(dir, name)
		}
	}
	return ""
}
