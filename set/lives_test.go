package set_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/seed-c33ae711/jcheck/internal/histtest"
	"github.com/seed-c33ae711/jcheck/set"
)

// TestLives: lost and stale elements are there whatever the limit, in the order of their adds, as the check has them.
func TestLives(t *testing.T) {
	h := histtest.Parse(t, `
i 0 add 5
o 0 add 5
i 0 add 4
o 0 add 4
i 0 add 3
o 0 add 3
i 0 add 2
i 1 read nil @10
o 1 read #{5} @11
i 1 read nil @20
o 1 read #{5 4} @21`)
	r, err := set.CheckFull(context.Background(), h, set.Options{})
	if err != nil || len(r.Lost) != 1 || len(r.Stale) != 1 {
		t.Fatalf("%d lost, %d stale, %v", len(r.Lost), len(r.Stale), err)
	}
	for most, want := range map[int]string{
		9: "5:0-1-9--1 stale=false lost=false 4:2-3-9-7 stale=true lost=false 3:4-5--1-9 stale=false lost=true 2:6--1--1-9 stale=false lost=false ",
		2: "4:2-3-9-7 stale=true lost=false 3:4-5--1-9 stale=false lost=true ",
		1: "3:4-5--1-9 stale=false lost=true ",
		0: "",
	} {
		lives, all, err := set.Lives(context.Background(), h, most)
		got := ""
		for _, l := range lives {
			got += fmt.Sprintf("%s:%d-%d-%d-%d stale=%v lost=%v ", l.Value, l.Added, l.Known, l.LastPresent, l.LastAbsent, l.Stale, l.Lost)
		}
		if all != 4 || err != nil || got != want {
			t.Errorf("at most %d of %d: %q, want %q, %v", most, all, got, want, err)
		}
	}
}
