// What becomes of sets that wait on this device: in other tabs, for other people, and for servers that read nothing.
import type { Page } from '@playwright/test';

import { expect, test } from '../fixtures';

/** The keys of what waits on this device. */
function waiting(page: Page): Promise<string[]> {
  return page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith('wt/')));
}

/** The first set of the open exercise, in a page without page objects. */
const firstSet = (page: Page) => page.getByRole('group', { name: /, set 1$/ });

test('what waits for a workout that was finished elsewhere is sent from a page without one', async ({
  member,
  user,
  page,
  anotherVisitor,
  guard,
}) => {
  guard.allowFailedCalls();
  await member.workout.start();
  await page.route('**/rpc/**', (route) => route.abort('connectionfailed'));
  await member.workout.set(2).getByLabel('Repetitions').fill('6');
  await member.workout.log(2);
  await expect(member.workout.saved).toHaveText(/1 set on this phone/);
  const desk = await anotherVisitor();
  await desk.signIn(user);
  await desk.workout.trainALittle();

  await member.workout.open();
  await expect(member.workout.button('Start training')).toBeVisible();
  await expect(member.workout.saved).toHaveText('1 set on this phone, waiting for a connection');
  await page.unroute('**/rpc/**');
  await expect.poll(() => waiting(page)).toEqual([]);
  await expect(page.getByText(/on this phone/)).toBeHidden();
  await desk.page.reload();
  await expect(desk.main).toContainText('× 6');
});

test('sets that waited when a visitor logged in are not lost, though another workout is open', async ({
  visitor,
  user,
  page,
  anotherVisitor,
  guard,
}) => {
  guard.allowFailedCalls();
  const desk = await anotherVisitor();
  await desk.signIn(user);
  await visitor.workout.start();
  await desk.workout.start();
  await desk.workout.log(1);
  await expect(desk.workout.saved).toHaveText('Saved');

  // Not even what is sent as the page is left may arrive, which no route and no other network stops.
  await page.evaluate(() => {
    window.fetch = () => Promise.reject(new TypeError('no connection'));
  });
  await visitor.workout.set(2).getByLabel('Repetitions').fill('6');
  await visitor.workout.log(2);
  await expect(visitor.workout.saved).toHaveText(/1 set on this phone/);
  await visitor.signIn(user);
  await visitor.history.open();
  await expect(visitor.history.workouts('Full body')).toHaveCount(0);
  await visitor.workout.open();
  await expect.poll(() => waiting(page)).toEqual([]);
  await expect(visitor.workout.progress).toHaveText(/^1 of/);
  await expect(visitor.alert).toBeHidden();

  await visitor.history.open();
  await visitor.history.workouts('Full body').click();
  await expect(visitor.main).toContainText('× 6');
});

test('a server that reads no set at all gets none of them away from the phone', async ({ visitor, page, context, guard }) => {
  guard.allowFailedCalls();
  await visitor.workout.start();
  await context.setOffline(true);
  await visitor.workout.log(1);
  await visitor.workout.log(2);
  await page.route('**/rpc/log', (route) => route.fulfill({ status: 400, json: { error: 'bad_request', fields: {} } }));
  await context.setOffline(false);
  await expect(visitor.workout.saved).toContainText('2 sets are on this phone. The server could not read them.');
  await expect(visitor.alert).toHaveText(/, set 1 was not saved\. .* it stays on this phone\. .*, set 2 was not saved\./);
  await expect(visitor.workout.set(1)).toHaveClass(/waiting/);
  expect(await waiting(page)).toHaveLength(2);

  await page.unroute('**/rpc/log');
  await visitor.workout.saved.getByRole('link', { name: 'Try again', exact: true }).click();
  await expect(visitor.workout.saved).toHaveText('Saved');
  expect(await waiting(page)).toEqual([]);
  await expect(visitor.workout.progress).toHaveText(/^2 of/);
});

test('a set that was left out does not come after the one that replaced it', async ({ visitor, page, guard }) => {
  guard.allowFailedCalls();
  await visitor.workout.start();
  const repetitions = visitor.workout.set(1).getByLabel('Repetitions');
  await page.route('**/rpc/log', (route) => route.fulfill({ status: 400, json: { error: 'bad_request', fields: {} } }));
  await repetitions.fill('5');
  await visitor.workout.log(1);
  await expect(visitor.alert).toBeVisible();
  await page.unroute('**/rpc/log');
  await repetitions.fill('9');
  await visitor.workout.log(1);
  await expect.poll(() => waiting(page)).toEqual([]);
  await page.reload();
  await visitor.ready();
  await expect(repetitions).toHaveValue('9');
});

test('a set that was refused is not shown as saved in another tab', async ({ visitor, page, context, guard }) => {
  guard.allowFailedCalls();
  await visitor.workout.start();
  const other = await context.newPage();
  await other.goto('/workout');
  await expect(other.locator('leptos-island:not([data-ready]):not(:has([data-ready]))')).toHaveCount(0);

  let answer = () => {};
  const mayAnswer = new Promise<void>((resolve) => {
    answer = resolve;
  });
  await page.route('**/rpc/log', async (route) => {
    await mayAnswer;
    const body = (route.request().postData() ?? '').replace(/(b1s\d\\t\d+\\t)\w+/g, '$1no_such_exercise');
    await route.continue({ postData: body });
  });
  await visitor.workout.log(1);
  await expect(firstSet(other)).toHaveClass(/waiting/);
  answer();
  await expect(visitor.alert).toHaveText(/, set 1 was not saved\./);
  await expect(firstSet(other)).toHaveClass(/^set current$/);
  await expect(other.locator('#logged-sets')).toHaveText('0');
});

