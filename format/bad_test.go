package format

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-c33ae711/jcheck/edn"
)

const okEDN = "{:type :invoke, :process 0}\n"

const okJSON = "{\"type\":\"invoke\",\"process\":0}\n"

// badInputs are texts with the place and a piece of the message of the error that they
// are refused with.
var badInputs = []struct {
	name, text string
	line, col  int
	msg        string // a piece of the message
}{
	{"empty", "", 1, 1, "expected ops, found an empty file"},
	{"white space", " \n\n ", 3, 2, "expected ops, found only white space and comments"},
	{"comment", "; nothing", 1, 10, "expected ops, found only white space and comments"},
	{"discards", " #_ {:type :ok} #_ 1", 1, 2, "expected ops, found only discarded forms"},
	{"byte order mark", "\ufeff", 1, 4, "expected ops"},
	{"a word", okEDN + "hello", 2, 1, "expected an op map, found a symbol"},
	{"log lines", "INFO jepsen - 0 :invoke :read nil", 1, 1, `expected an op map, or a list of them, found "INFO"`},
	{"binary junk", "\x00\x01\xfe\xff\x80", 1, 1, "expected an op map, or a list of them"},
	{"binary junk behind ops", okEDN + "\x00\x01", 2, 1, "unexpected control character"},

	{"edn ends in op", okEDN + "{:type :ok", 2, 11, "expected '}', found the end of the text"},
	{"edn ends in field", okEDN + "{:type :ok :value", 2, 18, "found the end of the text"},
	{"edn ends in string", okEDN + "{:type :ok :value \"ab", 2, 19, "expected a closing quote"},
	{"edn ends in vector", okEDN + "{:type :ok :value [1 [2", 2, 24, "expected ']', found the end of the text"},
	{"edn ends in skipped field", okEDN + "{:type :ok :error {:a", 2, 22, "expected '}', found the end of the text"},
	{"edn ends after tag", okEDN + "#jepsen.history.Op", 2, 19, "expected a form after a tag"},
	{"edn ends after discard", okEDN + "#_", 2, 1, "expected a form after #_"},
	{"json ends in op", okJSON + "{\"type\":\"ok\"", 2, 13, "expected '}', found the end of the text"},
	{"json ends in key", okJSON + "{\"type", 2, 2, "expected a closing quote"},
	{"json ends in string", okJSON + "{\"type\":\"o", 2, 9, "expected a closing quote"},
	{"json ends in array", okJSON + "{\"type\":\"ok\",\"value\":[1,[2", 2, 27, "expected ']', found the end of the text"},
	{"json ends after comma", okJSON + "{\"type\":\"ok\",", 2, 14, "expected '}', found the end of the text"},
	{"json ends after colon", okJSON + "{\"type\":", 2, 9, "found the end of the text"},

	{"not utf-8 in string", okEDN + "{:type :ok :process 0 :value \"a\xffb\"}", 2, 32, "expected UTF-8"},
	{"not utf-8 in comment", okEDN + "; \xc3(\n" + "{:type :ok}", 2, 3, "expected UTF-8"},
	{"not utf-8 before ops", "; \xff\n" + okEDN, 1, 3, "expected UTF-8"},
	{"not utf-8 before an error", "{:type :ok :value \"\xff\"} ) \"", 1, 20, "expected UTF-8"},
	{"an error before what is not utf-8", "{:type :ko} \xff", 1, 8, "expected a :type"},
	{"not utf-8 behind list", "[" + okEDN + "] ; \xff", 2, 5, "expected UTF-8"},
	{"not utf-8 in json", okJSON + "{\"type\":\"ok\",\"process\":0,\"value\":\"\xed\xa0\x80\"}", 2, 35, "expected UTF-8"},

	{"unbalanced edn", "{:type :ok}}", 1, 12, "unexpected '}': no bracket is open"},
	{"mismatched edn", "{:type :ok :value [1 2)}", 1, 23, "expected ']', found ')'"},
	{"mismatched list", "({:type :ok}]", 1, 13, "unexpected ']'"},
	{"unbalanced json", `{"type":"ok"}]`, 1, 14, "unexpected ']': no bracket is open"},
	{"mismatched json", `{"type":"ok","value":[1}`, 1, 24, "expected ']', found '}'"},
	{"odd map", "{:type :ok :value}", 1, 18, "expected a value"},
	{"discard without form", "[" + okEDN + "#_]", 2, 3, "unexpected ']'"},

	{"no type", okEDN + "{:process 1 :value [1]}", 2, 1, "expected an op with a :type of invoke, ok, fail or info, found one without"},
	{"unknown type", "{:process 1, :type :okay}", 1, 20, "expected a :type of invoke, ok, fail or info, found :okay"},
	{"type is a number", `{"type":1}`, 1, 9, "expected a :type of invoke, ok, fail or info, found an integer"},
	{"field name is a number", "{1 2}", 1, 2, "expected a keyword or a string as the name of a field, found an integer"},
	{"op is a number", "[1]", 1, 2, "expected an op map, found an integer"},
	{"namespaced map", "#:a{:type :ok}", 1, 1, "found a map of the namespace a"},

	{"invoked twice", "{:type :invoke, :process 3, :index 7}\n{:type :invoke, :process 3, :index 9}", 2, 1, "process 3 invoked twice: expected a completion of its op 7 (line 1) before op 9"},
	{"completes nothing", okEDN + "{:type :ok, :process 0}\n  {:type :ok, :process 0}", 3, 3, "op 2 completes nothing: expected an invocation of process 0 before it"},
	{"index in some", "{:type :invoke, :process 0}\n{:type :ok, :process 0, :index 1}", 2, 1, "expected an :index in every op or in none, found one"},
	{"index in not all", "{:type :invoke, :process 0, :index 1}\n{:type :ok, :process 0}", 2, 1, "expected an :index in every op or in none, found none"},
	{"index twice", "{:type :invoke, :process 0, :index 5}\n{:type :ok, :process 0, :index 6} {:type :invoke, :process 0, :index 5}", 2, 35, "expected a unique :index, but 5 is also that of the op on line 1"},
	{"index is a float", "{:type :ok, :index 1.0}", 1, 20, "expected an integer :index, found a float"},
	{"index is too large", "{:type :ok, :index 99999999999999999999}", 1, 20, "expected an integer :index, found a big integer"},
	{"time is a string", `{"type":"ok","time":"1"}`, 1, 21, "expected a :time in nanoseconds, or seconds with a fraction, or a date such as"},
	{"two types", "{:type :ok, :f :a, :type :fail}", 1, 20, "expected each field of an op once, found a second :type"},
	{"two values", `{"type":"ok","value":1,"value":1}`, 1, 24, "found a second \"value\""},
	{"two spellings of a field", `{:type :ok, "f" :a, :f :a}`, 1, 21, "found a second :f"},
	{"process is a float", `{"type":"ok","process":1.5}`, 1, 24, "expected an integer or a name as :process, found a float"},
	{"process is too far away", "{:type :ok :process -9223372036854775808}", 1, 21, "expected a :process number in range"},
	{"process is missing its value", "{:type :ok :process}", 1, 20, "expected a value"},

	{"nil between ops", okEDN + "nil\n" + okEDN, 2, 1, "expected an op map, found nil"},
	{"nil in vector", "[" + okEDN + " nil]", 2, 2, "expected an op map, found nil"},
	{"null in array", "[" + okJSON + ", null]", 2, 3, "expected an op map, found nil"},
	{"nested vector", "[[" + okEDN + "]]", 1, 2, "expected an op map, found a vector"},

	{"trailing comma", "[" + okJSON + ",]", 2, 2, "expected an op after the comma, found ']'"},
	{"leading comma", "[," + okJSON + "]", 1, 10, "expected a keyword"}, // EDN, by the looks of it
	{"double comma", "[" + okJSON + ",," + okJSON + "]", 2, 2, "expected an op, found a comma"},
	{"missing comma", "[" + okJSON + okJSON + "]", 2, 1, "expected a comma or ']' after an op, found '{'"},
	{"comma between lines", okJSON + "," + okJSON, 2, 1, "expected an op, found a comma"},
	{"text behind edn list", "[" + okEDN + "] {:type :ok}", 2, 3, "expected nothing after the list of ops, found \"{:type\""},
	{"text behind json array", "[" + okJSON + "], 1", 2, 2, "expected nothing after the list of ops, found \",\""},
	{"no closing bracket, edn", "[" + okEDN, 2, 1, "expected ']', found the end of the text"},
	{"no closing bracket, list", "(" + okEDN, 2, 1, "expected ')', found the end of the text"},
	{"no closing bracket, json", "[" + okJSON + ",", 2, 2, "expected ']', found the end of the text"},
	{"only an opening bracket", "[", 1, 2, "expected ']', found the end of the text"},

	{".jepsen", "JEPSEN\x00\x00\x00\x01", 1, 1, "a .jepsen file is not read here: use the history.edn beside it"},

	{"deep nesting", "{:type :ok :value " + strings.Repeat("[", 1e6), 1, 1018, "expected at most 1000 levels of nesting"},
	{"deep nesting in json", `{"type":"ok","value":` + strings.Repeat("[", 1e6), 1, 1021, "expected at most 1000 levels of nesting"},
	{"nothing but brackets", strings.Repeat("[", 1e6), 1, 2, "expected an op map, found a vector"},
	{"nothing but braces", strings.Repeat("{", 1e6), 1, 2, "expected a keyword or a string as the name of a field, found a map"},
	{"nothing but discards", strings.Repeat("#_", 1e6), 1, 2000001, "expected a form after #_"},
}

