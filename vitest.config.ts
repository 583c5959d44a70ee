import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const source = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  resolve: {
    alias: {
      '#websocket': source('src/wire/platform/websocket.node.ts'),
      '#base64': source('src/wire/platform/base64.node.ts'),
    },
  },
  test: {
    include: ['src/**/*.test.ts', 'tests/**/*.test.ts'],
    testTimeout: 20_000,
    reporters: ['default', './tests/requirements-reporter.ts'],
  },
});
