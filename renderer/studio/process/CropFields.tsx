import { type CropBox, type CropShape, kept, ratioOf, shaped, typed } from '../../../shared/edit/processing/cropping.ts';
import { croppingOf, setShape, useCropping } from '../../state/cropping.ts';
import { NumberField } from '../../ui/controls/NumberField.tsx';
import { Select } from '../../ui/controls/Select.tsx';
import { Row } from '../../ui/layout/Panel.tsx';
import type { FieldsProps, Of } from './fields.ts';

const shapes: readonly { readonly value: CropShape; readonly label: string }[] = [
  { value: 'free', label: 'Free' },
  { value: 'picture', label: 'As the picture' },
  { value: '1:1', label: 'Square' },
  ...(['5:4', '4:3', '3:2', '16:9', '4:5', '3:4', '2:3', '9:16'] as const).map((value) => ({ value, label: value.replace(':', ' : ') })),
];

const fields = [
  ['left', 'Left'],
  ['top', 'Top'],
  ['width', 'Width'],
  ['height', 'Height'],
] as const;

/** The same crop in numbers. A shape that is chosen holds for the handles, too. */
export function CropFields({ stepKey, step, size: guessed, onChange }: FieldsProps<Of<'crop'>>) {
  const { shape, met } = croppingOf(useCropping(), stepKey);
  const size = met ?? guessed;
  const ratio = ratioOf(shape, size);
  const change = (box: CropBox) => onChange({ kind: 'crop', ...box });
  const limits = { left: [0, size.width - 1], top: [0, size.height - 1], width: [1, size.width], height: [1, size.height] } as const;
  const whole: CropBox = { left: 0, top: 0, ...size };
  return (
    <>
      <Row label="Shape">
        <Select
          label="Shape of the crop"
          value={shape}
          options={shapes}
          onChange={(next) => {
            setShape(stepKey, next);
            change(shaped(kept(step, size), size, ratioOf(next, size)));
          }}
        />
      </Row>
      {fields.map(([field, label]) => (
        <NumberField
          key={field}
          label={label}
          min={limits[field][0]}
          max={Math.max(limits[field][1], step[field])}
          step={1}
          initial={whole[field]}
          value={step[field]}
          onChange={(value) => change(typed(step, field, value, size, ratio))}
        />
      ))}
    </>
  );
}
