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

  const bucket = { BACKLOT_S3_BUCKET: 'pictures', BACKLOT_S3_ACCESS_KEY_ID: 'id', BACKLOT_S3_SECRET_ACCESS_KEY: 'a-secret' };

  test('keeps the files of reports in its folder, or where the environment says, for as long as is told', () => {
    expect(readOptions([], {})).toMatchObject({ objects: { s3: null, folder: null }, reportDays: 30, reportBytes: 2e9, secondLook: false });
    expect(readOptions(['--report-days', '7', '--report-mb', '5', '--second-look'], { BACKLOT_OBJECTS_DIR: '/files' })).toMatchObject({
      ...{ objects: { s3: null, folder: '/files' }, reportDays: 7, reportBytes: 5e6, secondLook: true },
    });
    expect(readOptions([], { ...bucket, BACKLOT_S3_ENDPOINT: 'https://s3.example.com', BACKLOT_S3_PREFIX: 'a/' }).objects.s3).toEqual({
      ...{ bucket: 'pictures', endpoint: 'https://s3.example.com', region: 'us-east-1', prefix: 'a/' },
      ...{ accessKeyId: 'id', secretAccessKey: 'a-secret' },
    });
  });

  test.each([
    [{ ...bucket, BACKLOT_OBJECTS_DIR: '/files' }, 'two places'],
    [{ ...bucket, BACKLOT_S3_SECRET_ACCESS_KEY: '' }, 'needs BACKLOT_S3_ACCESS_KEY_ID'],
    [{ ...bucket, BACKLOT_S3_ENDPOINT: 'ftp://s3.example.com' }, 'BACKLOT_S3_ENDPOINT'],
    [{ ...bucket, BACKLOT_S3_PREFIX: 'a b' }, 'BACKLOT_S3_PREFIX'],
  ])('refuses a place for files that is none, and names no key: %j', (env, said) => {
    expect(() => readOptions([], env)).toThrow(said);
    expect(() => readOptions([], env)).not.toThrow('a-secret');
  });

  test('refuses the test clock in production only', () => {
    expect(() => readOptions(['--test-clock'], { NODE_ENV: 'production' })).toThrow('--test-clock is refused');
    expect(readOptions(['--test-clock'], { NODE_ENV: 'test' }).testClock).toBe(true);
  });
});
