import { useState } from 'react';
import type { NetworkInUse } from '../../shared/ipc/model.ts';
import { networkFacts, networkReason, networkTitle } from '../../shared/network-sentences.ts';
import type { Problem as ProblemOf, Result } from '../../shared/result.ts';
import { call } from '../bridge.ts';
import { useModel } from '../state/model.ts';
import { useAsked } from '../state/use-asked.ts';
import { Button } from '../ui/controls/Button.tsx';
import { Problem } from '../ui/feedback/Feedback.tsx';
import { PageSection } from '../ui/layout/Page.tsx';
import { Setting } from './Setting.tsx';
import styles from './SettingsPage.module.css';

type Busy = 'trying' | 'leaving' | null;

/** Which network finds the subject, and the user's own in its place. */
export function Network() {
  const [busy, setBusy] = useState<Busy>(null);
  const [licence, setLicence] = useState('');
  const [problem, setProblem] = useState<ProblemOf | null>(null);
  const asked = useAsked(
    'model.network',
    undefined,
    useModel((state) => state.own?.sha256 ?? ''),
  );
  const change = async (what: Exclude<Busy, null>, work: () => Promise<Result<NetworkInUse | null>>) => {
    setBusy(what);
    setProblem(null);
    const answer = await work();
    setBusy(null);
    if (!answer.ok) return setProblem(answer.error);
    if (answer.value === null) return;
    // It was that network's: the next one has its own.
    setLicence('');
    asked.again();
  };
  const choose = () => change('trying', () => call('model.useOwn', { licence: licence.trim() === '' ? null : licence.trim() }));
  const leave = () => change('leaving', () => call('model.leaveOwn', undefined));
  const found = asked.value;
  return (
    <PageSection title="Finding the subject">
      {asked.problem !== null && <Problem problem={asked.problem} onRetry={asked.again} />}
      {problem !== null && <Problem problem={problem} />}
      {found !== null && (
        <Setting label="Network in use" hint={networkReason(found)}>
          <p>{networkTitle(found)}</p>
          {found.kind === 'own' && <Facts found={found} />}
        </Setting>
      )}
      {found?.kind === 'own' && (
        <Setting label="Backlot’s own" hint="Photos are cut out anew with it. Your strokes stay, and finished pictures stay as they are.">
          <Button size="small" disabled={busy !== null} onClick={() => void leave()}>
            Remove your network
          </Button>
        </Setting>
      )}
      <Setting
        label={found?.kind === 'own' ? 'Another network' : 'Your own network'}
        hint="An ONNX file of ISNet, U2-Net, BiRefNet or InSPyReNet. It is tried on a sample photo first. Photos are then cut out anew with it; your strokes stay."
      >
        <div className={styles.address}>
          <input
            aria-label="Licence of the network"
            className={styles.input}
            placeholder="Its licence, if the file does not say"
            maxLength={200}
            spellCheck={false}
            value={licence}
            onChange={(event) => setLicence(event.currentTarget.value)}
          />
          <Button size="small" disabled={busy !== null} onClick={() => void choose()}>
            {busy === 'trying' ? 'Trying it…' : 'Choose file'}
          </Button>
        </div>
      </Setting>
    </PageSection>
  );
}

function Facts({ found }: { found: NetworkInUse }) {
  return (
    <dl className={styles.facts}>
      {networkFacts(found).map(([what, value]) => (
        <div key={what}>
          <dt>{what}</dt>
          <dd data-selectable>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