test('a set that was saved from another tab stays shown', async ({ visitor, context }) => {
  await visitor.workout.start();
  const other = await context.newPage();
  await other.goto('/workout');
  await expect(other.locator('leptos-island:not([data-ready]):not(:has([data-ready]))')).toHaveCount(0);
  await visitor.workout.log(1);
  await expect(visitor.workout.saved).toHaveText('Saved');
  await expect(firstSet(other)).toHaveClass(/^set (logged|short)$/);
  await expect(other.locator('#logged-sets')).toHaveText('1');
});

test('what another account left on this device is neither shown nor sent', async ({ member, app, newcomer, page, guard }) => {
  guard.allowFailedCalls();
  await member.workout.start();
  await page.route('**/rpc/**', (route) => route.abort('connectionfailed'));
  await member.workout.set(1).getByLabel('Repetitions').fill('13');
  await member.workout.log(1);
  await expect(member.workout.saved).toHaveText(/1 set on this phone/);
  const left = await waiting(page);
  expect(left).toHaveLength(1);

  // The browser of a family: the first one's login has ended, and somebody else logs in.
  await page.goto('about:blank');
  await page.context().clearCookies();
  await page.unroute('**/rpc/**');
  await app.register(newcomer);
  await member.signInQuietly(newcomer);
  const sent: string[] = [];
  page.on('request', (request) => {
    if (request.url().includes('/rpc/log')) sent.push(request.postData() ?? '');
  });
  await member.workout.start();
  await expect(member.workout.saved).toHaveText('Saved');
  await expect(member.workout.progress).toHaveText(/^0 of/);
  await member.workout.set(2).getByLabel('Repetitions').fill('4');
  await member.workout.log(2);
  await expect(member.workout.saved).toHaveText('Saved');
  expect(sent.length).toBeGreaterThan(0);
  const operation = left[0]?.split('/').at(-1) ?? 'none';
  expect(sent.filter((body) => body.includes(operation))).toEqual([]);
  expect(await waiting(page)).toEqual(left);
});

/** What waits on this device: keys and values. */
const stored = (page: Page) =>
  page.evaluate(() => Object.entries(localStorage).filter(([key]) => key.startsWith('wt/')) as [string, string][]);

test('more than fifty changes that wait go fifty at a time', async ({ visitor, page, guard }) => {
  guard.allowFailedCalls();
  await visitor.workout.start();
  await page.route('**/rpc/log', (route) => route.abort('connectionfailed'));
  await visitor.workout.log(1);
  await expect(visitor.workout.saved).toHaveText(/1 set on this phone/);
  await page.evaluate(() => {
    const [key, value] = Object.entries(localStorage).find(([name]) => name.startsWith('wt/')) as [string, string];
    const [at, ...entry] = value.split(' ');
    for (let i = 1; i <= 60; i++) {
      const operation = `00000000-0000-0000-0000-${String(i).padStart(12, '0')}`;
      localStorage.setItem([...key.split('/').slice(0, 3), operation].join('/'), [Number(at) + i, ...entry].join(' '));
    }
  });
  const sent: number[] = [];
  await page.unroute('**/rpc/log');
  await page.route('**/rpc/log', (route) => {
    sent.push((route.request().postDataJSON() as { operations: unknown[] }).operations.length);
    return route.continue();
  });
  await page.evaluate(() => window.dispatchEvent(new StorageEvent('storage')));
  await expect.poll(() => waiting(page), { timeout: 15_000 }).toEqual([]);
  await expect(visitor.workout.saved).toHaveText('Saved');
  expect(Math.max(...sent)).toBe(50);
  expect(sent.reduce((all, some) => all + some)).toBeGreaterThanOrEqual(61);
});

test('what could not be sent for seven days is given up', async ({ visitor, page, guard }) => {
  guard.allowFailedCalls();
  await visitor.workout.start();
  // Not even what is sent as the page is left may arrive.
  await page.evaluate(() => {
    window.fetch = () => Promise.reject(new TypeError('no connection'));
  });
  await visitor.workout.log(1);
  await visitor.workout.log(2);
  await expect(visitor.workout.saved).toHaveText(/2 sets on this phone/);
  const [[old = '', value = ''] = []] = (await stored(page)).sort(([, one], [, other]) => one.localeCompare(other));
  const [at, ...entry] = value.split(' ');
  const before = Number(at) - 7 * 24 * 3_600_000;
  await page.evaluate(([name, text]) => localStorage.setItem(name, text), [old, [before, ...entry].join(' ')] as const);
  await page.reload();
  await visitor.ready();
  await expect.poll(() => waiting(page)).toEqual([]);
  await expect(visitor.workout.set(1)).toHaveClass(/current/);
  await expect(visitor.workout.set(2)).toHaveClass(/logged|short/);
});

test('what waits as the page is left is sent once more, and arrives', async ({ visitor, page, guard }) => {
  guard.allowFailedCalls();
  await visitor.workout.start();
  await page.route('**/rpc/log', (route) => route.abort('connectionfailed'));
  await visitor.workout.log(1);
  await expect(visitor.workout.saved).toHaveText(/1 set on this phone/);
  await page.goto('/preferences');
  await expect
    .poll(async () => /id="logged-sets">(\d+)</.exec((await visitor.peek('/workout')).body)?.[1])
    .toBe('1');
});
