// Screenshots of the states of a workout and of the history for people to look at, in `shots/`:
// SHOTS=1 npx playwright test screenshots-training
import { join } from 'node:path';
import type { Page } from '@playwright/test';

import { expect, test } from '../fixtures';
import type { Visitor } from '../pages/visitor';

const SIZES = { wide: { width: 1280, height: 800 }, narrow: { width: 390, height: 844 } };
const GYM = ['Barbell', 'Dumbbells', 'Bench', 'Squat rack', 'Machines', 'Cable station'];

/** A workout of the past, by the form that a sheet sends: all of it, or the first exercise alone, which moves nothing on. */
async function past(member: Visitor, daysAgo: number, weight: string, reps: string, all: boolean): Promise<void> {
  const day = new Date(Date.now() - daysAgo * 86_400_000).toISOString().slice(0, 10);
  await member.open('/workout?sheet');
  await member.main.getByLabel('Day', { exact: true }).fill(day);
  await member.main.getByLabel('Start', { exact: true }).fill('18:00');
  await member.main.getByLabel('End', { exact: true }).fill('18:50');
  const sets = await member.main.getByRole('group').all();
  const first = (await sets[0]?.getAttribute('aria-label'))?.split(',')[0] ?? '';
  for (const set of sets) {
    if (!all && !(await set.getAttribute('aria-label'))?.startsWith(`${first}, set`)) continue;
    const field = set.getByLabel('Weight', { exact: true });
    if ((await field.count()) > 0) await field.fill(weight);
    for (const label of ['Repetitions', 'Repetitions left', 'Repetitions right', 'Seconds']) {
      const amount = set.getByLabel(label, { exact: true });
      if ((await amount.count()) > 0) await amount.fill(label === 'Seconds' ? '40' : reps);
    }
  }
  await member.workout.button('Save workout').click();
  await expect(member.history.editLink).toBeVisible();
}

