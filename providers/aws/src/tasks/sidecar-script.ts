import { checkoutScript } from '@runvoy/core/toolkit';
import { checkoutFolder, exchangeFolder } from './runner-script.ts';

export interface SidecarWork {
  git: boolean;
  /** Fetches the values of the run from Parameter Store, with the task's own role. */
  secrets: boolean;
}

/**
 * What the first container of a task does, while the main one waits: whatever needs more than the user's image has. Everything
 * variable comes from its environment; what it prints is the log's `system` stream.
 */
export function sidecarScript({ git, secrets }: SidecarWork): string {
  return [
    `set -e; umask 022; d=${exchangeFolder}; mkdir -p $d; chmod 777 $d`,
    ...(secrets ? [fetchSecrets] : []),
    ...(git ? [checkout] : []),
  ].join('\n');
}

/** A JSON object of texts as the shell's `export` lines; git's token into a file of its own. */
const exportsOfJson = `{n=length($0);for(i=2;i<=n;i++){if(substr($0,i,1)!="\\"")continue;t="";for(i++;(c=substr($0,i,1))!="\\"";i++){if(c=="\\\\"){c=substr($0,++i,1);if(c=="u"){c=sprintf("%c",(index(h,substr($0,i+3,1))-1)*16+index(h,substr($0,i+4,1))-1);i+=4}else if(p=index("nrtbf",c))c=substr("\\n\\r\\t\\b\\f",p,1)}t=t (c==q?q "\\\\" q q:c)}if(substr($0,i+1,1)==":")k=t;else print "export " k "=" q t q >(k=="RUNVOY_GIT_TOKEN"?d "/token":d "/env")}}`;

/** Reads what `parameter-value.ts` writes. */
const fetchSecrets = `command -v aws >/dev/null 2>&1 || apk add -q --no-cache aws-cli >/dev/null
g() { aws ssm get-parameter --with-decryption --name "$1" --query Parameter.Value --output text; }
v=$(g "$RUNVOY_SECRETS") || { echo "runvoy: the secrets of this run cannot be read"; exit 1; }
case $v in
'runvoy-value 1 '*) set -- \${v%%
*}
b=\${v#*
}
if [ $6 -gt 0 ]; then b=; i=0; while [ $i -lt $6 ]; do b=$b$(g "$RUNVOY_SECRETS_PREFIX/$5/$i"); i=$((i+1)); done; fi;;
*) set -- 1 1 1 text; b=$v;;
esac
if [ $4 = gzip ]; then printf %s "$b" | base64 -d | gunzip; else printf %s "$b"; fi | awk -v q="'" -v d=$d -v h=0123456789abcdef '${exportsOfJson}'`;

const checkout = `command -v git >/dev/null 2>&1 || apk add -q --no-cache git openssh-client >/dev/null 2>&1 || true
[ ! -e $d/token ] || { . $d/token; rm $d/token; }
export RUNVOY_GIT_DIRECTORY=${checkoutFolder}
(
${checkoutScript.trim()}
)
unset RUNVOY_GIT_TOKEN
cd "$RUNVOY_GIT_DIRECTORY/$RUNVOY_GIT_PATH" 2>/dev/null || { echo "runvoy: there is no folder $RUNVOY_GIT_PATH in the repository"; exit 1; }
case "$(pwd -P)/" in "$(cd "$RUNVOY_GIT_DIRECTORY" && pwd -P)"/*) ;; *) echo "runvoy: $RUNVOY_GIT_PATH leads out of the repository"; exit 1;; esac
chmod -R a+rwX "$RUNVOY_GIT_DIRECTORY"`;
