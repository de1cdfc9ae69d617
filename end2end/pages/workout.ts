import { expect } from '@playwright/test';

import type { Layout } from './layout';

export class WorkoutPage {
  constructor(private readonly layout: Layout) {}

  get heading() {
    return this.layout.main.getByRole('heading', { level: 1 });
  }
  get startRest() {
    return this.button('Start rest');
  }
  get timer() {
    return this.layout.main.getByRole('timer');
  }
  /** The exercises, each with its sets folded away but for the present one. */
  get cards() {
    return this.layout.main.locator('details.block');
  }
  /** The sets of the open exercise. */
  get sets() {
    return this.layout.main.getByRole('group', { name: /, set \d+$/ });
  }
  get finish() {
    return this.button('Finish workout');
  }
  /** How many sets are logged: `2 of 9 sets`. */
  get progress() {
    return this.layout.main.getByText(/^\d+ of \d+ sets? · started/);
  }

  /** Whether everything is saved, in words. */
  get saved() {
    return this.layout.main.getByRole('status').filter({ hasText: /./ }).first();
  }

  button(name: string | RegExp) {
    return this.layout.main.getByRole('button', { name, exact: true });
  }

  /** A set of the open exercise, from 1 on. */
  set(number: number) {
    return this.layout.main.getByRole('group', { name: new RegExp(`, set ${number}$`) });
  }

  async open(): Promise<void> {
    await this.layout.open('/workout');
  }

  /** Starts the workout, so that its player is there. */
  async start(): Promise<void> {
    await this.open();
    await this.button('Start training').click();
    await expect(this.button('Discard workout')).toBeVisible();
    await this.layout.expectPath('/workout');
  }

  /** Logs a set of the open exercise as it is planned. */
  async log(number: number): Promise<void> {
    await this.set(number).getByRole('button', { name: 'Log', exact: true }).click();
    await expect(this.set(number).getByRole('button', { name: 'Clear', exact: true })).toBeVisible();
    await this.layout.expectPath('/workout');
  }

  /** Enters a workout of the past on a sheet: every set of its first exercise with this weight and these repetitions. */
  async enterPast(daysAgo: number, weight: string, reps: string): Promise<void> {
    await this.layout.open('/workout?sheet');
    const day = new Date(Date.now() - daysAgo * 86_400_000).toISOString().slice(0, 10);
    for (const [label, value] of [['Day', day], ['Start', '18:00'], ['End', '18:50']] as const) {
      await this.layout.main.getByLabel(label, { exact: true }).fill(value);
    }
    const first = (await this.sets.first().getAttribute('aria-label'))?.split(',')[0] ?? '';
    for (const set of await this.layout.main.getByRole('group', { name: `${first}, set` }).all()) {
      await set.getByLabel('Weight', { exact: true }).fill(weight);
      await set.getByLabel('Repetitions', { exact: true }).fill(reps);
    }
    await this.button('Save workout').click();
    await expect(this.layout.main.getByRole('link', { name: 'Edit workout', exact: true })).toBeVisible();
  }

  /** Logs one set and finishes without the others. Leads to the workout's page, or for a visitor back to the player. */
  async trainALittle(): Promise<void> {
    await this.open();
    await this.log(1);
    await this.finish.click();
    await this.layout.expectPath('/workout/review');
    await this.button('Finish without them').click();
    await this.layout.page.waitForURL((url) => url.pathname !== '/workout/review');
    await this.layout.ready();
  }
}
