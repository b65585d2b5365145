/** The page a provider's page leads to: it opens the app again where one left it, and says what happened in case it does not. */
import { hash } from 'node:crypto';
import { type ReturnOutcome, type ReturnPage, returnLink } from '../../../shared/return-page.ts';

const WORDS: Readonly<Record<ReturnOutcome, readonly [title: string, text: string]>> = {
  paid: ['Thank you', 'The payment is being confirmed. What you bought appears in Backlot as soon as it is.'],
  left: ['Nothing was charged', 'You left the payment page. Nothing was charged and nothing was granted.'],
  portal: ['Back to Backlot', 'Your changes are kept by the payment provider.'],
};

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { display: grid; place-items: center; min-height: 100vh; margin: 0; background: Canvas; color: CanvasText; }
main { max-width: 26rem; padding: 2rem; text-align: center; }
h1 { font-size: 1.4rem; margin: 0 0 .5rem; }
a { display: inline-block; margin-top: 1rem; padding: .6rem 1.2rem; border: 1px solid currentColor; border-radius: .5rem; color: inherit; text-decoration: none; }
`;

/** Nothing of the request is in it: page and outcome are from fixed lists. `policy`: the content security policy to send along. */
export function returnPageHtml(page: ReturnPage, outcome: ReturnOutcome): { html: string; policy: string } {
  const [title, text] = WORDS[outcome];
  const link = returnLink(page, outcome);
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="refresh" content="0; url=${link}">
<title>${title} · Backlot</title>
<style>${STYLE}</style>
</head>
<body><main><h1>${title}</h1><p>${text}</p><a href="${link}">Open Backlot</a></main></body>
</html>
`;
  const style = hash('sha256', STYLE, 'base64');
  return { html, policy: `default-src 'none'; style-src 'sha256-${style}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'` };
}
