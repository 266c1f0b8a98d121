package format

import (
	"bytes"
	"context"
	"unicode/utf8"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/par"
)

// pieceBytes is how much text a worker decodes at a time: small enough for a
// piece a core to be nothing in memory, large enough that handing them over
// costs nothing.
const pieceBytes = 1 << 20

// layout is how the ops stand in the text.
type layout struct {
	src   *edn.Source
	first int  // the first op, or the end if there is none
	close byte // the bracket that ends the list of ops, 0 if there is no list
	end   int  // the length of the text
	piece int  // about how long a piece is
}

// decode reads the ops of src, which begin at start or behind discarded forms
// there, in pieces of about the given length.
func decode(ctx context.Context, src *edn.Source, start, piece int, opt Options) (*history.History, error) {
	l := layout{src: src, end: len(src.Text), piece: piece}
	first, err := l.open(start)
	if err == nil && first == l.end && l.close == 0 {
		return nil, src.Errorf(start, "expected ops, found only discarded forms")
	}
	if bad := l.checkUTF8(0, first); bad != nil {
		return nil, bad
	}
	if err != nil {
		return nil, err
	}
	l.first = first
	b := history.NewBuilder(src)
	b.SetOrder(opt.Order)
	if err := l.readPieces(ctx, b, opt); err != nil {
		return nil, err
	}
	if opt.Cut {
		b.Gap(-1)
	}
	return b.History()
}

// open returns where the first op behind offset i begins, or the end of the text if
// there is none, and notes whether it stands in a list, which may itself be the :history of a
// map.
func (l *layout) open(i int) (int, error) {
	first, err := l.next(i, true)
	if err != nil || first == l.end {
		return first, err
	}
	if c := l.src.Text[first]; c == '{' || c == '#' {
		if first, err = l.unwrap(first); err != nil {
			return first, err
		}
	}
	switch l.src.Text[first] {
	case '[':
		l.close = ']'
	case '(':
		l.close = ')'
	default:
		return first, nil
	}
	return l.next(first+1, true)
}

// next returns where the op behind offset i begins, or the end of the text if
// there is none. In a JSON array it insists on one comma between ops.
func (l *layout) next(i int, first bool) (int, error) {
	text, json := l.src.Text, l.src.Syntax == edn.JSON
	for commas := 0; ; i++ {
		i = skipSpace(text, i, json)
		switch {
		case i == l.end:
			if l.close != 0 {
				return i, l.src.Errorf(i, "expected %q, found the end of the text", l.close)
			}
			return i, nil
		case text[i] == ',':
			if commas++; json && (commas > 1 || first || l.close == 0) {
				return i, l.src.Errorf(i, "expected an op, found a comma")
			}
			continue
		case text[i] == l.close && l.close != 0:
			if json && commas > 0 {
				return i, l.src.Errorf(i, "expected an op after the comma, found %q", l.close)
			}
			if err := l.nothingBehind(i + 1); err != nil {
				return i, err
			}
			return l.end, nil
		case json && l.close != 0 && commas == 0 && !first:
			return i, l.src.Errorf(i, "expected a comma or %q after an op, found %q", l.close, text[i])
		}
		if text[i] == '#' && i+1 < l.end && text[i+1] == '_' && !json { // a discarded form
			s := edn.NewScanner(l.src, i+2, l.end)
			switch s.Datum() {
			case edn.Invalid:
				return i, s.Err()
			case edn.EOF:
				return i, l.src.Errorf(i, "expected a form after #_, found the end of the text")
			}
			i = s.Pos() - 1
			continue
		}
		return i, nil
	}
}

// nothingBehind checks that nothing follows the list of ops, which ended before i.
func (l *layout) nothingBehind(i int) (err error) {
	rest := layout{src: l.src, end: l.end}
	if i = skipSpace(l.src.Text, i, l.src.Syntax == edn.JSON); l.src.Syntax == edn.EDN {
		i, err = rest.next(i, true)
	}
	if err == nil && i < l.end {
		err = l.src.Errorf(i, "expected nothing after the list of ops, found %q", preview(l.src.Text[i:]))
	}
	return err
}

// piece is a stretch of text whose ops one worker decodes.
type piece struct {
	start, limit int // the first op begins at start; ops that begin at or behind limit are the next piece's
	next         int // where the first op that was not read begins
	err          error
}

// read decodes the ops of the piece.
func (l *layout) read(ctx context.Context, p *piece, cols *history.Columns) {
	cols.Reset()
	p.next, p.err = p.start, nil
	var r opReader
	for n := 1; p.next < p.limit && p.err == nil; n++ {
		if n%512 == 0 && ctx.Err() != nil {
			p.err = ctx.Err()
			return
		}
		p.err = l.readOne(p, cols, &r)
	}
}

