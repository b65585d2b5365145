import { useLibrary } from '../state/library.ts';
import { Button } from '../ui/controls/Button.tsx';
import { count } from '../ui/figures/amounts.ts';
import { Dialog } from '../ui/layout/Dialog.tsx';
import { keepPhotos, removePhotos, useRemoval } from './removal.ts';

/** Asks before photos are taken out of the library; says what stays. */
export function RemovalDialog() {
  const photoIds = useRemoval((state) => state.photoIds);
  const first = useLibrary((state) => state.photos.get(photoIds[0] ?? '')?.name);
  if (photoIds.length === 0) return null;
  const what = photoIds.length === 1 ? (first ?? '1 photo') : count(photoIds.length, 'photo');
  return (
    <Dialog
      open
      onClose={keepPhotos}
      title={`Remove ${what} from the library?`}
      description="The original files and finished copies stay where they are. History keeps what was charged."
      actions={
        <>
          <Button onClick={keepPhotos}>Keep</Button>
          <Button kind="danger" onClick={() => void removePhotos()}>
            Remove
          </Button>
        </>
      }
    />
  );
}
