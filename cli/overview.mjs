/** The commands in one line each, in the order of the help. Plain, so that the first step can show it on any Node. */
export const commands = {
  balance: 'what can be spent now',
  wallet: 'every bucket of it, with what expires when',
  quote: 'what work would cost, from which buckets; charges nothing',
  apply: 'put a background behind photos, one credit each',
  history: 'what was charged, returned, bought and given, newest first',
  export: 'the whole history as CSV',
  packs: 'what can be bought',
  buy: 'buy a pack, or an amount where the policy sells by amount',
  generate: 'have a backdrop drawn',
  process: 'resize, crop, convert, watermark … photos: twenty steps in any order',
  report: 'report a faulty picture, free; a retoucher corrects it',
  reports: 'how reports stand; --download saves what came back corrected, free',
  invoices: 'list invoices, or save one as PDF',
  plan: 'show the plan, or change, cancel, pause and resume it',
  model: 'which network finds the subject; use your own, or go back',
  support: 'the address of support, with a prepared subject',
  complete: 'print the completion script for bash, zsh, fish or powershell',
};

/** Part of every help. */
export const exitCodes = `Exit codes: 0 done · 1 failed · 2 not understood · 3 offline or not known · 4 short of credit · 5 partly done · 6 sign-in refused · 130 interrupted`;

/** The part of the help that is about the environment. */
export const environment = `Environment:
  BACKLOT_SERVER_URL, BACKLOT_TOKEN  a company's server; without them the studio's own on this machine
  BACKLOT_DATA                       the studio's data folder
  HTTPS_PROXY, NO_PROXY              the company's proxy; NODE_EXTRA_CA_CERTS its certificate authority
  NO_COLOR                           no colours`;

/** What can be said before the dependencies are there. */
export function firstHelp() {
  const width = Math.max(...Object.keys(commands).map((name) => name.length));
  const lines = Object.entries(commands).map(([name, summary]) => `  ${name.padEnd(width)}  ${summary}`);
  return ['Usage: backlot COMMAND [options]', '', ...lines, '', exitCodes, '', environment, ''].join('\n');
}
