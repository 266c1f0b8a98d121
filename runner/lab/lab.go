// Package lab makes a cluster out of one Linux machine: nodes with a network, processes, a host
// name and a private root file system of their own, and a real OpenSSH server on each.
//
// All of it lives in namespaces of one process, a child of the one that asked for the lab. When
// either of them ends, however it does, the kernel takes back every process, network, mount and
// file of the lab. Nothing of the machine itself changes, and several labs do not meet. A lab is
// no sandbox: root on a node is root.
//
// A program runs itself again in its lab: Main comes first in its main function or in TestMain,
// and Run is reached twice, in the lab the second time.
package lab

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
)

// Options describe a lab.
type Options struct {
	Nodes   int          // 5 if 0; called n1, n2...
	Network netip.Prefix // of which node i has the address i, the control side the last but one; 10.99.0.0/24 if not valid
	// Disk is a directory for what nodes write, which is kept there. In memory if empty.
	Disk string
	// Args are those with which the program runs again in the lab; the same as now if nil.
	Args []string
	Env  []string // added to the environment of the program in the lab
	// Stdout and Stderr are where that program writes; where this one does if nil.
	Stdout, Stderr io.Writer `json:"-"`
}

// A Lab is seen from inside, by the program that runs in it.
type Lab struct {
	Nodes      []Node
	Control    netip.Addr // of the program
	Dir        string     // of the lab's own files, such as the log of each node
	Key        string     // the file of the private key that logs in to each node, as root
	KnownHosts string     // the file with the keys of the nodes, by name and address

	options  Options
	mu       sync.Mutex
	children map[string]*exec.Cmd // of this process: the nodes that it booted
}

// A Node is a machine in a lab. Its name is that of a host on all nodes, and in the program.
type Node struct {
	Name string
	Addr netip.Addr
}

// An ExitError is a program in a lab that ended with another status than 0.
type ExitError struct{ Status int }

func (e *ExitError) Error() string {
	return fmt.Sprintf("the program in the lab ended with status %d", e.Status)
}

// Main does the work of a process of a lab, if this is one, and does not return. Otherwise it
// does nothing. It comes before all else, flags included.
func Main() { mainProcess() }

// Run makes a lab and runs the program again in it, where Run calls f. Outside, it returns when
// that program has ended, with an *ExitError if it failed.
func Run(ctx context.Context, o Options, f func(context.Context, *Lab) error) error {
	l, err := Current()
	if err != nil {
		return err
	}
	if l != nil {
		return f(ctx, l)
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	args := o.Args
	if args == nil {
		args = os.Args[1:]
	}
	return Exec(ctx, o, append([]string{self}, args...)...)
}

// Exec makes a lab and runs a command in it, on its control side.
func Exec(ctx context.Context, o Options, argv ...string) error {
	if len(argv) == 0 {
		return errors.New("expected a command to run in the lab, found none")
	}
	o, err := o.filled()
	if err != nil {
		return err
	}
	if err := Check(); err != nil {
		return err
	}
	return start(ctx, o, argv)
}

// mostNodes is what the names of network devices and a small network have room for.
const mostNodes = 99

func (o Options) filled() (Options, error) {
	if o.Nodes == 0 {
		o.Nodes = 5
	}
	if !o.Network.IsValid() {
		o.Network = netip.MustParsePrefix("10.99.0.0/24")
	}
	o.Network = o.Network.Masked()
	if o.Disk != "" {
		abs, err := filepath.Abs(o.Disk)
		if err != nil {
			return o, err
		}
		// The kernel takes these for the end of a name.
		if o.Disk = abs; strings.ContainsAny(abs, `,:\"`) {
			return o, fmt.Errorf("expected a directory without commas, colons, quotes and backslashes, found %q", abs)
		}
	}
	switch room := 1<<(32-min(o.Network.Bits(), 31)) - 3; {
	case !o.Network.Addr().Is4():
		return o, fmt.Errorf("expected a network of IPv4, found %v", o.Network)
	case o.Nodes < 1 || o.Nodes > min(mostNodes, room):
		return o, fmt.Errorf("expected 1 to %d nodes in %v, found %d", min(mostNodes, room), o.Network, o.Nodes)
	}
	return o, nil
}

// addr is the address of node i, from 1.
func (o Options) addr(i int) netip.Addr {
	a := o.Network.Addr().As4()
	n := uint32(a[0])<<24 | uint32(a[1])<<16 | uint32(a[2])<<8 | uint32(a[3])
	n += uint32(i)
	return netip.AddrFrom4([4]byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)})
}

// lab is what the options make, with its files in a directory.
func (o Options) lab(dir string) *Lab {
	l := &Lab{Control: o.addr(1<<(32-o.Network.Bits()) - 2), Dir: dir, Key: dir + "/id", KnownHosts: dir + "/known_hosts", options: o, children: map[string]*exec.Cmd{}}
	for i := 1; i <= o.Nodes; i++ {
		l.Nodes = append(l.Nodes, Node{Name: fmt.Sprint("n", i), Addr: o.addr(i)})
	}
	return l
}
