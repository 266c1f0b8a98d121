package command

import (
	"slices"

	"github.com/spf13/cobra"

	"github.com/seed-c33ae711/jcheck/checker"
)

// The help lists commands in the order in which addCommands adds them.
func init() { cobra.EnableCommandSorting = false }

// command is a command that is not built yet.
type command struct {
	name  string
	build func() *cobra.Command
}

// addCommands adds the commands, in the groups in which the help lists them. Their flags take
// longer to build than many a history to check, so the command that the arguments begin with
// is the only one, where they begin with one.
func (a *app) addCommands(root *cobra.Command) {
	groups := []struct {
		id, title string
		commands  []command
	}{
		{"check", "Check a history:", []command{{"check", a.check}, {"elle", a.elle}, {"linearizable", a.linearizable}, {"lint", a.lint}, {"elle-cli", a.elleCLI}}},
		{"explain", "See what broke, and when:", []command{{"report", a.report}, {"explain", a.explain}, {"shrink", a.shrinkCommand}, {"ops", a.ops}, {"perf", a.perf}}},
		{"runs", "Stored runs:", []command{{"ls", a.ls}, {"show", a.show}, {"get", a.get}, {"analyze", a.analyze}, {"store", a.store}}},
		{"checkers", "Single checkers:", append(a.checkers(), command{"log-file-pattern", a.logFilePattern})},
		{"histories", "Make and convert histories:", []command{{"demo", a.demo}, {"gen", a.gen}, {"convert", a.convert}}},
		{"about", "About jcheck:", []command{{"models", a.models}, {"schema", a.schema}, {"version", a.version}}},
	}
	asked := func(c command) bool { return len(a.args) > 0 && a.args[0] == c.name }
	all := true
	for _, g := range groups {
		all = all && !slices.ContainsFunc(g.commands, asked)
	}
	for _, g := range groups {
		root.AddGroup(&cobra.Group{ID: g.id, Title: g.title})
		for _, c := range g.commands {
			if all || asked(c) {
				cmd := c.build()
				cmd.GroupID = g.id
				root.AddCommand(cmd)
			}
		}
	}
	root.SetHelpCommandGroupID("about")
	root.SetCompletionCommandGroupID("about")
}

// checkers returns a command for each checker that has no other of its own.
func (a *app) checkers() (cmds []command) {
	for _, c := range checker.Table() {
		if !c.Own {
			cmds = append(cmds, command{c.Name, func() *cobra.Command { return a.checker(&c) }})
		}
	}
	return cmds
}
