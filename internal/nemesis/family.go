package nemesis

import "strings"

// families are the kinds of faults of Jepsen's nemesis packages, by words that the :f of their ops
// have in them.
var families = []struct {
	name  string
	words []string
}{
	{"kill", []string{"kill", "crash", "restart"}},
	{"pause", []string{"pause", "resume"}},
	{"partition", []string{"partition", "isolate", "heal", "rejoin"}},
	{"packet", []string{"packet"}},
	{"clock", []string{"clock", "bump", "strobe"}},
	{"file-corruption", []string{"file", "bitflip", "truncate", "corrupt"}},
}

// Family returns the kind of fault that an op with f is about: kill, pause, partition, packet, clock
// and file-corruption as in Jepsen's packages; else f without start or stop, and nemesis if f is no more
// than that.
func Family(f string) string {
	for _, x := range families {
		for _, word := range x.words {
			if strings.Contains(f, word) {
				return x.name
			}
		}
	}
	for _, word := range []string{"start", "stop"} {
		f = strings.TrimPrefix(strings.TrimSuffix(f, "-"+word), word+"-")
		if f == word {
			f = ""
		}
	}
	if f == "" {
		return "nemesis"
	}
	return f
}
