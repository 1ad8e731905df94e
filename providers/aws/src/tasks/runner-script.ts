import { endMarker } from '@runvoy/core/toolkit';
import { causePrefix } from './output-form.ts';

/** Where the sidecar leaves what the runner needs; on the volume that both mount. */
export const exchangeFolder = '/workspace/.runvoy';
/** Where a repository is checked out. */
export const checkoutFolder = '/workspace/repo';

/**
 * What the main container runs, with the command as its arguments, in any image that has `/bin/sh`; with GNU's `sed`, or any `awk`, output
 * is told apart as `output-form.ts` says (busybox's `sed` holds lines back, its `awk` ends them at a NUL). Its text counts towards ECS's 8,192 characters of overrides, hence the short names:
 *
 * - `i` execution id, `d` exchange folder, `z` the line that tells a filter that the command is over, `k` whom to signal.
 * - SIGTERM goes on to everything that the command has started, and SIGKILL ten seconds later; at the timeout the same.
 *   Process 1 signals all others; where it is not process 1, it signals its process group.
 * - A shell says on its standard error when a child was ended by a signal, which its exit code does not tell. bash does not, when
 *   it is called `sh`, unless told.
 */
export const runnerScript = `i=$RUNVOY_EXECUTION_ID t=$RUNVOY_TIMEOUT d=${exchangeFolder} e=$(printf '\\033') k=-1 n=''
[ $$ = 1 ] || k=0
[ -z "$BASH_VERSION" ] || set +o posix
[ -w $d ] || { d=/tmp/.runvoy-$$; mkdir -p $d; }
rm -f $d/code $d/signal $d/late
if [ -e ${exchangeFolder}/env ]; then . ${exchangeFolder}/env; rm -f ${exchangeFolder}/env; fi
[ -z "$RUNVOY_DIRECTORY" ] || cd "$RUNVOY_DIRECTORY" || exit 1
unset RUNVOY_TIMEOUT RUNVOY_DIRECTORY
z="### runvoy eof $i"
if sed -u q </dev/null >/dev/null 2>&1; then n=sed; elif command -v awk >/dev/null; then n=awk; fi
f() { trap '' TERM INT HUP; case $n in
sed) exec sed -u -e "/^$z\\$/{s/.*//;q;}" -e "/$z\\$/{s///;$2;q;}" -e "$2" -e "$3";;
awk) exec awk -v k=$1 -v z="$z" 'function o(l){print(k==2?"\\033[;m"l:l==""?"\\033[m":l~/^\\033\\[;*m/?"\\033[;;m"l:l);fflush()}{n=length($0)-length(z);if(n>=0&&substr($0,n+1)==z){if(n)o(substr($0,1,n));exit}o($0)}';;
*) exec cat; esac; }
c() { trap : TERM; { /bin/sh -c 'exec "$@" 2>&3 3>&-' sh "$@"; echo $? >$d/code; } 3>&2 2>$d/signal; [ $n ] && { echo "$z"; echo "$z" >&2; }; }
(trap : TERM; (trap : TERM; (c "$@") 2>&1 >&4 | (f 2 "s/^/$e[;m/" '' >&5)) 4>&1 | (f 1 "s/^$e\\[;*m/$e[;;m&/" "s/^\\$/$e[m/" >&5)) 5>&1 &
p=$!
trap 'trap "" TERM; kill -TERM $k; (sleep 10; kill -KILL $k) >/dev/null 2>&1 &' TERM
(sleep $t && : >$d/late && kill -TERM $$) >/dev/null 2>&1 &
while kill -0 $p 2>/dev/null; do wait $p; done 2>/dev/null
x=137
[ ! -e $d/code ] || read -r x <$d/code
if [ -e $d/late ]; then x=124; echo "${causePrefix} $i timed-out $x"
elif [ -s $d/signal ] && [ $x -gt 128 ]; then echo "${causePrefix} $i signalled $((x-128))"; fi
echo "${endMarker('$i', '$x')}"
exit $x`;
