/**
 * A process of its own for the graphics processor (see gpu-room.ts): a driver that crashes ends this one, and one that never answers is ended
 * with it. Begun where the graphics processor is tried, or was found to be of use.
 */
import { parentChannel } from './channel.ts';
import { GpuRoom } from './gpu-room.ts';
import { serveDarkroom } from './serve.ts';

const channel = parentChannel();
channel.onMessage(serveDarkroom(new GpuRoom(), channel.send, () => process.exit(0)));
