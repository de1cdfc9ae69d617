import { expect, test } from '../fixtures';
import { expectFieldError } from '../pages/field';

test('a visitor trains without an account', async ({ visitor }) => {
  await visitor.workout.open();
  await expect(visitor.workout.heading).not.toHaveText('');
  await expect(visitor.workout.timer).toBeVisible();
  expect(await visitor.workout.sets.count()).toBeGreaterThan(0);
  await visitor.workout.trainALittle();
  await expect(visitor.status.filter({ hasText: /finished/i })).toBeVisible();
  expect((await visitor.info()).authenticated).toBe(false);
});

test('a set is logged with what was typed, and can be corrected and cleared', async ({ visitor }) => {
  await visitor.workout.open();
  await visitor.workout.set(1).getByLabel('Repetitions').fill('7');
  await visitor.workout.log(1);
  await expect(visitor.workout.progress).toHaveText(/^1 of/);
  const set = visitor.workout.set(1);
  await expect(set.getByLabel('Repetitions')).toHaveValue('7');

  await set.getByLabel('Repetitions').fill('8');
  await set.getByRole('button', { name: 'Log', exact: true }).click();
  await visitor.expectPath('/workout');
  await expect(set.getByLabel('Repetitions')).toHaveValue('8');

  await set.getByRole('button', { name: 'Clear', exact: true }).click();
  await visitor.expectPath('/workout');
  await expect(visitor.workout.progress).toHaveText(/^0 of/);
  await expect(set.getByRole('button', { name: 'Clear', exact: true })).toBeHidden();
});

test('a weight can have a decimal comma', async ({ visitor }) => {
  await visitor.preferences.save({ equipment: ['Dumbbells'] });
  await visitor.workout.open();
  const weight = visitor.workout.set(1).getByLabel('Weight');
  await expect(weight).toHaveAccessibleDescription('kg');
  await weight.fill('12,5');
  await visitor.workout.log(1);
  await expect(weight).toHaveValue('12.5');
  // Until something is known, the next set begins with what was found.
  await expect(visitor.workout.set(2).getByLabel('Weight')).toHaveValue('12.5');
});

test('an impossible number is an error next to its field', async ({ visitor, guard }) => {
  guard.expectDocumentStatus(422);
  await visitor.workout.open();
  const repetitions = visitor.workout.set(1).getByLabel('Repetitions');
  await repetitions.fill('1000');
  await visitor.workout.set(1).getByRole('button', { name: 'Log', exact: true }).click();
  await expectFieldError(repetitions);
  await expect(repetitions).toHaveValue('1000');
  await expect(visitor.alert).toBeVisible();
});

test('an exercise can be skipped, swapped and get another set', async ({ visitor }) => {
  await visitor.workout.open();
  const before = await visitor.workout.sets.count();
  await visitor.workout.button('Add set').click();
  await visitor.expectPath('/workout');
  await expect(visitor.workout.sets).toHaveCount(before + 1);

  const name = (await visitor.workout.set(1).getAttribute('aria-label')) ?? '';
  await visitor.workout.button('Swap exercise').click();
  await visitor.expectPath('/workout');
  await expect(visitor.workout.set(1)).not.toHaveAttribute('aria-label', name);

  await visitor.workout.button('Skip exercise').click();
  await visitor.expectPath('/workout');
  await expect(visitor.workout.set(1)).not.toHaveAttribute('aria-label', name);
});

test('with nothing logged, a workout is discarded and leaves no entry', async ({ member }) => {
  await member.workout.open();
  await member.workout.button('Start training').click();
  await member.expectPath('/workout');
  await member.workout.finish.click();
  await member.expectPath('/workout/review');
  await member.workout.button('Discard workout').click();
  await expect(member.status.filter({ hasText: /discarded/i })).toBeVisible();
  await member.history.open();
  await expect(member.main).toContainText('Nothing here yet');
});

test('an open workout is continued, also on another device', async ({ member, user, anotherVisitor }) => {
  await member.workout.open();
  await member.workout.log(1);
  await member.open('/');
  await member.main.getByRole('link', { name: 'Continue', exact: true }).click();
  await member.expectPath('/workout');
  await expect(member.workout.progress).toHaveText(/^1 of/);

  const phone = await anotherVisitor();
  await phone.signIn(user);
  await phone.workout.open();
  await expect(phone.workout.progress).toHaveText(/^1 of/);
});

test('an open workout goes along into the account', async ({ visitor, user }) => {
  await visitor.workout.open();
  await visitor.workout.log(1);
  await visitor.signIn(user);
  await visitor.workout.open();
  await expect(visitor.workout.progress).toHaveText(/^1 of/);
});

test('the workout has the rest that the visitor asked for', async ({ visitor }) => {
  await visitor.preferences.save({ rest_seconds: '105' });
  await visitor.workout.open();
  await expect(visitor.workout.timer).toHaveText('1:45');
});

test('the next workout is the same on the home page and in the player', async ({ visitor }) => {
  await visitor.open('/');
  const name = await visitor.main.getByRole('heading', { level: 1 }).innerText();
  await visitor.main.getByRole('link', { name: 'Start training', exact: true }).click();
  await visitor.expectPath('/workout');
  await expect(visitor.workout.heading).toHaveText(name);
});
