import { expect, test } from '../fixtures';

test('the home page shows what the site is and the links to log in', async ({ visitor }) => {
  await visitor.open('/');
  await expect(visitor.main.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(visitor.homeLink).toBeVisible();
  await visitor.expectSignedOut();
  await expect(visitor.main.getByRole('link').first()).toBeVisible();
});

test('looking around leaves no cookie', async ({ visitor, page }) => {
  for (const path of ['/', '/login', '/register', '/preferences', /* slim: trainer */ '/workout', /* slim: end */ '/session']) {
    await visitor.open(path);
  }
  expect(await page.context().cookies()).toEqual([]);
});

// slim: trainer
test('the home page follows the preferences', async ({ visitor }) => {
  await visitor.preferences.save({ goal: 'mobility', equipment: [] });
  await visitor.open('/');
  const mobility = await visitor.main.innerText();
  await visitor.preferences.save({ goal: 'strength', equipment: ['Barbell'] });
  await visitor.open('/');
  expect(await visitor.main.innerText()).not.toBe(mobility);
});
// slim: end

test('the header shows who is signed in', async ({ member, user }) => {
  await member.open('/');
  await member.expectSignedIn(user.name);
  await member.sessionLink.click();
  await expect(member.session.heading).toBeVisible();
  await member.homeLink.click();
  await member.expectPath('/');
});
