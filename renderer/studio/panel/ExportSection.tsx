import { memo, useState } from 'react';
import { canvasSize } from '../../../shared/edit/placement.ts';
import { defaultRecipe, type ExportSettings } from '../../../shared/edit/recipe.ts';
import { edit, endGesture } from '../../state/editing.ts';
import { useLibrary } from '../../state/library.ts';
import { useSelection } from '../../state/selection.ts';
import { setOpen, useLayout } from '../../state/view.ts';
import { NumberField } from '../../ui/NumberField.tsx';
import { PanelSection, Row } from '../../ui/Panel.tsx';
import { Segmented } from '../../ui/Segmented.tsx';
import { Select } from '../../ui/Select.tsx';
import styles from './EditPanel.module.css';

const initial = defaultRecipe.export;
const formats: readonly { value: ExportSettings['format']; label: string }[] = [
  { value: 'jpeg', label: 'JPEG' },
  { value: 'png', label: 'PNG' },
  { value: 'webp', label: 'WebP' },
  { value: 'tiff', label: 'TIFF' },
];
const aspects: readonly { value: ExportSettings['aspect']; label: string }[] = [
  { value: 'original', label: 'As the photo' },
  { value: '1:1', label: '1 : 1' },
  { value: '4:3', label: '4 : 3' },
  { value: '3:2', label: '3 : 2' },
  { value: '16:9', label: '16 : 9' },
];
const sizes = [
  { value: 'full', label: 'Full resolution' },
  { value: '4096', label: '4096 px' },
  { value: '2560', label: '2560 px' },
  { value: '1920', label: '1920 px' },
  { value: '1280', label: '1280 px' },
  { value: 'custom', label: 'Other size' },
] as const;

function change(settings: Partial<ExportSettings>, done = true): void {
  edit((recipe) => ({ ...recipe, export: { ...recipe.export, ...settings } }), `export ${Object.keys(settings).join()}`);
  if (done) endGesture();
}

export const ExportSection = memo(function ExportSection({ settings }: { settings: ExportSettings }) {
  const open = useLayout((state) => state.open.export);
  const lossy = settings.format === 'jpeg' || settings.format === 'webp';
  const format = formats.find((one) => one.value === settings.format)?.label ?? '';
  return (
    <PanelSection
      title="Export"
      summary={`${format}${lossy ? ` ${settings.quality}` : ''}${settings.longEdge === null ? '' : ` · ${settings.longEdge} px`}`}
      open={open}
      onOpenChange={(next) => setOpen('export', next)}
      onReset={() => change(initial)}
    >
      <div className={styles.stack}>
        <Segmented label="Format" value={settings.format} options={formats} onChange={(next) => change({ format: next })} />
        <div>
          <NumberField
            label="Quality"
            min={1}
            max={100}
            step={1}
            value={settings.quality}
            initial={initial.quality}
            disabled={!lossy}
            onChange={(quality, done) => change({ quality }, done)}
          />
          <Row label="Shape">
            <Select label="Shape" value={settings.aspect} options={aspects} onChange={(aspect) => change({ aspect })} />
          </Row>
          <LongEdge value={settings.longEdge} />
        </div>
        <label className={styles.check}>
          <input
            type="checkbox"
            checked={settings.keepMetadata}
            onChange={(event) => change({ keepMetadata: event.currentTarget.checked })}
          />
          Keep camera data and copyright
        </label>
        <ResultSize settings={settings} />
      </div>
    </PanelSection>
  );
});

function LongEdge({ value }: { value: number | null }) {
  const preset = sizes.find((size) => size.value === String(value))?.value;
  const [custom, setCustom] = useState(value !== null && preset === undefined);
  const chosen = value === null ? 'full' : custom ? 'custom' : (preset ?? 'custom');
  const choose = (next: (typeof sizes)[number]['value']) => {
    setCustom(next === 'custom');
    if (next !== 'custom') change({ longEdge: next === 'full' ? null : Number(next) });
    else if (value === null) change({ longEdge: 3000 });
  };
  return (
    <>
      <Row label="Size">
        <Select label="Size" value={chosen} options={sizes} onChange={choose} />
      </Row>
      {chosen === 'custom' && value !== null && (
        <NumberField
          label="Long edge"
          min={16}
          max={8192}
          step={1}
          value={value}
          initial={3000}
          onChange={(longEdge, done) => change({ longEdge }, done)}
        />
      )}
    </>
  );
}

/** The finished picture's size: pixels are never invented. */
function ResultSize({ settings }: { settings: ExportSettings }) {
  const active = useSelection((state) => state.active);
  const photo = useLibrary((state) => (active === null ? undefined : state.photos.get(active)));
  if (photo === undefined) return null;
  const { width, height } = canvasSize(photo, settings.aspect, settings.longEdge);
  return (
    <p className={styles.hint}>
      The finished picture is {width} × {height} px.
    </p>
  );
}
