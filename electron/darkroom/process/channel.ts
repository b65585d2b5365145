/** The way back to whoever started this process: Electron's port of a utility process, or Node's channel of a forked one. */
import type { Reply } from './protocol.ts';

interface ParentChannel {
  send(reply: Reply): void;
  onMessage(listener: (message: unknown) => void): void;
}

/**
 * Under Node, the terminal sends an interrupt to every process of its group: what to finish and what to leave is then decided by the
 * parent, which says so over the channel; a parent that is gone ends this process.
 */
export function parentChannel(): ParentChannel {
  // Electron's types have it always; under Node it is not there.
  const port = process.parentPort as typeof process.parentPort | undefined;
  if (port !== undefined && port !== null)
    return { send: (reply) => port.postMessage(reply), onMessage: (listener) => void port.on('message', ({ data }) => listener(data)) };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
  process.on('disconnect', () => process.exit(0));
  return { send: (reply) => void process.send?.(reply), onMessage: (listener) => void process.on('message', listener) };
}
