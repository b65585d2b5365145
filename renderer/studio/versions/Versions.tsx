import { ExternalLink, FolderOpen, Layers } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { pictureUrl } from '../../../shared/ipc/index.ts';
import type { Photo, Version } from '../../../shared/ipc/library.ts';
import type { Problem as ProblemValue } from '../../../shared/result.ts';
import { call } from '../../bridge.ts';
import { restoreSettings, saveNow } from '../../state/editing.ts';
import { useLibrary } from '../../state/library.ts';
import { useAsked } from '../../state/use-asked.ts';
import { useWallet } from '../../state/wallet.ts';
import { Button, IconButton } from '../../ui/controls/Button.tsx';
import { Notice, Problem, Skeleton } from '../../ui/feedback/Feedback.tsx';
import { useAccountZone } from '../../ui/figures/Amount.tsx';
import { stamp } from '../../ui/figures/dates.ts';
import { Popover } from '../../ui/layout/Dialog.tsx';
import { revert } from '../revert.ts';
import { costText, recipeText, shortPath } from './describe.ts';
import styles from './Versions.module.css';

const icon = { size: 14, strokeWidth: 1.75 };

/** Every picture that was made of this photo: when, what it cost, where it lies. Going back to any of them is free. */
export function Versions({ photo }: { photo: Photo }) {
  return (
    <Popover label={`Versions of ${photo.name}`} trigger={<IconButton label="Versions" icon={<Layers size={16} strokeWidth={1.5} />} />}>
      <VersionList photo={photo} />
    </Popover>
  );
}

function VersionList({ photo }: { photo: Photo }) {
  const versions = useAsked('library.versions', { photoId: photo.id }, `${photo.currentVersionId} ${photo.revision}`);
  const [problem, setProblem] = useState<ProblemValue | null>(null);
  const busy = photo.state === 'queued' || photo.state === 'working';

  const show = async (version: Version) => {
    await saveNow();
    const answer = await call('library.showVersion', { photoId: photo.id, versionId: version.id });
    setProblem(answer.ok ? null : answer.error);
    if (answer.ok) restoreSettings(photo.id, version.recipe);
  };
  const open = async (version: Version, how: 'open' | 'reveal') => {
    const answer = await call('library.openVersion', { photoId: photo.id, versionId: version.id, how });
    setProblem(answer.ok ? null : answer.error);
  };

  return (
    <div className={styles.versions}>
      <header className={styles.head}>
        <h2 className={styles.title}>Versions</h2>
        <p className={styles.note}>
          {versions.value?.length === 0 ? 'None yet: applying makes the first.' : 'Going back to any of them is free.'}
        </p>
      </header>
      {problem !== null && (
        <Notice inline level="problem">
          {problem.message}
        </Notice>
      )}
      {versions.problem !== null && <Problem problem={versions.problem} onRetry={versions.again} />}
      {versions.value === null ? (
        versions.problem === null && <Skeleton lines={3} height={42} label="Loading the versions" />
      ) : (
        <ul className={styles.list} aria-label="Versions, newest first">
          {versions.value.map((version) => (
            <VersionRow
              key={version.id}
              version={version}
              // Edited since: the canvas shows something else, and this brings the version's own settings back.
              shown={version.id === photo.currentVersionId && !photo.editedSince}
              busy={busy}
              onShow={() => void show(version)}
              onOpen={(how) => void open(version, how)}
            />
          ))}
          <Row
            picture={pictureUrl('original', photo.id, photo.revision)}
            shown={photo.currentVersionId === null}
            title="Original"
            lines={['As it was taken; never changed']}
            label="the original"
            busy={busy}
            onShow={() => void revert([photo.id])}
          />
        </ul>
      )}
    </div>
  );
}

interface VersionRowProps {
  version: Version;
  shown: boolean;
  busy: boolean;
  onShow: () => void;
  onOpen: (how: 'open' | 'reveal') => void;
}

function VersionRow({ version, shown, busy, onShow, onOpen }: VersionRowProps) {
  const assets = useLibrary((state) => state.assets);
  const unit = useWallet((state) => state.wallet?.unit);
  const when = stamp(new Date(version.at), useAccountZone());
  const facts = [costText(version, unit), recipeText(version.recipe, assets), version.format.toUpperCase()];
  return (
    <Row
      picture={pictureUrl('version', version.id)}
      shown={shown}
      title={when}
      lines={[
        facts.filter((fact) => fact !== null).join(' · '),
        version.savedTo === null ? (
          'In the library; no copy was saved'
        ) : (
          <span key="path" title={version.savedTo}>
            {shortPath(version.savedTo)}
          </span>
        ),
      ]}
      label={`the version of ${when}`}
      busy={busy}
      onShow={onShow}
    >
      <IconButton size="small" label={`Open the file of ${when}`} icon={<ExternalLink {...icon} />} onClick={() => onOpen('open')} />
      <IconButton
        size="small"
        label={`Show the file of ${when} in its folder`}
        icon={<FolderOpen {...icon} />}
        onClick={() => onOpen('reveal')}
      />
    </Row>
  );
}

interface RowProps {
  picture: string;
  shown: boolean;
  title: string;
  lines: readonly ReactNode[];
  /** For the button's name: "Show the original". */
  label: string;
  busy: boolean;
  onShow: () => void;
  children?: ReactNode;
}

function Row({ picture, shown, title, lines, label, busy, onShow, children }: RowProps) {
  return (
    <li className={styles.row} aria-current={shown ? 'true' : undefined}>
      <img className={styles.picture} src={picture} alt="" loading="lazy" decoding="async" draggable={false} />
      <div className={styles.words}>
        <p className={styles.when}>{title}</p>
        {lines.map((line, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the lines have no identity and never move.
          <p key={index} className={styles.fact}>
            {line}
          </p>
        ))}
      </div>
      <div className={styles.actions}>
        {children}
        {shown ? (
          <span className={styles.shown}>Shown</span>
        ) : (
          <Button size="small" aria-label={`Show ${label}`} disabled={busy} onClick={onShow}>
            Show
          </Button>
        )}
      </div>
    </li>
  );
}
