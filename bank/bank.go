// Package bank checks that transfers between accounts preserve their total, as
// Jepsen's bank workload does. Under snapshot isolation, every read of all
// accounts sees the same total and no negative balance.
//
// A read that leaves out an account is accepted if the rest adds up to the total.
// Transfers are not compared with balances: errors that cancel each other
// out, or that move money to the wrong account, go unseen.
//
// If no total is given, the one that most reads show is expected, and any account is
// accepted. A warning says so, and a single read then proves nothing.
//
// The cost is linear in the size of the input; reads are decoded in parallel.
package bank

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/par"
	"github.com/seed-c33ae711/jcheck/internal/values"
	"github.com/seed-c33ae711/jcheck/result"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// Options describe the bank. The zero value infers it from the reads.
type Options struct {
	Accounts         []edn.Value // their names; any if nil
	Total            *int64      // the sum of all balances; inferred from the reads if nil
	NegativeBalances bool        // balances may be negative
}

// The types of errors, the gravest first. A read has at most one of them.
const (
	UnexpectedKey = "unexpected-key" // an unknown account
	NilBalance    = "nil-balance"    // an account without a balance
	WrongTotal    = "wrong-total"    // balances that do not add up to the total
	NegativeValue = "negative-value" // a negative balance
)

var types = [...]string{UnexpectedKey, NilBalance, WrongTotal, NegativeValue}

// A Result lists the wrong reads by type.
type Result struct {
	result.Common
	Total  int64
	Reads  int
	Errors []Errors // those that occur, the gravest type first

	given bool // the total was not taken from the reads
}

// Errors are those of one type.
type Errors struct {
	Type               string
	Count              int
	First, Worst, Last Error
	Lowest, Highest    Error // of wrong totals
}

// An Error is a read that is wrong.
type Error struct {
	Op         int
	Total      int64       // of wrong totals
	Unexpected []edn.Value // the unknown accounts
	Nils       edn.Entries // the accounts without a balance
	Negative   []int64     // the balances below zero
	badness    float64
}

// balance sums up a read. What is rare about one stays in its text.
type balance struct {
	total int64
	kind  int8 // what else is wrong, as an index into types; -1 for nothing
}

// Check looks at the ok completions of ops with :f :read, whose value is a map from
// account to balance. It returns an error if a balance is not an integer.
func Check(ctx context.Context, h *history.History, opt Options) (*Result, error) {
	r := &Result{}
	r.History = h
	read, known := h.SymbolOf("read")
	var reads []int32
	for i := range h.Len() {
		if known && h.Symbol(i) == read && h.Type(i) == history.OK {
			reads = append(reads, int32(i))
		}
	}
	r.Reads = len(reads)
	accounts, err := newAccounts(opt.Accounts)
	if err != nil {
		return nil, err
	}
	sums := make([]balance, len(reads))
	const chunk = 1 << 12
	err = par.Workers(ctx, (len(reads)+chunk-1)/chunk, func(int) func(int) error {
		d := newDecoder(h, accounts, &opt)
		return func(c int) error {
			for i := c * chunk; i < min((c+1)*chunk, len(reads)); i++ {
				if err := d.read(int(reads[i]), &sums[i], nil); err != nil {
					return err
				}
			}
			return nil
		}
	})
	if ctx.Err() != nil {
		r.Unknown("interrupted")
		return r, nil
	} else if err != nil {
		return nil, err
	}
	r.Summary = result.Count(len(reads), "read")
	if len(reads) == 0 {
		r.Nothing("no read succeeded")
		return r, nil
	}
	r.total(sums, opt.Total)
	if err := r.judge(newDecoder(h, accounts, &opt), reads, sums); err != nil || r.Valid != verdict.Valid || opt.Total != nil {
		return r, err
	}
	switch { // the total comes from the reads, so that these must have something to say
	case len(reads) == 1:
		r.Nothing("the total came from the only read, so there was nothing to compare it with; give --total")
	case !slices.ContainsFunc(reads, func(i int32) bool { return !empty(h.Value(int(i))) }):
		r.Nothing("no read names an account")
	}
	return r, nil
}

// empty reports whether a read names no account.
func empty(v edn.Value) bool {
	s := v.Scanner()
	return s.Next() != edn.Map || s.Datum() == edn.Close
}

// total takes the total that was given, or that of most reads, the earliest of
// several.
func (r *Result) total(sums []balance, given *int64) {
	if given != nil {
		r.Total, r.given = *given, true
		return
	}
	counts := map[int64]int{}
	for _, s := range sums {
		counts[s.total]++
	}
	most := 0
	for _, s := range sums {
		if n := counts[s.total]; n > most {
			most, r.Total = n, s.total
		}
	}
	shown := fmt.Sprintf("%d of %d reads show", most, len(sums))
	if len(sums) == 1 {
		shown = "the only read shows"
	} else if most == len(sums) {
		shown = fmt.Sprintf("all %d reads show", most)
	}
	r.Warnings = append(r.Warnings, verdict.Warning{Code: "inferred-total", Msg: fmt.Sprintf("assuming a total of %d, which %s", r.Total, shown)})
}

