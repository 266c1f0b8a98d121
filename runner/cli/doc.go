// Package cli makes a command line of a test: the whole of a test program is a function that
// makes a runner.Test of options, and a main that hands it to Main.
//
//	func main() {
//		cli.Main(cli.Program{Name: "etcd", Short: "Test etcd", Test: newTest})
//	}
//
// Its commands are test, which runs the test and judges the run as jcheck analyze does, and all
// those of jcheck that look at runs: analyze, report, ops, ls and so on. The exit status is the
// verdict: 0 valid, 1 invalid, 2 unknown, 254 wrong arguments, 255 a run that crashed or could
// not be torn down, and 130 or 143 one that was stopped.
package cli
