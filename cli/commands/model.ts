/** Which network finds the subject on this machine, and the user's own in its place. */
import { resolve } from 'node:path';
import { z } from 'zod';
import type { NetworkJob } from '../../electron/darkroom/port.ts';
import { networkInUse } from '../../shared/ipc/model.ts';
import { networkFacts, networkReason, networkTitle } from '../../shared/network-sentences.ts';
import { darkroomOnFirstUse } from '../applying/darkroom.ts';
import { defineCommand } from '../command.ts';
import { CommandFailed, EXIT, usageError } from '../outcome.ts';

/** `backlot model`: shows it; with `--use FILE` takes in an ONNX file, with `--remove` goes back to Backlot's own. */
export const model = defineCommand({
  name: 'model',
  declare: (command) =>
    command
      .option('--use <file>', 'use the network in this ONNX file from now on, once it has found the car in a sample photo')
      .option('--licence <name>', 'under which licence it may be used, where the file does not say so')
      .option('--remove', 'go back to Backlot’s own network'),
  input: z.object({
    use: z.string().min(1).optional(),
    licence: z.string().min(1).max(200).optional(),
    remove: z.boolean().default(false),
  }),
  output: networkInUse,
  async run({ environment, screen }, { use, licence, remove }) {
    if (use !== undefined && remove) throw usageError('Either --use or --remove. Nothing was changed.');
    const job: NetworkJob = {
      wish: use !== undefined ? 'use' : remove ? 'leave' : 'show',
      path: use === undefined ? '' : resolve(use),
      licence: licence ?? null,
    };
    const darkroom = darkroomOnFirstUse(environment, () => undefined);
    try {
      if (use !== undefined) screen.progress('trying the network on a sample photo …');
      const answer = await darkroom.network(job);
      if (!answer.ok) throw new CommandFailed(EXIT.failed, answer.error);
      return { value: answer.value };
    } finally {
      await darkroom.close();
    }
  },
  render: (found) =>
    [
      networkTitle(found),
      ...sentences(networkReason(found)),
      ...networkFacts(found).map(([what, value]) => `  ${what}: ${value}`),
      '',
    ].join('\n'),
});

const sentences = (text: string): readonly string[] => (text === '' ? [] : [text]);
