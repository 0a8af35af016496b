import { createServer, type AddressInfo } from 'node:net';
import { checkPorts } from '../../../local/start/free-ports';

describe('the ports of a start', () => {
  it.each([
    [0, 'Mailgun simulator'],
    [3, 'DynamoDB'],
  ])('are refused where the one %d above the first is busy, by its name', async (above, name) => {
    const server = createServer();
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const { port } = server.address() as AddressInfo;

    const checked = checkPorts(port - above);

    // A port below may be busy too: then that one is named.
    await expect(checked).rejects.toThrow(/^port \d+ \(.*\) is in use/);
    if (above === 0) await expect(checked).rejects.toThrow(`port ${port} (${name}) is in use`);
    server.close();
  });

  it('are not looked at where any will do', async () => {
    await expect(checkPorts(0)).resolves.toBeUndefined();
  });
});
