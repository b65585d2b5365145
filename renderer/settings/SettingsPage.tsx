import { call } from '../bridge.ts';
import { changeSettings, settingsChanged, useSettings } from '../state/settings.ts';
import { useAsked } from '../state/use-asked.ts';
import { OWN_BOOKS, useConnection, useWallet } from '../state/wallet.ts';
import { Button } from '../ui/controls/Button.tsx';
import { NumberField } from '../ui/controls/NumberField.tsx';
import { Segmented } from '../ui/controls/Segmented.tsx';
import { Problem } from '../ui/feedback/Feedback.tsx';
import { Page, PageSection } from '../ui/layout/Page.tsx';
import { Network } from './Network.tsx';
import { ServerAddress } from './ServerAddress.tsx';
import { Setting } from './Setting.tsx';
import styles from './SettingsPage.module.css';

const themes = [
  { value: 'system', label: 'System' },
  { value: 'dark', label: 'Dark' },
  { value: 'light', label: 'Light' },
  { value: 'contrast', label: 'High contrast' },
] as const;

const MID_GREY = 96;

/** How the studio looks, where finished pictures go, which server it asks, and what it is. */
export function SettingsPage() {
  const problem = useSettings((state) => state.problem);
  return (
    <Page title="Settings">
      {problem !== null && <Problem problem={problem} />}
      <Appearance />
      <FinishedPictures />
      <Preparing />
      <Network />
      <CreditServer />
      <About />
    </Page>
  );
}

function Appearance() {
  const settings = useSettings((state) => state.settings);
  return (
    <PageSection title="Appearance">
      <Setting label="Theme">
        <Segmented
          label="Theme"
          wide={false}
          value={settings.theme}
          options={themes}
          onChange={(theme) => void changeSettings({ theme })}
        />
      </Setting>
      <Setting label="Canvas surround" hint="A neutral grey around the photo, so that its colours can be judged.">
        <div className={styles.surround}>
          <NumberField
            label="Grey"
            min={0}
            max={255}
            step={1}
            value={settings.surround}
            initial={MID_GREY}
            onChange={(surround) => useSettings.setState({ settings: { ...settings, surround } })}
            onDone={() => void changeSettings({ surround: useSettings.getState().settings.surround })}
          />
          <span
            className={styles.sample}
            style={{ background: `rgb(${settings.surround} ${settings.surround} ${settings.surround})` }}
            aria-hidden="true"
          />
        </div>
      </Setting>
    </PageSection>
  );
}

function FinishedPictures() {
  const outputFolder = useSettings((state) => state.settings.outputFolder);
  const chooseFolder = async () => {
    const answer = await call('settings.chooseOutputFolder', undefined);
    if (answer.ok) settingsChanged(answer.value);
    else useSettings.setState({ problem: answer.error });
  };
  return (
    <PageSection title="Finished pictures">
      <Setting label="Folder" hint="A copy of each finished picture is put here. Originals are never touched.">
        <div className={styles.folder}>
          <span className={styles.path} data-selectable>
            {outputFolder === '' ? 'Not chosen yet' : outputFolder}
          </span>
          <Button size="small" onClick={() => void chooseFolder()}>
            Choose
          </Button>
        </div>
      </Setting>
    </PageSection>
  );
}

const supplies = [
  { value: 'mains', label: 'On mains power only' },
  { value: 'battery', label: 'On battery, too' },
] as const;

function Preparing() {
  const onBattery = useSettings((state) => state.settings.prefetchOnBattery === true);
  return (
    <PageSection title="Preparing photos">
      <Setting
        label="While nothing else is to do"
        hint="Photos that were imported are cut out before you ask for it, so that applying them takes less time."
      >
        <Segmented
          label="Prepare photos"
          wide={false}
          value={onBattery ? 'battery' : 'mains'}
          options={supplies}
          onChange={(supply) => void changeSettings({ prefetchOnBattery: supply === 'battery' })}
        />
      </Setting>
    </PageSection>
  );
}

function CreditServer() {
  const serverUrl = useSettings((state) => state.settings.serverUrl);
  const connection = useConnection();
  const account = useWallet((state) => state.wallet?.accountId ?? null);
  return (
    <PageSection title="Credit server">
      <Setting label="Address" hint={connection.local ? OWN_BOOKS : `The books are kept by this server. Connection: ${connection.state}.`}>
        <ServerAddress address={serverUrl} local={connection.local} />
      </Setting>
      {account !== null && (
        <Setting label="Account">
          <span className={styles.path} data-selectable>
            {account}
          </span>
        </Setting>
      )}
    </PageSection>
  );
}

function About() {
  const info = useAsked('app.info', undefined, 0);
  return (
    <PageSection title="About">
      {info.problem !== null && <Problem problem={info.problem} onRetry={info.again} />}
      {info.value !== null && (
        <>
          <Setting label="Version">
            Backlot {info.value.version} <span className={styles.quiet}>· Electron {info.value.electron}</span>
          </Setting>
          <Setting label="Data folder" hint="The library, the copy of the ledger and the finished pictures.">
            <span className={styles.path} data-selectable>
              {info.value.dataFolder}
            </span>
          </Setting>
        </>
      )}
      <div className={styles.links}>
        <Button kind="quiet" size="small" onClick={() => void call('app.openLink', { link: 'support' })}>
          Support
        </Button>
        <Button kind="quiet" size="small" onClick={() => void call('app.openLink', { link: 'licences' })}>
          Licences
        </Button>
      </div>
    </PageSection>
  );
}
