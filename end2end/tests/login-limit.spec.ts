import { expect, test } from '../fixtures';
import type { Guard } from '../fixtures/guard';
import type { Visitor } from '../pages/visitor';
import { reached } from '../support/clock';

// The limit is three failures in six seconds.
test.use({ serverKind: 'throttled' });

/** Uses up the three attempts. */
async function failThreeTimes(visitor: Visitor, guard: Guard, email: string): Promise<void> {
  await visitor.login.open();
  for (let attempt = 1; attempt <= 3; attempt += 1) {
    guard.expectDocumentStatus(422);
    await visitor.login.submit(email, `wrong password ${attempt}`);
    await visitor.login.expectRefused(email);
  }
}

test('after too many failures even the right password has to wait, and then works', async ({ visitor, user, guard }) => {
  await failThreeTimes(visitor, guard, user.email);

  guard.expectDocumentStatus(429);
  const answer = visitor.page.waitForResponse((response) => response.request().method() === 'POST');
  await visitor.login.submit(user.email, user.password);
  await expect(visitor.alert).toContainText(/too many/i);
  await expect(visitor.login.email).toHaveValue(user.email);
  await expect(visitor.login.password).toHaveValue('');
  const retryAfter = Number(await (await answer).headerValue('retry-after'));
  const answered = Date.now();
  expect(retryAfter).toBeGreaterThan(0);
  expect(retryAfter).toBeLessThanOrEqual(6);

  // The answer says how long to wait: that long has to be enough.
  await reached(answered + retryAfter * 1_000);
  await visitor.login.submit(user.email, user.password);
  await visitor.expectSignedIn(user.name);
});

test('unknown accounts have the same limit', async ({ visitor, newcomer, guard }) => {
  await failThreeTimes(visitor, guard, newcomer.email);
  guard.expectDocumentStatus(429);
  await visitor.login.submit(newcomer.email, newcomer.password);
  await expect(visitor.alert).toContainText(/too many/i);
});

test('another account is not affected', async ({ visitor, user, newcomer, guard }) => {
  await failThreeTimes(visitor, guard, newcomer.email);
  await visitor.login.submit(user.email, user.password);
  await visitor.expectSignedIn(user.name);
});
