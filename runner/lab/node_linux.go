package lab

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// nodeProcess is the first process of a node: it makes the file system, waits for the network,
// and becomes the SSH server, which also waits for processes without a parent.
func nodeProcess(o Options, i int) error {
	l := o.lab(dir)
	n := l.Nodes[i]
	if err := l.ownRoot(n); err != nil {
		return err
	}
	if err := unix.Sethostname([]byte(n.Name)); err != nil {
		return err
	}
	if _, err := io.Copy(io.Discard, os.Stdin); err != nil { // until the network is there
		return err
	}
	err := ip([]string{"link set lo up", fmt.Sprintf("addr add %v/%d dev eth0", n.Addr, o.Network.Bits()), "link set eth0 up"})
	if err != nil {
		return err
	}
	null, err := unix.Open("/dev/null", unix.O_RDWR, 0)
	if err != nil {
		return err
	}
	if err := unix.Dup3(null, 0, 0); err != nil {
		return err
	}
	sshd, err := lookPath("sshd")
	if err != nil {
		return err
	}
	argv := []string{sshd, "-D", "-e", "-f", "/dev/null"}
	for _, option := range []string{
		"Port=22", fmt.Sprint("ListenAddress=", n.Addr), "HostKey=" + hostKeyOnNode, "PidFile=none", "UsePAM=no", "PasswordAuthentication=no",
		"PermitRootLogin=prohibit-password", "StrictModes=no", "UseDNS=no", "MaxStartups=100", "MaxSessions=100", "PrintMotd=no", "Subsystem=sftp internal-sftp",
	} {
		argv = append(argv, "-o", option)
	}
	env := []string{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root", "LANG=C.UTF-8"}
	return fmt.Errorf("%s: %w", sshd, unix.Exec(sshd, argv, env))
}

const hostKeyOnNode = "/etc/ssh/jcheck_host_key"

// ownRoot makes a root file system that shows the machine's, and keeps what is written to itself.
func (l *Lab) ownRoot(n Node) error {
	texts := map[string][]byte{}
	for name, from := range map[string]string{"/etc/hosts": l.Dir + "/hosts", hostKeyOnNode: l.hostKey(n), "/root/.ssh/authorized_keys": l.Dir + "/authorized_keys"} {
		text, err := os.ReadFile(from)
		if err != nil {
			return err
		}
		texts[name] = text
	}
	up := l.upper(n)
	root := filepath.Join(l.Dir, "root-"+n.Name)
	for _, d := range []string{root, up + "/upper", up + "/work"} {
		if err := os.MkdirAll(d, 0o755); err != nil {
			return err
		}
	}
	type mount struct {
		source, target, kind string
		flags                uintptr
		data                 string
	}
	for _, m := range []mount{
		{"", "/", "", unix.MS_REC | unix.MS_PRIVATE, ""},
		{"overlay", root, "overlay", 0, fmt.Sprintf("lowerdir=/,upperdir=%s/upper,workdir=%s/work", up, up)},
		{"proc", root + "/proc", "proc", 0, ""},
		{"sysfs", root + "/sys", "sysfs", 0, ""},
		{"/dev", root + "/dev", "", unix.MS_BIND | unix.MS_REC, ""},
		{"shm", root + "/dev/shm", "tmpfs", 0, "mode=1777"},
		{"run", root + "/run", "tmpfs", 0, "mode=755"},
		{"tmp", root + "/tmp", "tmpfs", 0, "mode=1777"},
		{"home", root + "/root", "tmpfs", 0, "mode=700"},
	} {
		if err := os.MkdirAll(m.target, 0o755); err != nil {
			return err
		}
		if err := unix.Mount(m.source, m.target, m.kind, m.flags, m.data); err != nil {
			return fmt.Errorf("mounting %s: %w", strings.TrimPrefix(m.target, root), err)
		}
	}
	// The old root is mounted over the new one, and goes.
	if err := os.Chdir(root); err != nil {
		return err
	}
	if err := unix.PivotRoot(".", "."); err != nil {
		return fmt.Errorf("changing the root: %w", err)
	}
	if err := unix.Unmount(".", unix.MNT_DETACH); err != nil {
		return err
	}
	if err := os.Chdir("/"); err != nil {
		return err
	}
	texts["/etc/hostname"], texts["/etc/resolv.conf"] = []byte(n.Name+"\n"), nil
	return writeRoot(texts)
}

// writeRoot writes files of a node, and lets root log in.
func writeRoot(texts map[string][]byte) error {
	for _, d := range []string{"/run/sshd", "/run/lock", "/root/.ssh", "/etc/ssh"} {
		if err := os.MkdirAll(d, 0o755); err != nil {
			return err
		}
	}
	for name, text := range texts {
		mode := os.FileMode(0o644)
		if name == hostKeyOnNode {
			mode = 0o600
		}
		// It may be a link to what is not there.
		if err := os.Remove(name); err != nil && !os.IsNotExist(err) {
			return err
		}
		if err := os.WriteFile(name, text, mode); err != nil {
			return err
		}
	}
	// A server without PAM refuses accounts that are locked.
	shadow, err := os.ReadFile("/etc/shadow")
	if err != nil || !bytes.HasPrefix(shadow, []byte("root:!")) {
		return nil
	}
	_, rest, _ := bytes.Cut(shadow[len("root:"):], []byte(":"))
	return os.WriteFile("/etc/shadow", append([]byte("root:*:"), rest...), 0o640)
}
