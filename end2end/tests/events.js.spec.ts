// Pages that stay open learn that their session has ended, from one connection for all tabs of a browser.
import type { Page } from '@playwright/test';

import { expect, test } from '../fixtures';
import type { Visitor } from '../pages/visitor';

const LEFT = { timeout: 15_000 };

/** Who holds the lock of the connection, and who waits for it. */
function locks(page: Page): Promise<number[]> {
  return page.evaluate(async () => {
    const { held = [], pending = [] } = await navigator.locks.query();
    return [held.length, pending.length];
  });
}

async function endOthers(other: Visitor): Promise<void> {
  await other.session.open();
  await other.session.endOthers.click();
  await expect(other.status.filter({ hasText: /ended/ })).toBeVisible();
}

test('a page leaves when its person logs out everywhere in another browser', async ({ member, user, anotherVisitor }) => {
  await member.open('/history');
  const other = await anotherVisitor();
  await other.signIn(user);
  await other.session.open();
  await other.session.logOutEverywhere.click();
  await expect(member.page).toHaveURL('/login?ended=true', LEFT);
  await member.login.expectReason('ended');

  await expect(other.page, 'who logs out goes where that leads').toHaveURL('/login');
  await expect(other.status).toHaveCount(0);
});

test('tabs share one connection, and when its tab is closed another takes over', async ({ member, user, context, page, anotherVisitor }) => {
  const opened: string[] = [];
  context.on('response', (response) => {
    if (response.url().endsWith('/session/events')) opened.push(`${response.status()} ${response.request().method()}`);
  });
  await member.open('/');
  await expect.poll(() => opened).toEqual(['200 GET']);
  const tabs = [await context.newPage(), await context.newPage()] as const;
  for (const tab of tabs) await tab.goto('/account');
  await expect.poll(() => locks(tabs[0])).toEqual([1, 2]);
  expect(opened).toEqual(['200 GET']);

  await page.close();
  await expect.poll(() => opened).toEqual(['200 GET', '200 GET']);
  await expect.poll(() => locks(tabs[0])).toEqual([1, 1]);

  const other = await anotherVisitor();
  await other.signInQuietly(user);
  await endOthers(other);
  for (const tab of tabs) await expect(tab).toHaveURL('/login?ended=true', LEFT);
  expect(opened).toHaveLength(2);
});

test('what waits on the device is still there', async ({ member, user, page, anotherVisitor, guard }) => {
  guard.allowFailedCalls();
  await member.workout.start();
  await page.route('**/rpc/**', (route) => route.abort('connectionfailed'));
  await member.workout.log(1);
  await expect(member.workout.saved).toContainText('1 set on this phone');
  const other = await anotherVisitor();
  await other.signInQuietly(user);
  await endOthers(other);
  await expect(page).toHaveURL('/login?ended=true', LEFT);

  await page.unroute('**/rpc/**');
  await member.login.submit(user.email, user.password);
  await member.workout.open();
  await expect(member.workout.saved).toHaveText('Saved');
  await expect(member.workout.progress).toHaveText(/^1 of/);
});
