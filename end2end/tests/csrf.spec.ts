import { expect, test } from '../fixtures';
import { ForeignSite } from '../support/foreign-site';

const ATTACKS: { what: string; path: string; fields: Record<string, string> }[] = [
  { what: 'log users out', path: '/api/auth/logout', fields: {} },
  { what: 'change preferences', path: '/api/preferences', fields: { theme: 'dark' } },
  { what: 'log users in to the attacker’s account', path: '/api/auth/login', fields: { email: 'demo@example.com', password: 'workout-demo' } },
];

for (const from of ['stranger', 'neighbour'] as const) {
  for (const { what, path, fields } of ATTACKS) {
    test(`a form of a ${from} cannot ${what}`, async ({ member, user, app, page, guard }) => {
      const site = await ForeignSite.start(`${app.url}${path}`, fields);
      try {
        guard.allowOrigin(site[from]);
        guard.expectDocumentStatus(403);
        await page.goto(site[from]);
        await page.getByRole('button', { name: 'Win a prize' }).click();
        await expect(page).toHaveURL(`${app.url}${path}`);
        await expect(page.getByRole('alert')).toBeVisible();
      } finally {
        await site.stop();
      }
      await member.open('/');
      await member.expectSignedIn(user.name);
      await member.expectTheme('system');
    });
  }
}

test('a form with another token is refused', async ({ member, user, guard }) => {
  await member.preferences.open();
  await member.preferences.choose({ theme: 'dark' });
  await member.main.locator('input[name=csrf_token]').first().evaluate((input: HTMLInputElement) => {
    input.value = 'made-up';
  });
  guard.expectDocumentStatus(403);
  await member.preferences.button.click();
  await expect(member.alert).toBeVisible();
  await member.open('/');
  await member.expectTheme('system');
  await member.expectSignedIn(user.name);
});

test('a form from before the login is refused after it', async ({ visitor, user, page, guard }) => {
  await visitor.preferences.save({ theme: 'light' });
  await visitor.preferences.open();
  await visitor.preferences.choose({ theme: 'dark' });
  const tab = await page.context().newPage();
  await tab.goto('/login');
  await tab.getByLabel('Email', { exact: true }).fill(user.email);
  await tab.getByLabel('Password', { exact: true }).fill(user.password);
  await tab.getByRole('main').getByRole('button', { name: 'Log in', exact: true }).click();
  await expect(tab.getByRole('button', { name: 'Log out', exact: true })).toBeVisible();

  guard.expectDocumentStatus(403);
  await visitor.preferences.button.click();
  await expect(visitor.alert).toBeVisible();
  await visitor.open('/');
  await visitor.expectTheme('light');
});

test('a post that says nothing about its origin is refused', async ({ member, app }) => {
  // Not a browser: browsers send Origin with every POST.
  const cookie = `sessionId=${await member.sessionCookie()}`;
  const answer = await fetch(`${app.url}/api/auth/logout`, { method: 'POST', headers: { cookie, 'sec-fetch-site': '' } });
  expect(answer.status).toBe(403);
  expect((await member.info()).authenticated).toBe(true);
});
