export const usage = `runvoy-conformance <harness> [options]   tries a provider
runvoy-conformance init [folder]         writes the skeleton of a provider, and its harness

<harness> is a file, TypeScript or JavaScript, whose default export is a harness.

  --only <id,…>        only these checks; a prefix stands for all below it: store, store.insert
  --skip <id,…>        not these
  --seed <text>        repeats the random choices of an earlier run
  --report <file>      writes the report as JSON
  --markdown <file>    writes the report for people
  --badge <file>       writes a badge as SVG
  --list               lists the checks and ends
  --version, --help

Ends with 0 when every MUST holds, 1 when one fails, 2 when the run could not be done, 130 after Ctrl-C.
`;
