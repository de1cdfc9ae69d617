// Screenshots of every page for people to look at, in `shots/`: SHOTS=1 npx playwright test screenshots
import { join } from 'node:path';

import { test } from '../fixtures';

const SIZES = { wide: { width: 1280, height: 800 }, narrow: { width: 390, height: 844 } };
const SIGNED_OUT = ['/', '/login', '/login?expired=true', '/register', '/preferences', /* slim: trainer */ '/workout', /* slim: end */ '/session', '/no/such/page'];
const SIGNED_IN = ['/', '/preferences', /* slim: trainer */ '/workout', '/history', /* slim: end */ '/session', '/account', '/account/confirm'];

for (const colorScheme of ['light', 'dark'] as const) {
  for (const [size, viewport] of Object.entries(SIZES)) {
    test.describe(`${size}, ${colorScheme}`, () => {
      // So that no screenshot shows a page that is still fading in.
      test.use({ colorScheme, viewport, contextOptions: { reducedMotion: 'reduce' } });

      const file = (path: string, who: string) => {
        const name = path.replace(/^\/$/, 'home').replace(/^\//, '').replace(/[^a-z]+/g, '-');
        return join(__dirname, '..', 'shots', `${name}-${who}-${size}-${colorScheme}.png`);
      };

      test('signed out', async ({ visitor, page, guard }) => {
        guard.expectDocumentStatus(404);
        for (const path of SIGNED_OUT) {
          await visitor.open(path);
          await page.screenshot({ path: file(path, 'visitor'), fullPage: true });
        }
        // slim: demo-provider
        await visitor.demoProvider.reach();
        await page.screenshot({ path: file('/demo-provider', 'visitor'), fullPage: true });
        // slim: end
      });

      test('signed in', async ({ member, page, user, anotherVisitor }) => {
        await (await anotherVisitor()).signInQuietly(user);
        await member.workout.trainALittle(); // slim: trainer
        for (const path of SIGNED_IN) {
          await member.open(path);
          await page.screenshot({ path: file(path, 'member'), fullPage: true });
        }
        // slim: demo-provider
        await member.account.open();
        await member.account.button('Link Demo').click();
        await member.expectPath('/account/link/demo');
        await page.screenshot({ path: file('/account/link/demo', 'member'), fullPage: true });
        // slim: end
      });

      test('forms with errors', async ({ visitor, page, user, guard }) => {
        for (let times = 0; times < 2; times += 1) guard.expectDocumentStatus(422);
        await visitor.login.open();
        await visitor.login.submit(user.email, 'not the password');
        await visitor.login.expectRefused(user.email);
        await page.screenshot({ path: file('/login-refused', 'visitor'), fullPage: true });
        await visitor.register.open();
        await visitor.register.submit('', 'not an address', 'short');
        await visitor.expectPath('/api/auth/register');
        await page.screenshot({ path: file('/register-refused', 'visitor'), fullPage: true });
        // slim: trainer
        guard.expectDocumentStatus(422);
        await visitor.preferences.open();
        await visitor.preferences.choose({ days_per_week: '9', equipment: ['Barbell'] });
        await visitor.preferences.button.click();
        await visitor.expectPath('/api/preferences');
        await page.screenshot({ path: file('/preferences-refused', 'visitor'), fullPage: true });
        await visitor.preferences.save({ days_per_week: '4', rest_seconds: '600' });
        await page.screenshot({ path: file('/preferences-saved', 'visitor'), fullPage: true });
        await visitor.workout.open();
        await visitor.workout.log(1);
        await page.screenshot({ path: file('/workout-resting', 'visitor') });
        await visitor.signIn(user);
        await visitor.history.open();
        await page.screenshot({ path: file('/history-empty', 'member'), fullPage: true });
        // slim: end
      });
    });
  }
}
