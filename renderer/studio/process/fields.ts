/** What the fields of one processing step are given. */
import type { Size } from '../../../shared/edit/placement.ts';
import type { Step } from '../../../shared/edit/processing/chain.ts';

/** What the fields of a step get; `stepKey` tells two steps of a kind apart. */
export interface FieldsProps<S extends Step> {
  stepKey: string;
  step: S;
  /** The size of the picture that the step meets. */
  size: Size;
  onChange: (step: Step) => void;
}
/** The step of this kind. */
export type Of<K extends Step['kind']> = Extract<Step, { kind: K }>;
