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

export const useWallet = create<WalletState>(() => ({ wallet: null, problem: null, loaded: false }));

export const useConnection = create<Connection>(() => ({ state: 'starting', since: new Date().toISOString(), reason: null, local: true }));

export function walletChanged(payload: { wallet: WalletView | null; connection: Connection }): void {
  useWallet.setState({ wallet: payload.wallet, problem: null, loaded: true });
  useConnection.setState(payload.connection, true);
}

export async function loadWallet(): Promise<void> {
  const answer = await call('wallet.get', undefined);
  if (answer.ok) walletChanged(answer.value);
  else useWallet.setState({ problem: answer.error, loaded: true });
}

export async function syncNow(): Promise<void> {
  const answer = await call('wallet.sync', undefined);
  if (answer.ok) useConnection.setState(answer.value, true);
}

/** The label of a bucket, as the policy calls it. */
export const bucketLabel = (wallet: WalletView | null, bucket: string): string =>
  wallet?.buckets.find((one) => one.bucket === bucket)?.label ?? bucket;

/** What getting more is called where it is an amount of money, and where it is a pack. */
export const buyWord = (wallet: WalletView | null): 'Top up' | 'Buy more' => (wallet?.offers.topUp === true ? 'Top up' : 'Buy more');

/** "credits" or "balance": what runs out. */
export const stockWord = (wallet: WalletView | null): 'balance' | 'credits' =>
  wallet !== null && wallet.unit.code !== 'credit' ? 'balance' : 'credits';

/** Opens a letter to support, its subject prepared (PS-06). */
export const writeToSupport = (): void => void call('app.openLink', { link: 'support' });
