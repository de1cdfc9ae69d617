import { expect, test } from '../fixtures';

test('a finished workout is in the history of its user', async ({ member, user, anotherVisitor }) => {
  await member.history.open();
  await expect(member.history.heading).toBeVisible();
  await expect(member.main).toContainText('Nothing here yet');

  await member.workout.open();
  const name = (await member.workout.heading.innerText()).trim();
  await member.workout.trainALittle();
  await expect(member.status.filter({ hasText: /saved/i })).toBeVisible();
  await expect(member.main.getByRole('heading', { level: 1 })).toHaveText(name);

  await member.history.open();
  await expect(member.history.workouts(name)).toHaveCount(1);
  await expect(member.main.getByRole('img').first()).toBeVisible();
  await expect(member.history.exportLink).toBeVisible();

  const other = await anotherVisitor();
  await other.signIn(user);
  await other.history.open();
  await other.history.workouts(name).click();
  await expect(other.main.getByRole('heading', { level: 1 })).toHaveText(name);
});

test('a workout is corrected', async ({ member }) => {
  await member.workout.trainALittle();
  await member.history.editLink.click();
  const repetitions = member.workout.sets.first().getByLabel('Repetitions');
  await repetitions.fill('23');
  await member.workout.button('Save changes').click();
  await expect(member.status.filter({ hasText: /saved/i })).toBeVisible();
  await expect(member.main).toContainText('× 23');
});

test('a workout is deleted after a question', async ({ member }) => {
  await member.workout.trainALittle();
  await member.history.deleteButton.click();
  await member.workout.button('Delete for good').click();
  await member.expectPath('/history');
  await expect(member.status.filter({ hasText: /deleted/i })).toBeVisible();
  await expect(member.main).toContainText('Nothing here yet');
});

test('a past workout is entered on a sheet', async ({ member }) => {
  await member.open('/workout?sheet');
  await member.main.getByLabel('Day', { exact: true }).fill('2026-01-05');
  await member.main.getByLabel('Start', { exact: true }).fill('18:00');
  await member.main.getByLabel('End', { exact: true }).fill('18:50');
  await member.workout.sets.first().getByLabel('Repetitions').fill('9');
  await member.workout.button('Save workout').click();
  await expect(member.status.filter({ hasText: /saved/i })).toBeVisible();
  await expect(member.main).toContainText('5 January 2026');
  await expect(member.main).toContainText('18:00–18:50');
});

test('after a workout with at least half of its sets comes the next one', async ({ member }) => {
  await member.workout.open();
  const name = await member.workout.heading.innerText();
  await member.open('/workout?sheet');
  await member.main.getByLabel('Day', { exact: true }).fill('2026-01-05');
  for (const set of await member.workout.sets.all()) {
    for (const amount of await set.getByLabel(/Repetitions|Seconds/).all()) await amount.fill('10');
  }
  await member.workout.button('Save workout').click();
  await expect(member.status.filter({ hasText: /saved/i })).toBeVisible();
  await member.workout.open();
  await expect(member.workout.heading).not.toHaveText(name);
});

test('a sheet is printed without what only a screen needs', async ({ member, page }) => {
  await member.open('/workout?sheet');
  await page.emulateMedia({ media: 'print' });
  for (const part of await page.locator('header, footer').all()) await expect(part).toBeHidden();
  await expect(page.locator('.sheet-block').first()).toBeVisible();
});
