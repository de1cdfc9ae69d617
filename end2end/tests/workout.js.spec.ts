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

test('ticked sets survive a reload', async ({ visitor, page }) => {
  await visitor.workout.open();
  await visitor.workout.sets.nth(0).check();
  await visitor.workout.sets.nth(1).check();
  await page.reload();
  await visitor.ready();
  await expect(visitor.workout.sets.nth(0)).toBeChecked();
  await expect(visitor.workout.sets.nth(1)).toBeChecked();
  await expect(visitor.workout.sets.nth(2)).not.toBeChecked();
});

test('WebAssembly that arrives late keeps what was ticked', async ({ visitor, page }) => {
  let deliver = () => {};
  const later = new Promise<void>((resolve) => {
    deliver = resolve;
  });
  await page.route('**/*.wasm', async (route) => {
    await later;
    await route.continue();
  });
  await page.goto('/workout');
  await visitor.workout.sets.first().check();
  deliver();
  await visitor.ready();
  await expect(visitor.workout.sets.first()).toBeChecked();
});
