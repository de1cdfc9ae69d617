// The rest between two sets: what its buttons change, in every tab, after sleep, and what it lets a person hear.
import type { Page } from '@playwright/test';

import { expect, test } from '../fixtures';

const timer = (page: Page) => page.getByRole('timer');

/** The rest that a page shows, in seconds. */
async function shown(page: Page): Promise<number> {
  const [minutes = '', seconds = ''] = (await timer(page).innerText()).split(':');
  return Number(minutes) * 60 + Number(seconds);
}

test('what was added to a rest survives a reload, and other tabs show it', async ({ visitor, page, context }) => {
  await visitor.preferences.save({ rest_seconds: '120' });
  await visitor.workout.start();
  const other = await context.newPage();
  await other.goto('/workout');
  await expect(other.locator('leptos-island:not([data-ready]):not(:has([data-ready]))')).toHaveCount(0);
  await visitor.workout.log(1);
  await expect(timer(other)).toHaveText(/^(2:00|1:5\d)$/);
  for (let times = 0; times < 4; times += 1) await visitor.workout.button('+15 s').click();
  await expect(timer(page)).toHaveText(/^(3:00|2:5\d)$/);
  await expect(timer(other)).toHaveText(/^(3:00|2:5\d)$/);
  expect(Math.abs((await shown(page)) - (await shown(other)))).toBeLessThanOrEqual(1);

  await page.reload();
  await visitor.ready();
  await expect(timer(page)).toHaveText(/^2:[45]\d$/);
  // Skipped in one tab, it is over in both, also after a reload; the next set begins one of its own.
  await visitor.workout.button('Skip rest').click();
  await expect(other.getByRole('button', { name: 'Start rest', exact: true })).toBeVisible();
  await page.reload();
  await visitor.ready();
  await expect(visitor.workout.startRest).toBeVisible();
  await visitor.workout.log(2);
  await expect(timer(page)).toHaveText(/^(2:00|1:5\d)$/);
  await expect(timer(other)).toHaveText(/^(2:00|1:5\d)$/);
});

test('a rest that was begun by hand survives a reload', async ({ visitor, page }) => {
  await visitor.preferences.save({ rest_seconds: '600' });
  await visitor.workout.open();
  await visitor.workout.startRest.click();
  await expect(timer(page)).toHaveText(/^9:5\d$/);
  await page.reload();
  await visitor.ready();
  await expect(visitor.workout.button('Skip rest')).toBeVisible();
  await expect(timer(page)).toHaveText(/^9:[45]\d$/);
});

test('the ring around the clock goes with it', async ({ visitor, page }) => {
  await visitor.preferences.save({ rest_seconds: '60' });
  await page.clock.install();
  await visitor.workout.open();
  const ring = page.locator('#rest .left');
  await expect(ring).toHaveAttribute('stroke-dashoffset', '0');
  await visitor.workout.startRest.click();
  await page.clock.runFor(30_000);
  await expect.poll(async () => Math.abs(Number(await ring.getAttribute('stroke-dashoffset')) - 500)).toBeLessThan(40);
  await page.clock.runFor(40_000);
  await expect(ring).toHaveAttribute('stroke-dashoffset', '1000');
});

test.describe('with reduced motion', () => {
  test.use({ contextOptions: { reducedMotion: 'reduce' } });

  test('the ring does not glide', async ({ visitor, page }) => {
    await visitor.workout.open();
    await expect(page.locator('#rest .left')).toHaveCSS('transition-property', 'none');
  });
});

