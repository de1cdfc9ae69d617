// A workout without a mouse or a finger, with and without JavaScript.
import { type Locator, type Page } from '@playwright/test';

import { expect, test } from '../fixtures';

/** More stops than a page has before anything a person looks for. */
const MOST_STOPS = 80;

/** Presses Tab until the focus is there. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let stops = 0; stops < MOST_STOPS; stops += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  await expect(target, `within ${MOST_STOPS} presses of Tab`).toBeFocused();
}

test('the keyboard alone trains', async ({ member, page }) => {
  const { workout } = member;
  await workout.open();
  const repetitions = workout.set(1).getByLabel('Repetitions');
  await tabTo(page, repetitions);
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.type('7');
  // Enter in a field logs the set.
  await page.keyboard.press('Enter');
  await expect(workout.progress).toHaveText(/^1 of/);
  await member.expectPath('/workout');
  await expect(repetitions).toHaveValue('7');

  await tabTo(page, workout.set(2).getByRole('button', { name: 'Log', exact: true }));
  await page.keyboard.press('Enter');
  await expect(workout.progress).toHaveText(/^2 of/);
  await member.expectPath('/workout');

  await tabTo(page, workout.finish);
  await page.keyboard.press('Enter');
  await member.expectPath('/workout/review');
  await tabTo(page, workout.button('Finish without them'));
  await page.keyboard.press('Enter');
  await expect(member.status.filter({ hasText: /saved/i })).toBeVisible();
  await expect(member.main).toContainText('× 7');
});

test('an exercise that is folded away is opened and logged by the keyboard', async ({ visitor, page }) => {
  const { workout } = visitor;
  await workout.open();
  await tabTo(page, workout.cards.nth(1).locator('summary').first());
  await page.keyboard.press('Enter');
  const sets = workout.cards.nth(1).getByRole('group', { name: /, set 1$/ });
  await expect(sets).toBeVisible();
  await tabTo(page, sets.getByRole('button', { name: 'Log', exact: true }));
  await page.keyboard.press('Space');
  await expect(workout.progress).toHaveText(/^1 of/);
});
