package control

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"syscall"

	"golang.org/x/crypto/ssh/knownhosts"
)

// hint says what to do about a connection that failed, or nothing if that is not known.
func hint(stage string, err error, spec Spec) string {
	switch stage {
	case stageHostKey:
		return hostKeyHint(err, spec)
	case stageAuth:
		return authHint(err.Error(), spec)
	case stageHandshake:
		if errors.Is(err, context.DeadlineExceeded) {
			return "something accepts connections there, but says nothing: is it sshd, and is the machine alive?"
		}
		return "sshd closes connections when too many log in at a time (MaxStartups) or after logins that failed (PerSourcePenalties); its log says why"
	}
	dns := new(net.DNSError)
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return "is sshd running there, on that port?"
	case errors.As(err, &dns) && dns.IsNotFound:
		return "is the name in /etc/hosts or the DNS?"
	case errors.Is(err, context.DeadlineExceeded):
		return "is the machine up, and does a firewall drop what is sent to that port?"
	}
	return ""
}

func hostKeyHint(err error, spec Spec) string {
	changed, port := new(changedKey), ""
	if spec.Port != 0 && spec.Port != 22 {
		port = fmt.Sprintf("-p %d ", spec.Port)
	}
	switch {
	case errors.As(err, &changed):
		return fmt.Sprintf("if it was set up anew: ssh-keygen -f %s -R '%s'", changed.file, knownhosts.Normalize(spec.addr()))
	case errors.As(err, new(unknownKey)):
		return fmt.Sprintf("look at the key and trust it: ssh-keyscan %s%s >> ~/.ssh/known_hosts", port, spec.Host)
	case noCommonKey(err):
		return fmt.Sprintf("it has no key of a kind that is known; look at those it has, and trust one: ssh-keyscan %s%s >> ~/.ssh/known_hosts", port, spec.Host)
	}
	return ""
}

func authHint(s string, spec Spec) string {
	switch {
	case strings.Contains(s, "attempted methods [none], no supported methods remain"):
		return "no key was offered, or the server takes none from " + spec.User + ": give one with --ssh-private-key, or load one into an agent (ssh-add)"
	case strings.Contains(s, "Too many authentication failures"):
		return "the server gave up before the right key came: give that one with --ssh-private-key"
	case strings.Contains(s, "unable to authenticate"):
		return "is one of these keys in ~" + spec.User + "/.ssh/authorized_keys there? An account that is locked (a ! in /etc/shadow) refuses keys, too"
	}
	return ""
}
