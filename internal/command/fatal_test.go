package command

import (
	"os"
	"os/exec"
	"testing"
)

// TestOutOfMemory: what the runtime ends the program for is no verdict. Go alone would exit
// with 2.
func TestOutOfMemory(t *testing.T) {
	if os.Getenv("JCHECK_TEST_MAIN") != "" {
		os.Args = []string{"jcheck", "elle", "--max-bytes", "1000000000000", "/dev/zero"}
		Main()
	}
	limited := func(env string) *exec.Cmd {
		cmd := exec.Command("sh", "-c", `ulimit -v 2000000 && exec "$0" -test.run '^TestOutOfMemory$'`, os.Args[0])
		cmd.Env = append(os.Environ(), "JCHECK_TEST_NOTHING=1", env)
		return cmd
	}
	if os.Getenv("JCHECK_TEST_NOTHING") != "" {
		return
	}
	if out, err := limited("JCHECK_TEST_MAIN=").CombinedOutput(); err != nil {
		t.Skipf("a process of 2 GB of addresses does not run here: %v\n%.300s", err, out)
	}
	out, err := limited("JCHECK_TEST_MAIN=1").CombinedOutput()
	exit, ok := err.(*exec.ExitError)
	if !ok || exit.ExitCode() >= exitValid && exit.ExitCode() <= exitUnknown {
		t.Errorf("got %v\n%.300s", err, out)
	}
}
