// What happens to a whole workout on a phone: no connection, another time zone, a wrong clock, a login that runs out.
import { type Page } from '@playwright/test';

import { expect, test } from '../fixtures';
import type { Visitor } from '../pages/visitor';
import { reached } from '../support/clock';
import { IDLE_MS } from '../support/server';
import { logSets, progress } from '../support/whole-workout';

const HOUR = 3_600_000;

test.use({ viewport: { width: 390, height: 844 }, hasTouch: true });

/** The rows of the table of all sets. */
async function exported(member: Visitor): Promise<string[][]> {
  const { body } = await member.peek('/history/export.csv');
  const [, ...rows] = body.trimEnd().split(/\r?\n/);
  return rows.map((row) => row.split(','));
}

/** Pages hear nothing of the end of a session. */
async function hearNothing(page: Page): Promise<void> {
  await page.addInitScript(() => {
    window.EventSource = class extends EventTarget {
      close(): void {}
    } as unknown as typeof EventSource;
  });
}

for (const signedIn of [true, false]) {
  const who = signedIn ? 'a member' : 'a visitor';
  test(`${who} loses the connection in the middle, trains on, and finishes with every set`, async ({ visitor, user, page, context, guard }) => {
    test.setTimeout(120_000);
    guard.allowFailedCalls();
    if (signedIn) await visitor.signInQuietly(user);
    await visitor.workout.start();
    const { all } = await progress(visitor);
    await logSets(visitor, 3);
    await expect(visitor.workout.saved).toHaveText('Saved');
    await context.setOffline(true);
    await logSets(visitor, all - 1);
    await expect(visitor.workout.saved).toHaveText(`${all - 4} sets on this phone, waiting for a connection`);
    await context.setOffline(false);
    await logSets(visitor, all);
    await expect(visitor.workout.saved).toHaveText('Saved');
    await visitor.workout.finish.tap();
    await page.waitForURL((url) => url.pathname !== '/workout/review' && url.search !== '');
    if (!signedIn) await visitor.signIn(user);
    expect(await exported(visitor)).toHaveLength(all);
    await visitor.history.open();
    await expect(visitor.main.getByRole('img', { name: /^1 workout in the last 12 weeks\./ })).toBeVisible();
  });
}

for (const timezoneId of ['Pacific/Auckland', 'Pacific/Honolulu']) {
  test.describe(`in ${timezoneId}`, () => {
    test.use({ timezoneId });

    test('the day that is shown and stored is the person’s', async ({ member, page }) => {
      const today = () => page.evaluate(() => new Intl.DateTimeFormat('en-CA', { dateStyle: 'short' }).format());
      const days = [await today()];
      await member.workout.start();
      await member.workout.log(1);
      days.push(await today());
      const cookies = await page.context().cookies();
      expect(cookies.filter(({ name }) => name === 'tz').map(({ value }) => decodeURIComponent(value))).toEqual([timezoneId]);
      await expect(member.main.getByText(`times in ${timezoneId}`)).toBeVisible();
      await member.workout.trainALittle();
      await expect(member.main).toContainText(timezoneId);

      const [[, day = '', start = '', end = '', offset = ''] = []] = await exported(member);
      expect(days).toContain(day);
      expect(start.startsWith(`${day}T`)).toBe(true);
      // As a browser in this zone writes that moment.
      const shown = await page.evaluate((moment) => {
        const at = new Date(moment);
        const parts = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
        return [
          new Intl.DateTimeFormat('en-GB', parts).format(at),
          new Intl.DateTimeFormat('en-GB', { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }).format(at),
          new Intl.DateTimeFormat('en-GB', { weekday: 'short', day: 'numeric', month: 'short' }).format(at),
          -at.getTimezoneOffset() * 60_000,
        ] as const;
      }, start);
      const [clock, long, short, ahead] = shown;
      expect(start.slice(11, 16)).toBe(clock);
      expect(end.endsWith(offset)).toBe(true);
      const [sign, hours = '', minutes = ''] = [offset.startsWith('-') ? -1 : 1, ...offset.slice(1).split(':')];
      expect(sign * (Number(hours) * HOUR + Number(minutes) * 60_000)).toBe(ahead);
      await expect(member.main).toContainText(`${clock}–`);
      // Browsers write `Sept`, and without commas.
      const said = (text: string) => text.replaceAll(',', '').replaceAll(/\s+/g, ' ').replace('Sept ', 'Sep ');
      expect(said(await member.main.locator('.lead').innerText())).toContain(said(long));
      await member.history.open();
      expect(said(await member.main.locator('.workouts li').first().innerText())).toContain(said(short));
    });

    test('a visitor’s first set already has the day of their zone', async ({ visitor, page }) => {
      await visitor.workout.open();
      await visitor.workout.log(1);
      const day = await page.evaluate(() => new Intl.DateTimeFormat('en-GB', { weekday: 'short', day: 'numeric', month: 'short' }).format());
      const said = (await visitor.main.locator('.progress-line').innerText()).replaceAll(',', '');
      expect(said).toContain(`on ${day.replaceAll(',', '')} times in ${timezoneId}`);
    });
  });
}

