/**
 * What stands in for `wget` and `curl` on a machine that lacks them: a program for Node, whose first argument says which of the
 * two it is. It knows what scripts use: headers, a method, data, a file for the output, and silence.
 */
export const fetchProgram = String.raw`'use strict';
const [name, ...words] = process.argv.slice(2);
const isWget = name === 'wget';
const request = { method: 'GET', headers: {}, body: undefined };
let url;
let output = isWget ? undefined : '-';
let fails = isWget;
const value = (word, prefix) => (word.length > prefix.length ? word.slice(prefix.length).replace(/^=/, '') : words.shift());
while (words.length > 0) {
  const word = words.shift();
  const data = ['--post-data', '--body-data', '--data-raw', '--data', '-d'].find((each) => word.startsWith(each));
  if (word.startsWith('--header') || (!isWget && word.startsWith('-H'))) {
    const header = value(word, word.startsWith('--header') ? '--header' : '-H');
    const at = header.indexOf(':');
    request.headers[header.slice(0, at)] = header.slice(at + 1).trim();
  } else if (isWget && /^-q?O/.test(word)) output = value(word, /^-q?O/.exec(word)[0]);
  else if (!isWget && word.startsWith('-o')) output = value(word, '-o');
  else if (!isWget && word.startsWith('-X')) request.method = value(word, '-X');
  else if (data) {
    request.body = value(word, data);
    if (request.method === 'GET') request.method = 'POST';
  } else if (word.startsWith('-T')) value(word, '-T');
  else if (/^https?:/.test(word)) url = word;
  else if (!isWget && (word === '--fail' || /^-[a-zA-Z]*f/.test(word))) fails = true;
}
const complain = (text, code) => {
  process.stderr.write(name + ': ' + text + '\n');
  process.exitCode = code;
};
if (url === undefined) complain('no URL', 2);
else
  fetch(url, request).then(
    async (response) => {
      if (fails && !response.ok) return complain('server returned error: HTTP/1.1 ' + response.status, isWget ? 1 : 22);
      const body = Buffer.from(await response.arrayBuffer());
      const file = output ?? (new URL(url).pathname.split('/').pop() || 'index.html');
      if (file === '-') process.stdout.write(body);
      else require('node:fs').writeFileSync(file, body);
    },
    (error) => complain(String(error.cause ?? error), isWget ? 1 : 7),
  );
`;
