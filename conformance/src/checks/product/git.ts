import type { Check } from '../../check.ts';
import { defineScenario } from '../../product/scenario.ts';
import { withRepository } from '../support/repository.ts';

export const gitScenarios: readonly Check[] = [
  defineScenario({
    id: 'product.git.checkout',
    level: 'MUST',
    sentence:
      'A run with a repository has the branch, tag or commit that it names, and works in the folder that it names.',
    why: 'A deployment would run from another version than the one that was asked for.',
    needs: ['output', 'git', 'harness.repositories'],
    limitSeconds: 40,
    async play(stage) {
      await stage.prepareImage();
      const { admin, transcript } = stage;
      await withRepository(stage.world, async ({ url, first }) => {
        transcript.mask.name(url, 'repository');
        transcript.mask.name(first, 'first-commit');
        for (const git_ref of [undefined, 'feature/odd', 'v1', first]) {
          const request = { git_repo: url, ...(git_ref && { git_ref }), command: 'cat which; git status --short' };
          const id = await stage.run(admin, request);
          await stage.until(id);
          await printed(id);
        }
        transcript.scene('In a folder of it');
        const id = await stage.run(admin, {
          git_repo: url,
          git_path: 'sub folder',
          command: 'cat inside; basename "$PWD"',
        });
        await stage.ending(admin, id);
      });

      /** The commits have other ids every time. */
      async function printed(id: string): Promise<void> {
        const { json } = await stage.expect(200, admin, 'GET', `/api/v1/executions/${id}/logs`);
        for (const { message } of json.events)
          for (const [commit] of message.matchAll(/\b[0-9a-f]{40}\b/g)) transcript.mask.learn('commit', commit);
        await stage.log(admin, id);
      }
    },
  }),
  defineScenario({
    id: 'product.git.missing',
    level: 'MUST',
    sentence: 'A run whose branch, tag or commit does not exist never runs its command, and says why.',
    why: 'A mistyped branch would run the command in an empty folder.',
    needs: ['output', 'git', 'harness.repositories'],
    async play(stage) {
      await stage.prepareImage();
      const { admin } = stage;
      await withRepository(stage.world, async ({ url }) => {
        stage.transcript.mask.name(url, 'repository');
        const id = await stage.run(admin, { git_repo: url, git_ref: 'no-such-branch', command: 'echo it ran' });
        await stage.ending(admin, id);
        for (const wrong of [
          { git_repo: 'acme/infrastructure' },
          { git_repo: 'https://ana:token@example.com/acme/infrastructure' },
          { git_repo: url, git_ref: '--upload-pack=touch' },
          { git_repo: url, git_path: '../elsewhere' },
        ])
          await stage.ask(admin, 'POST', '/api/v1/run', { command: 'true', ...wrong });
      });
    },
  }),
];
