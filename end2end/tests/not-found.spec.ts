import { expect, test } from '../fixtures';

test('an unknown address says so and links to the home page', async ({ visitor, guard }) => {
  guard.expectDocumentStatus(404);
  const response = await visitor.open('/no/such/page');
  expect(response.status()).toBe(404);
  await expect(visitor.main.getByRole('heading', { level: 1 })).toBeVisible();
  await visitor.expectSignedOut();
  await visitor.homeLink.click();
  await visitor.expectPath('/');
});

test('the page for an unknown address shows the user and the theme', async ({ member, user, guard }) => {
  await member.preferences.save({ theme: 'dark' });
  guard.expectDocumentStatus(404);
  await member.open('/no/such/page');
  await member.expectSignedIn(user.name);
  await member.expectTheme('dark');
});

test('an unknown address answers JSON to clients that do not ask for a page', async ({ visitor }) => {
  const answer = await visitor.page.request.get('/api/no-such-thing', { headers: { Accept: 'application/json' } });
  expect(answer.status()).toBe(404);
  expect(await answer.json()).toMatchObject({ error: 'not_found' });
});
