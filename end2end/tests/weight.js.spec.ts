// How many bytes a page needs on the wire when it is loaded for the first time.
import type { Page, Request } from '@playwright/test';

import { expect, test } from '../fixtures';

// 1 kB = 1000 bytes; encoded bodies.
// The font aside: it has a budget of its own, and is fetched once for all pages.
const PLAIN_BUDGET = 9_000;
const FONT_BUDGET = 15_000;
const SCRIPT_BUDGET = 2_000;
const STYLE_BUDGET = 4_000;
// JavaScript and WebAssembly together.
const ISLAND_BUDGETS: Record<string, number> = { '/preferences': 55_000, /* slim: trainer */ '/workout': 75_000 /* slim: end */ };

const PAGES: { path: string; signedIn: boolean }[] = [
  { path: '/', signedIn: false },
  { path: '/login', signedIn: false },
  { path: '/register', signedIn: false },
  { path: '/preferences', signedIn: false },
  { path: '/workout', signedIn: false }, // slim: trainer
  { path: '/session', signedIn: false },
  { path: '/', signedIn: true },
  { path: '/preferences', signedIn: true },
  { path: '/workout', signedIn: true }, // slim: trainer
  { path: '/history', signedIn: true }, // slim: trainer
  { path: '/session', signedIn: true },
  { path: '/account', signedIn: true },
];

const KINDS = ['html', 'css', 'js', 'wasm', 'font', 'other'] as const;
type Weight = Record<(typeof KINDS)[number], number>;

function kindOf(contentType: string): (typeof KINDS)[number] {
  if (contentType.includes('text/html')) return 'html';
  if (contentType.includes('text/css')) return 'css';
  if (contentType.includes('javascript')) return 'js';
  if (contentType.includes('wasm')) return 'wasm';
  if (contentType.includes('font')) return 'font';
  return 'other';
}

/** Waits until half a second has passed without a request that is answered. */
function whenIdle(page: Page): () => Promise<void> {
  const open = new Set<Request>();
  let changed = Date.now();
  page.on('request', (request) => {
    if (request.resourceType() === 'eventsource') return;
    open.add(request);
    changed = Date.now();
  });
  const done = (request: Request): void => {
    open.delete(request);
    changed = Date.now();
  };
  page.on('requestfinished', done);
  page.on('requestfailed', done);
  return async () => expect.poll(() => open.size === 0 && Date.now() - changed > 500).toBe(true);
}

test('pages stay within their budgets', async ({ anotherVisitor, user }) => {
  test.setTimeout(185_000);
  const rows: string[] = [];
  const tooHeavy: string[] = [];
  for (const { path, signedIn } of PAGES) {
    const visitor = await anotherVisitor();
    if (signedIn) await visitor.signInQuietly(user);
    const weight: Weight = { html: 0, css: 0, js: 0, wasm: 0, font: 0, other: 0 };
    const measured: Promise<void>[] = [];
    visitor.page.on('requestfinished', (request) => {
      measured.push(
        (async () => {
          const response = await request.response();
          const { responseBodySize } = await request.sizes();
          weight[kindOf(response?.headers()['content-type'] ?? '')] += responseBodySize;
        })(),
      );
    });
    const idle = whenIdle(visitor.page);
    await visitor.open(path);
    // What a page fetches later, when it is idle, counts as well: wait until nothing is being fetched any more, but for
    // the stream that tells a person who is signed in when that ends. It stays open.
    await idle();
    await Promise.all(measured);

    const all = KINDS.reduce((sum, kind) => sum + weight[kind], 0) - weight.font;
    const name = `${path}${signedIn ? ' (signed in)' : ''}`;
    rows.push([name.padEnd(24), ...KINDS.map((kind) => String(weight[kind]).padStart(8)), String(all).padStart(8)].join(''));

    expect(weight.html, `${name}: measured at all`).toBeGreaterThan(0);
    expect(weight.css, `${name}: measured at all`).toBeGreaterThan(0);
    expect(weight.font, `${name}: measured at all`).toBeGreaterThan(0);
    if (weight.font > FONT_BUDGET) tooHeavy.push(`${name}: ${weight.font} B of fonts, ${FONT_BUDGET} allowed`);
    if (weight.css > STYLE_BUDGET) tooHeavy.push(`${name}: ${weight.css} B of style sheets, ${STYLE_BUDGET} allowed`);
    const islandBudget = ISLAND_BUDGETS[path];
    if (islandBudget !== undefined) {
      expect(weight.wasm, `${name}: measured at all`).toBeGreaterThan(0);
      const code = weight.js + weight.wasm;
      if (code > islandBudget) tooHeavy.push(`${name}: ${code} B of JavaScript and WebAssembly, ${islandBudget} allowed`);
    } else {
      if (weight.wasm > 0) tooHeavy.push(`${name}: ${weight.wasm} B of WebAssembly, 0 allowed`);
      if (weight.js > SCRIPT_BUDGET) tooHeavy.push(`${name}: ${weight.js} B of JavaScript, ${SCRIPT_BUDGET} allowed`);
      if (all > PLAIN_BUDGET) tooHeavy.push(`${name}: ${all} B in all, ${PLAIN_BUDGET} allowed`);
    }
  }
  const head = ['encoded bytes'.padEnd(24), ...KINDS.map((kind) => kind.padStart(8)), 'all'.padStart(8)].join('');
  console.log(['', head, ...rows, ''].join('\n'));
  expect(tooHeavy).toEqual([]);
});
