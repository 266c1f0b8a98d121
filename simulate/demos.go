package simulate

import "slices"

// A Demo is a tiny bad history for someone who meets an anomaly for the first
// time.
type Demo struct {
	Name    string
	Anomaly string // in Elle's spelling
	Look    string // what to look at, one line
	History string // EDN, one op a line
}

// Demos returns the demos, the worst anomaly first.
func Demos() []Demo { return slices.Clone(demos) }

var demos = []Demo{
	{
		Name:    "write-cycle",
		Anomaly: "G0",
		Look:    "Process 0 appends 1 to x and y, process 1 appends 2 to both; on x the 1 came first, on y the 2.",
		History: `{:index 0, :time 1000, :type :invoke, :process 0, :f :txn, :value [[:append :x 1] [:append :y 1]]}
{:index 1, :time 1400, :type :invoke, :process 1, :f :txn, :value [[:append :x 2] [:append :y 2]]}
{:index 2, :time 2100, :type :ok, :process 0, :f :txn, :value [[:append :x 1] [:append :y 1]]}
{:index 3, :time 2500, :type :ok, :process 1, :f :txn, :value [[:append :x 2] [:append :y 2]]}
{:index 4, :time 3000, :type :invoke, :process 2, :f :txn, :value [[:r :x nil] [:r :y nil]]}
{:index 5, :time 3600, :type :ok, :process 2, :f :txn, :value [[:r :x [1 2]] [:r :y [2 1]]]}
`,
	},
	{
		Name:    "aborted-read",
		Anomaly: "G1a",
		Look:    "The append of 2 to x failed, so it never happened, and yet process 1 reads it.",
		History: `{:index 0, :time 1000, :type :invoke, :process 0, :f :txn, :value [[:append :x 1]]}
{:index 1, :time 1700, :type :ok, :process 0, :f :txn, :value [[:append :x 1]]}
{:index 2, :time 2000, :type :invoke, :process 0, :f :txn, :value [[:append :x 2]]}
{:index 3, :time 2900, :type :fail, :process 0, :f :txn, :value [[:append :x 2]], :error :aborted}
{:index 4, :time 3200, :type :invoke, :process 1, :f :txn, :value [[:r :x nil]]}
{:index 5, :time 3800, :type :ok, :process 1, :f :txn, :value [[:r :x [1 2]]]}
`,
	},
	{
		Name:    "circular-information-flow",
		Anomaly: "G1c",
		Look:    "Each of the two transactions reads what the other one appends: neither can have been first.",
		History: `{:index 0, :time 1000, :type :invoke, :process 0, :f :txn, :value [[:append :x 1] [:r :y nil]]}
{:index 1, :time 1200, :type :invoke, :process 1, :f :txn, :value [[:append :y 2] [:r :x nil]]}
{:index 2, :time 2000, :type :ok, :process 0, :f :txn, :value [[:append :x 1] [:r :y [2]]]}
{:index 3, :time 2300, :type :ok, :process 1, :f :txn, :value [[:append :y 2] [:r :x [1]]]}
`,
	},
	{
		Name:    "read-skew",
		Anomaly: "G-single-item",
		Look:    "Process 1 sees half of process 0's transaction: the 1 in x, but not the 1 in y.",
		History: `{:index 0, :time 1000, :type :invoke, :process 0, :f :txn, :value [[:append :x 1] [:append :y 1]]}
{:index 1, :time 1300, :type :invoke, :process 1, :f :txn, :value [[:r :x nil] [:r :y nil]]}
{:index 2, :time 2200, :type :ok, :process 1, :f :txn, :value [[:r :x [1]] [:r :y []]]}
{:index 3, :time 2600, :type :ok, :process 0, :f :txn, :value [[:append :x 1] [:append :y 1]]}
`,
	},
	{
		Name:    "lost-update",
		Anomaly: "lost-update",
		Look:    "Both read [1] in x and then append: whichever came second should have seen the other's element.",
		History: `{:index 0, :time 1000, :type :invoke, :process 0, :f :txn, :value [[:append :x 1]]}
{:index 1, :time 1500, :type :ok, :process 0, :f :txn, :value [[:append :x 1]]}
{:index 2, :time 2000, :type :invoke, :process 0, :f :txn, :value [[:r :x nil] [:append :x 2]]}
{:index 3, :time 2100, :type :invoke, :process 1, :f :txn, :value [[:r :x nil] [:append :x 3]]}
{:index 4, :time 2900, :type :ok, :process 0, :f :txn, :value [[:r :x [1]] [:append :x 2]]}
{:index 5, :time 3100, :type :ok, :process 1, :f :txn, :value [[:r :x [1]] [:append :x 3]]}
`,
	},
	{
		Name:    "write-skew",
		Anomaly: "G2-item",
		Look:    "Each reads as empty the list that the other one appends to; one by one, the second would have seen the first.",
		History: `{:index 0, :time 1000, :type :invoke, :process 0, :f :txn, :value [[:r :x nil] [:append :y 1]]}
{:index 1, :time 1100, :type :invoke, :process 1, :f :txn, :value [[:r :y nil] [:append :x 1]]}
{:index 2, :time 1900, :type :ok, :process 0, :f :txn, :value [[:r :x []] [:append :y 1]]}
{:index 3, :time 2200, :type :ok, :process 1, :f :txn, :value [[:r :y []] [:append :x 1]]}
`,
	},
	{
		Name:    "stale-read",
		Anomaly: "G-single-item-realtime",
		Look:    "Process 1 begins after the append of 1 to x was acknowledged, and still reads x as empty.",
		History: `{:index 0, :time 1000, :type :invoke, :process 0, :f :txn, :value [[:append :x 1]]}
{:index 1, :time 1800, :type :ok, :process 0, :f :txn, :value [[:append :x 1]]}
{:index 2, :time 2000, :type :invoke, :process 1, :f :txn, :value [[:r :x nil]]}
{:index 3, :time 2700, :type :ok, :process 1, :f :txn, :value [[:r :x []]]}
`,
	},
}
