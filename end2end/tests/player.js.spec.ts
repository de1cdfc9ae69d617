// The player with its islands: sets are logged without leaving the page, and none is lost or counted twice.
import type { Page } from '@playwright/test';

import { expect, test } from '../fixtures';
import type { Visitor } from '../pages/visitor';

/** The keys of what waits on this device. */
function waiting(page: Page): Promise<string[]> {
  return page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith('wt/')));
}

/** How many sets the server holds, as a new page shows it. */
async function held(visitor: Visitor): Promise<string> {
  const { body } = await visitor.peek('/workout');
  return /id="logged-sets">(\d+)</.exec(body)?.[1] ?? 'none';
}

test('a set is logged without leaving the page, and starts the rest', async ({ visitor, page }) => {
  await visitor.preferences.save({ rest_seconds: '120' });
  await visitor.workout.start();
  await page.evaluate(() => document.documentElement.setAttribute('data-same-page', ''));
  await visitor.workout.set(1).getByLabel('Repetitions').fill('7');
  await visitor.workout.log(1);
  await expect(visitor.main.getByText(/^Set 1 logged: 7\. Rest 2 minutes\.$/)).toBeAttached();
  await expect(visitor.workout.timer).toHaveText(/^(2:00|1:5\d)$/);
  await expect(page).toHaveTitle(/^(2:00|1:5\d) · /);
  await expect(visitor.workout.saved).toHaveText('Saved');
  await expect(visitor.workout.progress).toHaveText(/^1 of/);
  await expect(page.locator('html')).toHaveAttribute('data-same-page', '');
  expect(await waiting(page)).toEqual([]);

  await page.reload();
  await visitor.ready();
  await expect(visitor.workout.progress).toHaveText(/^1 of/);
  await expect(visitor.workout.set(1).getByLabel('Repetitions')).toHaveValue('7');
});

test('an island inside an island gets its context', async ({ visitor }) => {
  await visitor.workout.start();
  await visitor.workout.log(1);
  // Otherwise the form would have been sent, which leads to the row's anchor.
  expect(new URL(visitor.page.url()).hash).toBe('');
  // Only the player knows of the set, and only by its context does the rest bar.
  await expect(visitor.workout.button('Skip rest')).toBeVisible();
});

test('what cannot be read is an error beside its field, in the server’s words', async ({ visitor }) => {
  await visitor.workout.start();
  const repetitions = visitor.workout.set(1).getByLabel('Repetitions');
  await repetitions.fill('1000');
  await visitor.workout.set(1).getByRole('button', { name: 'Log', exact: true }).click();
  await expect(repetitions).toHaveAttribute('aria-invalid', 'true');
  await expect(repetitions).toHaveAccessibleDescription('Choose a number from 0 to 100.');
  await expect(repetitions).toBeFocused();
  await expect(repetitions).toHaveValue('1000');
  await repetitions.fill('8');
  await visitor.workout.log(1);
  await expect(repetitions).not.toHaveAttribute('aria-invalid');

  // Folded away again, a note with an error is shown.
  const set = visitor.workout.set(1);
  await set.getByText('Note', { exact: true }).first().click();
  await set.getByLabel('Note').fill('x'.repeat(201));
  await set.getByText('Note', { exact: true }).first().click();
  await expect(set.getByLabel('Note')).toBeHidden();
  await set.getByRole('button', { name: 'Log', exact: true }).click();
  await expect(set.getByLabel('Note')).toBeFocused();
  await expect(set.getByText('Use at most 200 characters.')).toBeVisible();
});

test('sets logged without a connection are kept, shown and sent once', async ({ visitor, page, context, guard }) => {
  guard.allowFailedCalls();
  await visitor.workout.start();
  await context.setOffline(true);
  await visitor.workout.log(1);
  await visitor.workout.log(2);
  await expect(visitor.workout.saved).toHaveText('2 sets on this phone, waiting for a connection');
  await expect(visitor.workout.set(1)).toHaveClass(/waiting/);
  expect(await waiting(page)).toHaveLength(2);
  await context.setOffline(false);
  await expect(visitor.workout.saved).toHaveText('Saved');
  expect(await waiting(page)).toEqual([]);
  expect(await held(visitor)).toBe('2');
});

test('that there is no connection is said before a set is logged, too', async ({ visitor, context }) => {
  await visitor.workout.start();
  await expect(visitor.workout.saved).toHaveText('Saved');
  await context.setOffline(true);
  await expect(visitor.workout.saved).toHaveText('No connection');
  await context.setOffline(false);
  await expect(visitor.workout.saved).toHaveText('Saved');
});

