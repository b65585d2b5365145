/** Which addresses are on the public internet, and which are not. */
import { describe, expect, test } from 'vitest';
import { isPublic, PrivateAddress, Targets } from '../../../server/messages/targets.ts';

describe('an address', () => {
  test.each(['8.8.8.8', '93.184.216.34', '172.15.255.255', '172.32.0.1', '2606:2800:220:1:248:1893:25c8:1946', '2a00:1450:4001::1'])(
    '%s is public',
    (address) => expect(isPublic(address)).toBe(true),
  );
  test.each([
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '127.0.0.1',
    '127.255.255.254',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::ffff:8.8.8.8',
    '64:ff9b::7f00:1',
    'fc00::1',
    'fd12:3456::1',
    'fe80::1',
    'ff02::1',
    '2001:db8::1',
    '2001::1',
    '2002:7f00:1::',
    'example.com',
    '',
  ])('%s is not', (address) => expect(isPublic(address)).toBe(false));
});

describe('a target', () => {
  const targets = new Targets(false);
  test.each([
    'https://127.0.0.1/x',
    'https://2130706433/x',
    'https://0x7f.1/x',
    'https://[::1]/x',
    'https://[::ffff:10.0.0.1]/x',
    'https://10.0.0.1:8443/x',
    'https://169.254.169.254/latest/meta-data',
    'https://localhost/x',
    'http://localhost:8080/x',
    'http://127.0.0.1/x',
  ])('at %s is refused, naming where it leads', async (url) => {
    await expect(targets.accept(url)).rejects.toMatchObject({ code: 'private_address', extra: { address: expect.any(String) } });
    await expect(targets.accept(url)).rejects.toThrow(
      'is not on the public internet, so nothing would be sent there. Nothing was written.',
    );
  });

  test('on the public internet is taken, and so is a name that does not resolve yet', async () => {
    expect(await targets.accept('https://93.184.216.34/x')).toBe('https://93.184.216.34/x');
    expect(await targets.accept('https://nobody.invalid/x')).toBe('https://nobody.invalid/x');
  });

  test('is looked at again when it is connected to: a name by its addresses, an address by itself', async () => {
    const found = (to: Targets) =>
      new Promise((done) => to.lookup('localhost', { all: true }, (error, addresses) => done(error ?? addresses)));
    expect(await found(targets)).toBeInstanceOf(PrivateAddress);
    expect(await found(new Targets(true))).toContainEqual(expect.objectContaining({ address: expect.any(String) }));
    expect(() => targets.check(new URL('https://[fd00::1]/'))).toThrow(PrivateAddress);
    expect(() => targets.check(new URL('https://1.1.1.1/'))).not.toThrow();
  });

  test('on this machine is taken where the server allows it', async () => {
    expect(await new Targets(true).accept('http://127.0.0.1:8080/x')).toBe('http://127.0.0.1:8080/x');
    await expect(new Targets(true).accept('http://example.com/x')).rejects.toMatchObject({ code: 'invalid_url' });
  });
});
