import { writeFileSync } from 'node:fs';
import { runChecks } from './check.ts';
import { declaredImports } from './declared-imports.ts';
import { exampleProviderChecks } from './example-provider.ts';
import { packedInstallChecks } from './packed-install.ts';
import { readmeChecks } from './readme.ts';
import { reportChecks } from './reports.ts';
import { packAll, tarballChecks } from './tarballs.ts';
import { trackedFilesChecks } from './tracked-files.ts';

/**
 * Everything that is checked of the repository and of its packages besides lint, types and tests. Needs a build.
 * The first argument names a file to write the counts to, for `.ci/run`.
 */
const tarballs = packAll();
const counts = await runChecks([
  ...declaredImports,
  ...trackedFilesChecks,
  ...tarballChecks(tarballs),
  ...packedInstallChecks(tarballs),
  ...exampleProviderChecks(tarballs),
  ...reportChecks,
  ...readmeChecks,
]);
const [countsFile] = process.argv.slice(2);
if (countsFile !== undefined) writeFileSync(countsFile, JSON.stringify(counts));
if (counts.failed > 0) process.exitCode = 1;
