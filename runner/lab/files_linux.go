package lab

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/pem"
	"fmt"
	"os"
	"strings"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/knownhosts"
)

// writeFiles writes the files of the control side: names, keys, and a configuration for ssh.
func (l *Lab) writeFiles() error {
	hosts := fmt.Sprintf("127.0.0.1 localhost\n%v control\n", l.Control)
	var known strings.Builder
	for _, n := range l.Nodes {
		hosts += fmt.Sprintf("%v %s\n", n.Addr, n.Name)
		key, err := newKey(l.hostKey(n))
		if err != nil {
			return err
		}
		fmt.Fprintln(&known, knownhosts.Line([]string{n.Name, n.Addr.String()}, key))
	}
	login, err := newKey(l.Key)
	if err != nil {
		return err
	}
	config := fmt.Sprintf("Host n*\n  User root\n  IdentityFile %s\n  IdentitiesOnly yes\n  UserKnownHostsFile %s\n  LogLevel ERROR\n", l.Key, l.KnownHosts)
	for file, text := range map[string]string{
		l.Dir + "/hosts":           hosts,
		l.KnownHosts:               known.String(),
		l.Dir + "/authorized_keys": string(ssh.MarshalAuthorizedKey(login)),
		l.Dir + "/ssh_config":      config,
	} {
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}

func (l *Lab) hostKey(n Node) string { return l.Dir + "/host-" + n.Name }

// newKey makes a private key and writes it to a file.
func newKey(file string) (ssh.PublicKey, error) {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	block, err := ssh.MarshalPrivateKey(private, "lab")
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
		return nil, err
	}
	return ssh.NewPublicKey(public)
}
