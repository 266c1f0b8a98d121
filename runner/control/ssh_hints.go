package control

import (
	"fmt"
	"strings"
)

// hint says what to do about a connection that failed, or nothing if that is not known.
func hint(err error, spec Spec) string {
	s := err.Error()
	port := ""
	if spec.Port != 0 && spec.Port != 22 {
		port = fmt.Sprintf("-p %d ", spec.Port)
	}
	switch {
	case strings.Contains(s, "attempted methods [none], no supported methods remain"):
		return "no key was offered, or the server takes none from " + spec.User + ": give one with --ssh-private-key, or load one into an agent (ssh-add)"
	case strings.Contains(s, "unable to authenticate"):
		return "is one of these keys in ~" + spec.User + "/.ssh/authorized_keys there? An account that is locked (a ! in /etc/shadow) refuses keys, too"
	case strings.Contains(s, "is not known"):
		return "look at the key and trust it: ssh-keyscan " + port + spec.Host + " >> ~/.ssh/known_hosts"
	case strings.Contains(s, "is not the one in"):
		return "if it was set up anew: ssh-keygen -R " + spec.Host
	case strings.Contains(s, "connection refused"):
		return "is sshd running there, on that port?"
	case strings.Contains(s, "no such host"):
		return "is the name in /etc/hosts or the DNS?"
	}
	return ""
}
