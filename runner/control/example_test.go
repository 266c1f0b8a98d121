//go:build unix

package control_test

import (
	"context"
	"fmt"
	"os"

	"github.com/seed-c33ae711/jcheck/runner/control"
)

// Arguments reach a command as they are; text for the shell itself goes to Script.
func ExampleShell() {
	dir, err := os.MkdirTemp("", "nodes")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	ctx := context.Background()
	conn, err := control.Local{Dir: dir}.Connect(ctx, control.Spec{Node: "n1"})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer conn.Close()
	sh := control.NewShell(conn, "n1", "").Env("GREETING", "it's me")
	fmt.Println(sh.Run(ctx, "echo", "$HOME", "*"))
	res, err := sh.Script(ctx, `echo "$GREETING" | tr a-z A-Z`, nil)
	fmt.Printf("%s%v\n", res.Stdout, err)
	_, err = sh.Run(ctx, "sh", "-c", "echo no >&2; exit 3")
	fmt.Println(err)
	// Output:
	// $HOME * <nil>
	// IT'S ME
	// <nil>
	// n1: sh -c 'echo no >&2; exit 3' ended with status 3: no
}

func ExampleWords() {
	fmt.Println(control.Words("grep", "-c", "it's", control.Raw("2>&1")))
	// Output: grep -c 'it'\''s' 2>&1 <nil>
}