test('an answer that is lost changes nothing: the set is sent again and counts once', async ({ visitor, page, guard }) => {
  guard.allowFailedCalls();
  await visitor.workout.start();
  let lost = 0;
  await page.route('**/rpc/log', async (route) => {
    if (lost > 0) return route.continue();
    lost += 1;
    await route.fetch();
    await route.abort('connectionreset');
  });
  await visitor.workout.log(1);
  await expect(visitor.workout.saved).toHaveText('Saved');
  expect(lost).toBe(1);
  expect(await held(visitor)).toBe('1');
  expect(await waiting(page)).toEqual([]);
});

test('a call that is never answered is given up and made again', async ({ visitor, page, guard }) => {
  guard.allowFailedCalls();
  await visitor.workout.start();
  await page.clock.install();
  await visitor.workout.open();
  let calls = 0;
  await page.route('**/rpc/log', (route) => {
    calls += 1;
    return calls < 3 ? undefined : route.continue();
  });
  await visitor.workout.log(1);
  await expect.poll(() => calls).toBe(1);
  await page.clock.runFor(20_000);
  await expect(visitor.workout.saved).toHaveText('1 set on this phone, waiting for a connection');
  await page.clock.runFor(1_000);
  await expect.poll(() => calls).toBe(2);
  await page.clock.runFor(22_000);
  await expect(visitor.workout.saved).toHaveText('Saved');
  expect(await held(visitor)).toBe('1');
});

test('a set that the server cannot read stays on the phone, and the others are saved', async ({ visitor, page, context, guard }) => {
  guard.allowFailedCalls();
  await visitor.workout.start();
  await context.setOffline(true);
  await visitor.workout.log(1);
  await visitor.workout.log(2);
  await page.route('**/rpc/log', (route) =>
    route.request().postData()?.includes('"b1s1') === true
      ? route.fulfill({ status: 400, json: { error: 'bad_request', fields: {} } })
      : route.continue(),
  );
  await context.setOffline(false);
  await expect(visitor.alert).toHaveText(/, set 1 was not saved\. The server could not read it; it stays on this phone\.$/);
  await expect(visitor.workout.saved).toContainText('1 set is on this phone. The server could not read it.');
  await expect(visitor.workout.set(1)).toHaveClass(/waiting/);
  expect(await waiting(page)).toHaveLength(1);
  expect(await held(visitor)).toBe('1');
});

test('what the server refuses is said, each set of it', async ({ visitor, page, context, guard }) => {
  guard.allowFailedCalls();
  await visitor.workout.start();
  await context.setOffline(true);
  await visitor.workout.log(1);
  await visitor.workout.log(2);
  await page.route('**/rpc/log', async (route) => {
    const body = (route.request().postData() ?? '').replace(/(b1s\d\\t\d+\\t)\w+/g, '$1no_such_exercise');
    await route.continue({ postData: body });
  });
  await context.setOffline(false);
  await expect(visitor.alert).toHaveText(/, set 1 was not saved\. This exercise is unknown\. .*, set 2 was not saved\./);
  await expect(visitor.workout.set(1)).toHaveClass(/current/);
  expect(await waiting(page)).toEqual([]);
});

test('what another version has stored is left alone', async ({ visitor, page }) => {
  await visitor.workout.start();
  const key = 'wt/visitor/of-tomorrow';
  await page.evaluate((name) => localStorage.setItem(name, 'something'), key);
  await visitor.workout.log(1);
  await expect(visitor.workout.saved).toHaveText('Saved');
  expect(await waiting(page)).toEqual([key]);
});

test('a reload in the middle shows what waits, and sends it', async ({ visitor, page, guard }) => {
  guard.allowFailedCalls();
  await visitor.workout.start();
  await page.route('**/rpc/log', (route) => route.abort('connectionfailed'));
  await visitor.workout.set(1).getByLabel('Repetitions').fill('6');
  await visitor.workout.log(1);
  await expect(visitor.workout.saved).toHaveText(/1 set on this phone/);
  await page.reload();
  await visitor.ready();
  await expect(visitor.workout.set(1)).toHaveClass(/logged|short/);
  await expect(visitor.workout.set(1).getByLabel('Repetitions')).toHaveValue('6');
  // The last call, as the page went, may have arrived; nobody read its answer, so the set still waits.
  expect(await waiting(page)).toHaveLength(1);
  await page.unroute('**/rpc/log');
  await expect(visitor.workout.saved).toHaveText('Saved');
  expect(await held(visitor)).toBe('1');
});

