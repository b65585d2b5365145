/** Updates from a real feed on this machine: found, checked, installed on quit; refused when the checksum is wrong; silent without a feed. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { frameOf } from './pages/frame.ts';
import { makeRoom, type Room, startStudio } from './studio.ts';

/** Stands for the new program: it can be started, and ends at once. */
const program = '#!/bin/sh\nexit 0\n';
const name = 'Backlot-99.0.0.AppImage';

let room: Room;
let feed: Server;
let url = '';
let asked: string[] = [];
let sha512 = '';
let version = '99.0.0';

beforeEach(async () => {
  room = makeRoom('updates');
  asked = [];
  version = '99.0.0';
  sha512 = createHash('sha512').update(program).digest('base64');
  feed = createServer((request, answer) => {
    const path = new URL(request.url ?? '/', 'http://feed').pathname;
    asked.push(path);
    if (path === '/latest-linux.yml') {
      const file = `  - url: ${name}\n    sha512: ${sha512}\n    size: ${program.length}\n`;
      answer.end(`version: ${version}\nfiles:\n${file}path: ${name}\nsha512: ${sha512}\nreleaseDate: '2026-11-23T00:00:00.000Z'\n`);
    } else if (path === `/${name}`) answer.end(program);
    else answer.writeHead(404).end();
  });
  await new Promise<void>((resolve) => feed.listen(0, '127.0.0.1', resolve));
  const address = feed.address();
  url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/`;
});
afterEach(async () => {
  feed.closeAllConnections();
  await new Promise((resolve) => feed.close(resolve));
  room.remove();
});

/** The installed program that an update would replace. */
function installed(): string {
  const path = room.path('Backlot.AppImage');
  writeFileSync(path, 'the old program', { mode: 0o755 });
  return path;
}

const start = (env: Readonly<Record<string, string>>) => {
  mkdirSync(room.path('cache'), { recursive: true });
  // No credit server is needed here, so none is started: this address refuses.
  const server = { BACKLOT_SERVER_URL: 'http://127.0.0.1:9', BACKLOT_TOKEN: 'none' };
  return startStudio(room, { env: { ...env, ...server, XDG_CACHE_HOME: room.path('cache') } });
};
const logged = (): string => {
  const path = room.path('data', 'logs', 'backlot.log');
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
};

test('an update is downloaded without a word and installed when the user quits', async () => {
  const path = installed();
  const studio = await start({ BACKLOT_UPDATE_FEED: url, APPIMAGE: path });
  await expect.poll(logged, { timeout: 30_000 }).toContain('updater: version 99.0.0 is ready');
  expect(readFileSync(path, 'utf8')).toBe('the old program');
  expect(studio.pageErrors).toEqual([]);
  await studio.quit();
  expect(readFileSync(path, 'utf8')).toBe(program);
});

test('an update with the wrong checksum is refused, and the program stays as it is', async () => {
  sha512 = createHash('sha512').update('another file').digest('base64');
  const path = installed();
  const studio = await start({ BACKLOT_UPDATE_FEED: url, APPIMAGE: path });
  await expect.poll(logged, { timeout: 30_000 }).toContain('sha512 checksum mismatch');
  await studio.quit();
  expect(readFileSync(path, 'utf8')).toBe('the old program');
});

test('the version that is running is not downloaded again', async () => {
  version = '0.0.1';
  const studio = await start({ BACKLOT_UPDATE_FEED: url, APPIMAGE: installed() });
  await expect.poll(() => asked, { timeout: 30_000 }).toContain('/latest-linux.yml');
  await studio.quit();
  expect(asked).not.toContain(`/${name}`);
});

test('without a feed nothing is asked, and a feed that is not safe is none', async () => {
  const studio = await start({ BACKLOT_UPDATE_FEED: 'http://updates.example/' });
  await frameOf(studio.page).says('offline');
  await studio.quit();
  expect(asked).toEqual([]);
  expect(logged()).not.toContain('updater:');
});
