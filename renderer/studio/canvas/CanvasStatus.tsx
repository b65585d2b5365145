import type { Recipe } from '../../../shared/edit/recipe.ts';
import type { Photo } from '../../../shared/ipc/library.ts';
import { sayOldShadow } from '../../state/editing.ts';
import { isComing, useModel } from '../../state/model.ts';
import { askPreview, type PreviewState } from '../../state/previews.ts';
import { Button } from '../../ui/controls/Button.tsx';
import { Notice, Problem, useSlow } from '../../ui/feedback/Feedback.tsx';
import { openGround } from '../ground/ground-keys.ts';
import { isAsked, QUESTION } from '../ground/ground-sentences.ts';
import styles from './CanvasPane.module.css';
import { type Composition, missingAsset } from './composing.ts';

interface CanvasStatusProps {
  photo: Photo;
  recipe: Recipe;
  state: PreviewState | undefined;
  drawn: { readonly cutout: boolean; readonly failed: boolean };
  composition: Composition;
  onRetry: () => void;
}

/** What the canvas has to say about itself, at its lower edge: being worked on, or why something is not shown. */
export function CanvasStatus(props: CanvasStatusProps) {
  const { photo, recipe, state, drawn } = props;
  const wanted = recipe.background !== null;
  const working = wanted && !drawn.cutout && state?.status !== 'failed';
  const slow = useSlow(working);
  const modelIsComing = useModel(({ model }) => isComing(model));
  const content =
    problemOf(props, modelIsComing) ??
    (slow ? <Notice>Cutting out the subject</Notice> : state?.status === 'ready' && wanted ? detailOf(photo.id, recipe, state) : null);
  return content === null ? null : <div className={styles.status}>{content}</div>;
}

function detailOf(photoId: string, { strokes }: Recipe, state: Extract<PreviewState, { status: 'ready' }>) {
  if (state.preview.subject === null)
    return <Notice level="warning">No subject was found. Keep it with the brush, or use another photo.</Notice>;
  if (state.preview.quality === 'quick') return <Notice>First cut-out. The edges are being refined.</Notice>;
  if (isAsked({ ground: state.preview.ground, looked: true, strokes })) return <WheelQuestion photoId={photoId} />;
  return null;
}

function WheelQuestion({ photoId }: { photoId: string }) {
  const actions = (
    <>
      <Button size="small" onClick={() => sayOldShadow(photoId, true)}>
        Yes
      </Button>
      <Button size="small" onClick={() => openGround('wheels')}>
        No, show them
      </Button>
      <Button size="small" kind="quiet" onClick={() => sayOldShadow(photoId, false)}>
        Leave it
      </Button>
    </>
  );
  return <Notice actions={actions}>{QUESTION}</Notice>;
}

function problemOf({ photo, recipe, state, drawn, composition, onRetry }: CanvasStatusProps, modelIsComing: boolean) {
  if (photo.state === 'unreadable' || photo.state === 'missing')
    return (
      <Problem
        problem={
          photo.problem ?? { code: photo.state === 'missing' ? 'file_missing' : 'read_failed', message: `${photo.name} cannot be shown.` }
        }
      />
    );
  if (drawn.failed)
    return (
      <Notice
        level="problem"
        actions={
          <Button size="small" onClick={onRetry}>
            Try again
          </Button>
        }
      >
        {photo.name} could not be loaded.
      </Notice>
    );
  if (photo.state === 'failed' && photo.problem !== undefined) return <Problem problem={photo.problem} />;
  const gone = missingAsset(recipe, composition);
  if (gone !== null) return <Notice level="warning">The {gone} of this photo was removed. Choose another one.</Notice>;
  if (state?.status === 'failed' && state.problem.code.startsWith('model_') && modelIsComing)
    return <Notice>The cut-out is made as soon as the model is here.</Notice>;
  if (state?.status === 'failed')
    return <Problem problem={state.problem} onRetry={() => void askPreview(photo.id, recipe.strokes, recipe.neutralGlass)} />;
  return null;
}
