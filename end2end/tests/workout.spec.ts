import { expect, test } from '../fixtures';

test('a visitor follows the workout without an account', async ({ visitor }) => {
  await visitor.workout.open();
  await expect(visitor.workout.heading).not.toHaveText('');
  await expect(visitor.workout.timer).toBeVisible();
  expect(await visitor.workout.sets.count()).toBeGreaterThan(0);
  await visitor.workout.sets.first().check();
  await visitor.workout.finish.click();
  await expect(visitor.status.filter({ hasText: /finished/i })).toBeVisible();
  expect((await visitor.info()).authenticated).toBe(false);
});

test('a finished workout is in the history of its user', async ({ member, user, anotherVisitor }) => {
  await member.history.open();
  await expect(member.history.heading).toBeVisible();
  await expect(member.main.getByRole('table')).toHaveCount(0);

  await member.workout.open();
  const name = (await member.workout.heading.innerText()).trim();
  await member.workout.finish.click();
  await expect(member.status.filter({ hasText: /saved/i })).toBeVisible();

  await member.history.open();
  await expect(member.main.getByRole('table').getByRole('row', { name })).toHaveCount(1);
  await expect(member.main.getByRole('img')).toBeVisible();

  const other = await anotherVisitor();
  await other.signIn(user);
  await other.history.open();
  await expect(other.main.getByRole('row', { name })).toHaveCount(1);
});

test('after a finished workout comes the next one', async ({ member }) => {
  await member.workout.open();
  const name = await member.workout.heading.innerText();
  await member.workout.finish.click();
  await expect(member.status.filter({ hasText: /saved/i })).toBeVisible();
  await member.workout.open();
  await expect(member.workout.heading).not.toHaveText(name);
});

test('the workout has the rest that the visitor asked for', async ({ visitor }) => {
  await visitor.preferences.save({ rest_seconds: '105' });
  await visitor.workout.open();
  await expect(visitor.workout.timer).toHaveText('1:45');
});

test('the next workout is the same on the home page and in the player', async ({ visitor }) => {
  await visitor.open('/');
  const name = await visitor.main.getByRole('heading', { level: 1 }).innerText();
  await visitor.workout.open();
  await expect(visitor.workout.heading).toHaveText(name);
});
