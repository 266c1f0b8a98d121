package result

import (
	"strconv"

	"github.com/seed-c33ae711/jcheck/verdict"
)

// Count writes a number of things: "no reads", "1 read", "2 reads".
func Count(n int, what string) string {
	switch n {
	case 0:
		return "no " + what + "s"
	case 1:
		return "1 " + what
	}
	return strconv.Itoa(n) + " " + what + "s"
}

// mostListed is how many elements a sentence lists.
const mostListed = 8

// List lists elements, at most a few.
func List(n int, at func(i int) string) string {
	text := ""
	for i := range min(n, mostListed) {
		if i > 0 {
			text += ", "
		}
		text += abridge(at(i))
	}
	if n > mostListed {
		text += ", and " + strconv.Itoa(n-mostListed) + " more"
	}
	return text
}

// mostText is how much of an element a sentence shows.
const mostText = 60

func abridge(s string) string {
	if len(s) <= mostText {
		return s
	}
	r := []rune(s[:mostText])
	return string(r[:len(r)-1]) + "..."
}

// CompletionDiffers warns that n operations of a name completed with a value other than
// the invocation's.
func CompletionDiffers(n int, name string) verdict.Warning {
	return verdict.Warning{Code: "completion-differs", Count: n, Msg: Count(n, name) + " completed with a value other than the invocation's; the invocation's counts"}
}
