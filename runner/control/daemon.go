package control

import (
	"context"
	"errors"
	"fmt"
)

// A Daemon is a program that runs on a node after the command that started it has ended.
type Daemon struct {
	Bin     string
	Args    []string
	Log     string // file that its output is appended to
	PidFile string // file with the id of its process, which leads a process group of its own
}

// isAlive is a function of the shell: whether the process in a file runs. One that has ended may be
// there until its parent asks for its status.
const isAlive = `alive() {
  pid=$(cat "$1" 2>/dev/null) && state=$(sed 's/.*) //' "/proc/$pid/stat" 2>/dev/null) && [ "${state%% *}" != Z ]
}`

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
	words, err := Words("sh", "-c", isAlive+`
alive "$1" && exit 101
unset JCHECK_CMD
rm -f "$1"
echo "$(date) starting $3" >> "$2" || exit
setsid -f sh -c 'echo $$ > "$0" && eval "exec $1"' "$1" "$3" < /dev/null >> "$2" 2>&1
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
	words, err := Words("sh", "-c", `pid=$(cat "$1" 2>/dev/null) || exit 0
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
	words, err := Words("sh", "-c", `pid=$(cat "$1" 2>/dev/null) || exit 0
kill -KILL "-$pid" 2>/dev/null
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
  cat /proc/[0-9]*/stat 2>/dev/null | sed 's/.*) //' | awk -v g="$pid" '$3 == g && $1 != "Z" { found = 1 } END { exit found }' && { rm -f "$1"; exit 0; }
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