test('two devices show what the other logged', async ({ member, user, anotherVisitor }) => {
  await member.workout.start();
  const phone = await anotherVisitor();
  await phone.signIn(user);
  await phone.workout.open();
  await member.workout.set(1).getByLabel('Repetitions').fill('5');
  await member.workout.log(1);
  await expect(member.workout.saved).toHaveText('Saved');
  await phone.page.evaluate(() => window.dispatchEvent(new Event('focus')));
  await expect(phone.workout.set(1).getByRole('button', { name: 'Clear', exact: true })).toBeVisible();
  await expect(phone.workout.set(1).getByLabel('Repetitions')).toHaveValue('5');
  await expect(phone.workout.progress).toHaveText(/^1 of/);
});

test('a workout that was finished elsewhere says so', async ({ member, user, anotherVisitor }) => {
  await member.workout.start();
  const phone = await anotherVisitor();
  await phone.signIn(user);
  await phone.workout.open();
  await member.workout.trainALittle();
  await phone.page.evaluate(() => window.dispatchEvent(new Event('focus')));
  await expect(phone.workout.saved).toContainText('This workout is finished.');
  await phone.workout.saved.getByRole('link', { name: 'Go to today’s workout', exact: true }).click();
  await expect(phone.workout.button('Start training')).toBeVisible();
});

test('what a visitor could not send is sent after the login, whatever workout is open then', async ({
  visitor,
  user,
  page,
  anotherVisitor,
  guard,
}) => {
  guard.allowFailedCalls();
  await visitor.workout.start();
  await visitor.workout.log(1);
  await expect(visitor.workout.saved).toHaveText('Saved');
  await page.route('**/rpc/**', (route) => route.abort('connectionfailed'));
  await visitor.workout.log(2);
  const desk = await anotherVisitor();
  await desk.signIn(user);
  await desk.workout.start();
  await desk.workout.log(1);
  await expect(desk.workout.saved).toHaveText('Saved');

  await page.unroute('**/rpc/**');
  await visitor.signInQuietly(user);
  await visitor.workout.open();
  await expect(visitor.workout.saved).toHaveText('Saved');
  expect(await waiting(page)).toEqual([]);
  await expect(visitor.alert).toBeHidden();
});

test('who is signed out in the middle loses nothing', async ({ member, user, anotherVisitor, guard }) => {
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
  await member.workout.log(1);
  await expect(member.workout.saved).toContainText('You were signed out. 1 set is safe on this phone. Log in to save it.');
  await member.workout.saved.getByRole('link', { name: 'Log in', exact: true }).click();
  await member.login.submit(user.email, user.password);
  await member.expectPath('/workout');
  await expect(member.workout.saved).toHaveText('Saved');
  expect(await held(member)).toBe('1');
});

test('what was just done can be undone', async ({ visitor, page }) => {
  await visitor.workout.start();
  await visitor.workout.log(1);
  await visitor.workout.button('Undo').click();
  await expect(visitor.workout.set(1).getByRole('button', { name: 'Clear', exact: true })).toBeHidden();
  // The button has gone; who uses a keyboard goes on at the set.
  await expect(visitor.workout.set(1).getByRole('button', { name: 'Log', exact: true })).toBeFocused();
  await expect(visitor.workout.saved).toHaveText('Saved');
  await expect(visitor.workout.button('Undo')).toBeHidden();
  expect(await held(visitor)).toBe('0');
  expect(await waiting(page)).toEqual([]);
});

test('a weight goes to the next that can be loaded', async ({ visitor }) => {
  await visitor.preferences.save({ equipment: ['Dumbbells'] });
  await visitor.workout.start();
  const set = visitor.workout.set(1);
  await set.getByLabel('Weight', { exact: true }).fill('10');
  await set.getByRole('button', { name: 'Heavier', exact: true }).click();
  await expect(set.getByLabel('Weight', { exact: true })).toHaveValue('12.5');
  await visitor.workout.log(1);
  await expect(visitor.workout.set(2).getByLabel('Weight', { exact: true })).toHaveValue('12.5');
});

