/** Objects in a bucket of an S3-compatible store. */
import type { S3Client } from '@aws-sdk/client-s3';
import type { S3Settings } from './settings.ts';
import { checkedName, type ObjectStore } from './store.ts';

/** Longer than any of our objects takes on a line that is good for anything, shorter than a request is waited for. */
const CONNECT_MS = 3_000;
const ANSWER_MS = 10_000;
const TRIES = 3;

type Sdk = typeof import('@aws-sdk/client-s3');

/** The bucket that the settings name. The library is loaded here and nowhere else: a server with a folder never reads it. */
export async function openS3(settings: S3Settings): Promise<ObjectStore> {
  const sdk = await import('@aws-sdk/client-s3');
  const { endpoint, region, accessKeyId, secretAccessKey } = settings;
  const client = new sdk.S3Client({
    region,
    credentials: { accessKeyId, secretAccessKey },
    maxAttempts: TRIES,
    requestHandler: { connectionTimeout: CONNECT_MS, requestTimeout: ANSWER_MS },
    // What is stored carries its own authentication (AES-GCM); many compatible stores do not know the newer checksums.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    ...(endpoint !== null && { endpoint, forcePathStyle: true }),
  });
  return new S3Store(sdk, client, settings);
}

class S3Store implements ObjectStore {
  readonly kind = 's3';
  readonly #sdk: Sdk;
  readonly #client: S3Client;
  readonly #settings: S3Settings;

  constructor(sdk: Sdk, client: S3Client, settings: S3Settings) {
    this.#sdk = sdk;
    this.#client = client;
    this.#settings = settings;
  }

  async put(name: string, bytes: Uint8Array): Promise<void> {
    await this.#client.send(new this.#sdk.PutObjectCommand({ ...this.#placeOf(name), Body: bytes, ContentLength: bytes.length }));
  }

  async get(name: string): Promise<Uint8Array | null> {
    try {
      const { Body } = await this.#client.send(new this.#sdk.GetObjectCommand(this.#placeOf(name)));
      return Body === undefined ? null : await Body.transformToByteArray();
    } catch (error) {
      if (error instanceof this.#sdk.NoSuchKey) return null;
      throw error;
    }
  }

  async remove(name: string): Promise<void> {
    await this.#client.send(new this.#sdk.DeleteObjectCommand(this.#placeOf(name)));
  }

  close(): void {
    this.#client.destroy();
  }

  #placeOf(name: string): { readonly Bucket: string; readonly Key: string } {
    return { Bucket: this.#settings.bucket, Key: `${this.#settings.prefix}${checkedName(name)}` };
  }
}
