import { expect, test } from '../fixtures';
import { expectFieldError } from '../pages/field';
import type { Choices } from '../pages/preferences';

const MINE: Choices = {
  units: 'lb',
  goal: 'endurance',
  level: 'advanced',
  days_per_week: '5',
  session_minutes: '50',
  rest_seconds: '75',
  theme: 'dark',
  equipment: ['Kettlebell', 'Barbell'],
};

test('a visitor without an account saves preferences, and they survive a reload', async ({ visitor, page }) => {
  await visitor.preferences.save(MINE);
  await visitor.preferences.expectChoices(MINE);
  await visitor.preferences.open();
  await visitor.preferences.expectChoices(MINE);
  await page.reload();
  await visitor.ready();
  await visitor.preferences.expectChoices(MINE);
  expect((await visitor.info()).preferences).toMatchObject({
    units: 'lb',
    goal: 'endurance',
    level: 'advanced',
    days_per_week: 5,
    session_minutes: 50,
    rest_seconds: 75,
    theme: 'dark',
    equipment: expect.arrayContaining(['kettlebell', 'barbell']),
  });
});

test('"Preferences saved." is shown once', async ({ visitor }) => {
  await visitor.preferences.save({ units: 'lb' });
  await visitor.preferences.open();
  await expect(visitor.status.filter({ hasText: 'Preferences saved.' })).toHaveCount(0);
});

for (const theme of ['light', 'dark', 'system'] as const) {
  test(`the theme ${theme} is set from the first byte`, async ({ visitor }) => {
    await visitor.open('/');
    await visitor.expectTheme('system');
    await visitor.preferences.save({ theme });
    for (const path of ['/', '/login', '/workout', '/session']) {
      expect((await visitor.peek(path)).body, path).toMatch(new RegExp(`<html[^>]* data-theme="?${theme}\\b`));
    }
    await visitor.open('/');
    await visitor.expectTheme(theme);
  });
}

test('logging in keeps the preferences of the visitor', async ({ visitor, user }) => {
  await visitor.preferences.save(MINE);
  await visitor.signIn(user);
  await visitor.expectTheme('dark');
  await visitor.preferences.open();
  await visitor.preferences.expectChoices(MINE);
});

test('registering keeps the preferences of the visitor', async ({ visitor, newcomer }) => {
  await visitor.preferences.save(MINE);
  await visitor.register.open();
  await visitor.register.submit(newcomer.name, newcomer.email, newcomer.password);
  await visitor.expectSignedIn(newcomer.name);
  await visitor.preferences.open();
  await visitor.preferences.expectChoices(MINE);
});

test.describe('with a provider', () => {
  test.use({ serverKind: 'oidc' });

  test('logging in with a provider keeps the preferences of the visitor', async ({ visitor, newcomer }) => {
    await visitor.preferences.save(MINE);
    await visitor.provider.reach();
    await visitor.provider.introduce(newcomer);
    await visitor.expectSignedIn(newcomer.name);
    await visitor.preferences.open();
    await visitor.preferences.expectChoices(MINE);
  });
});

test('preferences saved while signed in appear in the next browser', async ({ member, user, anotherVisitor }) => {
  await member.preferences.save(MINE);
  const other = await anotherVisitor();
  await other.open('/');
  await other.expectTheme('system');
  await other.signIn(user);
  await other.expectTheme('dark');
  await other.preferences.open();
  await other.preferences.expectChoices(MINE);
});

test('at login the newer preferences win: those of the visitor', async ({ member, user, anotherVisitor }) => {
  await member.preferences.save({ theme: 'light', goal: 'strength' });
  const other = await anotherVisitor();
  await other.preferences.save({ theme: 'dark', goal: 'mobility' });
  await other.signIn(user);
  await other.preferences.open();
  await other.preferences.expectChoices({ theme: 'dark', goal: 'mobility' });

  // They have become those of the account.
  const third = await anotherVisitor();
  await third.signIn(user);
  await third.preferences.open();
  await third.preferences.expectChoices({ theme: 'dark', goal: 'mobility' });
});

test('at login the newer preferences win: those of the account', async ({ member, user, anotherVisitor }) => {
  const other = await anotherVisitor();
  await other.preferences.save({ theme: 'dark', goal: 'mobility' });
  await member.preferences.save({ theme: 'light', goal: 'strength' });
  await other.signIn(user);
  await other.expectTheme('light');
  await other.preferences.open();
  await other.preferences.expectChoices({ theme: 'light', goal: 'strength' });
});

