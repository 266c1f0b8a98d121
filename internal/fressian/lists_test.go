package fressian

import (
	"strings"
	"testing"

	"github.com/seed-c33ae711/jcheck/edn"
)

// A map and a list in it are walked element by element, whether they say how long they are or
// where they end.
func TestEnter(t *testing.T) {
	for _, code := range []string{"C0 E8 CD DB 61 E6 01 02 DB 62 E4", "C0 ED CD DB 61 ED 01 02 FD DB 62 EE FD FD"} {
		in := unhex(t, code+" 07")
		d := NewDecoder(in, 0)
		if !d.EnterMap() {
			t.Fatalf("%s: no map", code)
		}
		var got []string
		for d.More() {
			key, err := d.Append(nil)
			if err != nil || !d.More() || !d.Enter() {
				t.Fatalf("%s: %s, %v", code, key, err)
			}
			got = append(got, string(key))
			for d.More() {
				element, err := d.Append(nil)
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, string(element))
			}
			d.Leave()
		}
		d.Leave()
		if all := strings.Join(got, " "); all != `"a" 1 2 "b"` {
			t.Errorf("%s: got %s", code, all)
		}
		if last, err := d.Append(nil); string(last) != "7" || err != nil || d.More() {
			t.Errorf("%s: behind it %s, %v", code, last, err)
		}
	}
	for _, code := range []string{"E4", "C0", "C0 01", "", "01"} {
		if NewDecoder(unhex(t, code), 0).EnterMap() {
			t.Errorf("%s is a map", code)
		}
	}
	d := NewDecoder(unhex(t, "C0 E6 01"), 0)
	if d.EnterMap(); !d.More() {
		t.Fatal("no key")
	}
	if _, err := d.Append(nil); err != nil || !d.More() {
		t.Fatal(err)
	}
	if _, err := d.Append(nil); err == nil || !err.(*Error).Short {
		t.Errorf("a value behind the end: %v", err)
	}
}

// A pair is a vector in EDN, or a tagged one that becomes a pair again, also in later sessions.
func TestSpelledPairs(t *testing.T) {
	pair := unhex(t, "EF E3 09 6D 61 70 2D 65 6E 74 72 79 02 05 E6 01 02")
	d := NewDecoder(pair, 0)
	d.SpellPairs()
	for range 2 {
		got, err := d.Append(nil)
		if string(got) != "#jepsen/map-entry [5 [1 2]]" || err != nil || !d.Tuples() {
			t.Errorf("got %s, %v", got, err)
		}
		var e Encoder
		if again, err := e.Append(nil, edn.MustParse(string(got))); string(again) != string(pair) || err != nil {
			t.Errorf("got % X, %v", again, err)
		}
		d.Reset(pair, 0)
	}
	for _, text := range []string{"#jepsen/map-entry [1]", "#jepsen/map-entry [1 2 3]", "#jepsen/map-entry {1 2}", "#jepsen/map-entry 1"} {
		var e Encoder
		b, err := e.Append(nil, edn.MustParse(text))
		if err != nil {
			t.Fatal(err)
		}
		d := NewDecoder(b, 0)
		if got, err := d.Append(nil); string(got) != text || err != nil || d.Tuples() {
			t.Errorf("%s becomes %s, %v", text, got, err)
		}
	}
}

// An op without an index gets that of its place, any other keeps its own.
func TestOpAt(t *testing.T) {
	for text, want := range map[string]string{
		`{:type :ok, :f :r}`:           `{:index 7, :time -1, :type :ok, :process nil, :f :r, :value nil}`,
		`{:type :ok, :index 3, :f :r}`: `{:index 3, :time -1, :type :ok, :process nil, :f :r, :value nil}`,
		`{:index nil, :type :ok}`:      `{:index 7, :time -1, :type :ok, :process nil, :f nil, :value nil}`,
	} {
		var e Encoder
		b, err := e.AppendOpAt(nil, edn.MustParse(text), 7)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := NewDecoder(b, 0).Append(nil); string(got) != want || err != nil {
			t.Errorf("%s: got %s, %v", text, got, err)
		}
	}
}

// A set of before May 2019 takes the number of its elements from the first one; whether that is
// its own nobody knows.
func TestOldSetAgain(t *testing.T) {
	d := NewDecoder(unhex(t, "EF E3 13 70 65 72 73 69 73 74 65 6E 74 2D 68 61 73 68 2D 73 65 74 02 01 02 A0 03 04"), 0)
	if got, err := d.Append(nil); string(got) != "#{1 2}" || err != nil {
		t.Errorf("got %s, %v", got, err)
	}
	if got, err := d.Append(nil); err == nil || err.(*Error).Offset != 25 || !strings.Contains(err.Error(), "before May 2019") {
		t.Errorf("got %s, %v", got, err)
	}
}
