package store

import (
	"fmt"
	"hash/fnv"
	"strings"
	"unicode/utf8"
)

// longestName is how many bytes of a name are kept, as systems take no more than 255.
const longestName = 120

// pathName makes one component of a path of a name, whatever it is: what leads elsewhere, or is
// no name of a file on some system, is spelled as a percent sign and two digits. So are names that
// the store uses itself. Different names stay different.
func pathName(name string) string {
	var b strings.Builder
	for i := 0; i < len(name); i++ {
		c := name[i]
		r, size := utf8.DecodeRuneInString(name[i:])
		switch {
		case c < 0x20, c == 0x7f, strings.IndexByte(`%/\:*?"<>|`, c) >= 0,
			c == '.' && i == 0, (c == '.' || c == ' ') && i == len(name)-1,
			r == utf8.RuneError && size == 1,
			i == 0 && isTaken(name):
			fmt.Fprintf(&b, "%%%02X", c)
		default:
			b.WriteString(name[i : i+size])
			i += size - 1
		}
	}
	text := b.String()
	if len(text) <= longestName {
		return text
	}
	h := fnv.New64a()
	h.Write([]byte(name))
	cut := longestName
	for !utf8.RuneStart(text[cut]) {
		cut--
	}
	return fmt.Sprintf("%s-%016x", text[:cut], h.Sum64())
}

// isTaken reports whether a name means something else: a link of the store, or a device on
// Windows.
func isTaken(name string) bool {
	stem, _, _ := strings.Cut(strings.ToLower(name), ".")
	switch stem {
	case "con", "prn", "aux", "nul":
		return true
	case "current", "latest":
		return len(name) == len(stem)
	}
	return len(stem) == 4 && (stem[:3] == "com" || stem[:3] == "lpt") && stem[3] >= '0' && stem[3] <= '9'
}
