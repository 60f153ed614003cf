import { fileURLToPath } from 'node:url';

/**
 * The process between driftmark and the server. It fills the data directory and runs the server. When its stdin ends, it
 * stops the server and removes the folder. Its stdin is a pipe that only driftmark holds, so that it ends with driftmark,
 * also after SIGKILL.
 *
 * Arguments: the run folder; the archive of a prepared data directory, or ''; the folder in which to keep a new data
 * directory, or ''; the initdb program; its options, separated by spaces; the command of the server. It prints one line if the server,
 * or a command before it, has ended by itself. It then waits for the end of stdin, so that the log can be read.
 *
 * A data directory is kept as an archive: unpacking it takes two thirds of the time of copying a thousand files.
 *
 * SIGQUIT is an immediate shutdown (manual: 18.5). It is repeated, because a shell starts background
 * processes with SIGQUIT ignored, and the server may not have come to changing that.
 *
 * A shell, because it is everywhere on unix, starts in a millisecond and needs 1 MB.
 */
const script = `
umask 077
folder=$1 prepared=$2 keep=$3 initdb=$4 options=$5
shift 5
exec 3<&0 </dev/null
trap '' PIPE

fill() {
  if [ -n "$prepared" ]; then mkdir "$folder/data" && tar -xmf "$prepared" -C "$folder/data"; return; fi
  "$initdb" $options --pgdata="$folder/data" || return
  if [ -n "$keep" ]; then mkdir "$keep" && tar -cf "$keep/data" -C "$folder/data" . || rm -rf "$keep"; fi
}

serve() {
  "$@" 3<&- >>"$folder/server.log" 2>&1 &
  server=$!
  (
    read -r line <&3
    while kill -QUIT "$server"; do sleep 0.01 || sleep 1; done
  ) 2>/dev/null &
  watcher=$!
  trap 'kill -QUIT "$server"' HUP INT TERM
  wait "$server"; status=$?
  while [ "$status" -gt 128 ] && kill -0 "$server" 2>/dev/null; do wait "$server"; status=$?; done
  trap '' HUP INT TERM
  kill "$watcher" 2>/dev/null
  return "$status"
}

if fill >>"$folder/server.log" 2>&1; then serve "$@"; fi
echo "ended $?"
read -r line <&3
cd /
rm -rf "$folder"
`;

/** The command of the supervisor. Windows has no such shell, but the same in JavaScript. */
export function supervisorCommand(): readonly [string, ...string[]] {
  if (process.platform !== 'win32') return ['/bin/sh', '-c', script, 'driftmark-scratch'];
  return [process.execPath, fileURLToPath(new URL('./windows-supervisor.js', import.meta.url))];
}
