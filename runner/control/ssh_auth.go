package control

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"
)

// A keyring has the keys with which to log in, in the order in which they are offered.
type keyring struct {
	signers []ssh.Signer
	names   []string // where each came from, for errors
	skipped []string // keys that could not be used, and why
	agent   net.Conn
}

// keys finds the keys: those that were asked for, those of the agent, and those in ~/.ssh. The
// library tries one method of a kind only, so all of them go into one.
func (s *SSH) keys(ctx context.Context) (*keyring, error) {
	r := &keyring{}
	for _, file := range s.Keys {
		if err := r.read(file); err != nil {
			return nil, err
		}
	}
	if socket := os.Getenv("SSH_AUTH_SOCK"); socket != "" && !s.NoAgent {
		if conn, err := (&net.Dialer{}).DialContext(ctx, "unix", socket); err == nil {
			r.agent = conn
			signers, err := agent.NewClient(conn).Signers()
			if err != nil {
				r.skipped = append(r.skipped, "the agent's: "+err.Error())
			}
			for _, signer := range signers {
				r.add(signer, "the agent")
			}
		} else {
			r.skipped = append(r.skipped, "the agent's: "+err.Error())
		}
	}
	if home, err := os.UserHomeDir(); err == nil && len(s.Keys) == 0 {
		for _, name := range []string{"id_ed25519", "id_ecdsa", "id_rsa"} {
			file := filepath.Join(home, ".ssh", name)
			if err := r.read(file); err != nil && !errors.Is(err, os.ErrNotExist) {
				r.skipped = append(r.skipped, err.Error())
			}
		}
	}
	return r, nil
}

// read adds the key of a file.
func (r *keyring) read(file string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	signer, err := ssh.ParsePrivateKey(text)
	if locked := new(ssh.PassphraseMissingError); errors.As(err, &locked) {
		return fmt.Errorf("%s is encrypted: load it into an agent (ssh-add %s)", file, file)
	} else if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	r.add(signer, file)
	return nil
}

func (r *keyring) add(s ssh.Signer, from string) {
	r.signers = append(r.signers, s)
	r.names = append(r.names, ssh.FingerprintSHA256(s.PublicKey())+" of "+from)
}

// methods are how to log in: by the keys, then by the password, which servers may ask for in
// either of two ways.
func (r *keyring) methods(password string) (out []ssh.AuthMethod) {
	if len(r.signers) > 0 {
		out = append(out, ssh.PublicKeys(r.signers...))
	}
	if password == "" {
		return out
	}
	return append(out, ssh.Password(password), ssh.KeyboardInteractive(func(_, _ string, questions []string, echos []bool) ([]string, error) {
		answers := make([]string, len(questions))
		for i := range questions {
			if !echos[i] {
				answers[i] = password
			}
		}
		return answers, nil
	}))
}

// String says which keys were offered.
func (r *keyring) String() string {
	s := "no key"
	if len(r.names) > 0 {
		s = strings.Join(r.names, ", ")
	}
	if len(r.skipped) > 0 {
		s += "; not " + strings.Join(r.skipped, ", ")
	}
	return s
}

func (r *keyring) close() {
	if r.agent != nil {
		_ = r.agent.Close()
	}
}

// isAuth reports whether a login was refused. The library has no type for that.
func isAuth(err error) bool {
	return strings.Contains(err.Error(), "unable to authenticate") || strings.Contains(err.Error(), "Too many authentication failures")
}