func TestBadInput(t *testing.T) {
	for _, tt := range badInputs {
		t.Run(tt.name, func(t *testing.T) {
			_, err := readString(tt.text, Options{})
			var syntax *edn.SyntaxError
			if !errors.As(err, &syntax) {
				t.Fatalf("got %v, want a syntax error", err)
			}
			if syntax.File != "h" || syntax.Line != tt.line || syntax.Col != tt.col {
				t.Errorf("got %v, want it at h:%d:%d", err, tt.line, tt.col)
			}
			if !strings.Contains(syntax.Msg, tt.msg) {
				t.Errorf("got %q, want %q", syntax.Msg, tt.msg)
			}
		})
	}
}

// What is wrong with the input as a whole has no position.
func TestBadWhole(t *testing.T) {
	bomb := strings.Repeat("{:type :invoke}\n", 1<<16)
	gz, zst := pack(t, "gzip", okEDN+bomb), pack(t, "zstd", okEDN+bomb)
	flipped := bytes.Clone(gz)
	flipped[len(flipped)-6] ^= 0xff // in the checksum
	bz, xzd := unbase64(t, bzip2Ops), pack(t, "xz", okEDN+bomb)
	bzFlipped := bytes.Clone(bz)
	bzFlipped[12] ^= 0xff // in the checksum of the first block
	wide := bytes.Clone(xzd)
	wide[12+4] = 40 // the code of the largest dictionary
	tests := []struct {
		name string
		text []byte
		max  int64
		msg  string
	}{
		{"gzip bomb", gz, 1 << 10, "expected at most 1024 bytes of text, found more: raise the limit if this is intended"},
		{"zstd bomb", zst, 1 << 10, "expected at most 1024 bytes of text"},
		{"s2 bomb", pack(t, "s2", bomb), 1 << 10, "expected at most 1024 bytes of text"},
		{"gzip, half", gz[:len(gz)/2], 0, "damaged gzip data: unexpected EOF"},
		{"gzip, header", gz[:5], 0, "damaged gzip data"},
		{"gzip, checksum", flipped, 0, "damaged gzip data: gzip: invalid checksum"},
		{"gzip, junk behind", append(bytes.Clone(gz), "junk"...), 0, "damaged gzip data"},
		{"zstd, half", zst[:len(zst)/2], 0, "damaged zstd data: unexpected EOF"},
		{"zstd, magic only", zst[:4], 0, "damaged zstd data"},
		{"bzip2, half", bz[:len(bz)/2], 0, "damaged bzip2 data: unexpected EOF"},
		{"bzip2, checksum", bzFlipped, 0, "damaged bzip2 data: "},
		{"bzip2 bomb", bz, 1 << 6, "expected at most 64 bytes of text"},
		{"xz bomb", xzd, 1 << 10, "expected at most 1024 bytes of text"},
		{"xz, half", xzd[:len(xzd)/2], 0, "damaged xz data: unexpected EOF"},
		{"xz, magic only", xzd[:6], 0, "damaged xz data"},
		{"xz, a dictionary of 4 GiB", wide, 0, "damaged xz data: expected a dictionary of at most 1536 MiB, found a larger one"},
		{"zstd, a window of 1 GiB", []byte("\x28\xb5\x2f\xfd\x00\xa0\x01\x00\x00"), 0, "damaged zstd data: window size exceeded"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			opt := Options{MaxBytes: tt.max}
			ctx, path := context.Background(), writeFile(t, tt.text)
			check := func(file string, err error) {
				var syntax *edn.SyntaxError
				if !errors.As(err, &syntax) {
					t.Fatalf("got %v, want a syntax error", err)
				}
				if syntax.File != file || syntax.Line != 0 || !strings.Contains(syntax.Msg, tt.msg) {
					t.Errorf("got %v, want %s: %s", err, file, tt.msg)
				}
			}
			_, err := ReadBytes(ctx, "h", tt.text, opt)
			check("h", err)
			_, err = ReadFile(ctx, path, opt)
			check(path, err)
		})
	}
}

