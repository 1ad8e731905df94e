#!/usr/bin/env node
'use strict';
// Kept in a syntax that every Node understands: it must be able to say that Node is too old.
var required = [22, 22];
var actual = process.versions.node.split('.').map(Number);
if (actual[0] < required[0] || (actual[0] === required[0] && actual[1] < required[1])) {
  console.error(
    '✗ runvoy needs Node.js ' +
      required.join('.') +
      ' or newer; this is ' +
      process.versions.node +
      ' (' +
      process.execPath +
      ').\n' +
      '  → Install a current Node.js (https://nodejs.org), or run runvoy through npx in a checkout, which brings its own.',
  );
  process.exit(252);
}
require('node:module').enableCompileCache();
if (require('node:fs').existsSync(require('node:path').join(__dirname, 'dist/cli.cjs'))) {
  require('./dist/cli.cjs');
} else {
  console.error('✗ runvoy has not been built yet.\n  → Run "npm run build -w runvoy" in the checkout.');
  process.exit(253);
}