for (const colorScheme of ['light', 'dark'] as const) {
  for (const [size, viewport] of Object.entries(SIZES)) {
    test.describe(`${size}, ${colorScheme}`, () => {
      // So that no screenshot shows a page that is still fading in.
      test.use({ colorScheme, viewport, contextOptions: { reducedMotion: 'reduce' } });
      test.setTimeout(180_000);

      const shoot = (page: Page, name: string, fullPage = true) =>
        page.screenshot({ path: join(__dirname, '..', 'shots', `training-${name}-${size}-${colorScheme}.png`), fullPage });

      test('a workout', async ({ member, user, page, context, anotherVisitor, guard }) => {
        guard.allowFailedCalls();
        await member.preferences.save({ equipment: GYM, level: 'intermediate', goal: 'strength', rest_seconds: '120' });
        await past(member, 6, '65', '5', false);
        await shoot(page, 'past');
        await member.open('/');
        await shoot(page, 'today');
        await member.workout.open();
        await shoot(page, 'planned', false);
        await member.workout.start();
        await shoot(page, 'begun', false);
        await member.workout.set(1).getByLabel('Repetitions', { exact: true }).fill('9');
        await member.workout.log(1);
        await expect(member.workout.saved).toHaveText('Saved');
        await shoot(page, 'resting', false);
        await member.workout.set(2).getByLabel('Repetitions', { exact: true }).fill('2');
        await member.workout.log(2);
        await expect(member.workout.set(3).locator('.comment')).not.toBeEmpty();
        await shoot(page, 'record-and-short');
        await member.workout.set(3).getByLabel('Repetitions', { exact: true }).fill('1000');
        await member.workout.set(3).getByRole('button', { name: 'Log', exact: true }).click();
        await shoot(page, 'error', false);
        await member.workout.set(3).getByLabel('Repetitions', { exact: true }).fill('6');
        await context.setOffline(true);
        await member.workout.log(3);
        await expect(member.workout.saved).toHaveText(/waiting for a connection/);
        await shoot(page, 'offline', false);
        await page.route('**/rpc/log', (route) => route.fulfill({ status: 400, json: { error: 'bad_request', fields: {} } }));
        await context.setOffline(false);
        await expect(member.alert).toBeVisible();
        await shoot(page, 'unreadable', false);
        await page.unroute('**/rpc/log');
        await page.route('**/rpc/**', (route) => route.fulfill({ status: 401, json: { error: 'unauthenticated', fields: {} } }));
        await member.workout.open();
        await expect(member.workout.saved).toContainText('You were signed out.');
        await shoot(page, 'signed-out', false);
        await page.unroute('**/rpc/**');
        await member.workout.open();
        await expect(member.workout.saved).toHaveText('Saved');
        await member.open('/');
        await shoot(page, 'today-continued');
        await member.open('/workout/review');
        await shoot(page, 'review');
        await member.open('/workout/review?discard');
        await shoot(page, 'discard');
        await member.open('/workout?sheet');
        await shoot(page, 'sheet');
        await member.workout.open();
        const desk = await anotherVisitor();
        await desk.signIn(user);
        await desk.open('/workout/review');
        await desk.workout.button('Finish without them').click();
        await expect(desk.history.editLink).toBeVisible();
        await page.evaluate(() => window.dispatchEvent(new Event('focus')));
        await expect(member.workout.saved).toContainText('This workout is finished.');
        await shoot(page, 'finished-elsewhere', false);
        await page.goto(desk.page.url());
        await shoot(page, 'finished');
      });

      test('a history', async ({ member, page }) => {
        await member.preferences.save({ equipment: GYM, level: 'intermediate', goal: 'strength', days_per_week: '1' });
        await member.history.open();
        await shoot(page, 'history-0');
        for (const [number, daysAgo] of [30, 23, 16, 9, 3, 1].entries()) {
          await past(member, daysAgo, `${60 + 5 * number}`, '6', number > 1);
          if (number > 1 && number < 5) continue;
          await member.history.open();
          await shoot(page, `history-${number + 1}`);
        }
        await member.open('/');
        await shoot(page, 'rest-day');
      });

      test('left open, and out of reach', async ({ member, app, page }) => {
        await member.preferences.save({ equipment: GYM, level: 'intermediate', goal: 'strength' });
        await member.workout.start();
        await member.workout.log(1);
        await expect(member.workout.saved).toHaveText('Saved');
        const day = (ago: number) => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10);
        app.alter(`UPDATE logged_workouts SET document = replace(document, '"${day(0)}T', '"${day(1)}T')`);
        await member.workout.open();
        await expect(member.workout.button(/^Finish at .* \(your last set\)$/)).toBeVisible();
        await shoot(page, 'left-open', false);
        await member.open('/workout/review');
        await shoot(page, 'left-open-review');
        app.storeFails = true;
        app.alter('ALTER TABLE logged_workouts RENAME TO away');
        try {
          await member.open('/workout');
          await expect(member.main).toContainText('We can’t reach your workouts at the moment.');
          await shoot(page, 'out-of-reach', false);
        } finally {
          app.alter('ALTER TABLE away RENAME TO logged_workouts');
        }
      });

      test('a hold, and little to train with', async ({ visitor, page }) => {
        await visitor.preferences.save({ goal: 'strength', level: 'advanced', equipment: ['Resistance band'], session_minutes: '75' });
        await visitor.open('/');
        await shoot(page, 'narrow-equipment');
        await visitor.preferences.save({ goal: 'mobility', equipment: [] });
        await visitor.workout.start();
        // It may be in a card further down.
        await page.locator('.block').evaluateAll((cards) => cards.forEach((card) => card.setAttribute('open', '')));
        await visitor.workout.button('Time it').first().click();
        await shoot(page, 'hold', false);
      });

      test('a long name', async ({ visitor, app, newcomer, page }) => {
        const person = { ...newcomer, name: 'Wolfeschlegelsteinhausenbergerdorffvoralternwarengewissenhaf' };
        await app.register(person);
        await visitor.signInQuietly(person);
        await visitor.open('/account');
        await shoot(page, 'long-name', false);
      });
    });
  }
}
