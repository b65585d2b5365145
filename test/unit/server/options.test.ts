/** The server's command line. */
import { describe, expect, test } from 'vitest';
import { readOptions } from '../../../server/options.ts';

describe('readOptions', () => {
  test('reads what the contract names', () => {
    const options = readOptions(['--port', '4010', '--data', '/srv/backlot', '--policy', 'pay-as-you-go', '--test-clock'], {});
    expect(options).toMatchObject({
      port: 4010,
      dataFolder: '/srv/backlot',
      policy: 'pay-as-you-go',
      testClock: true,
      launch: null,
      host: '127.0.0.1',
    });
  });

  test('takes DATABASE_URL from the environment and an empty one for none', () => {
    expect(readOptions([], { DATABASE_URL: 'postgres://db/x' }).databaseUrl).toBe('postgres://db/x');
    expect(readOptions([], { DATABASE_URL: '' }).databaseUrl).toBeUndefined();
  });

  test('reads the launch as an instant', () => {
    expect(readOptions(['--launch', '2026-01-15T00:00:00Z'], {}).launch).toBe(Date.UTC(2026, 0, 15));
  });

  test.each([
    [['--port', '65536'], '--port 65536'],
    [['--port=-1'], '--port -1'],
    [['--port', 'http'], '--port http'],
    [['--rate-limit', '0'], '--rate-limit 0'],
    [['--launch', '1969-12-31T00:00:00Z'], '--launch 1969-12-31'],
    [['--failure-limit', '0'], '--failure-limit 0'],
    [['--trust-proxy', '0'], '--trust-proxy 0'],
    [['--trust-proxy', 'all'], 'all” is no address'],
    [['--trust-proxy', '10.0.0.0/8, 10.0.0.0/33'], '10.0.0.0/33” is no address'],
    [['--trust-proxy', 'proxy.example'], 'proxy.example” is no address'],
    [['--support-cap', '100'], '--support-cap 100'],
    [['--owner-cap', '100/10'], '--owner-cap 100/10'],
    [['--unknown'], '--unknown'],
  ])('refuses %j', (args, words) => {
    expect(() => readOptions(args, {})).toThrow(words);
  });

  test.each([
    [[], false],
    [['--trust-proxy', 'none'], false],
    [['--trust-proxy', '2'], 2],
    [
      ['--trust-proxy', '10.0.0.0/8, ::1'],
      ['10.0.0.0/8', '::1'],
    ],
  ])('believes nobody about where a request came from, unless told whom: %j', (args, whom) => {
    expect(readOptions(args, {}).trustProxy).toEqual(whom);
  });

  test.each([
    [[], 300],
    [['--rate-limit', '5000'], 50],
    [['--rate-limit', '30'], 10],
    [['--rate-limit', '1000000'], 300],
    [['--rate-limit', '30', '--failure-limit', '4'], 4],
  ])('bears far fewer failures than requests: %j', (args, failures) => {
    expect(readOptions(args, {}).failureLimit).toBe(failures);
  });

  test('keeps events for half a year, or as long as is said, and never less than a month', () => {
    expect(readOptions([], {}).retentionDays).toBe(180);
    expect(readOptions([], { BACKLOT_RETENTION_DAYS: '400' }).retentionDays).toBe(400);
    for (const wrong of ['29', '0', 'never', '1.5'])
      expect(() => readOptions([], { BACKLOT_RETENTION_DAYS: wrong })).toThrow(`BACKLOT_RETENTION_DAYS ${wrong}`);
  });

  test('refuses the test clock in production only', () => {
    expect(() => readOptions(['--test-clock'], { NODE_ENV: 'production' })).toThrow('--test-clock is refused');
    expect(readOptions(['--test-clock'], { NODE_ENV: 'test' }).testClock).toBe(true);
  });
});
