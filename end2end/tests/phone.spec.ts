// A whole workout on a phone, from the first page to the chart: with and without an account, with and without scripts.
import { expect, test } from '../fixtures';
import type { Visitor } from '../pages/visitor';
import { logSets, progress } from '../support/whole-workout';

test.use({ viewport: { width: 390, height: 844 }, hasTouch: true });

/** From `/` to the player. Returns the name of the workout. */
async function begin(visitor: Visitor): Promise<string> {
  await visitor.open('/');
  const name = await visitor.main.getByRole('heading', { level: 1 }).innerText();
  await visitor.main.getByRole('link', { name: 'Start training', exact: true }).tap();
  await visitor.expectPath('/workout');
  await visitor.workout.button('Start training').tap();
  await expect(visitor.workout.progress).toHaveText(/^0 of/);
  await visitor.ready();
  return name;
}

async function train(visitor: Visitor): Promise<number> {
  const { all } = await progress(visitor);
  expect(all).toBeGreaterThan(5);
  await logSets(visitor, all);
  await visitor.workout.finish.tap();
  return all;
}

/** The workout is in the list, in the weeks, and among the sets per muscle. */
async function expectInCharts(visitor: Visitor, name: string): Promise<void> {
  await visitor.page.getByRole('link', { name: 'History', exact: true }).tap();
  await visitor.expectPath('/history');
  await expect(visitor.history.workouts(name)).toHaveCount(1);
  await expect(visitor.main.getByRole('img', { name: '1 workout in the last 12 weeks. The goal is 3 a week.' })).toBeVisible();
  await expect(visitor.main.getByRole('img', { name: /^Sets a week over four weeks: / })).toBeVisible();
}

test('a member trains from the first page to the chart of what they can lift', async ({ member }) => {
  test.setTimeout(120_000);
  await member.preferences.save({ equipment: ['Dumbbells'] });
  const name = await begin(member);
  const all = await train(member);
  await expect(member.status.filter({ hasText: /saved/i })).toBeVisible();
  await expect(member.main.getByRole('heading', { level: 1 })).toHaveText(name);
  // What was logged, each set of it, and that nothing is missing.
  await expect(member.main.locator('.done-sets > li')).toHaveCount(all);
  await expectInCharts(member, name);
  await expect(member.main.getByText('One more workout makes a line.').first()).toBeVisible();
});

test('a visitor trains without an account, and finds the workout in the charts once they have one', async ({ visitor, user }) => {
  test.setTimeout(120_000);
  const name = await begin(visitor);
  await train(visitor);
  await expect(visitor.status.filter({ hasText: /finished/i })).toBeVisible();
  expect((await visitor.info()).authenticated).toBe(false);
  await visitor.signIn(user);
  await expectInCharts(visitor, name);
});
