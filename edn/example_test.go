package edn_test

import (
	"fmt"

	"github.com/seed-c33ae711/jcheck/edn"
)

// A transaction reads the same from both syntaxes.
func ExampleParse() {
	for _, t := range []struct {
		text   string
		syntax edn.Syntax
	}{
		{`{:f :txn, :value [[:append :x 1]]}`, edn.EDN},
		{`{"f": "txn", "value": [["append", "x", 1]]}`, edn.JSON},
	} {
		op, err := edn.Parse(t.text, t.syntax)
		if err != nil {
			fmt.Println(err)
			return
		}
		f, _ := op.Get("f")
		name, _ := f.Name()
		value, _ := op.Get("value")
		fmt.Println(name, value)
	}
	_, err := edn.Parse("[1 2", edn.EDN)
	fmt.Println(err)
	// Output:
	// txn [[:append :x 1]]
	// txn [["append", "x", 1]]
	// text:1:5: expected ']', found the end of the text
}

// Scanner walks without decoding: here it sums the numbers of a list, and
// passes over what is nested in it.
func ExampleScanner() {
	v := edn.MustParse("[1 2 [100 200] #_ 300 4]")
	s := v.Scanner()
	s.Next() // the opening bracket
	sum := int64(0)
	for s.Datum() != edn.Close {
		if s.Kind == edn.Invalid {
			fmt.Println(s.Err())
			return
		}
		if s.Kind == edn.Int {
			sum += s.Int
		}
	}
	fmt.Println(sum)
	// Output: 7
}

func ExampleEqual() {
	fmt.Println(edn.Equal(edn.MustParse("#{1 [2]}"), edn.MustParse("#{(2N) 0x1}")))
	fmt.Println(edn.Equal(edn.MustParse("1"), edn.MustParse("1.0")))
	// Output:
	// true
	// false
}

func ExampleAppendJSON() {
	text, _ := edn.AppendJSON(nil, edn.MustParse(`{:f :read, :value #{1 2}, :at #inst "2020-01-01"}`))
	fmt.Println(string(text))
	// Output: {"f":"read","value":{"#set":[1,2]},"at":{"#tag":"inst","value":"2020-01-01"}}
}
