package format

import (
	"bytes"
	"strconv"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
)

// Formats of single operations, with invocations, in the order of the history.

func isKVName(f string) bool { return f == "get" || f == "put" || f == "append" }

// exportKV writes op maps with a key beside the value, which is an independent
// tuple here.
func exportKV(e *export) ([]OutputFile, error) {
	h := e.h
	ops, err := e.clients()
	if err != nil {
		return nil, err
	}
	for _, i := range ops {
		if f := h.F(i); !isKVName(f) {
			return nil, e.refuse(i, "expected get, put or append, found %q", f)
		}
		parts, err := h.Value(i).Items(nil)
		switch {
		case err != nil || !isVector(h.Value(i)) || len(parts) != 2:
			return nil, e.refuse(i, "expected a tuple [key value], found %s", describe(h.Value(i)))
		case parts[0].Kind() != edn.String:
			return nil, e.refuse(i, "expected a string as key, found %s", describe(parts[0]))
		case parts[1].Kind() != edn.String && !parts[1].IsNil():
			return nil, e.refuse(i, "expected a string or nil as value, found %s", describe(parts[1]))
		}
	}
	if err := e.loseMeta(e.isClient, false); err != nil {
		return nil, err
	}
	return e.lines(len(ops), func(dst []byte, k int) ([]byte, error) {
		i := ops[k]
		dst = strconv.AppendInt(append(dst, "{:process "...), h.Process(i).Number(), 10)
		dst = append(append(dst, ", :type :"...), h.Type(i).String()...)
		dst = append(append(dst, ", :f :"...), h.F(i)...)
		parts, err := h.Value(i).Items(nil)
		if err != nil {
			return dst, err
		}
		for j, name := range [...]string{", :key ", ", :value "} {
			if dst, err = edn.AppendEDN(append(dst, name...), parts[j]); err != nil {
				return dst, err
			}
		}
		return append(dst, "}\n"...), nil
	}, ""), nil
}

// exportEtcd writes operations on one register, as the first logs of Jepsen have
// them: what is not known to have happened, and a read that failed, timed out.
func exportEtcd(e *export) ([]OutputFile, error) {
	h := e.h
	ops, err := e.clients()
	if err != nil {
		return nil, err
	}
	for _, i := range ops {
		v, ok := h.Value(i), true
		if h.Type(i) == history.Info && h.Pair(i) < 0 && !v.IsZero() && !v.IsNil() {
			return nil, e.refuse(i, "the outcome is unknown, so the value belongs in the invocation, which is missing")
		}
		switch h.F(i) {
		case "read", "write":
			ok = v.IsNil() || v.IsZero() || v.Kind() == edn.Int
		case "cas":
			if ok = v.IsNil() && h.Type(i) == history.Info; !ok && isVector(v) {
				parts, err := v.Items(nil)
				ok = err == nil && len(parts) == 2 && parts[0].Kind() == edn.Int && parts[1].Kind() == edn.Int
			}
		default:
			return nil, e.refuse(i, "expected read, write or cas of one register, found %q", h.F(i))
		}
		if !ok {
			return nil, e.refuse(i, "expected an integer, or two of a cas, found %s", v)
		}
	}
	if err := e.loseMeta(e.isClient, false); err != nil {
		return nil, err
	}
	return e.lines(len(ops), func(dst []byte, k int) ([]byte, error) {
		i := ops[k]
		dst = strconv.AppendInt(append(dst, "INFO  jepsen.util - "...), h.Process(i).Number(), 10)
		dst = append(append(dst, "\t:"...), h.Type(i).String()...)
		dst = append(append(append(dst, "\t:"...), h.F(i)...), '\t')
		if h.Type(i) == history.Info || h.Type(i) == history.Fail && h.F(i) == "read" {
			return append(dst, ":timed-out\n"...), nil
		}
		dst, err := appendOrNil(dst, h.Value(i))
		return append(dst, '\n'), err
	}, ""), nil
}

// exportJepsenLog writes operations as they stand on Jepsen's console.
func exportJepsenLog(e *export) ([]OutputFile, error) {
	return e.tabbed(func(dst, process []byte) []byte {
		dst = append(dst, "INFO\t[jepsen worker "...)
		dst = append(dst, bytes.TrimPrefix(process, []byte(":"))...)
		return append(dst, "] jepsen.util: "...)
	})
}

// exportHistoryTxt writes operations as Jepsen's history.txt has them.
func exportHistoryTxt(e *export) ([]OutputFile, error) {
	return e.tabbed(func(dst, _ []byte) []byte { return dst })
}

// tabbed writes operations with tabs between process, type, name, value and
// error, behind a head.
func (e *export) tabbed(head func(dst, process []byte) []byte) ([]OutputFile, error) {
	h := e.h
	for i := range h.Len() {
		if p := e.process(nil, i); !isProcess(p) {
			return nil, e.refuse(i, "expected a process that is a number or a keyword, found %q", p)
		}
		if f := h.F(i); f != "" && !edn.IsKeywordName([]byte(f)) {
			return nil, e.refuse(i, "expected an operation that is a keyword, found %q", f)
		}
	}
	if err := e.loseMeta(func(int) bool { return true }, false, "error"); err != nil {
		return nil, err
	}
	if err := e.some(h.Len()); err != nil {
		return nil, err
	}
	if h.Unordered() {
		return nil, e.refuse(0, "an op has no process")
	}
	return e.lines(h.Len(), func(dst []byte, i int) ([]byte, error) {
		process := e.process(nil, i)
		dst = append(head(dst, process), process...)
		dst = append(append(dst, "\t:"...), h.Type(i).String()...)
		if f := h.F(i); f != "" {
			dst = append(append(dst, "\t:"...), f...)
		} else {
			dst = append(dst, "\tnil"...)
		}
		dst, err := appendOrNil(append(dst, '\t'), h.Value(i))
		if err != nil {
			return dst, err
		}
		if v, ok := h.Text(i).Get("error"); ok && !v.IsNil() {
			if dst, err = appendError(append(dst, '\t'), v); err != nil {
				return dst, err
			}
		}
		return append(dst, '\n'), nil
	}, ""), nil
}

// some refuses to write nothing, since the file would be taken for a mistake.
func (e *export) some(ops int) error {
	if ops == 0 {
		return &edn.SyntaxError{File: e.h.Source().Name, Msg: "expected ops that " + string(e.format) + " can express, found none"}
	}
	return nil
}

// process writes the process of op i.
func (e *export) process(dst []byte, i int) []byte {
	if e.isClient(i) {
		return strconv.AppendInt(dst, e.h.Process(i).Number(), 10)
	}
	return append(append(dst, ':'), e.h.ProcessName(e.h.Process(i))...)
}

func appendOrNil(dst []byte, v edn.Value) ([]byte, error) {
	if v.IsZero() {
		return append(dst, "nil"...), nil
	}
	return edn.AppendTxn(dst, v)
}

// appendError writes an error as it is, or as EDN where it would be read as
// something else.
func appendError(dst []byte, v edn.Value) ([]byte, error) {
	text, err := edn.AppendEDN(nil, v)
	if err != nil {
		return dst, err
	}
	if v.Kind() == edn.String {
		name, _ := v.Name()
		if name != "" && !bytes.ContainsAny([]byte(name), "\t\r\n") && string(bytes.TrimSpace([]byte(name))) == name && string(loggedError([]byte(name))) == string(text) {
			return append(dst, name...), nil
		}
	}
	return append(dst, text...), nil
}
