/**
 * The order of the test files: the longest first, of whatever project, so that no core waits at the end for one long file that began
 * late. How long a file takes is known from the run before; a fresh clone starts from the list below.
 */
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { root } from '../setup/places.mjs';

/** Seconds on two cores, roughly, of the files that take longest. It need not be exact, and a file that is missing costs little. */
const KNOWN_SECONDS: Readonly<Record<string, number>> = {};
/** For a file that neither the list nor a run before knows. */
const USUAL_SECONDS: Readonly<Record<string, number>> = { package: 35, e2e: 20, darkroom: 10, integration: 6, unit: 1 };

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const inGroups = (a: TestSpecification, b: TestSpecification): number =>
      a.project.config.sequence.groupOrder - b.project.config.sequence.groupOrder;
    return files.toSorted((a, b) => inGroups(a, b) || this.#seconds(b) - this.#seconds(a) || a.moduleId.localeCompare(b.moduleId));
  }

  #seconds(file: TestSpecification): number {
    const before = this.ctx.cache.getTestSpecificationResult(file);
    if (before && before.duration > 0) return before.duration / 1000;
    return KNOWN_SECONDS[file.moduleId.slice(root.length + 1)] ?? USUAL_SECONDS[file.project.name] ?? 1;
  }
}