// readOne decodes the op at p.next and finds the one behind it. What it passes
// over must be UTF-8, and a byte that is not is an error before any error
// behind it: no error depends on how the text was split.
func (l *layout) readOne(p *piece, cols *history.Columns, r *opReader) error {
	end, err := r.read(l.src, p.next)
	if bad := l.checkUTF8(p.next, end); bad != nil {
		return bad
	}
	if err == nil {
		err = cols.Append(l.src, &r.row)
	}
	if err == nil {
		p.next, err = l.next(end, false)
		if bad := l.checkUTF8(end, p.next); bad != nil {
			return bad
		}
	}
	return err
}

// checkUTF8 returns an error at the first byte of text[lo:hi] that is not UTF-8.
func (l *layout) checkUTF8(lo, hi int) error {
	text := l.src.Text
	if utf8.Valid(text[lo:hi]) {
		return nil
	}
	for lo < hi { // hi may be in the middle of a character
		r, size := utf8.DecodeRune(text[lo:])
		if r == utf8.RuneError && size == 1 {
			return l.src.Errorf(lo, "expected UTF-8, found an invalid byte sequence")
		}
		lo += size
	}
	return nil
}

// split cuts the text where something begins like the first op does. It may be
// wrong: see accept.
func (l *layout) split() []piece {
	text := l.src.Text
	mark, before := l.mark()
	var pieces []piece
	for at := l.first; at < l.end; {
		limit := l.end
		if at+l.piece < l.end {
			if k := bytes.Index(text[at+l.piece:], mark); k >= 0 {
				limit = at + l.piece + k + before
			}
		}
		pieces = append(pieces, piece{start: at, limit: limit})
		at = limit
	}
	return pieces
}

// mark returns the text that other ops probably begin with, and how much of it
// stands before the op: the line break and the indentation, if the ops stand on
// lines of their own, since in an op that fills several lines there may be maps
// that begin like it.
func (l *layout) mark() (mark []byte, before int) {
	text := l.src.Text
	head := text[l.first:min(l.first+8, l.end)]
	line := bytes.LastIndexByte(text[:l.first], '\n') + 1
	if indent := text[line:l.first]; len(bytes.Trim(indent, " \t")) == 0 {
		mark = append(append(append(mark, '\n'), indent...), until(head, " \t\r")...)
		if bytes.Contains(text[l.first:min(l.first+pieceBytes, l.end)], mark) {
			return mark, 1 + len(indent)
		}
	}
	return until(head, " \t\r\n"), 0
}

// until returns b up to the first of some characters.
func until(b []byte, chars string) []byte {
	if i := bytes.IndexAny(b, chars); i > 0 {
		return b[:i]
	}
	return b
}

// readPieces decodes the pieces in parallel and adds them to b in order.
func (l *layout) readPieces(ctx context.Context, b *history.Builder, opt Options) error {
	pieces := l.split()
	turn := make([]chan struct{}, len(pieces)+1) // turn[i] is closed when the pieces before i are done with
	for i := range turn {
		turn[i] = make(chan struct{})
	}
	close(turn[0])
	m := merger{layout: l, b: b, expect: l.first, progress: opt.Progress}
	return par.Workers(ctx, len(pieces), func(int) func(int) error {
		var cols history.Columns
		return func(i int) (err error) {
			ok := false
			defer func() { // even when reading has panicked, since others wait
				<-turn[i]
				m.failed = m.failed || !ok
				close(turn[i+1])
			}()
			p := pieces[i] // its own: neighbours in memory would take turns on a cache line, for each op
			l.read(ctx, &p, &cols)
			<-turn[i]
			if !m.failed {
				err = m.accept(ctx, &p, &cols)
			}
			ok = err == nil
			return err
		}
	})
}

// merger puts the pieces together, one after another.
type merger struct {
	*layout
	b        *history.Builder
	expect   int  // where the first op that was not added begins
	failed   bool // no further piece counts
	progress func(done, total int64)
}

// accept adds the ops of a piece if it begins where the one before ended, and
// decodes it again from there if it does not.
func (m *merger) accept(ctx context.Context, p *piece, cols *history.Columns) error {
	if err := ctx.Err(); err != nil || m.expect >= p.limit {
		return err
	}
	if p.start != m.expect {
		p.start = m.expect
		m.read(ctx, p, cols)
	}
	if err := m.b.Add(cols); err != nil {
		return err
	}
	if p.err != nil {
		return p.err
	}
	if m.expect == m.first { // an estimate saves growing
		m.b.Grow(int(float64(m.b.Len()) * float64(m.end-m.first) / float64(p.next-p.start) * 1.01))
	}
	m.expect = p.next
	if m.progress != nil {
		m.progress(int64(m.expect), int64(m.end))
	}
	return nil
}
