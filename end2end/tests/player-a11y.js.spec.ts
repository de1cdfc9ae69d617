// States of the player and of the history that only a bad network, another device or time brings about.
import { expect, test } from '../fixtures';
import { expectAccessible } from '../fixtures/a11y';
import type { Visitor } from '../pages/visitor';

/** Enters a workout of the past with one set of the first exercise. */
async function enter(member: Visitor, day: string, weight: string): Promise<void> {
  await member.open('/workout?sheet&past');
  await member.main.getByLabel('Day', { exact: true }).fill(day);
  await member.main.getByLabel('Start', { exact: true }).fill('18:00');
  await member.main.getByLabel('End', { exact: true }).fill('18:50');
  const set = member.workout.sets.first();
  await set.getByLabel('Weight', { exact: true }).fill(weight);
  await set.getByLabel('Repetitions').fill('8');
  await member.workout.button('Save workout').click();
  await expect(member.status.filter({ hasText: /saved/i })).toBeVisible();
}

test('a player without a connection is accessible', async ({ visitor, page, context, guard }) => {
  guard.allowFailedCalls();
  await visitor.workout.start();
  await context.setOffline(true);
  await visitor.workout.log(1);
  await expect(visitor.workout.saved).toHaveText('1 set on this phone, waiting for a connection');
  await expectAccessible(page);
});

test('a player with a refused set is accessible', async ({ visitor, page, guard }) => {
  guard.allowFailedCalls();
  await visitor.workout.start();
  await page.route('**/rpc/log', async (route) => {
    const body = (route.request().postData() ?? '').replace(/(b1s\d\\t\d+\\t)\w+/g, '$1no_such_exercise');
    await route.continue({ postData: body });
  });
  await page.getByRole('button', { name: 'Log', exact: true }).first().click();
  await expect(visitor.alert).toHaveText(/, set 1 was not saved\. This exercise is unknown\./);
  await expectAccessible(page);
});

test('a player whose workout was finished elsewhere is accessible', async ({ member, user, anotherVisitor }) => {
  await member.workout.start();
  const other = await anotherVisitor();
  await other.signIn(user);
  await other.workout.trainALittle();
  await other.page.close();
  await member.page.evaluate(() => window.dispatchEvent(new Event('focus')));
  await expect(member.workout.saved).toContainText('This workout is finished.');
  await expectAccessible(member.page);
});

test('a player whose person was signed out is accessible', async ({ member, user, anotherVisitor, guard }) => {
  guard.allowFailedCalls();
  // It hears nothing of the end before the set is logged.
  await member.page.addInitScript(() => {
    window.EventSource = class extends EventTarget {
      close(): void {}
    } as unknown as typeof EventSource;
  });
  await member.workout.start();
  const other = await anotherVisitor();
  await other.signIn(user);
  await other.session.open();
  await other.session.endOthers.click();
  await expect(other.status.filter({ hasText: /ended/ })).toBeVisible();
  await other.page.close();
  await member.workout.log(1);
  await expect(member.workout.saved).toContainText('You were signed out. 1 set is safe on this phone.');
  await expectAccessible(member.page);
});

test('a rest that runs out is accessible before its end and after', async ({ visitor, page }) => {
  await visitor.preferences.save({ rest_seconds: '60' });
  await page.clock.install();
  await visitor.workout.start();
  await visitor.workout.log(1);
  await expect(visitor.workout.button('Skip rest')).toBeVisible();
  await page.clock.runFor(50_000);
  await expect(visitor.workout.timer).toHaveText(/^0:(0\d|10)$/);
  await expectAccessible(page);
  await page.clock.runFor(15_000);
  await expect(visitor.main.getByText(/rest is over/i)).toBeVisible();
  await expectAccessible(page);
});

test('sheets of today and of the past are accessible', async ({ member, page }) => {
  test.setTimeout(120_000);
  await member.preferences.save({ equipment: ['Dumbbells'] });
  for (const path of ['/workout?sheet', '/workout?sheet&past']) {
    await member.open(path);
    await expectAccessible(page);
  }
  await member.workout.start();
  await member.open('/workout?sheet');
  await expectAccessible(page);
});

test('a history with no, one and two workouts in its charts is accessible', async ({ member, page }) => {
  test.setTimeout(120_000);
  await member.preferences.save({ equipment: ['Dumbbells'] });
  await member.history.open();
  await expect(member.main).toContainText('Nothing here yet');
  await expectAccessible(page);
  await enter(member, '2026-01-05', '20');
  await member.history.open();
  await expect(member.main.getByText('One more workout makes a line.').first()).toBeVisible();
  await expectAccessible(page);
  await enter(member, '2026-01-12', '22');
  await member.history.open();
  await expect(member.main.getByRole('img', { name: /: From .* to .* in 7 days\.$/ }).first()).toBeVisible();
  await expectAccessible(page);
});

test('a name of sixty characters makes no page wider than its window', async ({ visitor, newcomer, page }) => {
  const name = `${'Maximiliane'.repeat(4)} von und zu Ende`;
  expect(name).toHaveLength(60);
  await visitor.register.open();
  await visitor.register.submit(name, newcomer.email, newcomer.password);
  await visitor.expectSignedIn(name);
  for (const width of [320, 390, 640, 1280]) {
    await page.setViewportSize({ width, height: 800 });
    for (const path of ['/', '/workout', '/history', '/session', '/account', '/preferences']) {
      await visitor.open(path);
      const excess = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      expect.soft(excess, `${path} at ${width} px`).toBeLessThanOrEqual(0);
      await expect.soft(visitor.logOutButton, `${path} at ${width} px`).toBeVisible();
    }
  }
});
