/** A screen for the studio's window: the real one, or on Linux without one a virtual one (Xvfb) for as long as it is needed. */
import { spawn } from 'node:child_process';

/** A screen that windows can be opened on. */
export interface Display {
  /** What a program needs in its environment to find the screen. */
  readonly env: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** Whether this machine shows windows by itself. Always so but on Linux. */
export const hasDisplay = (): boolean =>
  process.platform !== 'linux' || Boolean(process.env['DISPLAY']) || Boolean(process.env['WAYLAND_DISPLAY']);

/** Answers when the screen is there. `size` counts for a virtual one only. */
export async function openDisplay(size = { width: 1680, height: 1050 }): Promise<Display> {
  if (hasDisplay()) return { env: {}, close: () => Promise.resolve() };
  // Xvfb picks a free number itself and writes it to descriptor 3 when it is ready.
  const screen = `${size.width}x${size.height}x24`;
  const server = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', screen, '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const number = await new Promise<string>((resolve, reject) => {
    let text = '';
    server.stdio[3]?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes('\n')) resolve(text.trim());
    });
    server.once('error', (fault) => reject(new Error(`There is no display, and Xvfb could not be started: ${fault.message}`)));
    server.once('exit', (code) => reject(new Error(`Xvfb left with code ${code ?? 'none'} before it was ready.`)));
  });
  const gone = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  return {
    env: { DISPLAY: `:${number}` },
    async close() {
      server.kill('SIGTERM');
      await gone;
    },
  };
}
