package lab_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/seed-c33ae711/jcheck/runner/control"
	"github.com/seed-c33ae711/jcheck/runner/lab"
)

func TestMain(m *testing.M) {
	lab.Main()
	goleak.VerifyTestMain(m)
}

const limit = 30 * time.Second

// needLab skips a test where no lab can be made.
func needLab(t *testing.T) {
	t.Helper()
	if err := lab.Check(); err != nil {
		t.Skip(err)
	}
}

// inLab runs a test in a lab, where it is reached again.
func inLab(t *testing.T, o lab.Options, test func(context.Context, *lab.Lab)) {
	t.Helper()
	if l, err := lab.Current(); err != nil {
		t.Fatal(err)
	} else if l == nil {
		needLab(t)
	}
	var out bytes.Buffer
	o.Stdout, o.Stderr = &out, &out
	o.Args = []string{"-test.run=^" + t.Name() + "$", "-test.v", "-test.timeout=" + limit.String()}
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	began := time.Now()
	err := lab.Run(ctx, o, func(ctx context.Context, l *lab.Lab) error {
		test(ctx, l)
		return nil
	})
	if err != nil {
		t.Fatalf("%v\n%s", err, out.Bytes())
	}
	t.Logf("%v\n%s", time.Since(began), out.Bytes())
}

// shells are shells on all nodes, by SSH.
func shells(t *testing.T, l *lab.Lab) (out []control.Shell) {
	t.Helper()
	r := &control.SSH{Keys: []string{l.Key}, NoAgent: true, HostKeys: control.Strict, KnownHosts: []string{l.KnownHosts}}
	for _, n := range l.Nodes {
		c, err := r.Connect(t.Context(), control.Spec{Node: n.Name, Host: n.Name})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = c.Close() })
		out = append(out, control.NewShell(c, n.Name, "root"))
	}
	return out
}

// run runs a command that must not fail.
func run(t *testing.T, sh control.Shell, argv ...any) string {
	t.Helper()
	out, err := sh.Run(t.Context(), argv...)
	if err != nil {
		t.Error(err)
	}
	return out
}

// fails reports whether a command ends with a status other than 0.
func fails(t *testing.T, sh control.Shell, argv ...any) bool {
	t.Helper()
	_, err := sh.Run(t.Context(), argv...)
	if err != nil && !errors.As(err, new(*control.ExitError)) {
		t.Error(err)
	}
	return err != nil
}

func TestNodes(t *testing.T) {
	inLab(t, lab.Options{}, func(ctx context.Context, l *lab.Lab) {
		if host, err := os.Hostname(); err != nil || host != "control" || len(l.Nodes) != 5 {
			t.Errorf("%s, %v, %v", host, err, l.Nodes)
		}
		nodes := shells(t, l)
		for i, sh := range nodes {
			name := fmt.Sprint("n", i+1)
			if got := run(t, sh, "hostname"); got != name {
				t.Errorf("%s is called %s", name, got)
			}
			if got := run(t, sh, "sh", "-c", "ip -o -4 addr show dev eth0 | awk '{print $4}'"); got != fmt.Sprintf("10.99.0.%d/24", i+1) {
				t.Errorf("%s has the address %s", name, got)
			}
			if got := run(t, sh, "sh", "-c", `ls -d /proc/[0-9]* | wc -l`); len(got) > 1 {
				t.Errorf("%s sees %s processes", name, got)
			}
			if got := run(t, sh, "sh", "-c", "mount | grep -c /mnt || ls -A /tmp /run/secrets 2>/dev/null | wc -l"); got != "0\n1" && got != "0\n0" {
				t.Errorf("%s sees mounts or files: %q", name, got)
			}
		}
		for _, file := range []string{"/etc/lab-test", "/tmp/lab-test", "/root/lab-test", "/var/lib/lab-test", "/dev/shm/lab-test"} {
			run(t, nodes[0], "sh", "-c", `echo here > "$1"`, "sh", file)
			if got := run(t, nodes[0], "cat", file); got != "here" {
				t.Errorf("%s: %q", file, got)
			}
			if _, err := os.Stat(file); err == nil || !fails(t, nodes[1], "test", "-e", file) {
				t.Errorf("%s is seen elsewhere", file)
			}
		}
		if _, err := exec.LookPath("ping"); err == nil {
			run(t, nodes[0], "ping", "-c1", "-W2", "n5")
			run(t, nodes[4], "ping", "-c1", "-W2", "control")
		}
	})
}

