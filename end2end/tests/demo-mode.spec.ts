// A public demonstration: the shared account stays usable for the next visitor.
import { expect, test } from '../fixtures';

test.use({ serverKind: 'demo' });

const DEMO = { name: 'Demo', email: 'demo@example.com', password: 'workout-demo' };

test('the shared account keeps its password, and says why', async ({ visitor, guard, anotherVisitor }) => {
  await visitor.signInQuietly(DEMO);
  await visitor.account.open();
  const answer = visitor.page.waitForResponse((response) => response.request().method() === 'POST');
  await visitor.account.changePassword(DEMO.password, 'a brand new password 1');
  const status = (await answer).status();
  if (status >= 400) guard.expectDocumentStatus(status);
  await expect(visitor.alert).toContainText(/demo/i);
  await (await anotherVisitor()).signInQuietly(DEMO);
});

test('the shared account cannot be deleted, and says why', async ({ visitor, guard, anotherVisitor }) => {
  await visitor.signInQuietly(DEMO);
  await visitor.account.open();
  const answer = visitor.page.waitForResponse((response) => response.request().method() === 'POST');
  await visitor.account.deleteAccount(DEMO.email);
  const status = (await answer).status();
  if (status >= 400) guard.expectDocumentStatus(status);
  await expect(visitor.alert).toContainText(/demo/i);
  await (await anotherVisitor()).signInQuietly(DEMO);
});

test('other accounts can be deleted as usual', async ({ member, user }) => {
  await member.account.open();
  await member.account.deleteAccount(user.email);
  await member.expectPath('/');
  await member.expectSignedOut();
});
