package command

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/elle"
)

// txnFlags say how to check transactions.
type txnFlags struct {
	workload   string
	asked      []string // models, and objects where those are asked for in the same way
	models     []string // the consistency models of these
	anomalies  []string
	ignore     []string
	init       string
	start      edn.Value // parsed from init
	wfr        bool
	sequential bool
	real       bool
	assumed    bool
	ladder     bool
	txnOrder   string
	ranks      map[int64]int64 // read from txnOrder
}

// addTo adds the flags to a command; init and model say what these mean there.
func (f *txnFlags) addTo(cmd *cobra.Command, init, model string) {
	fl := cmd.Flags()
	fl.StringVar(&f.workload, "workload", "", "what transactions do: "+elle.WorkloadNames()+" (default: detected from the micro-ops)")
	fl.StringArrayVarP(&f.asked, "model", "m", nil, model)
	fl.StringArrayVar(&f.anomalies, "anomaly", nil, "also prohibit this `anomaly` of transactions; repeatable")
	fl.StringArrayVar(&f.ignore, "ignore", nil, "accept this `anomaly` of transactions: it does not make the verdict invalid; repeatable")
	fl.StringVar(&f.init, "init", "", init)
	fl.BoolVar(&f.ladder, "ladder", false, "show the strongest models that hold and the weakest that are violated")
	fl.BoolVar(&f.wfr, "wfr-keys", false, "registers: assume that a transaction which reads and then writes a key writes a later version")
	fl.BoolVar(&f.sequential, "sequential-keys", false, "each key follows the order of each process: assumed for registers, required of lists")
	fl.BoolVar(&f.real, "linearizable-keys", false, "each key follows real-time order: assumed for registers, required of lists")
	fl.BoolVar(&f.assumed, "assumed-only", false, "registers: order versions only by these flags, as Elle does, not by what the models imply")
	fl.StringVar(&f.txnOrder, "transaction-order", "", "registers: `file` with the order in which transactions took effect")
	completeFixed(cmd, "workload", strings.Split(elle.WorkloadNames(), ", ")...)
	completeFrom(cmd, "anomaly", elle.AnomalyNames)
	completeFrom(cmd, "ignore", elle.AnomalyNames)
}

// validate finds mistakes in the flags, and reads what they name.
func (f *txnFlags) validate() (err error) {
	if f.txnOrder != "" {
		if f.ranks, err = readOrder(f.txnOrder); err != nil {
			return err
		}
	}
	if f.start, err = initialValue(f.init); err != nil {
		return err
	}
	return hinted(f.options().Validate(), f.models, modelHint)
}

func (f *txnFlags) options() elle.Options {
	return elle.Options{
		Workload: elle.Workload(f.workload), Models: f.models, Anomalies: f.anomalies, Ignore: f.ignore, Init: f.start, MaxCases: 10_000,
		WFRKeys: f.wfr, SequentialKeys: f.sequential, LinearizableKeys: f.real, TransactionOrder: f.ranks, AssumedOnly: f.assumed, Ladder: f.ladder,
	}
}

// initialValue parses a value that registers hold at first, nil if there is none.
func initialValue(text string) (edn.Value, error) {
	if text == "" {
		return edn.Value{}, nil
	}
	v, err := edn.Parse(text, edn.EDN)
	if err != nil {
		return v, usagef("initial value: %v", err)
	}
	return v, nil
}
