package lab

import (
	"encoding/json"
	"fmt"
	"os"
)

// variable tells a process which part of a lab it is.
const variable = "JCHECK_LAB"

// The parts of a lab that are processes of its program.
const (
	roleInit   = "init"   // the first process of the lab, which makes the rest
	roleNode   = "node"   // the first process of a node, until it becomes sshd
	roleInside = "inside" // the program, in the lab
)

// A role is a part of a lab.
type role struct {
	Role    string
	Options Options
	Argv    []string `json:",omitempty"` // of the program, for init
	Term    bool     `json:",omitempty"` // for init: the terminal interrupts the program itself
	Node    int      `json:",omitempty"` // from 0, for a node
}

// dir is where a lab has its files. Each lab has a /run of its own.
const dir = "/run/jcheck-lab"

// currentRole is what this process is, or has no role.
func currentRole() (r role, err error) {
	text := os.Getenv(variable)
	if text == "" {
		return r, nil
	}
	if err := json.Unmarshal([]byte(text), &r); err != nil {
		return r, fmt.Errorf("the variable %s is set, but not by a lab: %w", variable, err)
	}
	return r, nil
}

// env is the environment of a process that is to have the role.
func (r role) env() []string {
	text, err := json.Marshal(r)
	if err != nil {
		panic(err) // it is made of texts and numbers
	}
	return append(os.Environ(), variable+"="+string(text))
}

// Current is the lab that this process runs in, or nil.
func Current() (*Lab, error) {
	r, err := currentRole()
	if err != nil || r.Role != roleInside {
		return nil, err
	}
	return r.Options.lab(dir), nil
}
