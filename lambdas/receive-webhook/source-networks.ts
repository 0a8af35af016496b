import { BlockList, isIP } from 'node:net';

/**
 * Makes the question whether calls are taken from an address.
 *
 * @param networks IPv4 and IPv6 networks such as `198.51.100.0/24`; with none, every call is taken. An
 *   IPv4 address written as an IPv6 one (`::ffff:198.51.100.7`) is the IPv4 address.
 * @throws {Error} for what is no network.
 */
export function createSourceCheck(
  networks: readonly string[],
): (address: string | undefined) => boolean {
  if (networks.length === 0) return () => true;

  const allowed = new BlockList();
  for (const network of networks) {
    const [address = '', prefix] = network.split('/');
    allowed.addSubnet(address, Number(prefix), familyOf(address));
  }
  return (address = '') => isIP(address) !== 0 && allowed.check(address, familyOf(address));
}

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 6 ? 'ipv6' : 'ipv4');
