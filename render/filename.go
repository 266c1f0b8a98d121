package render

import (
	"fmt"
	"hash/crc32"
	"strings"
)

// longestName is how many bytes a file's name has at most, so that no system refuses it
// with a suffix.
const longestName = 200

// FileName makes a file's or directory's name of a key: what is no letter, digit, dot, hyphen
// or underscore is written as a percent sign and two digits, and so is a dot at the beginning, or else a
// key could name the directory above. The end of a long name is a sum of the key.
func FileName(key string) string {
	var b strings.Builder
	for i, c := range []byte(key) {
		if c == '.' && i > 0 || c == '-' || c == '_' || c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02x", c)
		}
	}
	if b.Len() > longestName {
		return fmt.Sprintf("%s-%08x", b.String()[:longestName-9], crc32.ChecksumIEEE([]byte(key)))
	}
	return b.String()
}
