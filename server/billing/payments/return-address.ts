/** Addresses on this server that a provider's page leads back to, and from there by deep link into the app. */
import type { ReturnOutcome, ReturnPage } from '../../../shared/return-page.ts';

/** Where a provider’s page leads back to. Until the server listens, the configured address, or this machine. */
export class ReturnAddress {
  readonly #configured: URL | null;
  #listening: string | null = null;

  constructor(configured: URL | null) {
    this.#configured = configured;
  }

  /** Told when the server knows its port. */
  listensAt(url: string): void {
    this.#listening = url;
  }

  /** Where this server is reached, without a slash at its end. */
  base(): string {
    return (this.#configured?.href ?? this.#listening ?? 'http://127.0.0.1').replace(/\/$/, '');
  }

  to(page: ReturnPage, outcome: ReturnOutcome): string {
    return `${this.base()}/v1/return/${page}/${outcome}`;
  }
}