test('a browser that stores nothing sends the form', async ({ visitor, page }) => {
  await page.addInitScript(() => {
    Storage.prototype.setItem = () => {
      throw new DOMException('full', 'QuotaExceededError');
    };
  });
  await visitor.workout.start();
  await visitor.workout.log(1);
  expect(new URL(page.url()).hash).toMatch(/^#b\d+s1$/);
  await expect(visitor.workout.progress).toHaveText(/^1 of/);
});

test('logging out says that sets are not saved yet, and needs a second press', async ({ member, page, guard }) => {
  guard.allowFailedCalls();
  await member.workout.start();
  await page.route('**/rpc/**', (route) => route.abort('connectionfailed'));
  await member.workout.log(1);
  await member.logOutButton.click();
  await expect(member.alert).toContainText('1 set could not be saved yet and stays on this phone until you log in here again');
  await member.logOutButton.click();
  await member.expectPath('/login');
  expect(await waiting(page)).toHaveLength(1);
});

test('what waits outlasts a log out on any page, and is saved at the next login', async ({ member, user, page, guard }) => {
  guard.allowFailedCalls();
  await member.workout.start();
  await page.route('**/rpc/**', (route) => route.abort('connectionfailed'));
  await member.workout.log(1);
  await expect(member.workout.saved).toHaveText(/1 set on this phone/);
  await member.session.open();
  await member.logOut();
  expect(await waiting(page)).toHaveLength(1);
  // A visitor is shown nothing of it.
  await member.workout.open();
  await expect(member.main.getByText(/on this phone/)).toBeHidden();
  await page.unroute('**/rpc/**');
  await member.signIn(user);
  await member.workout.open();
  await expect(member.workout.saved).toHaveText('Saved');
  expect(await waiting(page)).toEqual([]);
  expect(await held(member)).toBe('1');
});

test('finishing says that sets are not saved yet, and needs a second press', async ({ visitor, page, guard }) => {
  guard.allowFailedCalls();
  await visitor.workout.start();
  await page.route('**/rpc/**', (route) => route.abort('connectionfailed'));
  await visitor.workout.log(1);
  await visitor.workout.finish.click();
  await expect(visitor.alert).toContainText('1 set could not be saved yet and stays on this phone.');
  await visitor.expectPath('/workout');
  await visitor.workout.finish.click();
  await visitor.expectPath('/workout/review');
  expect(await waiting(page)).toHaveLength(1);
});

test('a held set is timed and filled in', async ({ visitor, page }) => {
  await visitor.preferences.save({ goal: 'mobility' });
  await visitor.workout.start();
  await page.clock.install();
  await visitor.workout.open();
  // It may be in a card further down.
  await page.locator('.block').evaluateAll((cards) => cards.forEach((card) => card.setAttribute('open', '')));
  // From here on time passes as the test says.
  await page.clock.pauseAt(new Date(Date.now() + 60_000));
  const set = visitor.workout.sets.filter({ has: page.getByLabel('Seconds') }).first();
  await set.getByRole('button', { name: 'Time it', exact: true }).click();
  await expect(set.getByRole('timer')).toHaveText('Get ready: 3');
  await page.clock.runFor(2_000);
  await expect(set.getByRole('timer')).toHaveText('Get ready: 1');
  await page.clock.runFor(23_500);
  await set.getByRole('button', { name: 'Stop', exact: true }).click();
  await expect(set.getByLabel('Seconds')).toHaveValue('22');

  // Who logs without stopping first logs what was held, not the target.
  await set.getByRole('button', { name: 'Time it', exact: true }).click();
  await page.clock.runFor(13_500);
  await set.getByRole('button', { name: 'Log', exact: true }).click();
  await expect(set.getByRole('button', { name: 'Time it', exact: true })).toBeVisible();
  await expect(visitor.main.getByText(/logged: 10 seconds\./)).toBeAttached();
  await expect(set.getByLabel('Seconds')).toHaveValue('10');
});

test('the rest bar goes along to the next exercise', async ({ visitor, page }) => {
  await visitor.workout.start();
  const first = (await visitor.workout.set(1).getAttribute('aria-label')) ?? '';
  for (let set = 1; set <= (await visitor.workout.sets.count()) && set < 9; set += 1) {
    const row = visitor.workout.set(set).first();
    if ((await row.getAttribute('aria-label'))?.split(',')[0] !== first.split(',')[0]) break;
    await row.getByRole('button', { name: 'Log', exact: true }).click();
    await expect(row.getByRole('button', { name: 'Clear', exact: true })).toBeVisible();
  }
  await expect(page.locator('#b2')).toHaveAttribute('open', '');
  await expect(page.locator('#b2 #rest')).toBeVisible();
  await expect(page.locator('#b2 #rest .next')).toHaveText(/^Next: .*, set 1/);
  await expect(page.locator('#b2 .set.current')).toHaveCount(1);
});