func TestPartition(t *testing.T) {
	inLab(t, lab.Options{Nodes: 3}, func(ctx context.Context, l *lab.Lab) {
		for _, tool := range []string{"iptables", "ping"} {
			if _, err := exec.LookPath(tool); err != nil {
				t.Skip(err)
			}
		}
		nodes := shells(t, l)
		run(t, nodes[0], "iptables", "-w", "-A", "INPUT", "-s", "n3", "-j", "DROP")
		if !fails(t, nodes[0], "ping", "-c1", "-W1", "n3") || !fails(t, nodes[2], "ping", "-c1", "-W1", "n1") {
			t.Error("n1 and n3 are not cut off from each other")
		}
		run(t, nodes[0], "ping", "-c1", "-W2", "n2")
		run(t, nodes[1], "ping", "-c1", "-W2", "n3")
		run(t, nodes[0], "iptables", "-w", "-F")
		run(t, nodes[0], "ping", "-c1", "-W2", "n3")
	})
}

// A node that crashed and boots again has its disk, but not its processes.
func TestCrash(t *testing.T) {
	inLab(t, lab.Options{Nodes: 2}, func(ctx context.Context, l *lab.Lab) {
		n1 := shells(t, l)[0]
		run(t, n1, "sh", "-c", "setsid sleep 300 >/dev/null 2>&1 & echo a > /var/lib/x; echo a > /run/x")
		for range 2 {
			if err := l.Crash(l.Nodes[0]); err != nil {
				t.Fatal(err)
			}
			if _, err := exec.Command("ping", "-c1", "-W1", "n1").Output(); err == nil {
				t.Error("n1 answers")
			}
			if err := l.Boot(l.Nodes[0]); err != nil {
				t.Fatal(err)
			}
			n1 := shells(t, l)[0]
			if got := run(t, n1, "cat", "/var/lib/x"); got != "a" || !fails(t, n1, "test", "-e", "/run/x") || !fails(t, n1, "pgrep", "sleep") {
				t.Errorf("%q", got)
			}
		}
		if err := l.Boot(lab.Node{Name: "n9"}); err == nil {
			t.Error("n9 boots")
		}
	})
}

// What nodes write is kept on a disk if that is asked for.
func TestDisk(t *testing.T) {
	needLab(t)
	var out bytes.Buffer
	o := lab.Options{Nodes: 2, Disk: t.TempDir(), Stdout: &out, Stderr: &out}
	for _, want := range []string{"", "kept\n"} {
		out.Reset()
		err := lab.Exec(t.Context(), o, "sh", "-c", `ssh -F /run/jcheck-lab/ssh_config n2 'cat /var/lib/x 2>/dev/null; echo kept > /var/lib/x'`)
		if err != nil || out.String() != want {
			t.Errorf("%q, %v, want %q", out.String(), err, want)
		}
	}
	if text, err := os.ReadFile(filepath.Join(o.Disk, "n2", "upper", "var", "lib", "x")); err != nil || string(text) != "kept\n" {
		t.Errorf("%q, %v", text, err)
	}
	o.Disk = filepath.Join(o.Disk, "a:b")
	if err := lab.Exec(t.Context(), o, "true"); err == nil || !strings.Contains(err.Error(), "expected a directory without") {
		t.Error(err)
	}
}

// Several labs have the same addresses.
func TestTwoLabs(t *testing.T) {
	needLab(t)
	var all sync.WaitGroup
	for i := range 2 {
		all.Go(func() {
			ctx, cancel := context.WithTimeout(t.Context(), limit)
			defer cancel()
			var out bytes.Buffer
			o := lab.Options{Nodes: 2, Stdout: &out, Stderr: &out, Env: []string{fmt.Sprint("LAB=", i)}}
			script := `s="ssh -F /run/jcheck-lab/ssh_config"; $s n1 "echo $LAB > /etc/lab"; sleep 1; $s n1 'cat /etc/lab; hostname'`
			if err := lab.Exec(ctx, o, "sh", "-c", script); err != nil || out.String() != fmt.Sprintf("%d\nn1\n", i) {
				t.Errorf("%q, %v", out.String(), err)
			}
		})
	}
	all.Wait()
}

