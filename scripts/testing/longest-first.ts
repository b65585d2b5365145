/**
 * The order of the test files: the longest first, of whatever project, so that no core waits at the end for one long file that began
 * late. How long a file takes is known from the run before; a fresh clone starts from the list below.
 */
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { root } from '../setup/places.mjs';

/** Seconds on two cores, roughly, of the files that take longest. It need not be exact, and a file that is missing costs little. */
const KNOWN_SECONDS: Readonly<Record<string, number>> = {
  'test/integration/server/lost-database.test.ts': 70,
  'test/e2e/policies.test.ts': 50,
  'test/integration/server/locked-rows.test.ts': 45,
  'test/e2e/trouble.test.ts': 40,
  'test/e2e/main-job.test.ts': 40,
  'test/e2e/payments.test.ts': 40,
  'test/integration/server/invoice-ledger.test.ts': 40,
  'test/integration/server/traffic.test.ts': 35,
  'test/e2e/processing.test.ts': 35,
  'test/e2e/each-its-own.test.ts': 35,
  'test/e2e/preview-matches-export.test.ts': 35,
  'test/integration/wallet/whose-answer.test.ts': 30,
  'test/integration/processing/killed.test.ts': 30,
  'test/integration/applying/main-job.test.ts': 30,
  'test/integration/cli/paid-and-lost.test.ts': 25,
  'test/integration/cli/applying.test.ts': 25,
  'test/integration/cli/local.test.ts': 25,
  'test/integration/wallet/kept-invoices.test.ts': 25,
  'test/integration/applying/network.test.ts': 20,
  'test/integration/applying/kill.test.ts': 20,
  'test/integration/payments/retention.test.ts': 20,
  'test/integration/weights/fetching.test.ts': 20,
  'test/integration/cli/interrupted.test.ts': 18,
  'test/integration/cli/processing.test.ts': 15,
  'test/integration/cli/ordering.test.ts': 15,
  'test/unit/credits/worth.test.ts': 12,
  'test/simulation/arbitrage/arbitrage.test.ts': 12,
  'test/integration/payments/storm.test.ts': 10,
  'test/unit/credits/properties.test.ts': 10,
  'test/unit/credits/entitled.test.ts': 10,
  'test/unit/cli/program.test.ts': 8,
  'test/integration/darkroom/samples.test.ts': 40,
  'test/integration/darkroom/client.test.ts': 20,
};
/** For a file that neither the list nor a run before knows. */
const USUAL_SECONDS: Readonly<Record<string, number>> = { package: 35, e2e: 20, alone: 10, integration: 6, unit: 1 };

/** Starts the files that take longest first, so that none of them is left alone at the end; groups of projects keep their order. */
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
