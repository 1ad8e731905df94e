import type { Check } from '../../check.ts';
import { defineRun } from '../../product/define-run.ts';
import { defineScenario } from '../../product/scenario.ts';

export const runScenarios: readonly Check[] = [
  defineScenario({
    id: 'product.runs.success',
    level: 'MUST',
    sentence:
      'A run is accepted at once with its id, ends as SUCCEEDED with exit code 0, and is in the list of executions.',
    why: 'Nobody could run anything.',
    needs: ['output'],
    async play(stage) {
      await stage.prepareImage();
      const id = await stage.run(stage.admin, { command: 'echo hello' });
      await stage.ending(stage.admin, id);
      await stage.ask(stage.admin, 'GET', '/api/v1/executions');
      await stage.ask(stage.admin, 'GET', `/api/v1/executions/${id}/logs`);
    },
  }),
  defineRun({
    id: 'product.runs.exit-code',
    sentence: "A run that ends with another exit code than 0 is FAILED and has the command's own exit code.",
    why: 'A failed migration would look like a success, or scripts could not tell failures apart.',
    request: { command: 'echo before; exit 42' },
  }),
  defineRun({
    id: 'product.runs.signal',
    sentence: 'A command that a signal ends has 128 and its number as exit code, and the reason signalled.',
    why: 'A crash could not be told from an ordinary failure.',
    request: { command: 'echo before; kill -SEGV $$' },
  }),
  defineRun({
    id: 'product.runs.missing-program',
    sentence: 'A shell command that names no program ends with exit code 127.',
    why: 'A misspelt command would look like one that ran.',
    request: { command: 'no-such-program-anywhere 2>/dev/null' },
  }),
  defineRun({
    id: 'product.runs.environment',
    sentence: 'Variables reach the command exactly as they were given.',
    why: 'A password with a quote or a newline in it would arrive as another one.',
    request: {
      command:
        'printf "<%s>\\n" "$QUOTES" "$DOLLAR" "$LINES_OF_IT" "$EMPTY" "$EQUALS" "$UNICODE"; env | grep -c ^EMPTY=',
      env: {
        QUOTES: `it's "quoted" \`here\``,
        DOLLAR: '$HOME $(echo no) \\n',
        LINES_OF_IT: 'first\nsecond\n',
        EMPTY: '',
        EQUALS: 'a=b=c',
        UNICODE: 'Ä 漢 🚀',
      },
    },
  }),
  defineRun({
    id: 'product.runs.argv',
    sentence: 'An argument vector reaches the program exactly as it was given, through no shell.',
    why: 'A file name with a space or a quote would be torn apart, or run.',
    request: {
      argv: [
        'printf',
        '<%s>\\n',
        '',
        ' two  words ',
        `it's "quoted"`,
        '$HOME `id` $(id)',
        '*',
        '-n',
        'a\nb',
        'Ä 漢 🚀',
      ],
    },
  }),
  defineScenario({
    id: 'product.runs.once',
    level: 'MUST',
    sentence: 'A command is executed exactly once, whatever it holds.',
    why: 'A payment, or a migration, would be made twice.',
    needs: ['output'],
    async play(stage) {
      await stage.prepareImage();
      const mark = stage.world.executionId();
      stage.transcript.mask.name(mark, 'mark');
      const count = 'echo once >> "$f"; wc -l < "$f" | tr -d " "';
      const id = await stage.run(stage.admin, {
        command: `f=\${TMPDIR:-/tmp}/$MARK; echo "so far: $(${count})" "and then: \`${count}\`"; rm "$f"; exit 3`,
        env: { MARK: `runvoy-${mark}` },
      });
      await stage.ending(stage.admin, id);
    },
  }),
  defineScenario({
    id: 'product.runs.stdin',
    level: 'MUST',
    sentence: 'Standard input that is given reaches the command byte for byte, and ends.',
    why: 'A script or a dump that is piped in would not arrive, or the command would wait for ever.',
    needs: ['output', 'stdin'],
    async play(stage) {
      await stage.prepareImage();
      const bytes = Buffer.from([...Array(256).keys()]);
      const id = await stage.run(stage.admin, { command: 'od -An -v -tx1', stdin: bytes.toString('base64') });
      await stage.ending(stage.admin, id);
      const empty = await stage.run(stage.admin, { command: 'cat; echo end' });
      await stage.ending(stage.admin, empty);
    },
  }),
  defineScenario({
    id: 'product.runs.timeout',
    level: 'MUST',
    sentence:
      'A run over its time is stopped, FAILED with exit code 124 and the reason timed-out, and keeps its output.',
    why: 'A command that hangs would run, and cost, for ever.',
    needs: ['output', 'timeouts'],
    async play(stage) {
      await stage.prepareImage();
      const id = await stage.run(stage.admin, { command: 'echo before; sleep 60', timeout: 1 });
      await stage.ending(stage.admin, id);
    },
  }),
  defineScenario({
    id: 'product.runs.idempotency',
    level: 'MUST',
    sentence:
      'The same idempotency key with the same body answers with the first execution; with another body it is a conflict.',
    why: 'A submission repeated after a lost answer would run twice.',
    needs: ['output'],
    async play(stage) {
      await stage.prepareImage();
      const { admin } = stage;
      const key = { headers: { 'Idempotency-Key': 'deploy-17' } };
      const body = { command: 'echo "$A$B"; sleep 600', env: { A: '1', B: '2' } };
      const id = await stage.run(admin, body, key);
      await stage.run(admin, { env: { B: '2', A: '1' }, command: body.command }, key);
      await stage.ask(admin, 'POST', '/api/v1/run', { command: 'echo other' }, key);
      stage.transcript.scene('After its end');
      await stage.printed(id, 1);
      await stage.ask(admin, 'DELETE', `/api/v1/executions/${id}`);
      await stage.until(id);
      await stage.run(admin, body, key);
      await stage.ask(admin, 'GET', '/api/v1/executions');
      await stage.ask(admin, 'POST', '/api/v1/run', body, { headers: { 'Idempotency-Key': 'two words' } });
    },
  }),
];