func TestMaxBytes(t *testing.T) {
	for _, c := range compressors {
		packed := pack(t, c.name, okEDN)
		for max, ok := range map[int64]bool{int64(len(okEDN)): true, int64(len(okEDN) - 1): false, 1<<63 - 1: true} {
			_, err := Read(context.Background(), "h", bytes.NewReader(packed), Options{MaxBytes: max})
			if (err == nil) != ok {
				t.Errorf("%s, at most %d: got %v", c.name, max, err)
			}
		}
	}
}

func TestNothingCompressed(t *testing.T) {
	for _, c := range compressors {
		path := writeFile(t, pack(t, c.name, ""))
		_, err := ReadFile(context.Background(), path, Options{})
		if got, want := message(err), path+":1:1: expected ops, found an empty file"; got != want {
			t.Errorf("%s: got %q, want %q", c.name, got, want)
		}
	}
}

func TestBadPath(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	_, err := ReadFile(ctx, filepath.Join(dir, "missing"), Options{})
	var pathErr *fs.PathError
	if !errors.As(err, &pathErr) || !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("missing file: got %v", err)
	}
	_, err = ReadFile(ctx, dir, Options{})
	if got, want := message(err), dir+": expected a history file, found a directory"; got != want {
		t.Errorf("directory: got %q, want %q", got, want)
	}
	for _, name := range []string{"history.jsonl", "history.edn"} { // the second is preferred
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(okEDN), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err = ReadFile(ctx, dir, Options{})
		if got, want := message(err), dir+": expected a history file, found a directory; try "+path; got != want {
			t.Errorf("directory: got %q, want %q", got, want)
		}
	}
}

func TestParseFormat(t *testing.T) {
	for _, name := range Formats() {
		if f, err := ParseFormat(name); err != nil || string(f) != name {
			t.Errorf("%s: got %q, %v", name, f, err)
		}
	}
	if _, err := ParseFormat("xml"); err == nil || err.Error() != `unknown format "xml": expected edn, json, jsonl, plume, awdit, dbcop, dbcop-json, dbcop-hist, cobra, viper, veristrong, etcd-robustness, etcd, jepsen-log, history-txt, knossos, kv` {
		t.Errorf("got %v", err)
	}
}
