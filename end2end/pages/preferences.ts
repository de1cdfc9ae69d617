import { expect, type Locator } from '@playwright/test';

import type { Layout } from './layout';

/** Values as the form submits them. */
export interface Choices {
  units?: 'kg' | 'lb';
  goal?: 'strength' | 'muscle' | 'endurance' | 'fat_loss' | 'mobility';
  level?: 'beginner' | 'intermediate' | 'advanced';
  days_per_week?: string;
  session_minutes?: string;
  rest_seconds?: string;
  theme?: 'system' | 'light' | 'dark';
  rest_mode?: 'fixed' | 'auto';
  effort?: '' | 'yes' | 'no';
  bar?: string;
  smallest_plate?: string;
  body_weight?: string;
  time_zone?: string;
  /** Labels of the checkboxes to tick. */
  equipment?: string[];
}

const LABELS = {
  units: 'Units',
  goal: 'Goal',
  level: 'Level',
  days_per_week: 'Days per week',
  session_minutes: 'Minutes per session',
  rest_seconds: 'Rest between sets',
  theme: 'Theme',
  rest_mode: 'Rest',
  effort: 'Ask how many more repetitions',
  bar: 'Weight of the bar',
  smallest_plate: 'Smallest plate',
  body_weight: 'Body weight',
  time_zone: 'Time zone',
} as const;

type Name = keyof typeof LABELS;

const SELECTS: readonly Name[] = ['units', 'goal', 'level', 'theme', 'rest_mode', 'effort'];

export class PreferencesPage {
  constructor(private readonly layout: Layout) {}

  field(name: Name): Locator {
    return this.layout.main.getByLabel(LABELS[name], { exact: true });
  }
  get equipment() {
    return this.layout.main.getByRole('group', { name: 'Equipment', exact: true });
  }
  /** What few people need, behind a line to open. */
  get more() {
    return this.layout.main.locator('form#preferences details');
  }
  get sound() {
    return this.layout.main.getByRole('checkbox', { name: 'Sound when the rest ends', exact: true });
  }
  /** Ticks several boxes at once. */
  preset(name: 'Gym' | 'Dumbbells at home' | 'Nothing') {
    return this.layout.main.getByRole('button', { name, exact: true });
  }
  async openMore(): Promise<void> {
    if ((await this.more.getAttribute('open')) === null) await this.more.locator('summary').click();
  }
  get button() {
    return this.layout.main.getByRole('button', { name: 'Save preferences', exact: true });
  }
  /** Today's workout with the values chosen so far. */
  get preview() {
    return this.layout.page.locator('leptos-island');
  }

  async open(): Promise<void> {
    await this.layout.open('/preferences');
  }

  async choose(choices: Choices): Promise<void> {
    const { equipment, ...values } = choices;
    for (const [key, value] of Object.entries(values)) {
      const name = key as Name;
      if (SELECTS.includes(name)) await this.field(name).selectOption(value);
      else await this.field(name).fill(value);
    }
    if (equipment === undefined) return;
    for (const box of await this.equipment.getByRole('checkbox').all()) await box.uncheck();
    for (const label of equipment) await this.equipment.getByLabel(label, { exact: true }).check();
  }

  /** Opens the page, makes these choices and saves them. */
  async save(choices: Choices): Promise<void> {
    await this.open();
    await this.choose(choices);
    await this.button.click();
    await this.expectSaved();
  }

  async expectSaved(): Promise<void> {
    await expect(this.layout.status.filter({ hasText: 'Preferences saved.' })).toBeVisible();
    await this.layout.ready();
  }

  /** The form shows these values. */
  async expectChoices(choices: Choices): Promise<void> {
    const { equipment, ...values } = choices;
    for (const [key, value] of Object.entries(values)) {
      await expect(this.field(key as Name), LABELS[key as Name]).toHaveValue(value);
    }
    for (const label of equipment ?? []) {
      await expect(this.equipment.getByLabel(label, { exact: true }), label).toBeChecked();
    }
  }
}
