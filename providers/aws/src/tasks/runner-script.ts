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
 * - Two underscores in front, so that no variable of the user's is changed, which the command would see.
 * - `i` execution id, `d` exchange folder, `z` the line that tells a filter that the command is over, `k` whom to signal.
 * - `s` is set when SIGTERM comes before the command has begun.
 * - SIGTERM goes on to everything that the command has started, and SIGKILL ten seconds later; at the timeout the same.
 *   Process 1 signals all others; where it is not process 1, it signals its process group.
 * - A shell says on its standard error when a child was ended by a signal, which its exit code does not tell. bash does not, when
 *   it is called `sh`, unless told.
 */
export const runnerScript = `__s=
trap __s=1 TERM
__i=$RUNVOY_EXECUTION_ID __t=$RUNVOY_TIMEOUT __d=${exchangeFolder} __e=$(printf '\\033') __k=-1 __n=''
[ $$ = 1 ] || __k=0
[ -z "$BASH_VERSION" ] || set +o posix
[ -w $__d ] || { __d=\${TMPDIR:-/tmp}/.runvoy-$$; mkdir -p $__d; }
rm -f $__d/code $__d/signal $__d/late
if [ -e ${exchangeFolder}/env ]; then . ${exchangeFolder}/env; rm -f ${exchangeFolder}/env; fi
[ -z "$RUNVOY_DIRECTORY" ] || cd "$RUNVOY_DIRECTORY" || exit 1
unset RUNVOY_TIMEOUT RUNVOY_DIRECTORY
__z="### runvoy eof $__i"
if sed -u q </dev/null >/dev/null 2>&1; then __n=sed; elif command -v awk >/dev/null; then __n=awk; fi
f() { trap '' TERM INT HUP; case $__n in
sed) exec sed -u -e "/^$__z\\$/{s/.*//;q;}" -e "/$__z\\$/{s///;$2;q;}" -e "$2" -e "$3";;
awk) exec awk -v k=$1 -v z="$__z" 'function o(l){print(k==2?"\\033[;m"l:l==""?"\\033[m":l~/^\\033\\[;*m/?"\\033[;;m"l:l);fflush()}{n=length($0)-length(z);if(n>=0&&substr($0,n+1)==z){if(n)o(substr($0,1,n));exit}o($0)}';;
*) exec cat; esac; }
c() { trap : TERM; { /bin/sh -c 'exec "$@" 2>&3 3>&-' sh "$@"; echo $? >$__d/code; } 3>&2 2>$__d/signal; [ $__n ] && { echo "$__z"; echo "$__z" >&2; }; }
(trap : TERM; (trap : TERM; (c "$@") 2>&1 >&4 | (f 2 "s/^/$__e[;m/" '' >&5)) 4>&1 | (f 1 "s/^$__e\\[;*m/$__e[;;m&/" "s/^\\$/$__e[m/" >&5)) 5>&1 &
__p=$!
trap 'trap "" TERM; kill -TERM $__k; (sleep 10; kill -KILL $__k) >/dev/null 2>&1 &' TERM
[ -z "$__s" ] || kill -TERM $$
(sleep $__t && : >$__d/late && kill -TERM $$) >/dev/null 2>&1 &
while kill -0 $__p 2>/dev/null; do wait $__p; done 2>/dev/null
__x=137
[ ! -e $__d/code ] || read -r __x <$__d/code
if [ -e $__d/late ]; then __x=124; echo "${causePrefix} $__i timed-out $__x"
elif [ -s $__d/signal ] && [ $__x -gt 128 ]; then echo "${causePrefix} $__i signalled $((__x-128))"; fi
echo "${endMarker('$__i', '$__x')}"
exit $__x`;
