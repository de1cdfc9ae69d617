// The page of the player as it loads: nothing moves by itself, and nothing waits for WebAssembly.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { Page } from '@playwright/test';

import { expect, test } from '../fixtures';

interface Shift {
  value: number;
  what: string[];
}

/**
 * Collects what moves without a person having touched anything in the half second before. Less than a thousandth of the window
 * is a fraction of a pixel, by which a line may be rounded.
 */
async function watchShifts(page: Page): Promise<() => Promise<Shift[]>> {
  await page.addInitScript(() => {
    interface LayoutShift extends PerformanceEntry {
      value: number;
      hadRecentInput: boolean;
      sources: { node: Node | null }[];
    }
    const shifts: { value: number; what: string[] }[] = [];
    Object.assign(window, { shifts });
    const nameOf = (node: Node | null) =>
      node instanceof Element ? `${node.tagName.toLowerCase()}.${node.getAttribute('class') ?? ''}` : (node?.nodeName ?? 'gone');
    const collect = (entries: PerformanceEntry[]) => {
      for (const entry of entries as LayoutShift[]) {
        if (!entry.hadRecentInput && entry.value > 0.001) shifts.push({ value: entry.value, what: entry.sources.map(({ node }) => nameOf(node)) });
      }
    };
    new PerformanceObserver((list) => collect(list.getEntries())).observe({ type: 'layout-shift', buffered: true });
  });
  return async () => {
    // Entries are handed over after the frame in which something has moved.
    await page.evaluate(
      () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve, 50)))),
    );
    return page.evaluate(() => (window as unknown as { shifts: { value: number; what: string[] }[] }).shifts);
  };
}

for (const [name, viewport] of Object.entries({ phone: { width: 390, height: 844 }, desk: { width: 1280, height: 800 } })) {
  test.describe(`on a ${name}`, () => {
    test.use({ viewport });

    test('nothing moves while a page loads and its islands wake up', async ({ visitor, page }) => {
      await visitor.preferences.save({ equipment: ['Barbell', 'Dumbbells', 'Bench', 'Squat rack'], goal: 'strength' });
      const shifts = await watchShifts(page);
      for (const path of ['/', '/workout']) {
        await visitor.open(path);
        expect(await shifts(), path).toEqual([]);
      }
      await visitor.workout.start();
      expect(await shifts(), 'a workout that has begun').toEqual([]);
      await visitor.workout.open();
      expect(await shifts(), 'the same, loaded again').toEqual([]);
      await visitor.open('/');
      expect(await shifts(), 'today, in the middle of a workout').toEqual([]);
    });

    test('nothing moves when a set is saved and its undo goes', async ({ visitor, page }) => {
      const shifts = await watchShifts(page);
      await visitor.workout.start();
      await page.clock.install();
      await visitor.workout.open();
      // The answer comes when nobody has touched anything for a while.
      await page.route('**/rpc/log', async (route) => {
        await new Promise((resolve) => setTimeout(resolve, 700));
        await route.continue();
      });
      await visitor.workout.log(1);
      await expect(visitor.workout.saved).toHaveText('Saved');
      await expect(visitor.workout.button('Undo')).toBeVisible();
      await page.clock.runFor(11_000);
      await expect(visitor.workout.button('Undo')).toBeHidden();
      expect(await shifts()).toEqual([]);
    });
  });
}

test('nothing moves on a phone while a page arrives in two pieces', async ({ app, page, guard }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  const slow = createServer(async (request, response) => {
    const answer = await fetch(app.url + request.url, { headers: { Accept: request.headers.accept ?? '*/*' } });
    response.setHeader('Content-Type', answer.headers.get('content-type') ?? '');
    const body = Buffer.from(await answer.arrayBuffer());
    const cut = Math.max(body.indexOf('<main'), 0);
    response.write(body.subarray(0, cut));
    if (cut > 0) await new Promise((resolve) => setTimeout(resolve, 300));
    response.end(body.subarray(cut));
  });
  await once(slow.listen(0, '127.0.0.1'), 'listening');
  const address = `http://127.0.0.1:${(slow.address() as AddressInfo).port}`;
  guard.allowOrigin(address);
  const shifts = await watchShifts(page);
  try {
    for (const path of ['/', '/workout']) {
      await page.goto(address + path);
      expect(await shifts(), path).toEqual([]);
    }
  } finally {
    slow.close();
  }
});

test('a set can be logged before WebAssembly has arrived', async ({ visitor, page }) => {
  await visitor.workout.start();
  await page.goto('about:blank');
  // It never does.
  await page.route('**/*.wasm', () => undefined);
  await page.goto('/workout');
  const repetitions = visitor.workout.set(1).getByLabel('Repetitions');
  await repetitions.fill('7');
  await visitor.workout.set(1).getByRole('button', { name: 'Log', exact: true }).click();
  await expect(page).toHaveURL(/\/workout#b1s1$/);
  await expect(visitor.workout.progress).toHaveText(/^1 of/);
  await expect(repetitions).toHaveValue('7');
  await expect(visitor.main.getByText(/^Rest until \d\d:\d\d:\d\d\.$/)).toBeVisible();
});

test('the plates of the next set are drawn, and go when another weight is typed', async ({ member }) => {
  await member.preferences.save({ equipment: ['Barbell', 'Dumbbells', 'Bench', 'Squat rack'], level: 'intermediate', goal: 'strength' });
  // Somewhat less than the top of the range: the same weight again.
  await member.workout.enterPast(6, '65', '5');

  await member.workout.start();
  const set = member.workout.set(1);
  const words = (await set.locator('.plates p').textContent()) ?? '';
  expect(words).toMatch(/^\d.* each side$/);
  const plates = set.getByRole('img', { name: words, exact: true });
  await expect(plates).toBeVisible();
  await expect(plates.locator('text')).toHaveText(words.replace(' each side', '').split(' + '));
  const weight = set.getByLabel('Weight', { exact: true });
  const planned = await weight.inputValue();
  await set.getByRole('button', { name: 'Heavier', exact: true }).click();
  await expect(plates).toBeHidden();
  await weight.fill(planned);
  await expect(plates).toBeVisible();
});

test('the keyboard alone trains with the islands', async ({ member, page }) => {
  await member.preferences.save({ equipment: ['Dumbbells'] });
  await member.workout.start();
  const set = member.workout.set(1);
  const weight = set.getByLabel('Weight', { exact: true });
  await weight.focus();
  await page.keyboard.type('10');
  await page.keyboard.press('Tab');
  await expect(set.getByRole('button', { name: 'Heavier', exact: true })).toBeFocused();
  await page.keyboard.press('Space');
  await expect(weight).toHaveValue('12.5');
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Enter');
  await expect(set.getByRole('button', { name: 'Clear', exact: true })).toBeVisible();
  await expect(member.workout.saved).toHaveText('Saved');
  await member.workout.finish.focus();
  await page.keyboard.press('Enter');
  await member.expectPath('/workout/review');
  await member.workout.button('Finish without them').focus();
  await page.keyboard.press('Enter');
  await expect(member.main).toContainText('12.5 kg');
});
