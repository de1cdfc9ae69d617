// How the browser tests run. `cargo test` starts them (tests/browser.rs); `npx playwright test` does too, once the
// `server` binary and the browser bundle are built.
import { defineConfig } from '@playwright/test';

import { chromiumPath } from './support/chromium';

const executablePath = chromiumPath();
const report = process.env['E2E_REPORT'];

export default defineConfig({
  testDir: './tests',
  // Pictures for people; nothing is checked, so they are made on request only.
  testIgnore: process.env['SHOTS'] === '1' ? [] : ['**/screenshots.js.spec.ts'],
  fullyParallel: true,
  forbidOnly: true,
  // A test that passes at the second attempt has found something, if only a machine that stood still for ten seconds.
  // Here it fails; where nobody watches it gets its second attempt and is named (end2end/src/report.rs).
  retries: process.env['CI'] === 'true' ? 1 : 0,
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
    // Recording every test costs a good part of two cores; `TRACE=1` when a failure needs it.
    trace: process.env['TRACE'] === '1' ? 'retain-on-failure' : 'off',
    launchOptions: {
      ...(executablePath === undefined ? {} : { executablePath }),
      args: [
        // Chromium's sandbox refuses to start for root, which is who runs in most containers.
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--no-first-run',
      ],
    },
  },
  projects: [
    { name: 'js' },
    { name: 'no-js', testIgnore: '**/*.js.spec.ts', use: { javaScriptEnabled: false } },
  ],
});
