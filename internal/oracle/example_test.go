package oracle_test

import (
	"fmt"

	"github.com/seed-c33ae711/jcheck/internal/oracle"
)

func Example() {
	writeSkew := oracle.MustParse("P0{?x_ +y1} | P1{?y_ +x1}")
	for _, m := range oracle.Models() {
		fmt.Println(m.Holds(writeSkew), m.Name)
	}
	// Output:
	// true read-committed
	// true strong-read-committed
	// true prefix
	// true snapshot-isolation
	// true strong-session-snapshot-isolation
	// true strong-snapshot-isolation
	// false serializable
	// false strong-session-serializable
	// false strict-serializable
}
