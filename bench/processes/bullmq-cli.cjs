// What `runvoy run` is to runvoy: a new process that queues a command, prints its output and exits with its code. JavaScript with the
// compile cache, as runvoy's own, so that neither pays for more than it must.
require('node:module').enableCompileCache();
const { Queue, RedisConnection } = require('bullmq');

async function main([port, command]) {
  const connection = { port: Number(port), host: '127.0.0.1', maxRetriesPerRequest: null };
  const queue = new Queue('runs', { connection });
  const redis = await new RedisConnection(connection).client;
  const stream = `log:${process.pid}`;
  await queue.add('run', { command, stream, keep: 'lines' }, { removeOnComplete: true });
  for (let id = '0'; ; ) {
    const [[, entries]] = await redis.xread([{ key: stream, id }], { BLOCK: 60_000, COUNT: 1000 });
    for (const [entry, [field, value]] of entries) {
      id = entry;
      if (field === 'exit') return Number(value);
      const text = `${JSON.parse(value).lines.join('\n')}\n`;
      if (!process.stdout.write(text)) await new Promise((resolve) => process.stdout.once('drain', resolve));
    }
  }
}

main(process.argv.slice(2)).then((code) => process.exit(code));