test('a phone that slept shows the right time, and stays on again once it is looked at', async ({ visitor, page }) => {
  await page.addInitScript(() => {
    const asked = { times: 0 };
    Object.assign(window, { asked });
    const request = () => {
      asked.times += 1;
      return Promise.resolve({});
    };
    Object.defineProperty(navigator, 'wakeLock', { value: { request } });
  });
  const asked = () => page.evaluate(() => (window as unknown as { asked: { times: number } }).asked.times);
  const turn = (state: 'hidden' | 'visible') =>
    page.evaluate((visibility) => {
      Object.defineProperty(document, 'visibilityState', { value: visibility, configurable: true });
      document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
    }, state);

  await visitor.preferences.save({ rest_seconds: '180' });
  await visitor.workout.start();
  expect(await asked(), 'while the page is open').toBe(1);
  await page.clock.install();
  await visitor.workout.open();
  await visitor.workout.log(1);
  await expect(timer(page)).toHaveText(/^(3:00|2:5\d)$/);
  await turn('hidden');
  expect(await asked(), 'not while it is hidden').toBe(1);
  // No timer fires more than once, as in a tab that was frozen.
  await page.clock.fastForward(100_000);
  await turn('visible');
  await expect(timer(page)).toHaveText(/^1:(20|1\d)$/);
  await expect.poll(asked).toBe(2);
  await page.clock.fastForward(500_000);
  await expect(timer(page)).toHaveText('0:00');
  await expect(visitor.main.getByText('Rest is over. Next set!')).toBeVisible();
});

test('who looks at another tab sees in the title that a rest is over, until the next one begins', async ({ visitor, page }) => {
  await visitor.preferences.save({ rest_seconds: '60' });
  await visitor.workout.start();
  await page.clock.install();
  await visitor.workout.open();
  const name = await page.title();
  await visitor.workout.log(1);
  await expect(page).toHaveTitle(/^(1:00|0:5\d) · /);
  await page.clock.runFor(61_000);
  await expect(page).toHaveTitle(`Rest is over. Next set! · ${name}`);
  await visitor.workout.button('+15 s').click();
  await expect(page).toHaveTitle(name);
  await visitor.workout.log(2);
  await expect(page).toHaveTitle(/^(1:15|1:1\d|1:0\d|0:5\d|1:00) · /);
  await visitor.workout.button('Skip rest').click();
  await expect(page).toHaveTitle(name);
});

test('a clock that is wrong by hours changes no rest', async ({ visitor, page }) => {
  await visitor.preferences.save({ rest_seconds: '120' });
  await visitor.workout.start();
  await page.clock.install({ time: Date.now() + 5 * 3_600_000 });
  await visitor.workout.open();
  await visitor.workout.log(1);
  await expect(timer(page)).toHaveText(/^(2:00|1:5\d)$/);
  await expect(visitor.workout.saved).toHaveText('Saved');
  await page.reload();
  await visitor.ready();
  await expect(timer(page)).toHaveText(/^(2:00|1:[45]\d)$/);
  const { body } = await visitor.peek('/workout');
  const until = /Rest until (\d\d):(\d\d)/.exec(body) ?? [];
  const now = new Date();
  const minutes = Number(until[1]) * 60 + Number(until[2]) - now.getUTCHours() * 60 - now.getUTCMinutes();
  expect((minutes + 24 * 60) % (24 * 60), 'minutes from the server’s now on').toBeLessThanOrEqual(3);
});

for (const wanted of [false, true]) {
  test(`the end of a rest ${wanted ? 'is heard by who wants to' : 'is silent by default'}`, async ({ visitor, page }) => {
    await page.addInitScript(() => {
      const heard = { times: 0, felt: [] as unknown[] };
      Object.assign(window, { heard });
      Navigator.prototype.vibrate = (pattern) => heard.felt.push(pattern) > 0;
      const Real = window.AudioContext;
      window.AudioContext = class extends Real {
        override createOscillator(): OscillatorNode {
          heard.times += 1;
          return super.createOscillator();
        }
      };
    });
    const heard = () => page.evaluate(() => (window as unknown as { heard: { times: number; felt: unknown[] } }).heard);
    await visitor.preferences.open();
    await visitor.preferences.openMore();
    await expect(visitor.preferences.sound).not.toBeChecked();
    if (wanted) await visitor.preferences.sound.check();
    await visitor.preferences.field('rest_seconds').fill('30');
    await visitor.preferences.button.click();
    await visitor.preferences.expectSaved();
    await visitor.workout.start();
    await page.clock.install();
    await visitor.workout.open();
    await visitor.workout.log(1);
    await page.clock.runFor(40_000);
    await expect(visitor.main.getByText('Rest is over. Next set!')).toBeVisible();
    expect(await heard()).toEqual({ times: wanted ? 1 : 0, felt: [400] });
  });
}
