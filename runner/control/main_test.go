//go:build unix

package control

import (
	"crypto"
	"encoding/pem"
	"testing"

	"go.uber.org/goleak"
	"golang.org/x/crypto/ssh"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// openSSHKey is a private key as ssh-keygen writes it.
func openSSHKey(private any) ([]byte, error) {
	block, err := ssh.MarshalPrivateKey(crypto.PrivateKey(private), "test")
	if err != nil {
		return nil, err
	}
	return pem.EncodeToMemory(block), nil
}
