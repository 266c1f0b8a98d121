// Command jcheck checks recorded histories of concurrent systems.
//
// Results go to standard output, everything else to standard error. The exit
// status is the verdict.
package main

import "github.com/seed-c33ae711/jcheck/internal/command"

func main() { command.Main() }
