package control

import (
	"context"
	"errors"
	"fmt"
)

// A Daemon is a program that runs on a node after the command that started it has ended.
type Daemon struct {
	Bin  string
	Args []string
	Log  string // file that its output is appended to
	// PidFile has the id of its process, which leads a process group of its own. A file of the same
	// name with .start behind it has when that started.
	PidFile string
}

// daemonFuncs are functions of the shell on the file of a process id. A daemon is known by the time
// at which its process started, too, since ids are used again: what took its id is nobody's to
// kill. A process that has ended may be there until its parent asks for its status.
const daemonFuncs = `stat() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null; }
ours() {
  pid=$(cat "$1" 2>/dev/null) && [ -n "$pid" ] || return 1
  at=$(stat "$pid" | cut -d' ' -f20)
  [ -z "$at" ] || [ "$at" = "$(cat "$1.start" 2>/dev/null)" ]
}
alive() {
  ours "$1" && state=$(stat "$pid") && [ -n "$state" ] && [ "${state%% *}" != Z ]
}
`

// StartDaemon starts a program, and reports whether it did: one that runs already stays.
func (s Shell) StartDaemon(ctx context.Context, d Daemon) (started bool, err error) {
	argv := []any{d.Bin}
	for _, a := range d.Args {
		argv = append(argv, a)
	}
	program, err := Words(argv...)
	if err != nil {
		return false, err
	}
	words, err := Words("sh", "-c", daemonFuncs+`alive "$1" && exit 101
unset `+mark+`
rm -f "$1"
echo "$(date) starting $3" >> "$2" || exit
setsid -f sh -c 'sed "s/.*) //" /proc/$$/stat | cut -d" " -f20 > "$0.start" && echo $$ > "$0" && eval "exec $1"' "$1" "$3" < /dev/null >> "$2" 2>&1
for i in 1 2 3 4 5 6 7 8 9 10; do
  sleep 0.05
  [ -s "$1" ] && break
done
sleep 0.1
alive "$1" && exit 0
echo "it ended at once; the last lines of its log:" >&2
tail -n 5 "$2" >&2
exit 1`, "sh", d.PidFile, d.Log, program)
	if err != nil {
		return false, err
	}
	_, err = s.Script(ctx, words, nil)
	if exit := new(ExitError); errors.As(err, &exit) && exit.Result.Exit == 101 {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("starting %s: %w", d.Bin, err)
	}
	return true, nil
}

// SignalDaemon sends a signal, such as KILL, STOP or CONT, to a daemon and its children. It does
// nothing if the daemon does not run.
func (s Shell) SignalDaemon(ctx context.Context, d Daemon, signal string) error {
	words, err := Words("sh", "-c", daemonFuncs+`ours "$1" || exit 0
kill -0 "-$pid" 2>/dev/null || exit 0
kill "-$2" "-$pid"`, "sh", d.PidFile, signal)
	if err != nil {
		return err
	}
	_, err = s.Script(ctx, words, nil)
	return err
}

// StopDaemon kills a daemon and its children, waits until they are gone, and removes its pid file.
func (s Shell) StopDaemon(ctx context.Context, d Daemon) error {
	words, err := Words("sh", "-c", daemonFuncs+`gone() { rm -f "$1" "$1.start"; exit 0; }
ours "$1" || gone "$1"
kill -KILL "-$pid" 2>/dev/null
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
  cat /proc/[0-9]*/stat 2>/dev/null | sed 's/.*) //' | awk -v g="$pid" '$3 == g && $1 != "Z" { found = 1 } END { exit found }' && gone "$1"
  sleep 0.1
done
echo "process group $pid does not die" >&2
exit 1`, "sh", d.PidFile)
	if err != nil {
		return err
	}
	_, err = s.Script(ctx, words, nil)
	return err
}
