/**
 * Prepares what a command finds: its secrets, as a file of `export` lines, and a git checkout. A POSIX shell's text, for images
 * with the tools of busybox or GNU, and git. Its first argument is the checkout script.
 *
 * `RUNVOY_SECRET`: resource name of the secret whose value is the JSON object of variables; may be empty. `RUNVOY_GIT_URL`, `_REF`
 * and `_PATH`: may be empty. The secret is read here and with the identity of the task, so that it is in no description of the
 * task. JSON has no control characters, so these stand for its escapes while quotes are what separates its texts.
 *
 * What it says is numbered, and counted for the end marker, like the output of the command.
 *
 * It stays until the command is over: nobody says whether Cloud Run ends a task with its first container or with its last.
 */
export const sidecarScript = String.raw`trap 'exit 0' TERM
mkdir -p "$RUNVOY_SHARED" && chmod 777 "$RUNVOY_SHARED"
umask 022
get() { wget -q -O - "$@"; }
read_secret() {
  token=$(get --header 'Metadata-Flavor: Google' http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/token | tr -d '\n' | sed 's/.*"access_token" *: *"\([^"]*\)".*/\1/')
  get --header "Authorization: Bearer $token" "https://secretmanager.googleapis.com/v1/$RUNVOY_SECRET/versions/latest:access" |
    tr -d '\n ' | sed 's/.*"data":"\([^"]*\)".*/\1/' | base64 -d
}
to_exports() {
  backslash=$(printf '\001') quote=$(printf '\002')
  sed -e 's/\\\\/'"$backslash"'/g' -e 's/\\"/'"$quote"'/g' | tr '"' '\n' |
    LC_ALL=C awk -v backslash="$backslash" -v quote="$quote" -v apostrophe="'" '
      function joined(text, separator, glue, parts, count, part, whole) {
        count = split(text, parts, separator)
        whole = parts[1]
        for (part = 2; part <= count; part++) whole = whole glue parts[part]
        return whole
      }
      function decoded(text, code) {
        gsub(quote, "\"", text)
        gsub(/\\n/, "\n", text)
        gsub(/\\r/, "\r", text)
        gsub(/\\t/, "\t", text)
        gsub(/\\b/, "\b", text)
        gsub(/\\f/, "\f", text)
        if (text ~ /\\u00/)
          for (code = 1; code < 32; code++) gsub("\\\\u00" sprintf("%02x", code), sprintf("%c", code), text)
        return text
      }
      NR % 4 == 2 { name = $0 }
      NR % 4 == 0 {
        count = split($0, pieces, backslash)
        value = decoded(pieces[1])
        for (piece = 2; piece <= count; piece++) value = value "\\" decoded(pieces[piece])
        print "export " name "=" apostrophe joined(value, apostrophe, apostrophe "\\" apostrophe apostrophe) apostrophe
      }'
}
prepare() {
  : >"$RUNVOY_SHARED/environment"
  if [ -n "$RUNVOY_SECRET" ]; then
    value=$(read_secret)
    case $value in
      '{'*) ;;
      *) echo 'runvoy: the secrets of this run cannot be read'; return 1 ;;
    esac
    # A value may end with line breaks, which are escaped in here.
    printf '%s' "$value" | to_exports >"$RUNVOY_SHARED/environment"
  fi
  [ -n "$RUNVOY_GIT_URL" ] || return 0
  case "/$RUNVOY_GIT_PATH/" in
    */../*) echo "runvoy: the path $RUNVOY_GIT_PATH leads out of the repository"; return 1 ;;
  esac
  RUNVOY_GIT_DIRECTORY=$(dirname "$RUNVOY_SHARED")/repo
  export RUNVOY_GIT_DIRECTORY
  (
    RUNVOY_GIT_TOKEN=
    . "$RUNVOY_SHARED/environment"
    export RUNVOY_GIT_TOKEN
    exec sh -c "$1"
  ) || return 1
  folder=$RUNVOY_GIT_DIRECTORY/$RUNVOY_GIT_PATH
  [ -d "$folder" ] || { echo "runvoy: the repository has no folder $RUNVOY_GIT_PATH"; return 1; }
  chmod -R a+rwX "$RUNVOY_GIT_DIRECTORY"
  printf '%s\n' "$folder" >"$RUNVOY_SHARED/directory"
}
{
  prepare "$@" 2>&1
  echo $? >"$RUNVOY_SHARED/status"
} </dev/null | {
  count=0
  while IFS= read -r line || [ -n "$line" ]; do
    count=$((count + 1))
    printf '### runvoy system %s %s\t%s\n' "$RUNVOY_EXECUTION_ID" "$count" "$line"
  done
  echo "$count" >"$RUNVOY_SHARED/lines"
}
[ ! -e "$RUNVOY_SHARED/environment" ] || {
  sed '/^export RUNVOY_GIT_TOKEN=/d' "$RUNVOY_SHARED/environment" >"$RUNVOY_SHARED/kept"
  mv "$RUNVOY_SHARED/kept" "$RUNVOY_SHARED/environment"
}
if [ "$(cat "$RUNVOY_SHARED/status")" = 0 ]; then : >"$RUNVOY_SHARED/ready"; else : >"$RUNVOY_SHARED/failed"; fi
until [ -e "$RUNVOY_SHARED/done" ]; do sleep 0.2 2>/dev/null || sleep 1; done
`;
