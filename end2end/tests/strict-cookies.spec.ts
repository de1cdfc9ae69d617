// With SameSite=Strict a browser follows a link from another site without the cookie.
import { expect, test } from '../fixtures';
import { ForeignSite } from '../support/foreign-site';

test.use({ serverKind: 'oidc-strict' });

test('a link from another site leads to the page, signed in', async ({ member, app, guard }) => {
  const site = await ForeignSite.withLink(`${app.url}/account?from=there`);
  guard.allowOrigin(site.stranger);
  try {
    await member.page.goto(site.stranger);
    await member.page.getByRole('link', { name: 'A fine site' }).click();
    await expect(member.page.getByRole('heading', { name: 'Account', exact: true })).toBeVisible();
    expect(member.page.url()).toBe(`${app.url}/account?from=there`);
  } finally {
    await site.stop();
  }
});

test('and a visitor without a session to the login, once', async ({ visitor, app, guard }) => {
  const site = await ForeignSite.withLink(`${app.url}/account`);
  guard.allowOrigin(site.stranger);
  try {
    await visitor.page.goto(site.stranger);
    await visitor.page.getByRole('link', { name: 'A fine site' }).click();
    await visitor.expectPath('/login');
  } finally {
    await site.stop();
  }
});
