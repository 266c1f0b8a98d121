package oracle

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// keyLetters are the names of the first keys, in order.
const keyLetters = "xyztuvwabcdefghijklmnopqrs"

func keyName(key int) string {
	if key < len(keyLetters) {
		return keyLetters[key : key+1]
	}
	return "k" + strconv.Itoa(key)
}

// Parse reads a history in the notation of papers and of this package's tests:
//
//	P0{+x1 ?y_} ; (P1{?x[1]}! | P2{+x2}~) ; P3{+y1}?
//
// Process 0 appends 1 to x and reads y as nil; after it has completed, process
// 1, which fails, and process 2, whose outcome is indeterminate, run side by
// side: both are invoked before either completes, and they complete from left
// to right. Process 3 never completes. Keys are letters, ?x[] reads a list
// that is empty and not nil. Parentheses only group what runs side by side.
// Of registers, P0{x:=1 y=2 z=_} writes 1 to x, reads 2 from y and nil from z.
func Parse(s string) (Txns, error) {
	var ts Txns
	at := 0
	for _, group := range strings.Split(strings.NewReplacer("(", "", ")", "").Replace(s), ";") {
		from := len(ts)
		for _, text := range strings.Split(group, "|") {
			t, err := parseTxn(strings.TrimSpace(text))
			if err != nil {
				return nil, err
			}
			t.Invoke = at
			at++
			ts = append(ts, t)
		}
		for i := from; i < len(ts); i++ {
			if ts[i].Complete >= 0 {
				ts[i].Complete = at
				at++
			}
		}
	}
	return ts, nil
}

// MustParse is Parse for texts that are known to be well formed.
func MustParse(s string) Txns {
	ts, err := Parse(s)
	if err != nil {
		panic(err)
	}
	return ts
}

func parseTxn(s string) (Txn, error) {
	var t Txn
	head, rest, ok := strings.Cut(s, "{")
	body, mark, ok2 := strings.Cut(rest, "}")
	process, err := strconv.Atoi(strings.TrimPrefix(head, "P"))
	if !ok || !ok2 || err != nil {
		return t, fmt.Errorf("expected a transaction such as P0{+x1 ?y_} or P0{x:=1 y=_}, found %q", s)
	}
	t.Process = process
	switch mark {
	case "":
	case "!":
		t.Status = Fail
	case "~":
		t.Status = Info
	case "?":
		t.Status, t.Complete = Info, -1
	default:
		return t, fmt.Errorf("expected !, ~, ? or nothing behind %s{%s}, found %q", head, body, mark)
	}
	for body = strings.TrimSpace(body); body != ""; body = strings.TrimSpace(body) {
		end := strings.IndexByte(body, ' ')
		if list := strings.IndexByte(body, '['); list == 2 {
			end = strings.IndexByte(body, ']') + 1
		}
		if end <= 0 {
			end = len(body)
		}
		m, err := parseMop(body[:end])
		if err != nil {
			return t, err
		}
		t.Ops = append(t.Ops, m)
		body = body[end:]
	}
	return t, nil
}

func parseMop(s string) (Mop, error) {
	wrong := fmt.Errorf("expected a micro-op such as +x1, ?x_, ?x[1 2], x:=1 or x=_, found %q", s)
	if len(s) > 2 && strings.Contains(":=", s[1:2]) {
		if m, ok := parseRegisterMop(s); ok {
			return m, nil
		}
		return Mop{}, wrong
	}
	if len(s) < 3 || !strings.Contains(keyLetters, s[1:2]) {
		return Mop{}, wrong
	}
	m := Mop{Append: s[0] == '+', Key: strings.IndexByte(keyLetters, s[1])}
	var err error
	switch {
	case m.Append:
		if m.Elem, err = strconv.Atoi(s[2:]); err != nil {
			return m, wrong
		}
	case s[0] == '?' && s[2:] == "_":
	case s[0] == '?' && s[2] == '[' && s[len(s)-1] == ']':
		m.List = []int{}
		for _, f := range strings.Fields(s[3 : len(s)-1]) {
			e, err := strconv.Atoi(f)
			if err != nil {
				return m, wrong
			}
			m.List = append(m.List, e)
		}
	default:
		return m, wrong
	}
	return m, nil
}

func parseRegisterMop(s string) (Mop, bool) {
	key := strings.IndexByte(keyLetters, s[0])
	value, read := strings.CutPrefix(s[1:], "=")
	value, write := strings.CutPrefix(value, ":=")
	m := Mop{Register: true, Append: write, Key: key}
	if key < 0 || read == write {
		return m, false
	}
	if read && value == "_" {
		return m, true
	}
	n, err := strconv.Atoi(value)
	if write {
		m.Elem = n
	} else {
		m.List = []int{n}
	}
	return m, err == nil
}

// String prints the history in the notation that Parse reads, if it can be told
// in it. Otherwise each transaction has its positions behind it: #0-3.
func (ts Txns) String() string {
	byInvoke := slices.Clone(ts)
	slices.SortStableFunc(byInvoke, func(a, b Txn) int { return cmp.Compare(a.Invoke, b.Invoke) })
	s := ""
	for i := range byInvoke {
		if i > 0 {
			s += byInvoke[:i].separator(&byInvoke[i])
		}
		s += byInvoke[i].String()
	}
	if again, err := Parse(s); err == nil && sameOrder(again, byInvoke) {
		return s
	}
	s = ""
	for i := range byInvoke {
		s += fmt.Sprintf("%s #%d-%d\n", &byInvoke[i], byInvoke[i].Invoke, byInvoke[i].Complete)
	}
	return strings.TrimSuffix(s, "\n")
}

// separator stands before t, which is invoked after ts.
func (ts Txns) separator(t *Txn) string {
	if slices.ContainsFunc(ts, func(u Txn) bool { return u.Complete > t.Invoke }) {
		return " | "
	}
	return " ; "
}

func sameOrder(a, b Txns) bool {
	return slices.EqualFunc(a, b, func(t, u Txn) bool { return t.Invoke == u.Invoke && t.Complete == u.Complete })
}

// String prints the transaction as Parse reads it.
func (t *Txn) String() string {
	s := []byte("P" + strconv.Itoa(t.Process) + "{")
	for i := range t.Ops {
		if i > 0 {
			s = append(s, ' ')
		}
		s = t.Ops[i].appendText(s)
	}
	s = append(s, '}')
	switch {
	case t.Complete < 0:
		s = append(s, '?')
	case t.Status == Fail:
		s = append(s, '!')
	case t.Status == Info:
		s = append(s, '~')
	}
	return string(s)
}

func (m *Mop) appendText(s []byte) []byte {
	name := keyName(m.Key)
	switch {
	case m.Register && m.Append:
		return strconv.AppendInt(append(append(s, name...), ":="...), int64(m.Elem), 10)
	case m.Register && len(m.List) == 0:
		return append(append(s, name...), "=_"...)
	case m.Register:
		return strconv.AppendInt(append(append(s, name...), '='), int64(m.List[0]), 10)
	case m.Append:
		return strconv.AppendInt(append(append(s, '+'), name...), int64(m.Elem), 10)
	case m.List == nil:
		return append(append(append(s, '?'), name...), '_')
	}
	return appendList(append(append(s, '?'), name...), m.List)
}
