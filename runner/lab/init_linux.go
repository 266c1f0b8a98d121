package lab

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

func mainProcess() {
	r, err := currentRole()
	switch {
	case err != nil:
		fmt.Fprintln(os.Stderr, err)
		os.Exit(255)
	case r.Role == roleInit:
		os.Exit(initProcess(r))
	case r.Role == roleNode:
		err := nodeProcess(r.Options, r.Node) // which does not return if all goes well
		fmt.Fprintln(os.Stderr, err)
		os.Exit(255)
	}
}

// initProcess is the first process of a lab. When it ends, the kernel ends all others.
func initProcess(r role) int {
	const told = 3
	unix.CloseOnExec(told)
	report := os.NewFile(told, "report")
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	program, err := build(r)
	if err != nil {
		_, _ = fmt.Fprintf(report, "making a lab: %v", err)
		return 255
	}
	_ = report.Close()
	go forward(signals, nil, r.Term, func(s syscall.Signal) { _ = unix.Kill(program, s) })
	return reap(program)
}

// reap waits for the program, and for all that is left without a parent.
func reap(program int) int {
	for {
		var st unix.WaitStatus
		pid, err := unix.Wait4(-1, &st, 0, nil)
		switch {
		case err == unix.EINTR:
		case err != nil:
			return 255
		case pid == program && st.Signaled():
			return 128 + int(st.Signal())
		case pid == program && st.Exited():
			return st.ExitStatus()
		}
	}
}

// build makes all of the lab and starts its program.
func build(r role) (program int, err error) {
	l := r.Options.lab(dir)
	if err := l.ownMachine(); err != nil {
		return 0, err
	}
	if err := l.writeFiles(); err != nil {
		return 0, err
	}
	if err := unix.Mount(l.Dir+"/hosts", "/etc/hosts", "", unix.MS_BIND, ""); err != nil {
		return 0, fmt.Errorf("names of the nodes in /etc/hosts: %w", err)
	}
	if err := ip(l.controlNetwork()); err != nil {
		return 0, err
	}
	var nodes []*booting
	for i := range l.Nodes {
		b, err := l.start(i)
		if err != nil {
			return 0, err
		}
		nodes = append(nodes, b)
	}
	if err := l.finish(nodes...); err != nil {
		return 0, err
	}
	cmd := exec.Command(r.Argv[0], r.Argv[1:]...)
	cmd.Env = append(role{Role: roleInside, Options: r.Options}.env(), r.Options.Env...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	return cmd.Process.Pid, nil
}

// ownMachine makes the control side's view of the machine its own: its mounts are not seen
// outside, and /run is empty.
func (l *Lab) ownMachine() error {
	for _, m := range []struct {
		source, target, kind string
		flags                uintptr
		data                 string
	}{
		{"", "/", "", unix.MS_REC | unix.MS_PRIVATE, ""},
		{"proc", "/proc", "proc", 0, ""},
		{"lab", "/run", "tmpfs", 0, "mode=755,size=50%"},
	} {
		if err := unix.Mount(m.source, m.target, m.kind, m.flags, m.data); err != nil {
			return fmt.Errorf("mounting %s: %w", m.target, err)
		}
	}
	if err := unix.Sethostname([]byte("control")); err != nil {
		return err
	}
	return os.MkdirAll(l.Dir, 0o755)
}

// controlNetwork are commands of ip for the bridge that the nodes hang on.
func (l *Lab) controlNetwork() []string {
	return []string{
		"link set lo up",
		"link add " + bridge + " type bridge",
		fmt.Sprintf("addr add %v/%d dev %s", l.Control, l.options.Network.Bits(), bridge),
		"link set " + bridge + " up",
	}
}

const bridge = "jcheck0"

// ip runs commands of the program ip.
func ip(commands []string) error {
	path, err := lookPath("ip")
	if err != nil {
		return err
	}
	cmd := exec.Command(path, "-batch", "-")
	cmd.Stdin = strings.NewReader(strings.Join(commands, "\n") + "\n")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("ip: %w: %s", err, strings.TrimSpace(string(out)))
	}
	return nil
}

// upper is the directory with what a node writes, which outlives a crash of the node.
func (l *Lab) upper(n Node) string {
	if l.options.Disk != "" {
		return filepath.Join(l.options.Disk, n.Name)
	}
	return filepath.Join(l.Dir, n.Name)
}

// logOf is the end of what a node said when it started.
func (l *Lab) logOf(n Node) error {
	text, err := os.ReadFile(l.LogFile(n))
	if err != nil {
		return err
	}
	if len(text) > 2000 {
		text = text[len(text)-2000:]
	}
	return errors.New(strings.TrimSpace(string(text)))
}

// LogFile is the log of the server of a node.
func (l *Lab) LogFile(n Node) string { return filepath.Join(l.Dir, n.Name+".log") }