// judge finds what is wrong with the reads.
func (r *Result) judge(d *decoder, reads []int32, sums []balance) error {
	found := make([]Errors, len(types))
	for i, s := range sums {
		kind := int(s.kind)
		if s.total != r.Total && (kind < 0 || types[kind] == NegativeValue) {
			kind = 2
		}
		if kind < 0 {
			continue
		}
		e := Error{Op: int(reads[i])}
		if err := d.read(e.Op, &balance{}, &e); err != nil {
			return err
		}
		found[kind].Type = types[kind]
		found[kind].add(e, r.Total)
	}
	r.Valid = verdict.Valid
	for _, f := range found {
		if f.Count > 0 {
			r.Errors = append(r.Errors, f)
			r.Valid = verdict.Invalid
		}
	}
	return nil
}

// add counts an error. Of equally bad ones the earliest stays.
func (f *Errors) add(e Error, total int64) {
	switch f.Type {
	case UnexpectedKey:
		e.badness = float64(len(e.Unexpected))
	case NilBalance:
		e.badness = float64(len(e.Nils))
	case WrongTotal:
		e.badness = math.Abs(float64(e.Total) - float64(total))
		if total != 0 {
			e.badness = float64(float32(e.badness / math.Abs(float64(total))))
		}
	case NegativeValue:
		for _, n := range e.Negative {
			e.badness -= float64(n)
		}
	}
	if f.Count == 0 {
		f.First, f.Worst, f.Lowest, f.Highest = e, e, e, e
	}
	f.Count++
	f.Last = e
	if e.badness > f.Worst.badness {
		f.Worst = e
	}
	if e.Total < f.Lowest.Total {
		f.Lowest = e
	}
	if e.Total > f.Highest.Total {
		f.Highest = e
	}
}

// accounts are the names that there are.
type accounts struct {
	any   bool
	ids   values.Table
	small [64]bool // those that are small integers, which most are
}

func newAccounts(names []edn.Value) (*accounts, error) {
	a := &accounts{any: names == nil}
	for _, name := range names {
		if _, err := a.ids.ID(name); err != nil {
			return nil, err
		}
		if n, ok := name.Int(); ok && n >= 0 && n < int64(len(a.small)) {
			a.small[n] = true
		}
	}
	return a, nil
}

// decoder reads balances.
type decoder struct {
	h        *history.History
	accounts *accounts
	opt      *Options
	names    *values.Reader
}

func newDecoder(h *history.History, a *accounts, opt *Options) *decoder {
	return &decoder{h: h, accounts: a, opt: opt, names: a.ids.Reader()}
}

// read sums up one read. If e is not nil, it describes the error in detail.
func (d *decoder) read(op int, b *balance, e *Error) error {
	h := d.h
	v := h.Value(op)
	s := v.Scanner()
	*b = balance{kind: -1}
	switch s.Next() {
	case edn.Nil:
		return nil // an empty map
	case edn.Map:
	default:
		return h.Errorf(op, "op %d reads %s: expected a map from account to balance", h.Index(op), v)
	}
	for s.Datum() != edn.Close {
		if s.Kind == edn.Invalid || s.Kind == edn.EOF {
			return s.Err()
		}
		known, err := d.known(&s)
		if err != nil {
			return err
		}
		key := s.Value()
		if !known {
			b.kind = 0
			if e != nil {
				e.Unexpected = append(e.Unexpected, key)
			}
		}
		switch s.Datum() {
		case edn.Int:
			sum := b.total + s.Int
			if (sum > b.total) != (s.Int > 0) && s.Int != 0 {
				return h.Errorf(op, "op %d: expected balances that add up to less than 2^63", h.Index(op))
			}
			b.total = sum
			if s.Int < 0 && !d.opt.NegativeBalances {
				if b.kind < 0 {
					b.kind = 3
				}
				if e != nil {
					e.Negative = append(e.Negative, s.Int)
				}
			}
		case edn.Nil:
			if b.kind != 0 {
				b.kind = 1
			}
			if e != nil {
				e.Nils = append(e.Nils, [2]any{key, nil})
			}
		default:
			return h.Errorf(op, "op %d: account %s has the balance %s: expected an integer", h.Index(op), key, s.Value())
		}
	}
	if e != nil {
		e.Total = b.total
	}
	return nil
}

// known reports whether the account whose name s has read is one. The keys of a
// JSON object are strings, also those that stand for numbers.
func (d *decoder) known(s *edn.Scanner) (bool, error) {
	a := d.accounts
	switch {
	case a.any:
		return true, nil
	case s.Kind == edn.Int && s.Int >= 0 && s.Int < int64(len(a.small)):
		return a.small[s.Int], nil
	}
	id, err := d.names.Lookup(s.Value())
	if err != nil || id >= 0 || s.Kind != edn.String || s.Value().Syntax() != edn.JSON {
		return id >= 0, err
	}
	n, err := strconv.ParseInt(string(s.Name()), 10, 64)
	return err == nil && a.ids.HasInt(n), nil
}