test('impossible values are explained next to their fields, and the input stays', async ({ visitor, guard }) => {
  await visitor.preferences.open();
  await visitor.preferences.choose({ goal: 'fat_loss', days_per_week: '9', session_minutes: '5', rest_seconds: '90' });
  guard.expectDocumentStatus(422);
  await visitor.preferences.button.click();
  await expectFieldError(visitor.preferences.field('days_per_week'));
  await expectFieldError(visitor.preferences.field('session_minutes'));
  await expect(visitor.preferences.field('rest_seconds')).not.toHaveAttribute('aria-invalid', 'true');
  await visitor.preferences.expectChoices({ goal: 'fat_loss', days_per_week: '9', session_minutes: '5', rest_seconds: '90' });
  await expect(visitor.status.filter({ hasText: 'Preferences saved.' })).toHaveCount(0);

  // The form works when it is shown again.
  await visitor.preferences.choose({ days_per_week: '3', session_minutes: '30' });
  await visitor.preferences.button.click();
  await visitor.preferences.expectSaved();
  await visitor.preferences.expectChoices({ goal: 'fat_loss', days_per_week: '3', session_minutes: '30' });
});

test('after logging out the next visitor starts from the defaults', async ({ visitor, user }) => {
  await visitor.preferences.open();
  const goal = await visitor.preferences.field('goal').inputValue();
  await visitor.signIn(user);
  await visitor.preferences.save({ theme: 'dark', goal: goal === 'mobility' ? 'strength' : 'mobility' });
  await visitor.logOut();
  await visitor.expectTheme('system');
  await visitor.preferences.open();
  await visitor.preferences.expectChoices({ theme: 'system', goal: goal as 'strength' });
});

const DETAILS: Choices = {
  rest_mode: 'auto',
  effort: 'yes',
  bar: '15 kg',
  smallest_plate: '0.5 kg',
  body_weight: '81.5 kg',
  time_zone: 'Pacific/Auckland',
};

test('more about the training is kept, and the line to it stays open', async ({ visitor }) => {
  const { preferences } = visitor;
  await preferences.open();
  await expect(preferences.field('bar')).toBeHidden();
  await preferences.openMore();
  await preferences.choose({ ...DETAILS, bar: '15', smallest_plate: '0,5', time_zone: 'pacific/auckland' });
  await preferences.sound.check();
  await preferences.button.click();
  await preferences.expectSaved();
  await expect(preferences.field('bar')).toBeVisible();
  await preferences.expectChoices(DETAILS);
  await expect(preferences.sound).toBeChecked();

  // Kilograms stay kilograms when the units change.
  await preferences.save({ units: 'lb' });
  await preferences.expectChoices({ units: 'lb', ...DETAILS });
});

test('an impossible detail is explained next to its field, although the line was closed', async ({ visitor, guard }) => {
  const { preferences } = visitor;
  await preferences.open();
  await preferences.openMore();
  await preferences.choose({ bar: 'heavy', time_zone: 'Europe/Nowhere' });
  guard.expectDocumentStatus(422);
  await preferences.button.click();
  await expectFieldError(preferences.field('bar'));
  await expectFieldError(preferences.field('time_zone'));
  await preferences.expectChoices({ bar: 'heavy', time_zone: 'Europe/Nowhere' });
});

test('a preset ticks its boxes, keeps what was typed and saves nothing', async ({ visitor }) => {
  const { preferences } = visitor;
  await preferences.open();
  await preferences.choose({ session_minutes: '30', equipment: ['Resistance band'] });
  await preferences.preset('Dumbbells at home').click();
  await expect(visitor.status.filter({ hasText: 'Nothing is saved yet.' })).toBeVisible();
  await preferences.expectChoices({ session_minutes: '30', equipment: ['Dumbbells'] });
  await expect(preferences.equipment.getByLabel('Resistance band', { exact: true })).not.toBeChecked();
  await preferences.button.click();
  await preferences.expectSaved();
  expect((await visitor.info()).preferences).toMatchObject({ session_minutes: 30, equipment: ['dumbbell'] });
});

test('Enter in a field saves, and does not press a preset', async ({ visitor }) => {
  const { preferences } = visitor;
  await preferences.open();
  await preferences.choose({ session_minutes: '30', equipment: ['Resistance band'] });
  await preferences.field('session_minutes').press('Enter');
  await preferences.expectSaved();
  expect((await visitor.info()).preferences).toMatchObject({ session_minutes: 30, equipment: ['band'] });
});
