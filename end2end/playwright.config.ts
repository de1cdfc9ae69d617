// How the browser tests run. `cargo test` starts them (tests/browser.rs), and so does `npx playwright test` once the
// `server` binary and the browser bundle are built.
import { defineConfig } from '@playwright/test';

import { chromiumPath } from './support/chromium';

const executablePath = chromiumPath();
const report = process.env['E2E_REPORT'];

/** Screenshots for people to look at. They check nothing, so they are taken on request only. */
const ON_REQUEST = process.env['SHOTS'] === '1' ? [] : ['**/screenshots*.js.spec.ts'];

/**
 * Set by `cargo test` on its second stack. The project without JavaScript is left out there, because a form sends the
 * same request either way, and so are these files: what they check is the same whatever the store, because it lies in
 * pages and their scripts, or in headers, redirects and tokens. The HTTP tests of the server run on every store anyway. A
 * new file runs on both stacks until it is listed here.
 */
const STORES_ONLY = process.env['E2E_STORES_ONLY'] === '1';
const SAME_ON_EVERY_STORE = ['**/*.{http,js}.spec.ts', '**/{csrf,home,not-found,return-to,strict-cookies}.spec.ts'];

const ignored = [...ON_REQUEST, ...(STORES_ONLY ? SAME_ON_EVERY_STORE : [])];

export default defineConfig({
  testDir: './tests',
  fullyParallel: true,
  forbidOnly: true,
  // A test that passes at its second attempt has found something.
  retries: 0,
  workers: 2,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: report === undefined ? [['list']] : [['list'], ['json', { outputFile: report }]],
  use: {
    actionTimeout: 10_000,
    navigationTimeout: 20_000,
    locale: 'en-GB',
    timezoneId: 'UTC',
    screenshot: 'only-on-failure',
    // Tracing every test takes a good part of two cores; `TRACE=1` when a failure needs it.
    trace: process.env['TRACE'] === '1' ? 'retain-on-failure' : 'off',
    launchOptions: {
      ...(executablePath === undefined ? {} : { executablePath }),
      args: [
        // Chromium's sandbox refuses to start for root, and most containers run as root.
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--no-first-run',
      ],
    },
  },
  projects: [
    { name: 'js', testIgnore: ignored },
    // What needs scripts cannot run here; what opens no page, but makes requests of its own, would only run again.
    ...(STORES_ONLY
      ? []
      : [{ name: 'no-js', testIgnore: [...ignored, '**/*.{http,js}.spec.ts'], use: { javaScriptEnabled: false } }]),
  ],
});
