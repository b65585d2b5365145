/** Reading a provider's keys and addresses from the environment. What is thrown is the sentence to show, and never holds a value. */

/** As `process.env` is: undefined is not set. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A key and the secret of its webhooks; null: neither is set. One without the other is a fault at start, not a payment that is never heard of. */
export function readKeys(env: Environment, keyName: string, secretName: string): { key: string; webhookSecret: string } | null {
  const [key, webhookSecret] = [env[keyName]?.trim(), env[secretName]?.trim()];
  if (!key && !webhookSecret) return null;
  if (!key) throw new Error(`${secretName} is set and ${keyName} is not. The server was not started.`);
  if (!webhookSecret)
    throw new Error(`${keyName} is set and ${secretName} is not: payments could not be heard of. The server was not started.`);
  return { key, webhookSecret };
}

/** null: not set. */
export function readAddress(env: Environment, name: string): URL | null {
  const text = env[name]?.trim();
  if (!text) return null;
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:')
    throw new Error(`${name} is not an address that begins with https://. The server was not started.`);
  return url;
}
