/** Paddle as one of the providers. Its SDK is loaded only where there is a key. */
import type { ProviderModule } from '../provider.ts';
import { readPaddle } from './settings.ts';

/** Paddle: merchant of record, which adds the tax and writes the invoice. */
export const paddle: ProviderModule = {
  merchantOfRecord: true,
  usage: `  PADDLE_API_KEY, PADDLE_WEBHOOK_SECRET           through Paddle as merchant of record
  PADDLE_ENVIRONMENT (production or sandbox), PADDLE_HOSTED_CHECKOUT, PADDLE_API_BASE`,
  read(env) {
    const settings = readPaddle(env);
    return (
      settings &&
      (async () => {
        const { PaddleProvider } = await import('./paddle.ts');
        return new PaddleProvider(settings);
      })
    );
  },
};
