import type { Check } from '../../check.ts';
import { defineRun } from '../../product/define-run.ts';
import { defineScenario } from '../../product/scenario.ts';

export const outputScenarios: readonly Check[] = [
  defineRun({
    id: 'product.runs.streams',
    sentence: 'What a command writes to standard output and to standard error is kept apart.',
    why: 'Output could not be piped into another program.',
    request: { command: 'echo to stdout; echo to stderr >&2; echo out again; echo err again >&2' },
  }),
  defineRun({
    id: 'product.runs.lines',
    sentence:
      'Empty lines, ANSI sequences, carriage returns, JSON-looking lines, characters of all planes and a last line without an end come as they are.',
    why: 'What a program prints could not be trusted, nor parsed.',
    request: {
      command: String.raw`printf '\n\n\033[31mred\033[0m\n10%%\r100%%\n{"message":"not mine","level":"error"}\n  indented\ttabbed  \nÄ 漢 🚀\nno end'`,
    },
  }),
  defineScenario({
    id: 'product.runs.long-line',
    level: 'MUST',
    sentence: 'A line of 300,000 characters comes whole, in pieces that follow each other.',
    why: 'The one line of a minified report would be cut.',
    needs: ['output'],
    async play(stage) {
      await stage.prepareImage();
      const id = await stage.run(stage.admin, {
        command: 'head -c 300000 /dev/zero | tr "\\0" x; echo; echo after',
      });
      await stage.until(id);
      const { json } = await stage.expect(200, stage.admin, 'GET', `/api/v1/executions/${id}/logs`);
      const texts: string[] = json.events.map((event: { message: string }) => event.message);
      const length = texts.slice(0, -1).join('').replace(/[^x]/g, '').length;
      stage.transcript.line(`${length} times x, then: ${texts.at(-1)}`);
    },
  }),
];
