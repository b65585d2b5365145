import { useState } from 'react';
import { fileFormat, type Step } from '../../../shared/edit/processing/chain.ts';
import { formatLabels } from '../../../shared/edit/processing/sentences.ts';
import { useLibrary } from '../../state/library.ts';
import { NumberField } from '../../ui/controls/NumberField.tsx';
import { Segmented } from '../../ui/controls/Segmented.tsx';
import { Select } from '../../ui/controls/Select.tsx';
import { Row } from '../../ui/layout/Panel.tsx';
import { AnchorGrid } from '../panel/AnchorGrid.tsx';
import { ColourField } from '../panel/ColourField.tsx';
import panel from '../panel/EditPanel.module.css';
import { CropFields } from './CropFields.tsx';
import type { FieldsProps, Of } from './fields.ts';

/** What can be set on a step; nothing for those that only do one thing. */
export function StepFields({ stepKey, step, size, onChange }: FieldsProps<Step>) {
  const common = { stepKey, size, onChange };
  switch (step.kind) {
    case 'resize':
      return <ResizeFields step={step} {...common} />;
    case 'fit':
    case 'fill':
    case 'smart-crop':
      return <FrameFields step={step} {...common} />;
    case 'crop':
      return <CropFields step={step} {...common} />;
    case 'extend':
      return <ExtendFields step={step} {...common} />;
    case 'rotate':
      return <RotateFields step={step} {...common} />;
    case 'brightness':
    case 'contrast':
    case 'saturation':
      return <ToneField step={step} {...common} />;
    case 'sharpen':
      return (
        <>
          <Plain label="Amount" unit="%" max={100} initial={40} value={step.amount} onChange={(amount) => onChange({ ...step, amount })} />
          <Radius max={10} initial={1} value={step.radius} onChange={(radius) => onChange({ ...step, radius })} />
        </>
      );
    case 'blur':
      return <Radius max={200} initial={4} value={step.radius} onChange={(radius) => onChange({ ...step, radius })} />;
    case 'trim':
      return (
        <Plain label="Tolerance" max={255} initial={10} value={step.threshold} onChange={(threshold) => onChange({ ...step, threshold })} />
      );
    case 'watermark':
      return <WatermarkFields step={step} {...common} />;
    case 'convert':
      return (
        <Segmented
          label="File format"
          value={step.format}
          options={fileFormat.options.map((value) => ({ value, label: formatLabels[value] }))}
          onChange={(format) => onChange({ ...step, format })}
        />
      );
    case 'compress':
      return (
        <Plain label="Quality" min={1} max={100} initial={80} value={step.quality} onChange={(quality) => onChange({ ...step, quality })} />
      );
    case 'flip':
    case 'mirror':
    case 'grayscale':
    case 'strip-metadata':
      return null;
  }
}

function RotateFields({ step, onChange }: FieldsProps<Extract<Step, { kind: 'rotate' }>>) {
  return (
    <>
      <Angle label="Angle" value={step.angle} onChange={(angle) => onChange({ ...step, angle })} />
      <Row label="Corners">
        <ColourField label="Corners" value={step.colour} initial="#ffffff" onChange={(colour) => onChange({ ...step, colour })} />
      </Row>
    </>
  );
}

function ToneField({ step, onChange }: FieldsProps<Extract<Step, { kind: 'brightness' | 'contrast' | 'saturation' }>>) {
  return (
    <NumberField
      label="Amount"
      unit="%"
      min={-100}
      max={100}
      step={1}
      origin={0}
      initial={0}
      value={step.amount}
      onChange={(amount) => onChange({ ...step, amount })}
    />
  );
}

/** Kinds without settings: their row does not open. */
export const hasFields = ({ kind }: Step): boolean => !['flip', 'mirror', 'grayscale', 'strip-metadata'].includes(kind);

const sides = [
  { value: 'width', label: 'Width' },
  { value: 'height', label: 'Height' },
  { value: 'both', label: 'Both' },
] as const;

function ResizeFields({ step, size, onChange }: FieldsProps<Of<'resize'>>) {
  const by = step.width === null ? 'height' : step.height === null ? 'width' : 'both';
  const width = step.width ?? size.width;
  const height = step.height ?? size.height;
  return (
    <>
      <Segmented
        label="Resize by"
        value={by}
        options={sides}
        onChange={(next) => onChange({ ...step, width: next === 'height' ? null : width, height: next === 'width' ? null : height })}
      />
      {step.width !== null && (
        <Pixels label="Width" value={step.width} initial={size.width} onChange={(next) => onChange({ ...step, width: next })} />
      )}
      {step.height !== null && (
        <Pixels label="Height" value={step.height} initial={size.height} onChange={(next) => onChange({ ...step, height: next })} />
      )}
    </>
  );
}

