/**
 * One call of the page: parse what comes in, do it, parse what goes out. Every way this can end is a Result;
 * an exception becomes the problem `internal` with a reference that stands in the log beside the exception.
 */
import { z } from 'zod';
import { type CallArgument, type CallName, type CallOutput, calls } from '../shared/ipc/index.ts';
import { fail, ok, type Problem, type Result } from '../shared/result.ts';

type Handler<N extends CallName> = (input: CallArgument<N>) => Promise<Result<CallOutput<N>>> | Result<CallOutput<N>>;
/** A handler for every call; a missing one does not compile. */
export type Handlers = { readonly [N in CallName]: Handler<N> };

/** Logs a fault and answers the reference to quote. */
export type ReportFault = (where: string, fault: unknown) => string;

/** Parses the input, calls the handler, and checks the answer. Never throws: a fault is reported and becomes a problem with its reference. */
export async function dispatch(
  handlers: Handlers | Promise<Handlers>,
  name: CallName,
  input: unknown,
  report: ReportFault,
): Promise<Result<unknown>> {
  const contract: { readonly input: z.ZodType; readonly output: z.ZodType } = calls[name];
  const asked = contract.input.safeParse(input ?? undefined);
  if (!asked.success) {
    return fail({
      code: 'invalid_input',
      message: `The request ${name} was not understood, so nothing was done. ${z.prettifyError(asked.error)}`,
    });
  }
  try {
    // The schema of this very name has just parsed it.
    const handler = (await handlers)[name] as (input: unknown) => Promise<Result<unknown>> | Result<unknown>;
    const answer = await handler(asked.data);
    return answer.ok ? ok(contract.output.parse(answer.value)) : answer;
  } catch (fault) {
    const reference = report(name, fault);
    return fail({ code: 'studio_fault', message: `${faultIn(name)} Reference ${reference}.` });
  }
}

/**
 * The calls that may order, hold, charge or give back. A fault may come before, between or after what they sent, so that of these nothing is denied;
 * every other call asks nobody for credit.
 */
const moving: ReadonlySet<CallName> = new Set([
  'applying.apply',
  'applying.resume',
  'applying.cancel',
  'processing.start',
  'processing.cancel',
  'wallet.buy',
  'wallet.topUp',
  'wallet.changePlan',
  'wallet.refund',
  'wallet.setAutoTopUp',
]);

const faultIn = (name: CallName): string =>
  moving.has(name)
    ? 'Something went wrong in the studio. Whether this was carried out is not known here: what was sent goes on under its own number and is charged once at most. Look at History and Invoices, which show it as soon as it is confirmed, before you ask for it again.'
    : 'Something went wrong in the studio, so this step was not finished. It orders and charges nothing.';

/** Every call answered with the same problem: for a studio that could not be opened. */
export function answeringAll(problem: Problem): Handlers {
  const refuse = () => fail(problem);
  // One entry for each name of the contract, which is what the type asks for.
  return Object.fromEntries(Object.keys(calls).map((name) => [name, refuse])) as unknown as Handlers;
}
