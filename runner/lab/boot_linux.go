package lab

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// A booting is a node that makes its file system, and waits for its network.
type booting struct {
	node int
	cmd  *exec.Cmd
	wire *os.File // closed when the network is there
}

// booted is how long a node may take until one can log in.
const booted = 20 * time.Second

// start starts a node.
func (l *Lab) start(i int) (*booting, error) {
	n := l.Nodes[i]
	log, err := os.OpenFile(l.LogFile(n), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o644)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	wait, wire, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer wait.Close()
	cmd := exec.Command("/proc/self/exe")
	cmd.Args = []string{"jcheck-lab " + n.Name}
	cmd.Env = role{Role: roleNode, Options: l.options, Node: i}.env()
	cmd.Stdin, cmd.Stdout, cmd.Stderr = wait, log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: namespaces, Setsid: true}
	if err := cmd.Start(); err != nil {
		_ = wire.Close()
		return nil, fmt.Errorf("%s: %w", n.Name, err)
	}
	if err := os.WriteFile(l.pidFile(n), []byte(strconv.Itoa(cmd.Process.Pid)), 0o644); err != nil {
		return nil, err
	}
	return &booting{node: i, cmd: cmd, wire: wire}, nil
}

func (l *Lab) pidFile(n Node) string { return filepath.Join(l.Dir, n.Name+".pid") }

// finish connects nodes to the network, and waits until one can log in to all of them.
func (l *Lab) finish(nodes ...*booting) error {
	var commands []string
	for _, b := range nodes {
		wire := device(l.Nodes[b.node])
		commands = append(commands,
			fmt.Sprintf("link add %s type veth peer name eth0 address %s netns %d", wire, hardwareAddr(b.node), b.cmd.Process.Pid),
			fmt.Sprintf("link set %s master %s up", wire, bridge))
	}
	err := ip(commands)
	for _, b := range nodes {
		err = errors.Join(err, b.wire.Close())
	}
	if err != nil {
		return err
	}
	until := time.Now().Add(booted)
	for _, b := range nodes {
		if err := l.await(l.Nodes[b.node], until); err != nil {
			return err
		}
	}
	return nil
}

// await waits for the SSH server of a node. It looks from the side: who connects to a machine
// too early waits a second for the kernel to ask for its hardware address again.
func (l *Lab) await(n Node, until time.Time) error {
	for !listens(l.pid(n)) {
		if !lives(l.pid(n)) || time.Now().After(until) {
			return fmt.Errorf("%s did not start: %w", n.Name, l.logOf(n))
		}
		time.Sleep(5 * time.Millisecond)
	}
	conn, err := net.DialTimeout("tcp", netip.AddrPortFrom(n.Addr, 22).String(), time.Until(until))
	if err != nil {
		return fmt.Errorf("%s started, but cannot be reached: %w", n.Name, err)
	}
	return conn.Close()
}

// listens reports whether a socket waits for connections to port 22 in the network of a process.
func listens(pid string) bool {
	text, _ := os.ReadFile("/proc/" + pid + "/net/tcp")
	for line := range strings.Lines(string(text)) {
		if f := strings.Fields(line); len(f) > 3 && strings.HasSuffix(f[1], ":0016") && f[3] == "0A" {
			return true
		}
	}
	return false
}

// lives reports whether a process has not ended. One whose first thread alone has ended is about
// to become another program.
func lives(pid string) bool {
	const state, threads = 0, 17
	stat, _ := os.ReadFile("/proc/" + pid + "/stat")
	_, after, _ := strings.Cut(string(stat), ") ")
	f := strings.Fields(after)
	return len(f) > threads && (f[state] != "Z" && f[state] != "X" || f[threads] != "1" && f[threads] != "0")
}

// pid is the process of a node, as the control side has it.
func (l *Lab) pid(n Node) string {
	text, _ := os.ReadFile(l.pidFile(n))
	return string(text)
}

// Crash takes the power from a node: all its processes are killed at once, and it is cut off. What
// it wrote to disk stays, except below /run, /tmp, /root and /dev/shm.
func (l *Lab) Crash(n Node) error {
	pid, err := strconv.Atoi(l.pid(n))
	if err != nil {
		return fmt.Errorf("%s: no process", n.Name)
	}
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		return fmt.Errorf("%s: %w", n.Name, err)
	}
	l.mu.Lock()
	cmd := l.children[n.Name]
	delete(l.children, n.Name)
	l.mu.Unlock()
	if cmd != nil {
		_ = cmd.Wait() // it was killed
	}
	// The first process of the lab waits for the others. It ends after all that run on the node.
	for until := time.Now().Add(booted); lives(l.pid(n)); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(until) {
			return fmt.Errorf("%s: its processes do not end", n.Name)
		}
	}
	l.unplug(n)
	return nil
}

// unplug takes a node from the network. The kernel does so, too, but takes its time.
func (l *Lab) unplug(n Node) { _ = ip([]string{"link del " + device(n)}) }

// hardwareAddr is the address of a node's network card: a machine has the same one after a crash,
// and its neighbors remember it.
func hardwareAddr(node int) string { return fmt.Sprintf("02:6a:63:00:00:%02x", node+1) }

// device is the end of a node's wire at the bridge.
func device(n Node) string { return "jcheck-" + n.Name }

// Boot starts a node again that crashed.
func (l *Lab) Boot(n Node) error {
	for i, other := range l.Nodes {
		if other.Name != n.Name {
			continue
		}
		l.unplug(n)
		b, err := l.start(i)
		if err != nil {
			return err
		}
		l.mu.Lock()
		l.children[n.Name] = b.cmd
		l.mu.Unlock()
		return l.finish(b)
	}
	return fmt.Errorf("no node is called %q", n.Name)
}
