package command

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/store"
)

// What the map of a stored test promises is what its history is checked against, unless
// somebody says otherwise, and the verdict says so.
func TestPromised(t *testing.T) {
	const (
		skew = "0 i txn [[:r 1 nil] [:append 2 1]]; 1 i txn [[:r 2 nil] [:append 1 1]]; 0 o txn [[:r 1 []] [:append 2 1]]; 1 o txn [[:r 2 []] [:append 1 1]]; " +
			"0 i txn [[:r 1 nil] [:r 2 nil]]; 0 o txn [[:r 1 [1]] [:r 2 [1]]]"
		gossip = "0 i broadcast 1; 0 o broadcast nil; 0 i broadcast 2; 0 o broadcast nil; 0 i read nil; 0 o read [1]; 0 i read nil; 0 o read [1]"
		zero   = "0 i read nil; 0 o read 0; 0 i write 1; 0 o write 1"
		zeros  = "0 i txn [[:r 1 nil] [:w 2 1]]; 0 o txn [[:r 1 0] [:w 2 1]]; 0 i txn [[:r 2 nil]]; 0 o txn [[:r 2 1]]"
		bank   = "0 i transfer {:from 0, :to 1, :amount 2}; 0 o transfer {:from 0, :to 1, :amount 2}; 0 i read nil; 0 o read {0 3, 1 2}; 0 i read nil; 0 o read {0 3, 1 2}"
	)
	for _, c := range []struct {
		name, test, ops string
		args            []string
		status          int
		want            string
	}{
		{"models", "{:consistency-models [:snapshot-isolation]}", skew, []string{"check"}, exitValid, "following the test's settings: snapshot-isolation"},
		{"elle alone", "{:consistency-models [:snapshot-isolation]}", skew, []string{"elle"}, exitValid, "following the test's settings: snapshot-isolation"},
		{"a flag", "{:consistency-models [:snapshot-isolation]}", skew, []string{"check", "--model", "serializable"}, exitInvalid, "not repeatable-read"},
		{"anomalies", "{:consistency-models [:snapshot-isolation], :anomalies [:G2-item]}", skew, []string{"check"}, exitInvalid, "snapshot-isolation; no G2-item"},
		{"no such model", "{:consistency-models [:good]}", skew, []string{"check"}, exitInvalid, "the models and anomalies of the test were not used"},
		{"nothing", "{}", skew, []string{"check"}, exitInvalid, "G2-item"},
		{"broadcast", "{:workload :broadcast}", gossip, []string{"check"}, exitInvalid, "1 lost"},
		{"broadcast unsaid", "{}", gossip, []string{"check"}, exitUnknown, "broadcast"},
		{"a wrong workload", "{:workload :kafka}", skew, []string{"check"}, exitInvalid, "G2-item"},
		{"a total", "{:accounts [0 1], :total-amount 6}", bank, []string{"check"}, exitInvalid, "the balances add up to 5, expected 6"},
		{"accounts", "{:accounts [0 1 2], :total-amount 5}", bank, []string{"bank"}, exitValid, "following the test's settings: a total of 5; accounts 0, 1, 2"},
		{"a first value", "{:initial-value 0}", zero, []string{"check"}, exitValid, "following the test's settings: registers start at 0; --init overrides them"},
		{"a first value alone", "{:initial-value 0}", zero, []string{"lin"}, exitValid, "registers start at 0"},
		{"another first value", "{:initial-value 0}", zero, []string{"lin", "--init", "1"}, exitInvalid, "reading 0 is impossible"},
		{"a first value of what shrinks", "{:initial-value 0}", "0 i read nil; 0 o read 0; 0 i write 1; 0 o write 1; 0 i read nil; 0 o read 0", []string{"shrink"}, exitInvalid, "2 of 3 operations still show the fault; check them with jcheck linearizable --model register --init '0'"},
		{"of transactions", "{:initial-value 0, :workload :wr}", zeros, []string{"elle"}, exitValid, "registers start at 0"},
		{"a first value of lists", "{:initial-value 0}", skew, []string{"check"}, exitInvalid, "G2-item"},
		{"other accounts", "{:accounts [7]}", bank, []string{"bank"}, exitValid, "every read shows others"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, err := store.Record(t.TempDir(), edn.MustParse(strings.Replace(c.test, "{", `{:name "t", :start-time "20210102T030405.006Z" `, 1)), store.WriterOptions{})
			if err != nil {
				t.Fatal(err)
			}
			defer r.Close()
			for i, op := range strings.Split(c.ops, "; ") {
				w := strings.SplitN(op, " ", 4)
				typ := map[string]string{"i": "invoke", "o": "ok"}[w[1]]
				if err := r.Add(edn.MustParse(fmt.Sprintf("{:index %d, :time %d, :type :%s, :process %s, :f :%s, :value %s}", i, i, typ, w[0], w[2], w[3]))); err != nil {
					t.Fatal(err)
				}
			}
			if err := r.EndHistory(); err != nil {
				t.Fatal(err)
			}
			if err := r.Close(); err != nil {
				t.Fatal(err)
			}
			status, out, errs := jcheck(context.Background(), append(c.args, r.Dir)...)
			if status != c.status || !strings.Contains(out, c.want) {
				t.Errorf("status %d, want %d, and %q in\n%s%s", status, c.status, c.want, out, errs)
			}
		})
	}
}
