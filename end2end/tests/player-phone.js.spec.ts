// What the window of a phone shows of the player at once: the set to do now with the rest before it, and nothing over them.
import type { Locator, Page } from '@playwright/test';

import { expect, test } from '../fixtures';

const PHONE = { width: 390, height: 844 };
/** What a keyboard on the screen leaves of it. */
const ABOVE_THE_KEYBOARD = { width: 390, height: 500 };

test.use({ viewport: PHONE, hasTouch: true });

/** All of it is in the window, and nothing else lies over it. */
async function expectSeen(what: Locator, name: string): Promise<void> {
  const seen = () =>
    what.evaluate((element) => {
      const { left, right, top, bottom } = element.getBoundingClientRect();
      if (top < 0 || left < 0 || bottom > innerHeight || right > innerWidth) {
        return `from ${Math.round(top)} to ${Math.round(bottom)} of ${innerHeight}`;
      }
      for (const x of [left + 2, (left + right) / 2, right - 2]) {
        for (const y of [top + 2, (top + bottom) / 2, bottom - 2]) {
          const over = document.elementFromPoint(x, y);
          if (over === null || !(over.contains(element) || element.contains(over))) {
            return `under ${over?.tagName ?? 'nothing'}.${over?.getAttribute('class') ?? ''}`;
          }
        }
      }
      return 'seen';
    });
  await expect.poll(seen, name).toBe('seen');
}

const current = (page: Page) => page.locator('.set.current');

/** What bars of a browser leave of the same phone. */
const BETWEEN_BARS = { width: 390, height: 664 };

test('between the bars of a browser the clock of the rest, its buttons and the set to do now are seen', async ({ member, page }) => {
  await page.setViewportSize(BETWEEN_BARS);
  await member.preferences.save({ equipment: ['Barbell', 'Dumbbells', 'Bench', 'Squat rack'], level: 'intermediate', goal: 'strength' });
  await member.workout.start();
  for (const logged of [1, 2]) {
    const weight = current(page).getByLabel('Weight', { exact: true });
    if ((await weight.inputValue()) === '') await weight.fill('20');
    const label = (await current(page).getAttribute('aria-label')) ?? '';
    await current(page).getByRole('button', { name: 'Log', exact: true }).tap();
    await expect(current(page)).not.toHaveAttribute('aria-label', label);
    await expectSeen(page.getByRole('timer'), `the clock after set ${logged}`);
    await expectSeen(page.locator('#rest .row'), `the buttons after set ${logged}`);
    await expectSeen(current(page), `the set after set ${logged}`);
  }
});

test('what another tab logs moves nothing into view here', async ({ member, page }) => {
  await member.workout.start();
  await member.workout.log(1);
  await page.evaluate(() => scrollTo(0, 0));
  const elsewhere = await page.context().newPage();
  await elsewhere.goto('/workout');
  const other = elsewhere.locator('.set.current');
  await expect(other).toHaveId('b1s2');
  if ((await other.getByLabel('Weight', { exact: true }).count()) > 0) await other.getByLabel('Weight', { exact: true }).fill('20');
  await other.getByRole('button', { name: 'Log', exact: true }).tap();
  await expect(current(page)).toHaveId('b1s3');
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  expect(await page.evaluate(() => scrollY)).toBe(0);
});

test('the set to do now is seen together with the rest before it, which names it', async ({ member, page }) => {
  await member.preferences.save({ equipment: ['Barbell', 'Dumbbells', 'Bench', 'Squat rack'], level: 'intermediate', goal: 'strength' });
  await member.workout.start();
  const sets = await page.locator('#b1 .set:not(.ramp .set)').count();
  for (let logged = 1; logged <= sets + 1; logged += 1) {
    const weight = current(page).getByLabel('Weight', { exact: true });
    if ((await weight.count()) > 0 && (await weight.inputValue()) === '') await weight.fill('20');
    const label = (await current(page).getAttribute('aria-label')) ?? '';
    await current(page).getByRole('button', { name: 'Log', exact: true }).tap();
    await expect(current(page)).not.toHaveAttribute('aria-label', label);
    await expectSeen(page.locator('#rest'), `the rest after set ${logged}`);
    await expectSeen(current(page), `the set after set ${logged}`);
    await expect(page.locator('#rest + .set.current')).toHaveCount(1);
    const next = (await current(page).getAttribute('aria-label')) ?? '';
    await expect(page.locator('#rest .next')).toContainText(`Next: ${next}`);
  }
  // Coming back from another page shows both as well.
  await member.open('/');
  await member.main.getByRole('link', { name: 'Continue', exact: true }).tap();
  await member.expectPath('/workout');
  await expectSeen(page.locator('#rest'), 'the rest, continued');
  await expectSeen(current(page), 'the set, continued');
});

test('nothing lies over the field that is typed in, also above the keyboard', async ({ visitor, page }) => {
  await visitor.preferences.save({ equipment: ['Dumbbells'] });
  await visitor.workout.start();
  for (let set = 1; set <= 2; set += 1) {
    for (const field of await current(page).locator('input:not([type=hidden]):visible').all()) {
      // A browser with a keyboard on the screen also brings the field into view when that opens; this one has none.
      await page.setViewportSize(ABOVE_THE_KEYBOARD);
      await field.focus();
      await expectSeen(field, `a field of set ${set}`);
      await page.setViewportSize(PHONE);
    }
    await current(page).getByLabel('Weight', { exact: true }).fill('10');
    await current(page).getByRole('button', { name: 'Log', exact: true }).tap();
    await expect(visitor.workout.set(set)).toHaveClass(/logged|short/);
  }
});

for (const reducedMotion of ['no-preference', 'reduce'] as const) {
  for (const pause of [0, 150, 350]) {
    test(`a second tap after ${pause} ms logs no second set (motion: ${reducedMotion})`, async ({ visitor, page }) => {
      await page.emulateMedia({ reducedMotion });
      await visitor.workout.start();
      await visitor.workout.log(1);
      const box = await current(page).getByRole('button', { name: 'Log', exact: true }).boundingBox();
      if (box === null) throw new Error('no button');
      const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
      await expectSeen(current(page), 'the second set');
      // Until the button hears that has just come.
      await page.waitForTimeout(700);
      await page.touchscreen.tap(x, y);
      await page.waitForTimeout(pause);
      await page.touchscreen.tap(x, y);
      await expect(visitor.workout.progress).toHaveText(/^2 of/);
      const under = () => page.evaluate(([left = 0, top = 0]) => document.elementFromPoint(left, top)?.closest('.set')?.id, [x, y]);
      await expect.poll(under, 'the set whose button is there now').toBe('b1s3');
      await expect(visitor.workout.progress).toHaveText(/^2 of/);
    });
  }
}
