package store

import (
	"fmt"
	"testing"

	"github.com/seed-c33ae711/jcheck/edn"
)

func TestPromises(t *testing.T) {
	for _, tt := range []struct{ test, want string }{
		{`{:name "x"}`, "workload , models [], anomalies [], accounts [], total nil, plot nil"},
		{`{:workload :broadcast, :consistency-models [:strict-serializable "x"], :anomalies #{:G0}, :accounts [0 1], :total-amount 100, :plot {:nemeses #{}}}`,
			"workload broadcast, models [strict-serializable x], anomalies [G0], accounts [0 1], total 100, plot {:nemeses #{}}"},
		{`{:workload "append", :consistency-model :serializable, :accounts 5, :total-amount nil, :plot 3}`,
			"workload append, models [serializable], anomalies [], accounts [], total nil, plot nil"},
		{`{:workload {:client #object[x 0x1 "y"]}, :argv ["test" "--workload" "bank" "-w" "x"]}`, "workload bank, models [], anomalies [], accounts [], total nil, plot nil"},
		{`{:argv ["test" "--workload=bank"]}`, "workload bank, models [], anomalies [], accounts [], total nil, plot nil"},
		{`{:argv ["test" "-w"]}`, "workload , models [], anomalies [], accounts [], total nil, plot nil"},
	} {
		p := promisesOf(edn.MustParse(tt.test))
		got := fmt.Sprintf("workload %s, models %v, anomalies %v, accounts %v, total %v, plot %v", p.Workload, p.Models, p.Anomalies, p.Accounts, p.Total, p.Plot)
		if got != tt.want {
			t.Errorf("%s:\ngot  %s\nwant %s", tt.test, got, tt.want)
		}
	}
	s := openRun(t, runWith(t, map[string]string{"history.edn": "[]"}))
	if p, err := s.Promises(); err != nil || p.Workload != "" {
		t.Errorf("got %v, %v", p, err)
	}
}
