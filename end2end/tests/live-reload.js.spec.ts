// Open pages under `cargo dev`. The test takes the place of the supervisor: it starts servers and writes to them.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, test } from '@playwright/test';

import { Child } from '../support/child';
import { freePort } from '../support/ports';
import { existing } from '../support/server';

test('a page swaps its style sheet, shows what the compiler says, and reloads after a restart', async ({ page }) => {
  const directory = await mkdtemp(join(tmpdir(), 'end2end-'));
  const address = `127.0.0.1:${await freePort()}`;
  let server = await start(directory, address);
  try {
    const complaints: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
    await page.goto(`http://${address}/`);
    await page.evaluate(() => Object.assign(window, { sameDocument: true }));
    // While the page is replaced there is nothing to ask: neither the one document nor the other.
    const isSame = () => page.evaluate(() => 'sameDocument' in window).catch(() => undefined);

    server.write('"style"');
    const sheets = page.locator('link[rel=stylesheet]');
    await expect(sheets).toHaveAttribute('href', /\.css\?/);
    await expect(sheets).toHaveCount(1);

    const dialog = page.getByRole('dialog');
    server.write(JSON.stringify({ error: 'error: no such thing\n  <b>here</b>' }));
    await expect(dialog).toContainText('<b>here</b>');
    await dialog.getByRole('button', { name: 'Close' }).click();
    await expect(dialog).toBeHidden();
    server.write(JSON.stringify({ error: 'error: another thing' }));
    await expect(dialog).toContainText('another thing');
    server.write('"fixed"');
    await expect(dialog).toBeHidden();
    expect(await isSame()).toBe(true);
    expect(complaints).toEqual([]);

    await server.stop();
    server = await start(directory, address);
    await expect.poll(isSame).toBe(false);
    await expect(page.getByRole('link', { name: 'Log in' })).toBeVisible();
  } finally {
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  }
});

async function start(directory: string, address: string): Promise<Child> {
  const binary = existing('SERVER_BIN', ['../target/debug/server', '../target/release/server']);
  const site = existing('SITE_ROOT', ['../target/e2e-site', '../target/site']);
  const env = { PATH: process.env['PATH'] ?? '', DEV_RELOAD: '1', SITE_ADDR: address, SITE_ROOT: site, RUST_LOG: 'warn' };
  const server = new Child(binary, [], { cwd: directory, env, stdin: 'pipe' });
  await server.answers(`http://${address}/healthz`);
  return server;
}
