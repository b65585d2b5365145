/** The wallet and the connection, as the main process last told. */
import { create } from 'zustand';
import type { Connection, WalletView } from '../../shared/ipc/wallet.ts';
import type { Problem } from '../../shared/result.ts';
import { call } from '../bridge.ts';

interface WalletState {
  readonly wallet: WalletView | null;
  readonly problem: Problem | null;
  readonly loaded: boolean;
}

/** The wallet by the copy on this machine; null: nothing is known yet. `loaded`: it was asked for. */
export const useWallet = create<WalletState>(() => ({ wallet: null, problem: null, loaded: false }));

/** How the credit server was reached last. */
export const useConnection = create<Connection>(() => ({ state: 'starting', since: new Date().toISOString(), reason: null, local: true }));

/** As the main process told. */
export function walletChanged(payload: { wallet: WalletView | null; connection: Connection }): void {
  useWallet.setState({ wallet: payload.wallet, problem: null, loaded: true });
  useConnection.setState(payload.connection, true);
}

/** Asks for it once; afterwards changes arrive as events. */
export async function loadWallet(): Promise<void> {
  const answer = await call('wallet.get', undefined);
  if (answer.ok) walletChanged(answer.value);
  else useWallet.setState({ problem: answer.error, loaded: true });
}

/** Has the server asked at once. */
export async function syncNow(): Promise<void> {
  const answer = await call('wallet.sync', undefined);
  if (answer.ok) useConnection.setState(answer.value, true);
}

/** Said where no company's server keeps the books. */
export const OWN_BOOKS = 'The studio keeps its own books on this computer.';

/** The label of a bucket, as the policy calls it. */
export const bucketLabel = (wallet: WalletView | null, bucket: string): string =>
  wallet?.buckets.find((one) => one.bucket === bucket)?.label ?? bucket;

/** What getting more is called where it is an amount of money, and where it is a pack. */
export const buyLabel = (wallet: WalletView | null): 'Top up' | 'Buy more' => (wallet?.offers.topUp === true ? 'Top up' : 'Buy more');

/** "credits" or "balance": what runs out. */
export const stockLabel = (wallet: WalletView | null): 'balance' | 'credits' =>
  wallet !== null && wallet.unit.code !== 'credit' ? 'balance' : 'credits';

/** Opens a letter to support, its subject prepared (PS-06). */
export const writeToSupport = (): void => void call('app.openLink', { link: 'support' });
