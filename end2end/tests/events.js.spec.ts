// Pages that stay open learn that their session has ended, from one connection for all tabs of a browser.
import type { Page } from '@playwright/test';

import { expect, test } from '../fixtures';
import type { Visitor } from '../pages/visitor';
import { IDLE_MS } from '../support/server';

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
  await member.open('/account');
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

// slim: trainer
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
// slim: end

/** The next answer of this kind about the stream of a page. */
async function answer(page: Page, method: string, status: number): Promise<void> {
  await page.waitForResponse(
    (response) => response.url().endsWith('/session/events') && response.request().method() === method && response.status() === status,
  );
}

/** What becomes of the stream of a page: refuses it, as a proxy without a server does, until it is told to let it through. */
async function refuseStreams(page: Page): Promise<() => void> {
  let refuse = true;
  await page.route('**/session/events', async (route) => {
    if (refuse && route.request().method() === 'GET') await route.fulfill({ status: 503 });
    else await route.continue();
  });
  return () => (refuse = false);
}

test('a page whose stream was refused asks why, and leaves if its session is over', async ({ member, user, page, anotherVisitor, guard }) => {
  guard.allowFailedCalls();
  const other = await anotherVisitor();
  await other.signInQuietly(user);
  await other.session.open();
  await refuseStreams(page);
  const told = answer(page, 'HEAD', 401);
  await member.open('/account');
  await other.session.logOutEverywhere.click();
  await expect(other.page).toHaveURL('/login');
  await told;
  // Why it ended is known to the cookie, which the next page reads.
  await expect(page).toHaveURL('/login', LEFT);
  await member.login.expectReason('ended');
});

test('a page whose stream was refused listens again while its session lives', async ({ member, user, page, anotherVisitor, guard }) => {
  guard.allowFailedCalls();
  const letThrough = await refuseStreams(page);
  const [refused, asked, opened] = [answer(page, 'GET', 503), answer(page, 'HEAD', 200), answer(page, 'GET', 200)];
  await member.open('/account');
  await refused;
  letThrough();
  await Promise.all([asked, opened]);
  const other = await anotherVisitor();
  await other.signInQuietly(user);
  await endOthers(other);
  await expect(page).toHaveURL('/login?ended=true', LEFT);
});

test('a stream on which nothing happens stays open, and says so', async ({ member, user, page, context, anotherVisitor }) => {
  const opened: string[] = [];
  page.on('request', (request) => {
    if (request.url().endsWith('/session/events')) opened.push(request.method());
  });
  const devtools = await context.newCDPSession(page);
  await devtools.send('Network.enable');
  let stream: string | undefined;
  devtools.on('Network.responseReceived', ({ requestId, response }) => {
    if (response.url.endsWith('/session/events')) stream = requestId;
  });
  const pieces: number[] = [];
  devtools.on('Network.dataReceived', ({ requestId, dataLength }) => {
    if (requestId === stream) pieces.push(dataLength);
  });
  await member.open('/account');
  // When to come back, and a comment every fifteen seconds: a proxy that cuts what is silent for a minute cuts nothing.
  await expect.poll(() => pieces.length, { timeout: 25_000 }).toBeGreaterThan(1);
  expect(opened).toEqual(['GET']);
  const other = await anotherVisitor();
  await other.signInQuietly(user);
  await endOthers(other);
  await expect(page).toHaveURL('/login?ended=true', LEFT);
});

test.describe('without activity', () => {
  test.use({ serverKind: 'idle' });

  test('a page leaves when its session times out, and the login says so', async ({ member, page }) => {
    await member.open('/account');
    await expect(page).toHaveURL('/login?expired=true', { timeout: IDLE_MS + 15_000 });
    await member.login.expectReason('expired');
    await member.expectSignedOut();
  });
});
