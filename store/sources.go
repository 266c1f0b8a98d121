package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/format"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// The files that may hold the history of a run, the best first. Those below lack times and
// indices, or more.
var (
	fileNames = []string{"test.jepsen", "test.fressian"}
	textNames = []string{"history.edn", "history.txt", "jepsen.log"}
)

// History reads the whole history, as [File.History] does: from the file in the run's
// directory that is complete, or else has the most ops. If it was read completely and
// the directory also has it as text, the positions of ops are those in the text,
// because nobody reads a .jepsen file by line.
func (s *Stored) History(ctx context.Context, opt Options) (*History, error) {
	h, err := s.first(ctx, opt)
	if s.beside == "" || ctx.Err() != nil || err == nil && !h.Lossy() && h.Len() > 0 && !s.hasMore(h) {
		return h, err
	}
	if missing := (*fs.PathError)(nil); errors.As(err, &missing) {
		return nil, err
	}
	best, from := h, ""
	for _, name := range slices.Concat(fileNames, textNames) {
		path := filepath.Join(s.dir, name)
		if path == s.Path() || !isFile(path) {
			continue
		}
		other, otherErr := s.read(ctx, path, opt)
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if otherErr == nil && better(other, best) {
			best, from = other, name
		}
	}
	if from == "" {
		return s.salvage(ctx, opt, h, err)
	}
	why := "it holds fewer ops"
	if err != nil {
		why = "it cannot be read: " + err.Error()
	} else if h.Lossy() {
		why = "it is damaged"
	}
	msg := fmt.Sprintf("the history was read from %s instead of %s: %s", from, filepath.Base(s.Path()), why)
	best.History = best.WithWarning(verdict.Warning{Code: "other-source", Msg: msg})
	if h != nil { // what is lost there is not lost here
		for _, l := range h.Losses {
			best.Losses = append(best.Losses, Loss{Offset: l.Offset, ID: l.ID, Type: l.Type, Reason: l.Reason})
		}
	}
	return best, nil
}

// better reports whether one history is better than another, which may be nil.
func better(a, b *History) bool {
	switch {
	case b == nil:
		return a.Len() > 0
	case a.Len() == b.Len():
		return !a.Lossy() && b.Lossy()
	}
	return a.Len() > b.Len()
}

// hasMore reports whether history.txt has more ops than a history that was read from history.edn,
// which may have lost some at its end without a trace.
func (s *Stored) hasMore(h *History) bool {
	txt := filepath.Join(s.dir, "history.txt")
	if s.file != nil || filepath.Base(s.text) != "history.edn" || !isFile(txt) {
		return false
	}
	n, err := format.CountLogged(txt)
	return err == nil && n > h.Len()
}

// first reads what is the best in general.
func (s *Stored) first(ctx context.Context, opt Options) (*History, error) {
	if s.file == nil {
		h, err := s.readText(ctx, s.text, opt, false)
		if err != nil {
			return nil, err
		}
		h.Losses = slices.Clone(s.losses)
		return h, nil
	}
	h, err := s.file.History(ctx, opt)
	if err != nil {
		return nil, err
	}
	h.Losses = slices.Concat(s.losses, h.Losses)
	if text := filepath.Join(s.dir, "history.edn"); s.beside != "" && !h.Lossy() && isFile(text) {
		h.Source().Name = text
	}
	return h, nil
}

// read reads the history that another file of the run holds.
func (s *Stored) read(ctx context.Context, path string, opt Options) (*History, error) {
	if slices.Contains(textNames, filepath.Base(path)) {
		return s.readText(ctx, path, opt, false)
	}
	f, err := OpenFile(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return f.History(ctx, opt)
}

// readText reads the history in a text, which may break off.
func (s *Stored) readText(ctx context.Context, path string, opt Options, cut bool) (*History, error) {
	if info, err := os.Stat(path); err == nil && opt.MaxBytes > 0 && info.Size() > opt.MaxBytes {
		return nil, tooLong(path, opt.MaxBytes)
	}
	kind := format.EDN
	switch filepath.Base(path) {
	case "history.txt":
		kind = format.HistoryTxt
	case "jepsen.log":
		kind = format.Auto // etcd's, in the first years
	}
	h, err := format.ReadFile(ctx, path, format.Options{Format: kind, Progress: opt.Progress, Order: opt.Order, Map: opt.Map, Cut: cut})
	if err != nil {
		return nil, err
	}
	read := &History{History: h, Tuples: h.Keyed()}
	if slices.ContainsFunc(h.Warnings(), func(w verdict.Warning) bool { return w.Code == history.LostOps }) {
		read.Losses = []Loss{{Type: filepath.Base(path), At: h.Len(), Ops: -1, Reason: "the text ends in the middle of its last line"}}
	}
	return read, nil
}

// salvage reads what is left of the texts, if nothing else could be read: h and err are what came of
// the best file.
func (s *Stored) salvage(ctx context.Context, opt Options, h *History, err error) (*History, error) {
	var syntax *edn.SyntaxError
	if h != nil || !errors.As(err, &syntax) {
		return h, err
	}
	for _, name := range textNames {
		path := filepath.Join(s.dir, name)
		if !isFile(path) {
			continue
		}
		if rest, restErr := s.readText(ctx, path, opt, true); restErr == nil && better(rest, h) {
			h = rest
		}
	}
	if h == nil {
		return nil, err
	}
	h.Losses = slices.Concat(s.losses, h.Losses)
	return h, nil
}
