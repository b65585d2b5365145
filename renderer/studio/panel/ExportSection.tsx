import { memo, useEffect, useRef, useState } from 'react';
import { canvasSize } from '../../../shared/edit/placement.ts';
import { canBeTransparent, defaultRecipe, type ExportSettings } from '../../../shared/edit/recipe.ts';
import { largeWebpSaid } from '../../../shared/edit/webp.ts';
import { edit, endGesture } from '../../state/editing.ts';
import { useLibrary } from '../../state/library.ts';
import type { Mixed } from '../../state/mixed.ts';
import { useSelection } from '../../state/selection.ts';
import { setOpen, useLayout } from '../../state/view.ts';
import { NumberField } from '../../ui/controls/NumberField.tsx';
import { Segmented } from '../../ui/controls/Segmented.tsx';
import { Select } from '../../ui/controls/Select.tsx';
import { PanelSection, Row } from '../../ui/layout/Panel.tsx';
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

/** While it is slid: one step. */
const slide = (settings: Partial<ExportSettings>): void =>
  edit((recipe) => ({ ...recipe, export: { ...recipe.export, ...settings } }), `export ${Object.keys(settings).join()}`);
const change = (settings: Partial<ExportSettings>): void => edit((recipe) => ({ ...recipe, export: { ...recipe.export, ...settings } }));

interface ExportSectionProps {
  settings: ExportSettings;
  mixed: Mixed;
  /** The picture is transparent: a JPEG cannot hold it. */
  clear: boolean;
}

/** The panel's choice of file: format, quality, size, shape and metadata. */
export const ExportSection = memo(function ExportSection({ settings, mixed, clear }: ExportSectionProps) {
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
        <Segmented
          label="Format"
          value={mixed.has('export.format') ? null : settings.format}
          options={clear ? formats.map((one) => ({ ...one, disabled: !canBeTransparent(one.value) })) : formats}
          onChange={(next) => change({ format: next })}
        />
        <div>
          <NumberField
            label="Quality"
            min={1}
            max={100}
            step={1}
            value={settings.quality}
            initial={initial.quality}
            disabled={!lossy && !mixed.has('export.format')}
            mixed={mixed.has('export.quality')}
            onChange={(quality) => slide({ quality })}
            onDone={endGesture}
          />
          <Row label="Shape">
            <Select
              label="Shape"
              value={mixed.has('export.aspect') ? null : settings.aspect}
              options={aspects}
              onChange={(aspect) => change({ aspect })}
            />
          </Row>
          <LongEdge value={settings.longEdge} mixed={mixed.has('export.longEdge')} />
        </div>
        <Check
          label="Keep camera data and copyright"
          checked={settings.keepMetadata}
          mixed={mixed.has('export.keepMetadata')}
          onChange={(keepMetadata) => change({ keepMetadata })}
        />
        <ResultSize settings={settings} clear={clear} />
      </div>
    </PanelSection>
  );
});

function LongEdge({ value, mixed }: { value: number | null; mixed: boolean }) {
  const preset = sizes.find((size) => size.value === String(value))?.value;
  const [custom, setCustom] = useState(value !== null && preset === undefined);
  const chosen = value === null ? 'full' : custom ? 'custom' : (preset ?? 'custom');
  const choose = (next: (typeof sizes)[number]['value']) => {
    setCustom(next === 'custom');
    if (next !== 'custom') change({ longEdge: next === 'full' ? null : Number(next) });
    else if (value === null || mixed) change({ longEdge: value ?? 3000 });
  };
  return (
    <>
      <Row label="Size">
        <Select label="Size" value={mixed ? null : chosen} options={sizes} onChange={choose} />
      </Row>
      {chosen === 'custom' && value !== null && !mixed && (
        <NumberField
          label="Long edge"
          min={16}
          max={8192}
          step={1}
          value={value}
          initial={3000}
          onChange={(longEdge) => slide({ longEdge })}
          onDone={endGesture}
        />
      )}
    </>
  );
}

/** A box that is neither when the photos differ. */
function Check({
  label,
  checked,
  mixed,
  onChange,
}: {
  label: string;
  checked: boolean;
  mixed: boolean;
  onChange: (checked: boolean) => void;
}) {
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (box.current !== null) box.current.indeterminate = mixed;
  }, [mixed]);
  return (
    <label className={styles.check}>
      <input ref={box} type="checkbox" checked={checked && !mixed} onChange={(event) => onChange(event.currentTarget.checked)} />
      {label}
    </label>
  );
}

/** The finished picture's size: pixels are never invented. And what writing it takes, where that is much. */
function ResultSize({ settings, clear }: { settings: ExportSettings; clear: boolean }) {
  const active = useSelection((state) => state.active);
  const photo = useLibrary((state) => (active === null ? undefined : state.photos.get(active)));
  if (photo === undefined) return null;
  const size = canvasSize(photo, settings.aspect, settings.longEdge);
  return (
    <p className={styles.hint}>
      The finished picture is {size.width} × {size.height} px. {largeWebpSaid(settings, size, clear)}
    </p>
  );
}
