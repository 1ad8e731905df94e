/**
 * The git checkout that comes before a command, as one POSIX shell text, the same on every provider. Everything variable
 * comes from the environment: `RUNVOY_GIT_URL`, `RUNVOY_GIT_REF` (a branch, a tag or a commit, full or short; empty: the
 * remote's default branch), `RUNVOY_GIT_TOKEN` (may be empty) and `RUNVOY_GIT_DIRECTORY` (where to, must not exist).
 *
 * The token reaches git through a credential helper that reads it from the environment: it is in no argument, so in no process
 * list, and in no URL, so in no message and not in `.git/config`. Output is for the `system` log stream. Exits with 1 when
 * git is missing or the checkout fails.
 */
export const checkoutScript = `set -eu
command -v git >/dev/null 2>&1 || { echo "runvoy: git is not installed where this run executes; use an image that has git"; exit 1; }
export GIT_TERMINAL_PROMPT=0 GIT_CONFIG_NOSYSTEM=1
git_with_token() {
  if [ -n "\${RUNVOY_GIT_TOKEN:-}" ]; then
    git -c credential.helper= -c 'credential.helper=!f() { test "$1" = get && echo username=x-access-token && echo "password=$RUNVOY_GIT_TOKEN"; }; f' "$@"
  else
    git -c credential.helper= "$@"
  fi
}
ref="\${RUNVOY_GIT_REF:-HEAD}"
case "$ref" in -*) echo "runvoy: a git ref must not start with a dash: $ref"; exit 1;; esac
echo "runvoy: checking out $RUNVOY_GIT_URL ($ref)"
git init -q "$RUNVOY_GIT_DIRECTORY"
cd "$RUNVOY_GIT_DIRECTORY"
git remote add origin -- "$RUNVOY_GIT_URL"
# One commit is enough when the server gives it by name. Short commit ids, and commits of servers that only give out
# branches, need the history.
if git_with_token fetch -q --depth 1 origin "$ref" 2>/dev/null; then
  git checkout -q --detach FETCH_HEAD
else
  git_with_token fetch -q --tags origin '+refs/heads/*:refs/remotes/origin/*' || { echo "runvoy: cannot fetch $RUNVOY_GIT_URL"; exit 1; }
  git checkout -q --detach "$ref" 2>/dev/null || git checkout -q --detach "origin/$ref" 2>/dev/null || { echo "runvoy: no branch, tag or commit $ref in $RUNVOY_GIT_URL"; exit 1; }
fi
echo "runvoy: checked out $(git rev-parse HEAD)"
`;
