import { endMarker } from '@runvoy/core/toolkit';

/**
 * Runs the command, which is its arguments, in the first process of a container. A POSIX shell's text, for dash, bash and busybox.
 *
 * - It waits for what the sidecar prepares, if there is one (`RUNVOY_SHARED`: the folder where they meet).
 * - It passes SIGTERM on to the command, unless every process of the container was sent it: then one that only waits was, too.
 * - It numbers the lines of each stream, as `cat -n` does. Cloud Logging and Pub/Sub keep no order, and numbers show what is still
 *   on its way; besides, Cloud Logging takes lines apart that are JSON objects, and may drop blank ones, which numbered ones are not.
 *   The reader takes the numbers away. Without a `cat` or `awk` that passes lines on one by one there are none.
 * - A shell tells of a command that died by a signal, and of one that exits with the same status not: so the two are told apart.
 * - The end marker comes last: the exit code, ` signal` or ` not-started` if that was it, and how many lines were numbered, the
 *   sidecar's last, because the marker, too, may overtake. Exit code 125 with ` not-started`: the command never ran.
 */
export const runnerScript = String.raw`for runvoy_folder in $TMPDIR /tmp /var/tmp /dev/shm .; do
  runvoy_folder=$runvoy_folder/.runvoy-$RUNVOY_EXECUTION_ID
  mkdir -m 700 "$runvoy_folder" 2>/dev/null && break
done
pause() { sleep 0.1 2>/dev/null || sleep 1; }
finish() {
  printf '%s\n' "${endMarker('$RUNVOY_EXECUTION_ID', '$1$2')}"
  [ -z "$RUNVOY_SHARED" ] || : >"$RUNVOY_SHARED/done"
  rm -rf "$runvoy_folder"
  exit "$1"
}
runvoy_stopped=
trap 'runvoy_stopped=1' TERM
if [ -n "$RUNVOY_SHARED" ]; then
  until [ -e "$RUNVOY_SHARED/ready" ]; do
    [ ! -e "$RUNVOY_SHARED/failed" ] || finish 125 " not-started 0 0 $(cat "$RUNVOY_SHARED/lines")"
    [ -z "$runvoy_stopped" ] || finish 143 ' signal'
    pause
  done
fi
counts() {
  cat "$runvoy_folder/out.last" && cat "$runvoy_folder/err.last" || return
  if [ -n "$RUNVOY_SHARED" ]; then cat "$RUNVOY_SHARED/lines"; else echo 0; fi
}
case $(cat --version 2>/dev/null) in
  *GNU* | *uutils*)
    number() {
      trap '' TERM
      mkfifo "$runvoy_folder/$1.copy"
      tail -n 1 <"$runvoy_folder/$1.copy" >"$runvoy_folder/$1.line" 3>&- 4>&- &
      LC_ALL=C sh -c 'echo $$ >"$0"; exec cat -n' "$runvoy_folder/$1.pid" | tee "$runvoy_folder/$1.copy"
      wait
      read -r runvoy_last runvoy_rest <"$runvoy_folder/$1.line"
      [ -n "$runvoy_last" ] || runvoy_last=0
      echo "$runvoy_last" >"$runvoy_folder/$1.last"
    }
    ;;
  *)
    if printf 'x\n' | awk '{ print; fflush() }' >/dev/null 2>&1; then
      number() {
        trap '' TERM
        LC_ALL=C exec awk -v last="$runvoy_folder/$1.last" '{ printf "%d\t%s\n", NR, $0; fflush() } END { print NR >last }'
      }
    else
      number() { trap '' TERM; exec cat; }
    fi
    ;;
esac
mkfifo "$runvoy_folder/out" "$runvoy_folder/err" || finish 125 ' not-started'
exec 3>&1 4>&2
number out <"$runvoy_folder/out" >&3 2>/dev/null 3>&- 4>&- &
runvoy_out=$!
number err <"$runvoy_folder/err" >&4 2>/dev/null 3>&- 4>&- &
runvoy_err=$!
(
  trap ': >"$runvoy_folder/all"; kill "$!"; exit' TERM
  sleep 604800 &
  wait
) </dev/null >/dev/null 2>&1 3>&- 4>&- &
runvoy_canary=$!
(
  trap : TERM
  sh -c '
    echo $$ >"$0/pid"
    if [ -n "$RUNVOY_SHARED" ]; then
      [ ! -e "$RUNVOY_SHARED/directory" ] || cd -- "$(cat "$RUNVOY_SHARED/directory")" || exit 125
      set -- "$RUNVOY_SHARED/environment" "$@"
      unset RUNVOY_SHARED
      . "$1"
      shift
    fi
    exec "$@" 2>&5 5>&-
  ' "$runvoy_folder" "$@"
  echo $? >"$runvoy_folder/code"
) </dev/null >"$runvoy_folder/out" 5>"$runvoy_folder/err" 2>"$runvoy_folder/signal" 3>&- 4>&- &
runvoy_command=$!
while :; do
  if [ -n "$runvoy_stopped" ]; then
    runvoy_stopped=
    until [ -s "$runvoy_folder/pid" ] || ! kill -0 "$runvoy_command" 2>/dev/null; do pause; done
    pause
    [ -e "$runvoy_folder/all" ] || kill -TERM "$(cat "$runvoy_folder/pid")" 2>/dev/null
  fi
  wait "$runvoy_command"
  runvoy_code=$?
  kill -0 "$runvoy_command" 2>/dev/null || break
done
# A signal that comes just then ends the wait with a status of its own.
[ ! -s "$runvoy_folder/code" ] || read -r runvoy_code <"$runvoy_folder/code"
# What it left in the background may hold its output open for as long as it likes.
(
  sleep 3
  if [ -e "$runvoy_folder/out.pid" ]; then kill -KILL "$(cat "$runvoy_folder/out.pid")" "$(cat "$runvoy_folder/err.pid")"
  else kill -KILL "$runvoy_out" "$runvoy_err"; fi
) >/dev/null 2>&1 3>&- 4>&- &
runvoy_late=$!
wait "$runvoy_out" "$runvoy_err" 2>/dev/null
# Some shells tell of everything that they kill.
exec 2>/dev/null
kill "$runvoy_late" "$runvoy_canary"
runvoy_remark=
[ "$runvoy_code" -le 128 ] || [ ! -s "$runvoy_folder/signal" ] || runvoy_remark=' signal'
runvoy_counts=$(counts)
[ -z "$runvoy_counts" ] || runvoy_remark="$runvoy_remark $(echo $runvoy_counts)"
finish "$runvoy_code" "$runvoy_remark"
`;
