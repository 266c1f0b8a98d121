package control

import (
	"fmt"
	"strings"
)

// Raw is text that the shell takes as it is, such as 2>&1.
type Raw string

// plain are the characters that mean nothing to a shell, beside letters and digits.
const plain = "_@%+=:,./-"

// Quote makes a word of the shell of a text. It fails for texts that hold a NUL.
func Quote(s string) (string, error) {
	if strings.ContainsRune(s, 0) {
		return "", fmt.Errorf("expected an argument without NUL, found %q", s)
	}
	special := func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune(plain, r))
	}
	if s != "" && !strings.ContainsFunc(s, special) {
		return s, nil
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'", nil
}

// Words makes a command of its words. Texts are quoted, Raw is not, and any other value is
// quoted as fmt writes it.
func Words(argv ...any) (string, error) {
	var words []string
	for i, a := range argv {
		if r, ok := a.(Raw); ok {
			words = append(words, string(r))
			continue
		}
		w, err := Quote(fmt.Sprint(a))
		if err != nil {
			return "", err
		}
		if i == 0 && w == fmt.Sprint(a) && strings.Contains(w, "=") {
			w = "'" + w + "'" // a command, not a variable that the shell would set
		}
		words = append(words, w)
	}
	return strings.Join(words, " "), nil
}
