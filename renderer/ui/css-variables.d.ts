import 'react';

declare module 'react' {
  interface CSSProperties {
    /** Custom properties carry values from components into their stylesheets. */
    [variable: `--${string}`]: string | number | undefined;
  }
}
