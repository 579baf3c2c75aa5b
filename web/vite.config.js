// SPDX-License-Identifier: MIT
// Development: `npm run dev` serves the page and passes /api on to a running daemon (PACKWIRE=http://127.0.0.1:8485).
import {defineConfig} from 'vitest/config';

const daemon = process.env['PACKWIRE'] ?? 'http://127.0.0.1:8485';

export default defineConfig({
    // No plugin: esbuild, which Vite has anyway, compiles JSX for Preact (adr 0070).
    esbuild: {jsx: 'automatic', jsxImportSource: 'preact'},
    base: './',
    build: {
        outDir: process.env['PACKWIRE_PAGE_DIR'] ?? '../build/page/dist',
        emptyOutDir: true,
        target: 'es2020',
        // A module that is asked for early needs no polyfill in any browser of the last five years, and an inline
        // data: URL would need a wider CSP.
        modulePreload: {polyfill: false},
        assetsInlineLimit: 0,
        cssCodeSplit: false,
        rollupOptions: {
            output: {
                entryFileNames: 'assets/[name]-[hash].js',
                chunkFileNames: 'assets/[name]-[hash].js',
                assetFileNames: 'assets/[name]-[hash][extname]',
            },
        },
    },
    server: {
        proxy: {
            '/api': {target: daemon, ws: true, changeOrigin: true, headers: {origin: daemon}},
        },
    },
    test: {include: ['test/unit/**/*.test.ts'], environment: 'node', css: true},
});
