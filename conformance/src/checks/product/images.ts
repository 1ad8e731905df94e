import type { Check } from '../../check.ts';
import { present } from '../../expect.ts';
import { defineScenario } from '../../product/scenario.ts';

export const imageScenarios: readonly Check[] = [
  defineScenario({
    id: 'product.images.register',
    level: 'MUST',
    sentence:
      'A registered image is found by its id, its reference and its name, and runs with and without being named.',
    why: 'Teams could not give their tools to each other by name.',
    needs: ['output'],
    async play(stage) {
      const { admin } = stage;
      const image = present(stage.image, 'an image that commands run in (images.runnable of the harness)');
      const registered = await stage.ask(admin, 'POST', '/api/v1/images/register', { image });
      const id: string = registered.json.image_id;
      stage.transcript.scene('The same once more');
      await stage.ask(admin, 'POST', '/api/v1/images/register', { image });
      await stage.ask(admin, 'GET', '/api/v1/images');
      stage.transcript.scene('By id and by reference, with and without percent signs');
      await stage.ask(admin, 'GET', `/api/v1/images/${id}`);
      for (const reference of [image, encodeURIComponent(image), encodeURIComponent(id)]) {
        const { json } = await stage.expect(200, admin, 'GET', `/api/v1/images/${reference}`);
        stage.transcript.line(json.image_id);
      }
      await stage.ask(admin, 'GET', '/api/v1/images/no-such-image');
      stage.transcript.scene('Runs that name it, and one that does not');
      for (const name of [image, id, undefined]) {
        const run = await stage.run(admin, { command: 'echo in an image', ...(name && { image: name }) });
        await stage.until(run);
        await stage.log(admin, run);
      }
    },
  }),
  defineScenario({
    id: 'product.images.remove',
    level: 'MUST',
    sentence: 'An image is removed by its exact id only, and is gone then.',
    why: 'Removing one tag would remove every image of that name.',
    async play(stage) {
      const { admin } = stage;
      const image = present(stage.image, 'an image that commands run in (images.runnable of the harness)');
      const { json } = await stage.ask(admin, 'POST', '/api/v1/images/register', { image });
      await stage.ask(admin, 'DELETE', `/api/v1/images/${image}`);
      await stage.ask(admin, 'DELETE', `/api/v1/images/${json.image_id}`);
      await stage.ask(admin, 'DELETE', `/api/v1/images/${json.image_id}`);
      await stage.ask(admin, 'GET', `/api/v1/images/${json.image_id}`);
      await stage.ask(admin, 'GET', '/api/v1/images');
    },
  }),
  defineScenario({
    id: 'product.images.default-mark',
    level: 'MUST',
    sentence:
      'The first image becomes the default one; marking another takes the mark from it; removing it leaves none.',
    why: 'Runs that name no image would run in another one than the team agreed on.',
    async play(stage) {
      const { admin } = stage;
      const image = present(stage.image, 'an image that commands run in (images.runnable of the harness)');
      const marks = async () => {
        const { json } = await stage.expect(200, admin, 'GET', '/api/v1/images');
        for (const { cpu, is_default } of json.images.sort((a: { cpu: number }, b: { cpu: number }) => a.cpu - b.cpu))
          stage.transcript.line(`${cpu} CPU units${is_default ? ', the default' : ''}`);
      };
      for (const request of [
        { image, cpu: 256, memory: 512 },
        { image, cpu: 512, memory: 1024 },
        { image, cpu: 1024, memory: 2048, is_default: true },
        { image, cpu: 256, memory: 512, is_default: true },
      ]) {
        await stage.ask(admin, 'POST', '/api/v1/images/register', request);
        await marks();
      }
      stage.transcript.scene('The default is removed');
      const { json } = await stage.expect(200, admin, 'GET', '/api/v1/images');
      const marked = json.images.find((entry: { is_default: boolean }) => entry.is_default);
      await stage.ask(admin, 'DELETE', `/api/v1/images/${marked.image_id}`);
      await marks();
    },
  }),
  defineScenario({
    id: 'product.images.unknown',
    level: 'MUST',
    sentence: 'A run with an image that nobody registered is refused as not found.',
    why: 'A run would be accepted that can never start.',
    needs: ['images'],
    async play(stage) {
      await stage.ask(stage.admin, 'POST', '/api/v1/run', { command: 'true', image: 'no-such-image' });
      await stage.ask(stage.admin, 'POST', '/api/v1/run', { command: 'true', image: 'no-such-image:1-0123abcd' });
    },
  }),
];
