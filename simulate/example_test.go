package simulate_test

import (
	"fmt"

	"github.com/seed-c33ae711/jcheck/simulate"
)

func ExampleConfig_Ops() {
	ops, err := simulate.Config{DB: "snapshot-isolation", Txns: 2, Clients: 2, Seed: 3}.Ops()
	if err != nil {
		fmt.Println(err)
		return
	}
	i := 0
	for op := range ops {
		fmt.Printf("%s\n", op.AppendEDN(nil, i))
		i++
	}
	// Output:
	// {:index 0, :time 28166, :type :invoke, :process 0, :f :txn, :value [[:append 9 1]]}
	// {:index 1, :time 106912, :type :invoke, :process 1, :f :txn, :value [[:r 8 nil] [:r 8 nil]]}
	// {:index 2, :time 361906, :type :ok, :process 0, :f :txn, :value [[:append 9 1]]}
	// {:index 3, :time 905241, :type :ok, :process 1, :f :txn, :value [[:r 8 []] [:r 8 []]]}
}

func ExampleDatabases() {
	for _, db := range simulate.Databases() {
		fmt.Printf("%s: %s %v\n", db.Name, db.Model, db.Anomalies)
	}
	// Output:
	// serial: strict-serializable []
	// serializable-si: strict-serializable []
	// snapshot-isolation: strong-snapshot-isolation [G2-item]
	// prefix: prefix [G-single-item lost-update G-single-item-realtime]
	// read-committed: strong-read-committed [G-single-item lost-update]
	// stale-follower: serializable [G-single-item-realtime]
	// fractured-read: strong-read-committed [G-single-item]
	// aborted-read: strong-read-uncommitted [G1a dirty-update]
	// lost-update:  [incompatible-order lost-update]
}
