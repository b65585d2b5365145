/**
 * dependency-cruiser reads TypeScript through the compiler's JavaScript API, which TypeScript 7 no longer has. Preloaded
 * with `node --import`, this gives it (and nobody else) the last release that does.
 */
import { registerHooks } from 'node:module';

/** @param {string} specifier @param {string | undefined} parent */
const asksForTypeScript = (specifier, parent) =>
  (specifier === 'typescript' || specifier.startsWith('typescript/')) && (parent ?? '').includes('/node_modules/dependency-cruiser/');

registerHooks({
  resolve(specifier, context, next) {
    return asksForTypeScript(specifier, context.parentURL)
      ? next(specifier.replace('typescript', 'typescript-api'), context)
      : next(specifier, context);
  },
});
