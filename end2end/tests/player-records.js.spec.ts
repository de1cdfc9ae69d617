// What follows from a logged set is shown at once: that it is a record, and another load for the next one.
import { expect, test } from '../fixtures';
import type { Visitor } from '../pages/visitor';

/** What is said about a set beside what it is. */
const comment = (visitor: Visitor, number: number) => visitor.workout.set(number).locator('.comment');

async function log(visitor: Visitor, number: number, weight: string, reps: string): Promise<void> {
  const set = visitor.workout.set(number);
  await set.getByLabel('Weight', { exact: true }).fill(weight);
  await set.getByLabel('Repetitions', { exact: true }).fill(reps);
  await visitor.workout.log(number);
}

test('a record is shown at once, goes with a correction, and is seen on another device', async ({
  member,
  user,
  page,
  anotherVisitor,
}) => {
  await member.preferences.save({ equipment: ['Dumbbells'], goal: 'strength' });
  await member.workout.enterPast(6, '20', '6');
  await member.workout.start();
  const desk = await anotherVisitor();
  await desk.signIn(user);
  await desk.workout.open();

  await page.evaluate(() => document.documentElement.setAttribute('data-same-page', ''));
  await log(member, 1, '25', '6');
  await expect(comment(member, 1)).toHaveText('Heaviest yet: 25 kg.');
  await expect(member.workout.set(1)).toHaveClass('set record');
  await expect(member.workout.set(1).locator('.spoken')).toHaveText(', logged, a record');
  await expect(page.locator('#b1 .marks')).toHaveText(/^★/);
  await expect(page.locator('html')).toHaveAttribute('data-same-page', '');

  await desk.page.evaluate(() => window.dispatchEvent(new Event('focus')));
  await expect(comment(desk, 1)).toHaveText('Heaviest yet: 25 kg.');
  await expect(desk.workout.set(1)).toHaveClass('set record');

  // The next one is none; as soon as the first one is less, it is.
  await log(member, 2, '22.5', '6');
  await expect(member.workout.set(2)).toHaveClass('set logged');
  await expect(comment(member, 2)).toHaveText('');
  await log(member, 1, '20', '6');
  await expect(comment(member, 2)).toHaveText('Heaviest yet: 22.5 kg.');
  await expect(member.workout.set(2)).toHaveClass('set record');
  await expect(member.workout.set(1)).toHaveClass('set logged');
  await expect(comment(member, 1)).toHaveText('');

  // Cleared and taken back.
  await member.workout.set(2).getByRole('button', { name: 'Clear', exact: true }).click();
  await expect(member.workout.set(2)).toHaveClass('set current');
  await expect(comment(member, 2)).toHaveText('');
  await member.workout.button('Undo').click();
  await expect(comment(member, 2)).toHaveText('Heaviest yet: 22.5 kg.');

  await page.reload();
  await member.ready();
  await expect(member.workout.set(2)).toHaveClass('set record');
  await expect(comment(member, 2)).toHaveText('Heaviest yet: 22.5 kg.');
});

test('nothing is called a record before the server knows of it', async ({ member, page, context, guard }) => {
  guard.allowFailedCalls();
  await member.preferences.save({ equipment: ['Dumbbells'], goal: 'strength' });
  await member.workout.enterPast(6, '20', '6');
  await member.workout.start();
  await log(member, 1, '25', '6');
  await expect(member.workout.set(1)).toHaveClass('set record');
  await context.setOffline(true);
  await log(member, 1, '15', '6');
  await expect(member.workout.set(1)).toHaveClass('set logged waiting');
  await expect(comment(member, 1)).toHaveText('');
  await log(member, 1, '25', '6');
  await expect(member.workout.set(1)).toHaveClass('set logged waiting');
  await context.setOffline(false);
  await expect(comment(member, 1)).toHaveText('Heaviest yet: 25 kg.');
  await expect(page.locator('#b1 .marks')).toHaveText(/^★/);
});

test('another load for the next set is offered at once, and never set', async ({ member }) => {
  await member.preferences.save({ equipment: ['Dumbbells'], goal: 'strength' });
  await member.workout.start();
  await log(member, 1, '25', '2');
  await expect(comment(member, 2)).toHaveText('That was hard: try 22.5 kg next.');
  await expect(member.workout.set(2)).toHaveClass('set current');
  await expect(member.workout.set(2).getByLabel('Weight', { exact: true })).toHaveValue('25');
  await log(member, 2, '22.5', '6');
  await expect(comment(member, 2)).toHaveText('');
  await expect(member.workout.set(2)).toHaveClass('set logged');
});
