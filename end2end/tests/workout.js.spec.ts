import { expect, test } from '../fixtures';

test('the rest counts down to its end', async ({ visitor, page }) => {
  await visitor.preferences.save({ rest_seconds: '60' });
  await page.clock.install();
  await visitor.workout.open();
  await expect(visitor.workout.timer).toHaveText('1:00');
  await visitor.workout.startRest.click();
  await page.clock.runFor(20_000);
  await expect(visitor.workout.timer).toHaveText(/^0:(40|39|38)$/);
  await page.clock.runFor(45_000);
  await expect(visitor.workout.timer).toHaveText('0:00');
  await expect(visitor.main.getByText(/rest is over/i)).toBeVisible();
  // It can be started again.
  await visitor.workout.startRest.click();
  await expect(visitor.workout.timer).toHaveText(/^(1:00|0:59)$/);
});

test('a tab that slept does not make the rest longer', async ({ visitor, page }) => {
  await visitor.preferences.save({ rest_seconds: '60' });
  await page.clock.install();
  await visitor.workout.open();
  await visitor.workout.startRest.click();
  // Each timer fires at most once, as after closing and opening the lid of a laptop.
  await page.clock.fastForward(50_000);
  await expect(visitor.workout.timer).toHaveText(/^0:(10|09|08)$/);
});

test('the rest also counts in real time', async ({ visitor }) => {
  await visitor.workout.open();
  const start = await visitor.workout.timer.innerText();
  await visitor.workout.startRest.click();
  await expect(visitor.workout.timer).not.toHaveText(start);
});

test('a logged set starts the rest, and a reload does not start it anew', async ({ visitor, page }) => {
  await visitor.preferences.save({ rest_seconds: '600' });
  await visitor.workout.open();
  await visitor.workout.log(1);
  await expect(visitor.workout.button('Skip rest')).toBeVisible();
  await expect(visitor.workout.timer).toHaveText(/^9:5\d$/);
  // So long that a rest that began anew would show more.
  await page.waitForTimeout(3_000);
  await page.reload();
  await visitor.ready();
  await expect(visitor.workout.timer).toHaveText(/^9:5[0-7]$/);
});

test('times are those of the visitor’s time zone', async ({ visitor }) => {
  await visitor.workout.open();
  await visitor.workout.log(1);
  const cookies = await visitor.page.context().cookies();
  expect(cookies.find(({ name }) => name === 'tz')?.value).toBe('UTC');
});

test.describe('far away', () => {
  test.use({ timezoneId: 'Pacific/Auckland' });

  test('another application’s cookie does not hide the time zone', async ({ page, baseURL }) => {
    const { hostname } = new URL(baseURL ?? '');
    // Sent before ours, because its path is longer.
    await page.context().addCookies([{ name: 'tz', value: '-120', domain: hostname, path: '/workout' }]);
    await page.goto('/workout?sheet');
    await expect(page.locator('input[name=zone]').first()).toHaveValue('Pacific/Auckland');
  });
});

test.describe('in Auckland', () => {
  test.use({ timezoneId: 'Pacific/Auckland' });

  test('the page is in the zone of the device', async ({ visitor, page }) => {
    await visitor.workout.open();
    await visitor.workout.log(1);
    const cookies = await page.context().cookies();
    expect(cookies.find(({ name }) => name === 'tz')?.value).toMatch(/^Pacific(\/|%2F)Auckland$/);
    await expect(visitor.main.getByText(/, times in Pacific\/Auckland/)).toBeVisible();
  });
});

test('WebAssembly that arrives late keeps what was typed', async ({ visitor, page }) => {
  let deliver = () => {};
  const later = new Promise<void>((resolve) => {
    deliver = resolve;
  });
  await page.route('**/*.wasm', async (route) => {
    await later;
    await route.continue();
  });
  await page.goto('/workout');
  const repetitions = visitor.workout.set(1).getByLabel('Repetitions');
  await repetitions.fill('13');
  deliver();
  await visitor.ready();
  await expect(repetitions).toHaveValue('13');
});
