import { expect, test } from '../fixtures';
import { expectAccessible } from '../fixtures/a11y';
import type { Visitor } from '../pages/visitor';
import { OIDC_LABEL } from '../support/server';

const SIGNED_OUT = ['/', '/login', '/login?expired=true', '/login?ended=true', '/register', '/preferences', /* slim: trainer */ '/workout', /* slim: end */ '/session'];
const SIGNED_IN = ['/', '/preferences', /* slim: trainer */ '/workout', '/history', /* slim: end */ '/session', '/account', '/account/confirm?return_to=%2Faccount'];

/** Everything fits into a window of 320 pixels: WCAG 2.2, 1.4.10. */
async function expectNoSidewaysScroll({ page }: Visitor): Promise<void> {
  const before = page.viewportSize();
  await page.setViewportSize({ width: 320, height: 640 });
  const excess = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(excess, `pixels of ${page.url()} outside a narrow window`).toBeLessThanOrEqual(0);
  if (before !== null) await page.setViewportSize(before);
}

/** Both in light and in dark colours: accessible, and no wider than a narrow window. */
async function expectUsable(visitor: Visitor): Promise<void> {
  await expectAccessible(visitor.page, async () => expectNoSidewaysScroll(visitor));
}

for (const path of SIGNED_OUT) {
  test(`${path} is accessible, signed out`, async ({ visitor }) => {
    await visitor.open(path);
    await expectUsable(visitor);
  });
}

for (const path of SIGNED_IN) {
  test(`${path} is accessible, signed in`, async ({ member, user, anotherVisitor }) => {
    // In a list of several, and with new sign-ins.
    if (path === '/session' || path === '/account') await (await anotherVisitor()).signInQuietly(user);
    await member.open(path);
    await expectUsable(member);
  });
}

test.describe('in a public demonstration', () => {
  test.use({ serverKind: 'demo' });

  test('the offer of a demo account and the page after it are accessible', async ({ visitor }) => {
    await visitor.login.open();
    await expectUsable(visitor);
    await visitor.useDemoAccount();
    await expectUsable(visitor);
  });
});

test('error messages of forms are accessible', async ({ visitor, user, page, guard }) => {
  guard.expectDocumentStatus(422);
  await visitor.login.open();
  await visitor.login.submit(user.email, 'not the password');
  await visitor.login.expectRefused(user.email);
  await expectAccessible(page);

  guard.expectDocumentStatus(422);
  await visitor.register.open();
  await visitor.register.submit('', 'not an address', 'short');
  await expect(visitor.register.email).toHaveAttribute('aria-invalid', 'true');
  await expectAccessible(page);

  // slim: trainer
  guard.expectDocumentStatus(422);
  await visitor.preferences.open();
  await visitor.preferences.choose({ days_per_week: '9' });
  await visitor.preferences.button.click();
  await expect(visitor.preferences.field('days_per_week')).toHaveAttribute('aria-invalid', 'true');
  await expectAccessible(page);

  await visitor.preferences.save({ days_per_week: '3' });
  await expectAccessible(page);
  // slim: end
});

// slim: trainer
test('a workout is accessible from its first set to its end', async ({ member }) => {
  await member.preferences.save({ equipment: ['Dumbbells', 'Resistance band'] });
  await member.workout.open();
  await member.workout.set(1).getByLabel('Weight').fill('12.5');
  await member.workout.log(1);
  await expectUsable(member);
  await member.open('/workout?sheet');
  await expectUsable(member);
  await member.open('/workout/review');
  await expectUsable(member);
  await member.workout.button('Finish without them').click();
  await expect(member.history.editLink).toBeVisible();
  await expectUsable(member);
  await member.history.editLink.click();
  await expect(member.workout.button('Save changes')).toBeVisible();
  await expectUsable(member);
  await member.history.open();
  await expectUsable(member);
});
// slim: end

test.describe('with a provider', () => {
  test.use({ serverKind: 'oidc' });

  test('the page before linking is accessible', async ({ member }) => {
    await member.account.open();
    await member.account.button(`Link ${OIDC_LABEL}`).click();
    await member.expectPath('/account/link/local');
    await expectUsable(member);
  });
});

// slim: demo-provider
test('the provider’s page is accessible', async ({ visitor }) => {
  await visitor.demoProvider.reach();
  await expectUsable(visitor);
});
// slim: end

test('the page for unknown addresses is accessible', async ({ visitor, page, guard }) => {
  guard.expectDocumentStatus(404);
  await visitor.open('/no/such/page');
  await expectAccessible(page);
});

test('the first key press offers to skip to the content', async ({ visitor, page }) => {
  await visitor.open('/');
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: /skip/i })).toBeFocused();
});
