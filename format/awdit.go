package format

import "github.com/seed-c33ae711/jcheck/history"

// AWDIT's test text has a read or a write on each line, with key and value.
// Lines of minus signs separate transactions, lines of equals signs sessions,
// which are numbered from 0 here:
//
//	w 0 1
//	-----
//	r 1 2
//	=====
//	r 0 1
//
// There is no transaction before the first, so every value stays what it is.
// No transaction is aborted.

// isAWDIT reports whether a text begins with such a line, perhaps behind
// separators.
func isAWDIT(text []byte) bool {
	for i := skipMark(text); i < len(text); {
		if c := text[i]; c == 'r' || c == 'w' {
			j := skipBlanks(text, i+1)
			return j > i+1 && isDigit(text, j)
		}
		end := endOfLine(text, skipRun(text, i))
		if end == i {
			return false
		}
		i = end
	}
	return false
}

func readAWDIT(l *txnLog) error {
	text := l.src.Text
	session, txn := int64(0), int32(-1) // no transaction is open
	for i, line := skipMark(text), 1; i < len(text); line++ {
		if err := l.step(i); err != nil {
			return err
		}
		end := i
		switch text[i] {
		case 'r', 'w':
			if txn < 0 {
				txn = l.begin(history.OK, session, line)
			}
			var err error
			if end, err = awditMop(l, i, txn); err != nil {
				return err
			}
		case '=':
			session++
			fallthrough
		case '-':
			txn = -1
			end = skipRun(text, i)
		}
		end = skipBlanks(text, end)
		next := endOfLine(text, end)
		switch {
		case next == end && next < len(text) && end == i:
			return l.src.Errorf(end, "expected r or w, or a line of - or =, found %s", found(text, end))
		case next == end && next < len(text):
			return l.src.Errorf(end, "expected the end of the line, found %s", found(text, end))
		}
		i = next
	}
	if len(l.txns) == 0 {
		return l.src.Errorf(len(text), "expected reads or writes, found none")
	}
	return nil
}

// awditMop reads the read or write at offset i and returns where it ends.
func awditMop(l *txnLog, i int, txn int32) (end int, err error) {
	text, write := l.src.Text, l.src.Text[i] == 'w'
	var fields [2]number
	end = i + 1
	for k, name := range [...]string{"a key", "a value"} {
		at := skipBlanks(text, end)
		if at == end {
			return at, l.src.Errorf(at, "expected a space before %s, found %s", name, found(text, at))
		}
		if fields[k].abs, end = scanDigits(text, at); end <= at {
			return at, noNumber(l.src, at, end, name)
		}
	}
	if write {
		l.write(txn, fields[0], fields[1])
	} else {
		l.read(txn, fields[0], fields[1])
	}
	return end, nil
}

// skipBlanks passes over spaces and tabs.
func skipBlanks(text []byte, i int) int {
	for i < len(text) && (text[i] == ' ' || text[i] == '\t') {
		i++
	}
	return i
}

// skipRun passes over a run of one separator.
func skipRun(text []byte, i int) int {
	for c := text[i]; i < len(text) && text[i] == c && (c == '-' || c == '='); {
		i++
	}
	return i
}