function FrameFields({ step, onChange }: FieldsProps<Of<'fit' | 'fill' | 'smart-crop'>>) {
  return (
    <>
      <Pixels label="Width" value={step.width} initial={1080} onChange={(width) => onChange({ ...step, width })} />
      <Pixels label="Height" value={step.height} initial={1080} onChange={(height) => onChange({ ...step, height })} />
      {step.kind === 'fit' && (
        <label className={panel.check}>
          <input type="checkbox" checked={step.enlarge} onChange={(event) => onChange({ ...step, enlarge: event.currentTarget.checked })} />
          Enlarge small pictures
        </label>
      )}
      {step.kind === 'fill' && (
        <Row label="Keep">
          <AnchorGrid label="Part to keep" value={step.anchor} onChange={(anchor) => onChange({ ...step, anchor })} />
        </Row>
      )}
    </>
  );
}

const borders = [
  { value: 'same', label: 'All round' },
  { value: 'each', label: 'Each side' },
] as const;

function ExtendFields({ step, size, onChange }: FieldsProps<Of<'extend'>>) {
  const { top, right, bottom, left } = step;
  const even = top === right && right === bottom && bottom === left;
  const [each, setEach] = useState(!even);
  const widest = Math.min(10_000, Math.max(size.width, size.height));
  const border = (side: 'top' | 'right' | 'bottom' | 'left', label: string) => (
    <Pixels label={label} min={0} max={widest} value={step[side]} initial={0} onChange={(next) => onChange({ ...step, [side]: next })} />
  );
  const all = (width: number) => onChange({ ...step, top: width, right: width, bottom: width, left: width });
  const choose = (next: 'same' | 'each') => {
    setEach(next === 'each');
    if (next === 'same') all(Math.max(top, right, bottom, left));
  };
  return (
    <>
      <Segmented label="Borders" value={each ? 'each' : 'same'} options={borders} onChange={choose} />
      {each ? (
        <>
          {border('top', 'Top')}
          {border('right', 'Right')}
          {border('bottom', 'Bottom')}
          {border('left', 'Left')}
        </>
      ) : (
        <Pixels label="Border" min={0} max={widest} value={top} initial={0} onChange={all} />
      )}
      <Row label="Colour">
        <ColourField label="Canvas" value={step.colour} initial="#ffffff" onChange={(colour) => onChange({ ...step, colour })} />
      </Row>
    </>
  );
}

function WatermarkFields({ step, onChange }: FieldsProps<Of<'watermark'>>) {
  const logos = useLibrary((state) => state.assets).filter((asset) => asset.kind === 'logo');
  const options = logos.map(({ id, name }) => ({ value: id, label: name }));
  const known = logos.some(({ id }) => id === step.fileId);
  return (
    <>
      <Row label="Picture">
        <Select
          label="Watermark picture"
          value={step.fileId}
          options={known ? options : [{ value: step.fileId, label: 'Removed' }, ...options]}
          onChange={(fileId) => onChange({ ...step, fileId })}
        />
      </Row>
      <Row label="Position">
        <AnchorGrid label="Position of the watermark" value={step.anchor} onChange={(anchor) => onChange({ ...step, anchor })} />
      </Row>
      <Share label="Size" min={0.02} max={1} initial={0.16} value={step.size} onChange={(size) => onChange({ ...step, size })} />
      <Share label="Margin" min={0} max={0.25} initial={0.04} value={step.margin} onChange={(margin) => onChange({ ...step, margin })} />
      <Share label="Opacity" min={0} max={1} initial={0.8} value={step.opacity} onChange={(opacity) => onChange({ ...step, opacity })} />
    </>
  );
}

interface NumberProps {
  label: string;
  value: number;
  initial: number;
  min?: number;
  max?: number;
  unit?: string;
  onChange: (value: number) => void;
}

const Plain = ({ min = 0, max = 100, onChange, ...rest }: NumberProps) => (
  <NumberField min={min} max={max} step={1} onChange={(value) => onChange(value)} {...rest} />
);
const Pixels = ({ min = 1, max = 8192, onChange, ...rest }: NumberProps) => (
  <NumberField min={min} max={Math.max(max, rest.value)} step={1} onChange={(value) => onChange(value)} {...rest} />
);
const Share = ({ min = 0, max = 1, onChange, ...rest }: NumberProps) => (
  <NumberField unit="%" scale={100} min={min} max={max} step={0.01} onChange={(value) => onChange(value)} {...rest} />
);
const Angle = ({ onChange, ...rest }: Pick<NumberProps, 'label' | 'value' | 'onChange'>) => (
  <NumberField unit="°" min={-180} max={180} step={1} origin={0} initial={0} onChange={(value) => onChange(value)} {...rest} />
);
const Radius = ({ max, onChange, ...rest }: Omit<NumberProps, 'label'> & { max: number }) => (
  <NumberField label="Radius" min={0.3} max={max} step={0.1} onChange={(value) => onChange(value)} {...rest} />
);