func TestExec(t *testing.T) {
	needLab(t)
	var out bytes.Buffer
	o := lab.Options{Nodes: 1, Stdout: &out, Stderr: &out}
	exit := new(lab.ExitError)
	if err := lab.Exec(t.Context(), o, "sh", "-c", "echo in; exit 7"); !errors.As(err, &exit) || exit.Status != 7 || out.String() != "in\n" {
		t.Errorf("%q, %v", out.String(), err)
	}
	if err := lab.Exec(t.Context(), o, "no-such-command"); err == nil || !strings.Contains(err.Error(), "making a lab: exec: \"no-such-command\"") {
		t.Error(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	out.Reset()
	err := lab.Exec(ctx, o, "sh", "-c", `trap "echo told; exit 0" TERM; sleep 300 & wait`)
	if !errors.Is(err, context.DeadlineExceeded) || out.String() != "told\n" {
		t.Errorf("%q, %v", out.String(), err)
	}
}

func TestOptions(t *testing.T) {
	for want, o := range map[string]lab.Options{
		"expected 1 to 99 nodes in 10.99.0.0/24, found 100": {Nodes: 100},
		"expected 1 to 99 nodes in 10.99.0.0/24, found -1":  {Nodes: -1},
		"expected 1 to 5 nodes in 10.0.0.8/29, found 6":     {Nodes: 6, Network: netip.MustParsePrefix("10.0.0.9/29")},
		"expected a network of IPv4, found fd00::/64":       {Network: netip.MustParsePrefix("fd00::/64")},
	} {
		if err := lab.Exec(t.Context(), o, "true"); fmt.Sprint(err) != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

// holder has the script for the lab of TestHold.
const holder = "JCHECK_TEST_HOLD"

// TestHold is a program of its own, which others kill.
func TestHold(t *testing.T) {
	script := os.Getenv(holder)
	if script == "" {
		t.Skip("it is run by TestKill and TestSignals")
	}
	err := lab.Exec(t.Context(), lab.Options{Network: netip.MustParsePrefix(network + "0/24")}, "sh", "-c", script)
	exit := new(lab.ExitError)
	if errors.As(err, &exit) {
		os.Exit(exit.Status)
	} else if err != nil {
		t.Error(err)
	}
}

// hold starts TestHold, and waits until its script says that it is ready.
func hold(t *testing.T, script string) (*exec.Cmd, *bufio.Scanner) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, "-test.run=^TestHold$")
	cmd.Env = append(os.Environ(), holder+"="+script)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	timer := time.AfterFunc(limit, func() { _ = cmd.Process.Kill() })
	t.Cleanup(func() {
		timer.Stop()
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	lines := bufio.NewScanner(out)
	for lines.Scan() && lines.Text() != "ready" {
	}
	return cmd, lines
}

// Signals reach the program in the lab, which has time to end.
func TestSignals(t *testing.T) {
	needLab(t)
	for _, s := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
		cmd, lines := hold(t, `trap "echo int; exit 3" INT; trap "echo term; exit 4" TERM; echo ready; sleep 299 & wait`)
		_ = cmd.Process.Signal(s)
		want, status := "int", 3
		if s == syscall.SIGTERM {
			want, status = "term", 4
		}
		if !lines.Scan() || lines.Text() != want {
			t.Errorf("%v: %q", s, lines.Text())
		}
		if err := cmd.Wait(); cmd.ProcessState.ExitCode() != status {
			t.Errorf("%v: %v", s, err)
		}
	}
}

const network = "10.98.7."

// Nothing is left of a lab whose process was killed, and nothing of it is seen on the machine.
func TestKill(t *testing.T) {
	needLab(t)
	before := machine(t)
	cmd, _ := hold(t, `ssh -F /run/jcheck-lab/ssh_config n1 'setsid sleep 300 </dev/null >/dev/null 2>&1 &'; echo ready; exec sh -c 'sleep 299; :' sh `+network)
	namespaces := nets(t)
	if len(namespaces) < 7 {
		t.Errorf("%d network namespaces, want those of a control side and 5 nodes, and the machine's", len(namespaces))
	}
	if during := machine(t); during != before {
		t.Errorf("the machine has\n%s\nand had\n%s", during, before)
	}
	_ = cmd.Process.Kill()
	killed := time.Now()
	_ = cmd.Wait()
	for len(left(t)) > 0 && time.Since(killed) < 5*time.Second {
		time.Sleep(5 * time.Millisecond)
	}
	t.Logf("gone after %v", time.Since(killed))
	if processes := left(t); len(processes) > 0 {
		t.Errorf("left: %q", processes)
	}
	if after := machine(t); after != before {
		t.Errorf("the machine has\n%s\nand had\n%s", after, before)
	}
}

// machine is what a lab must not change.
func machine(t *testing.T) string {
	t.Helper()
	mounts, err := os.ReadFile("/proc/self/mounts")
	if err != nil {
		t.Fatal(err)
	}
	hosts, _ := os.ReadFile("/etc/hosts")
	links, err := filepath.Glob("/sys/class/net/*")
	if err != nil {
		t.Fatal(err)
	}
	name, _ := os.Hostname()
	return string(mounts) + strings.Join(links, "\n") + "\n" + string(hosts) + name
}

// left are the command lines of processes of the lab of TestHold.
func left(t *testing.T) (out []string) {
	t.Helper()
	files, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if text, _ := os.ReadFile(f); bytes.Contains(text, []byte(network)) {
			out = append(out, string(text))
		}
	}
	return out
}

// nets are the network namespaces of all processes.
func nets(t *testing.T) (out []string) {
	t.Helper()
	files, err := filepath.Glob("/proc/[0-9]*/ns/net")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if ns, err := os.Readlink(f); err == nil {
			out = append(out, ns)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// BenchmarkLab is the time of five nodes, up and down.
func BenchmarkLab(b *testing.B) {
	if err := lab.Check(); err != nil {
		b.Skip(err)
	}
	for b.Loop() {
		if err := lab.Exec(b.Context(), lab.Options{}, "true"); err != nil {
			b.Fatal(err)
		}
	}
}