test.describe('in Berlin', () => {
  test.use({ timezoneId: 'Europe/Berlin' });

  for (const [day, minutes] of [
    ['2026-03-29', 60],
    ['2025-10-26', 180],
  ] as const) {
    test(`a workout in the night of a change of the clocks is as long as it was: ${day}`, async ({ member }) => {
      await member.open('/workout?sheet');
      await expect(member.main.getByText('Times in Europe/Berlin.')).toBeVisible();
      await member.main.getByLabel('Day', { exact: true }).fill(day);
      await member.main.getByLabel('Start', { exact: true }).fill('01:30');
      await member.main.getByLabel('End', { exact: true }).fill('03:30');
      await member.workout.sets.first().getByLabel('Repetitions').fill('9');
      await member.workout.button('Save workout').tap();
      await expect(member.main).toContainText('01:30–03:30, Europe/Berlin');
      await expect(member.main.locator('.figures dd').first()).toHaveText(String(minutes));
      const [[, stored = ''] = []] = await exported(member);
      expect(stored).toBe(day);
    });
  }

  test('a rest in the hour that comes twice takes no hour longer', async ({ visitor, page }) => {
    await visitor.preferences.save({ rest_seconds: '120' });
    // Ten seconds before three o’clock becomes two o’clock again; and months away from the server’s clock.
    await page.clock.install({ time: new Date('2026-10-25T00:59:50Z') });
    await visitor.workout.start();
    await visitor.workout.log(1);
    await expect(visitor.workout.timer).toHaveText(/^(2:00|1:5\d)$/);
    await page.clock.runFor(30_000);
    await expect(visitor.workout.timer).toHaveText(/^1:[23]\d$/);
  });
});

for (const hours of [3, -5]) {
  test(`a clock that is ${hours} hours ahead changes neither the rest nor the time of a set`, async ({ visitor, page }) => {
    await visitor.preferences.save({ rest_seconds: '120' });
    await page.clock.install({ time: new Date(Date.now() + hours * HOUR) });
    await visitor.workout.start();
    await visitor.workout.log(1);
    await expect(visitor.workout.timer).toHaveText(/^(2:00|1:5\d)$/);
    await expect(visitor.workout.saved).toHaveText('Saved');
    const { body } = await visitor.peek('/workout');
    const at = /name="?at"? value="?([^" >]+)/.exec(body)?.[1] ?? '';
    expect(Math.abs(Date.parse(at) - Date.now()), at).toBeLessThan(60_000);
    await page.reload();
    await visitor.ready();
    await expect(visitor.workout.timer).toHaveText(/^(2:00|1:[45]\d)$/);
  });
}

test.describe('when nothing happens for a while', () => {
  test.use({ serverKind: 'idle' });

  test('a login that ran out in the middle loses no set', async ({ member, user, page, guard }) => {
    guard.allowFailedCalls();
    await hearNothing(page);
    await member.workout.start();
    await member.workout.log(1);
    await expect(member.workout.saved).toHaveText('Saved');
    await reached(Date.now() + IDLE_MS);
    await member.workout.log(2);
    await expect(member.workout.saved).toContainText('You were signed out. 1 set is safe on this phone. Log in to save it.');
    // One more, while nobody is signed in.
    await member.workout.log(3);
    await expect(member.workout.saved).toContainText('2 sets are safe on this phone');
    await member.workout.saved.getByRole('link', { name: 'Log in', exact: true }).tap();
    await member.login.submit(user.email, user.password);
    await member.expectPath('/workout');
    await expect(member.workout.saved).toHaveText('Saved');
    expect((await progress(member)).logged).toBe(3);
    expect(await page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith('wt/')))).toEqual([]);
  });

  test('a page that leaves by itself takes nothing along that waits', async ({ member, user, page, guard }) => {
    guard.allowFailedCalls();
    await member.workout.start();
    await page.route('**/rpc/**', (route) => route.abort('connectionfailed'));
    await member.workout.log(1);
    await expect(page).toHaveURL((url) => url.pathname === '/login', { timeout: IDLE_MS + 20_000 });
    await member.login.expectReason('expired');
    await page.unroute('**/rpc/**');
    await member.login.submit(user.email, user.password);
    await member.expectSignedIn(user.name);
    await member.workout.open();
    await expect(member.workout.saved).toHaveText('Saved');
    expect((await progress(member)).logged).toBe(1);
  });
});
