import { cp } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/** pdf.js reads fonts, character maps and decoders at run time; they ship with the page so that nothing is fetched from elsewhere. */
function pdfAssets(): Plugin {
  const from = (name: string) => fileURLToPath(new URL(`../../node_modules/pdfjs-dist/${name}`, import.meta.url));
  return {
    name: 'pdf-assets',
    apply: 'build',
    async writeBundle({ dir }) {
      for (const name of ['cmaps', 'standard_fonts', 'wasm', 'iccs']) await cp(from(name), `${dir}/pdfjs/${name}`, { recursive: true });
    },
  };
}

export default defineConfig({
  plugins: [react(), pdfAssets()],
  resolve: { conditions: ['@voiceassist/source', 'module', 'browser', 'development|production'] },
  build: { target: 'es2023', sourcemap: true, chunkSizeWarningLimit: 900 },
  server: { proxy: { '/api': { target: 'http://localhost:8080', ws: true } } },
});
