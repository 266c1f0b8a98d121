package command

import (
	"os"
	"slices"
	"strings"
)

var colorWords = []string{"auto", "always", "never"}

// A colorFlag is the value of --color.
type colorFlag struct{ a *app }

func (f colorFlag) String() string {
	if f.a == nil {
		return "auto"
	}
	return f.a.color
}

func (f colorFlag) Set(when string) error {
	if !slices.Contains(colorWords, when) {
		return usagef("expected %s", strings.Join(colorWords, ", "))
	}
	f.a.setColor(when)
	return nil
}

func (f colorFlag) Type() string { return "when" }

func (a *app) setColor(when string) {
	a.color = when
	a.text = &printableWriter{w: a.out, colored: a.useColor()}
	if isTerminal(a.out) {
		a.data = a.text
	}
}

// useColor reports whether output gets colors.
func (a *app) useColor() bool {
	return a.color == "always" || a.color == "auto" && isTerminal(a.out) && os.Getenv("NO_COLOR") == ""
}
